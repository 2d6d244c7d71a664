"""The coordinator's words for a reminder."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from procurement.forms import Form
from procurement.placeholders import unknown
from projects.actions.reminders import listed_blanks
from projects.notifications.reminders import BLANKS


class ReminderTextForm(Form):
    """One text with named blanks; an unknown one is refused here, and again by the action."""

    text = forms.CharField(
        label="Message",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=1_000,
        required=False,
        help_text="Vide : notre texte revient. Le lien vers l'acte est ajouté à chaque message.",
    )

    def clean_text(self) -> str:
        """Only known blanks."""
        text: str = self.cleaned_data["text"]
        if wrong := unknown(text, BLANKS):
            raise ValidationError(f"Repère inconnu : {{{wrong[0]}}}. Ceux qui existent : {listed_blanks()}.")
        return text
