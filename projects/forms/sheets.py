"""A spreadsheet on its way in."""

from __future__ import annotations

from typing import Any

from django import forms

from procurement.forms import Form
from procurement.sheets import MAX_BYTES


class UploadForm(Form):
    """The file. What is in it is judged afterwards, line by line."""

    file = forms.FileField(
        label="Votre tableur",
        help_text="CSV, XLSX ou ODS. Rien n'est écrit avant que vous ayez vu ce qui changera.",
        max_length=255,
        allow_empty_file=True,
        error_messages={"required": "Choisissez un fichier."},
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx,.ods"}),
    )

    def clean_file(self) -> Any:
        """Not too big to be looked at."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(f"{MAX_BYTES // 2**20} Mio au plus : importez ce fichier en plusieurs fois.")
        return file
