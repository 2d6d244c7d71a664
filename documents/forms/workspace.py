"""What the legal workspace is narrowed by, and the reason of a finding."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from documents.catalogue import KINDS
from documents.models import Document, DocumentState, OutOfDate
from procurement.access import Actor
from procurement.forms import Form
from projects.models import Participation

STALE = "stale"
TITLES = sorted(
    {kind.code: kind.title for kind in reversed(KINDS) if not kind.per_need}.items(), key=lambda item: item[1]
)


class DocumentFilter(Form):
    """Across projects. The address holds it, so that it can be shared."""

    q = forms.CharField(label="Projet ou référence", max_length=100, required=False)
    nature = forms.ChoiceField(label="Nature", choices=[("", "Toutes"), *TITLES], required=False)
    etat = forms.ChoiceField(
        label="État", choices=[("", "Tous"), *DocumentState.choices, (STALE, "Périmé")], required=False
    )
    organisme = forms.ChoiceField(label="Organisme", required=False)
    attente = forms.BooleanField(label="Ce qui m'attend", required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = [(str(body.pk), body.name) for body in actor.bodies]
        self.fields["organisme"].choices = [("", "Tous"), *bodies]  # type: ignore[attr-defined]  # a choice field

    def narrow(self, rows: QuerySet[Document], project_ids: list[int]) -> QuerySet[Document]:
        """The rows that answer; `project_ids`: those where something waits. A wrong filter narrows nothing."""
        self.is_valid()
        given = self.cleaned_data
        for word in given.get("q", "").replace("\0", "").split():
            rows = rows.filter(Q(reference__icontains=word) | Q(project__title__icontains=word))
        if given.get("nature"):
            rows = rows.filter(kind=given["nature"])
        if given.get("etat") == STALE:
            rows = rows.filter(Exists(OutOfDate.objects.filter(document=OuterRef("pk"))))
        elif given.get("etat"):
            rows = rows.filter(state=given["etat"])  # type: ignore[misc]  # annotated by with_state()
        if given.get("organisme"):
            body = int(given["organisme"])
            joined = Participation.objects.filter(project=OuterRef("project"), body_id=body).present()
            rows = rows.filter(Q(body_id=body) | Q(Exists(joined), body=None))
        return rows.filter(project_id__in=project_ids) if given.get("attente") else rows


class WaiveForm(Form):
    """Why a change is without effect."""

    reason = forms.CharField(
        label="Pourquoi ce changement est sans effet",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="Le motif est inscrit au journal et envoyé aux organismes.",
    )
    context = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)


class ArchiveForm(Form):
    """What to put in an archive."""

    sort = forms.ChoiceField(choices=[("bodies", ""), ("body", ""), ("signing", "")])
    organisme = forms.CharField(max_length=14, required=False)
    nature = forms.MultipleChoiceField(choices=TITLES, required=False)
