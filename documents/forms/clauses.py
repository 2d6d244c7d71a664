"""What is asked while the words are worked on."""

from __future__ import annotations

from typing import Any

from django import forms

from documents.clauses.markdown import BadClause, check
from documents.clauses.models import Model
from procurement.forms import DateField, Form, ModelForm, MoneyField
from procurement.models import Body
from projects.enums import Route, Vehicle
from projects.models import AgreementTerms, Project, Verdict

VEHICLE_HELP = {
    Vehicle.GROUPING: "Le plus sûr quand une entreprise développe : la convention du groupement est annexée à "
    "l'accord, et le contrat est mis en concurrence (articles L. 2113-6 à L. 2113-8 du CCP).",
    Vehicle.CO_FUNDING: "Un organisme achète ou développe, les autres versent une participation sans autre "
    "contrepartie que le commun. La TVA est à qualifier. Un fonds de concours ne convient qu'entre un EPCI et ses "
    "communes, et il est douteux pour un logiciel.",
    Vehicle.COOPERATION: "Entre pouvoirs adjudicateurs qui coopèrent vraiment, moins de 20 % de l'activité sur le "
    "marché (article L. 2511-6 du CCP). Ne dispense pas de mettre en concurrence un développeur extérieur.",
}


class ClauseForm(Form):
    """The words of a clause, checked against the data it may name."""

    text = forms.CharField(
        label="Texte",
        widget=forms.Textarea({"rows": 18, "spellcheck": "true"}),
        strip=True,
        help_text="Une ligne vide sépare deux paragraphes ; « - » commence une puce, « 1. » un numéro ; **gras**, "
        "*italique*. Les données s'écrivent entre accolades.",
    )
    reason = forms.CharField(
        label="Pourquoi ce changement", max_length=500, required=False, help_text="Une ligne, lue par tous les membres."
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, model: Model, **kwargs: Any) -> None:
        self.model = model
        super().__init__(*args, **kwargs)

    def clean_text(self) -> str:
        """Refuse what cannot be printed as it is: unknown data, stray braces, too long."""
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        try:
            check(text, self.model.known, self.model.tables, self.model.needed)
        except BadClause as reason:
            raise forms.ValidationError(str(reason)) from None
        return text


class RemarkForm(Form):
    """A remark, or an answer to one."""

    text = forms.CharField(label="Votre remarque", max_length=4_000, widget=forms.Textarea({"rows": 3}))
    answers = forms.IntegerField(widget=forms.HiddenInput, required=False)


class OpenReviewForm(Form):
    """Until when answers are expected."""

    answer_by = DateField(label="Réponse attendue avant le", required=False)


class AnswerForm(Form):
    """What a body says of the draft."""

    verdict = forms.ChoiceField(label="Votre réponse", choices=Verdict.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label="Remarques, ou preuve", max_length=4_000, required=False, widget=forms.Textarea({"rows": 4})
    )
    draft = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, owes_proof: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owes_proof = owes_proof
        self.fields["text"].help_text = (
            "Vous répondez pour un autre organisme : courriel du…, appel du…"
            if owes_proof
            else "Nécessaires si vous retournez le texte."
        )

    def clean(self) -> dict[str, Any]:
        """A return says why; who answers for somebody else says on what proof."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("text") and self.owes_proof:
            self.add_error("text", "Indiquez la preuve sur laquelle vous répondez.")
        elif not data.get("text") and data.get("verdict") == Verdict.REMARKS:
            self.add_error("text", "Dites ce qui ne convient pas.")
        return data


class WaiveForm(Form):
    """Why one goes on without every agreement."""

    reason = forms.CharField(label="Motif", max_length=500, widget=forms.Textarea({"rows": 3}))
    draft = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)


GROUPS = (  # legend, route (both when empty), fields
    ("Le logiciel", "shared", "software_name scope base_software pilots brand"),
    ("Licence et publication", "shared", "licence docs_licence dco forge_url publication embargo_days"),
    ("Droits", "shared", "ownership assignment"),
    ("Comité de pilotage", "shared", "vote_mode quorum_percent meetings minutes_days"),
    ("Recette et maintenance", "shared", "va_days vsr_days review_months"),
    ("Arrivées et dépassement", "shared", "entry_rule depreciation_years tolerance_percent"),
    ("Le marché", "purchase", "contract_form launch_on families"),
    ("Arrivées et départs", "purchase", "leave_after_launch departure_keeps_acts quick_joining"),
    ("Coordonnateur", "", "lead_pay lead_pay_cents lead_pay_percent deputy depositary"),
    ("Délais, en jours", "", "answer_days dce_days refund_days notice_days cure_days mediation_days"),
    ("Vie de la convention", "", "entry vote_rule schedule litigation court"),
)
FIELDS = [name for _, _, names in GROUPS for name in names.split()]


class TermsForm(ModelForm):
    """The terms of an agreement; those of the other route are left out, and a shared development says its vehicle."""

    vehicle = forms.ChoiceField(label="Véhicule juridique", choices=Vehicle.choices, widget=forms.RadioSelect)
    lead_pay_cents = MoneyField(label="Forfait annuel", required=False)
    launch_on = DateField(label="Lancement prévu de la consultation", required=False)

    class Meta:
        model = AgreementTerms
        fields = FIELDS
        widgets = {name: forms.Textarea({"rows": 3}) for name in ("scope", "pilots", "schedule", "families")}
        help_texts = {
            "court": "« de Grenoble » par exemple. Vide : celui du siège du coordonnateur.",
            "depositary": "Vide : le coordonnateur.",
            "licence": "Liste de l'article D. 323-2-1 du CRPA ; une autre licence demande une homologation de l'État.",
            "schedule": "Dates et pourcentages. Vide : appels au vu des dépenses.",
            "departure_keeps_acts": "Avant le lancement, qui reste sous son maximum voté ne délibère pas de nouveau.",
            "quick_joining": "Groupement permanent : l'avenant est signé par le nouveau membre et le coordonnateur.",
            "leave_after_launch": "Avec préavis, et sans effet sur les marchés conclus.",
            "dco": "Aucune cession de droits (CLA) n'est jamais demandée.",
        }

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        shared = project.route == Route.SHARED_DEVELOPMENT
        wanted = {"", "shared" if shared else "purchase"}
        if shared and project.vehicle == Vehicle.GROUPING:
            wanted.add("purchase")  # its convention is annexed
        self._groups = [(legend, names.split()) for legend, route, names in GROUPS if route in wanted]
        for name in set(FIELDS) - {name for _, names in self._groups for name in names}:
            del self.fields[name]
        if shared:
            self.fields["vehicle"].initial = project.vehicle
        else:
            del self.fields["vehicle"]
        present = project.participations.present().values("body_id")
        for name in ("deputy", "depositary"):
            self.fields[name].queryset = Body.objects.filter(pk__in=present)  # type: ignore[attr-defined]
        self.order_fields(["vehicle", *FIELDS])

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields shown, by legend; the vehicle stands apart."""
        return [(legend, [self[name] for name in names]) for legend, names in self._groups]

    def clean(self) -> dict[str, Any]:
        """A flat rate has an amount, a percentage its figure."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("lead_pay") == "flat" and not data.get("lead_pay_cents"):
            self.add_error("lead_pay_cents", "Indiquez le forfait annuel.")
        if data.get("lead_pay") == "percent" and not data.get("lead_pay_percent"):
            self.add_error("lead_pay_percent", "Indiquez le pourcentage, par exemple 2,5.")
        return data

    def clean_lead_pay_percent(self) -> str:
        """An exact decimal between 0 and 100, with a point."""
        text = str(self.cleaned_data.get("lead_pay_percent") or "").replace(",", ".").strip(" %")
        whole, _, part = text.partition(".")
        if text and not (
            whole.isdecimal() and whole.isascii() and (not part or part.isdecimal()) and int(whole) <= 100
        ):
            raise forms.ValidationError("Écrivez un pourcentage comme 2,5.")
        return text

    def facts(self) -> dict[str, Any]:
        """What the action takes: the fields shown."""
        return {name: self.cleaned_data[name] for name in self.fields}
