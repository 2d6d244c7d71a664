"""What is asked of people about signed copies, and of anybody who verifies a document."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from documents.return_links import LINK_DAYS
from documents.signatures.inspection import too_big
from procurement.forms import Form

CODE = r"[0-9a-fA-F]{16}"


class PdfField(forms.FileField):
    """A PDF, not too big to be looked at; what is in it is judged afterwards."""

    default_error_messages = {
        "required": "Choisissez un fichier PDF.",
        "empty": "Ce fichier est vide.",
        "max_length": "Le nom de ce fichier est trop long : raccourcissez-le.",
    }

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.ClearableFileInput({"accept": ".pdf,application/pdf"})
        super().__init__(max_length=255, widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file, if it may be read in one go."""
        file = super().clean(data, initial)
        if file and file.size > settings.LARGEST_COPY_BYTES:
            raise forms.ValidationError(too_big())
        return file


class CopyForm(Form):
    """A signed copy on its way in."""

    file = PdfField(
        label="Copie signée (PDF)",
        help_text="Le PDF signé électroniquement, ou la numérisation de toutes ses pages. "
        f"{settings.LARGEST_COPY_BYTES // 2**20} Mio au plus.",
    )


class LinkForm(Form):
    """A personal link for somebody without an account."""

    addressee = forms.CharField(
        label="Pour qui", max_length=120, help_text="Le secrétariat de la mairie, le cabinet du président…"
    )
    days = forms.TypedChoiceField(
        label="Valable",
        choices=[(days, f"{days} jours") for days in LINK_DAYS],
        coerce=int,
        initial=LINK_DAYS[1],
        widget=forms.RadioSelect,
    )


class VouchForm(Form):
    """What a person who looked at a copy has to say of it, if anything."""

    reason = forms.CharField(label="Constat (facultatif)", max_length=255, required=False)


class ReasonForm(Form):
    """Why a copy does not count."""

    reason = forms.CharField(label="Motif", max_length=255, help_text="Page manquante, autre version, mauvais projet…")


class CodeForm(Form):
    """The code printed at the foot of a document."""

    code = forms.RegexField(
        label="Code de vérification",
        regex=rf"^\s*{CODE}\s*$",
        max_length=40,
        help_text="Seize chiffres et lettres de a à f, en pied de page.",
        error_messages={"invalid": "Un code compte seize caractères, chiffres et lettres de a à f."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_code(self) -> str:
        """Without the blanks that a copy and paste brings, in lower case."""
        return str(self.cleaned_data["code"]).strip().lower()


class FileForm(Form):
    """A file to verify."""

    file = PdfField(label="Fichier PDF", help_text="Il est comparé, puis oublié : rien n'est conservé.")
