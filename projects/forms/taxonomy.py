"""A functional domain as a steward edits it: its lists one thing a line, as one would dictate them."""

from __future__ import annotations

from typing import Any

from django import forms

from procurement.forms import ModelForm
from projects.models import Domain

YES_NO = "oui ou non"
MOST_LINES = 60


class Lines(forms.CharField):
    """A text of which each line is one thing, its parts between « ; »."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20_000, required=False, widget=forms.Textarea({"rows": 8}), **kwargs)

    def to_python(self, value: Any) -> list[list[str]]:  # type: ignore[override]  # parts, not a text
        """The parts of each line that says something."""
        lines = [line for line in str(super().to_python(value) or "").splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(f"{len(lines)} lignes : {MOST_LINES} au plus.")
        return [[part.strip() for part in line.split(";")] for line in lines]


class DomainForm(ModelForm):
    """The label, the usual volumes, the questions, the synonyms; the code is chosen once."""

    volumes = Lines(
        label="Volumes usuels", help_text="Un par ligne : ce qu'on compte ; l'unité. Exemple : actes par an ; actes"
    )
    questions = Lines(
        label="Questions",
        help_text="Une par ligne : la question ; le volume qui y répond ; son unité. Ou : la question ; oui ou non.",
    )
    synonyms = Lines(
        label="Synonymes et abréviations",
        help_text="Un par ligne. La recherche les lit dès l'enregistrement : EC, état-civil, livret de famille.",
    )

    class Meta:
        model = Domain
        fields = ("code", "label")
        help_texts = {"code": "Lettres minuscules et tirets ; il ne change plus ensuite."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        domain = self.instance
        if domain.pk:
            self.fields.pop("code", None)
        self.initial.update(
            volumes="\n".join(f"{row['label']} ; {row['unit']}" for row in domain.volumes),
            questions="\n".join(_question_line(row) for row in domain.questions),
            synonyms="\n".join(domain.synonyms),
        )

    def clean_volumes(self) -> list[dict[str, str]]:
        """A list of `{"label", "unit"}`, each label once."""
        rows = self.cleaned_data["volumes"]
        for parts in rows:
            if len(parts) != 2 or not all(parts) or len(parts[0]) > 120 or len(parts[1]) > 40:
                raise forms.ValidationError(f"« {' ; '.join(parts)[:80]} » : écrivez « actes par an ; actes ».")
        labels = [label for label, _ in rows]
        if len(set(labels)) < len(labels):
            raise forms.ValidationError("Un volume est écrit deux fois.")
        return [{"label": label, "unit": unit} for label, unit in rows]

    def clean_questions(self) -> list[dict[str, str]]:
        """A list of `{"label", "unit", "kind", "volume"}`: a number is one of the usual volumes, so that it adds up."""
        known = {(row["label"], row["unit"]) for row in self.cleaned_data.get("volumes") or ()}
        found = []
        for parts in self.cleaned_data["questions"]:
            label = parts[0]
            if not label.endswith("?") or len(label) > 255:
                raise forms.ValidationError(
                    f"« {label[:80]} » : une question finit par « ? » (255 caractères au plus)."
                )
            if parts[1:] == [YES_NO]:
                found.append({"label": label, "unit": "", "kind": "yes_no"})
            elif len(parts) == 3 and (parts[1], parts[2]) in known:
                found.append({"label": label, "unit": parts[2], "kind": "number", "volume": parts[1]})
            else:
                raise forms.ValidationError(
                    f"« {label[:80]} » : ajoutez « ; {YES_NO} », ou un volume de la liste et son unité."
                )
        if len({row["label"] for row in found}) < len(found):
            raise forms.ValidationError("Une question est écrite deux fois.")
        return found

    def clean_synonyms(self) -> list[str]:
        """A list of words, each once, that no other domain holds."""
        words = list(dict.fromkeys(";".join(parts) for parts in self.cleaned_data["synonyms"]))
        if long := [word for word in words if len(word) > 120]:
            raise forms.ValidationError(f"« {long[0][:60]}… » : 120 caractères au plus.")
        wanted = {word.casefold() for word in words}
        for other in Domain.objects.exclude(pk=self.instance.pk):
            if taken := wanted & {word.casefold() for word in (other.label, *other.synonyms)}:
                raise forms.ValidationError(f"« {min(taken)} » est déjà du domaine « {other.label} ».")
        return words

    def save(self, commit: bool = True) -> Domain:
        """The domain, its lists set."""
        for name in ("volumes", "questions", "synonyms"):
            setattr(self.instance, name, self.cleaned_data[name])
        saved: Domain = super().save(commit)
        return saved


def _question_line(row: dict[str, str]) -> str:
    answer = f"{row['volume']} ; {row['unit']}" if row["kind"] == "number" else YES_NO
    return f"{row['label']} ; {answer}"
