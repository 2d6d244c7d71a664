"""What is asked at the end: settlements, pilots, version 1, maintenance, accessions, and the rules of a project."""

from __future__ import annotations

from typing import Any

from django import forms

from procurement import clock
from procurement.forms import DateField, Form, MoneyField
from procurement.models import Body
from projects import queries
from projects.agreement_terms import LICENCES, EntryRule
from projects.enums import Acceptance, ActKind, SignatureMode
from projects.forms.consultation import ProofMixin
from projects.missions import EACH, LEAD, OPERATIONS, matrix
from projects.models import Maintenance, Participation, PilotSite, Project, Release, Settlement


class SettlementForm(Form):
    """What a body finally paid."""

    final_cents = MoneyField(label="Montant final payé", help_text="Factures et remboursements comptés.")
    settled_on = DateField(label="Soldé le")
    further_act = forms.CharField(
        label="Acte qui autorise un dépassement",
        max_length=120,
        required=False,
        help_text="Seulement si le montant final dépasse le montant voté : une nouvelle délibération.",
    )
    note = forms.CharField(label="Note", required=False, max_length=2_000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, old: Settlement | None, owes_proof: bool, **kwargs: Any) -> None:
        names = ("final_cents", "settled_on", "further_act")
        initial = {name: getattr(old, name) for name in names} if old else {"settled_on": clock.today()}
        super().__init__(*args, initial=initial, **kwargs)
        note = self.fields["note"]
        if old or owes_proof:
            note.required = True
            note.label = "Motif de la correction et preuve" if old else "Preuve"
            note.help_text = "Courriel du…, décompte reçu le…"


class PilotForm(ProofMixin):
    """A pilot site, and its decision once it is taken."""

    body = forms.ModelChoiceField(Body.objects.none(), label="Organisme pilote")
    starts_on = DateField(label="Début des essais")
    verified_on = DateField(label="Date de la décision (VA)", required=False)
    outcome = forms.ChoiceField(
        label="Décision", choices=[("", "Pas encore prise"), *Acceptance.choices], required=False
    )
    remarks = forms.CharField(label="Réserves", required=False, max_length=2_000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, project: Project, owes_proof: bool, old: PilotSite | None, **kwargs: Any) -> None:
        names = ("body", "starts_on", "verified_on", "outcome", "remarks")
        super().__init__(*args, initial={name: getattr(old, name) for name in names} if old else None, **kwargs)
        members = project.participations.listed().values("body_id")
        self.fields["body"].queryset = Body.objects.filter(pk__in=members).order_by("name")  # type: ignore[attr-defined]
        self.owe(proof=owes_proof, correction=False)


class ReleaseForm(ProofMixin):
    """Version 1, under a licence of the official list."""

    software = forms.CharField(label="Nom du logiciel", max_length=120)
    version = forms.CharField(label="Version publiée", max_length=40, initial="1.0.0")
    licence = forms.ChoiceField(
        label="Licence",
        choices=[(item.spdx, f"{item.spdx} · {item.name}") for item in LICENCES],
        help_text="Liste de l'article D. 323-2-1 du CRPA ; une autre licence demande une homologation de l'État.",
    )
    repository = forms.URLField(label="Dépôt public", max_length=500, assume_scheme="https")
    published_on = DateField(label="Publiée le")
    archive = forms.CharField(
        label="Archive", max_length=500, help_text="Adresse ou identifiant (SWHID) dans Software Heritage."
    )
    rights_obtained = forms.BooleanField(label="Les droits sont obtenus sur chaque composant")
    secrets_removed = forms.BooleanField(label="Ni secret ni donnée dans le code et son historique")
    compatible = forms.BooleanField(label="Les licences des composants sont compatibles")

    def __init__(self, *args: Any, project: Project, owes_proof: bool, old: Release | None, **kwargs: Any) -> None:
        names = [name for name in self.base_fields if name != "proof"]
        initial: dict[str, Any] = {name: getattr(old, name) for name in names} if old else _from_terms(project)
        super().__init__(*args, initial=initial, **kwargs)
        self.owe(proof=owes_proof, correction=old is not None)


def _from_terms(project: Project) -> dict[str, Any]:
    """What the frozen agreement already says."""
    known = {"software": "software_name", "licence": "licence", "repository": "forge_url"}
    return {name: value for name, term in known.items() if (value := project.frozen_term(term))}


class MaintenanceForm(ProofMixin):
    """Who keeps the software alive after version 1."""

    provider = forms.CharField(label="Assurée par", max_length=255)
    starts_on = DateField(label="À partir du")
    ends_on = DateField(label="Jusqu'au", required=False)
    review_on = DateField(
        label="Clause de rendez-vous", required=False, help_text="Le jour où les partenaires décident de la suite."
    )
    yearly_cents = MoneyField(label="Coût annuel", required=False)

    def __init__(self, *args: Any, owes_proof: bool, old: Maintenance | None, **kwargs: Any) -> None:
        names = ("provider", "starts_on", "ends_on", "review_on", "yearly_cents")
        super().__init__(*args, initial={name: getattr(old, name) for name in names} if old else None, **kwargs)
        self.owe(proof=owes_proof, correction=False)


class AccessionForm(Form):
    """A newcomer of a signed shared development: its act, its signature, its entry fee."""

    body = forms.CharField(label="Nouvel organisme", max_length=100, help_text="Son SIREN, ou son nom exact.")
    effective_on = DateField(label="Date d'effet de l'avenant")
    act_kind = forms.ChoiceField(
        label="Nature de l'acte", choices=ActKind.choices, widget=forms.RadioSelect, initial=ActKind.DELIBERATION
    )
    act_number = forms.CharField(label="Numéro de l'acte", max_length=60)
    act_date = DateField(label="Date de l'acte")
    act_enforceable_on = DateField(label="Exécutoire le", help_text="Article L. 2131-1 du CGCT.")
    act_maximum_cents = MoneyField(label="Montant maximum voté")
    signed_on = DateField(label="Avenant signé le")
    signatory = forms.CharField(label="Signataire", max_length=120)
    signatory_capacity = forms.CharField(label="Qualité", max_length=120)
    signature_mode = forms.ChoiceField(
        label="Mode de signature",
        choices=SignatureMode.choices,
        widget=forms.RadioSelect,
        initial=SignatureMode.HANDWRITTEN,
    )
    rule = forms.ChoiceField(label="Droit d'entrée", choices=EntryRule.choices, widget=forms.RadioSelect)
    elapsed_months = forms.IntegerField(
        label="Âge du logiciel, en mois", min_value=0, max_value=1_200, initial=0, help_text="Pour l'amortissement."
    )
    note = forms.CharField(label="Preuve", max_length=2_000, help_text="Avenant signé reçu le…, courriel du…")

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        rule = project.frozen_term("entry_rule") or EntryRule.RETROACTIVE
        super().__init__(*args, initial={"rule": rule}, **kwargs)

    def clean_body(self) -> Body:
        """The body of the registry."""
        found = queries.bodies_like(self.cleaned_data["body"], limit=2)
        exact = [body for body in found if self.cleaned_data["body"].strip() in (body.siren, body.name)]
        if len(exact or found) != 1:
            raise forms.ValidationError("Aucun organisme, ou plusieurs, sous ce nom : donnez son SIREN.")
        body: Body = (exact or found)[0]
        return body


class TwoPersonForm(Form):
    """Above how much two persons decide."""

    above_cents = MoneyField(
        label="Deux personnes décident au-delà de",
        required=False,
        help_text="Figer la convention et attribuer : l'une propose, l'autre confirme. Vide : la règle est levée.",
    )
    note = forms.CharField(label="Motif", required=False, max_length=500, help_text="Demandé pour desserrer la règle.")


class MissionsForm(Form):
    """Who does each operation in the name of whom."""

    def __init__(self, *args: Any, project: Project, members: list[Participation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(str(row.body_id), row.body.name) for row in members if row.body_id != project.lead_body_id]
        self.who = dict([(LEAD, "Le coordonnateur, pour tous"), (EACH, "Chacun pour soi"), *others])
        self.matrix = matrix(project.mandate, project.missions)
        for mission in self.matrix:
            self.fields[mission.operation.code] = forms.ChoiceField(
                label=mission.operation.label, choices=list(self.who.items()), initial=mission.who
            )

    def as_chosen(self) -> list[tuple[str, str]]:
        """(operation, who), to be read."""
        return [(mission.operation.label, self.who.get(mission.who, "un ancien membre")) for mission in self.matrix]

    def chosen(self) -> dict[str, str]:
        """Operation → who, once valid."""
        return {operation.code: self.cleaned_data[operation.code] for operation in OPERATIONS}
