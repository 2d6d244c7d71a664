"""What every form of a step asks for: a note, a reason or a proof."""

from __future__ import annotations

from typing import Any

from django import forms

from procurement.forms import Form
from procurement.workflow import Step


class StepForm(Form):
    """The note of a step; subclasses add its facts. `owes_proof` when one acts for somebody else."""

    note = forms.CharField(label="Note", required=False, max_length=2_000, widget=forms.Textarea({"rows": 3}))
    facts_from: tuple[str, ...] = ()

    def __init__(self, *args: Any, step: Step, obj: Any, owes_proof: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step, self.obj = step, obj
        note = self.fields["note"]
        if step.needs_note:
            note.label, note.required = "Motif", True
            note.error_messages["required"] = "Donnez le motif : il figure au journal."
        elif owes_proof:
            note.label, note.required = "Preuve", True
            note.help_text = "Vous agissez pour un autre organisme : courriel du…, copie reçue le…"
            note.error_messages["required"] = "Indiquez la preuve sur laquelle vous agissez."
        self.order_fields([name for name in self.fields if name != "note"])

    def facts(self) -> dict[str, Any]:
        """The keyword arguments of the step, once the form is valid."""
        return {name: self.cleaned_data[name] for name in self.facts_from}
