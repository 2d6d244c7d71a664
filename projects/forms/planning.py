"""Forms of the timetable, of the expected bodies, of mandates, and the questions that help to choose a route."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import Any

from django import forms

from procurement import clock, validators
from procurement.access import Actor
from procurement.forms import DateField, Form
from procurement.models import Body, BodyKind, Role
from procurement.sheets import Unreadable
from procurement.sheets.gates import kind_of
from procurement.sheets.reading import read
from procurement.sheets.table import Table
from projects import planning
from projects.models import Participation, Project
from projects.timetable.schedule import YEARS

MOST_COUNCILS, MOST_BODIES, MOST_BYTES = 60, 3_000, 500_000
LONGEST_NOTICE = 36  # months
SHOWN_ERRORS = 10


class CalendarForm(Form):
    """When a body's contract ends, and when its assembly sits."""

    contract_end = DateField(
        label="Fin de notre contrat en cours",
        required=False,
        help_text="Vue par votre organisme et par le coordinateur, par personne d'autre.",
    )
    notice_months = forms.IntegerField(
        label="Préavis pour le dénoncer, en mois",
        min_value=0,
        max_value=LONGEST_NOTICE,
        required=False,
        help_text="0 ou vide si le contrat s'arrête de lui-même.",
    )
    by_delegation = forms.BooleanField(
        label="L'exécutif décide par délégation, sans séance",
        required=False,
        help_text="Un EPCI le peut (article L. 5211-10 du CGCT) ; un maire ne le peut pas pour un groupement.",
    )
    councils = forms.CharField(
        label="Prochaines séances de notre assemblée",
        required=False,
        max_length=2_000,
        widget=forms.Textarea({"rows": 5}),
        help_text="Une date par ligne, JJ/MM/AAAA. Elles servent à tous vos projets.",
    )

    def __init__(self, *args: Any, row: Participation, **kwargs: Any) -> None:
        days = row.body.councils.filter(day__gte=clock.today()).values_list("day", flat=True)
        initial = {
            "contract_end": row.contract_end,
            "notice_months": row.notice_months,
            "by_delegation": row.by_delegation,
            "councils": "\n".join(f"{day:%d/%m/%Y}" for day in days),
        }
        super().__init__(*args, initial=initial, **kwargs)

    def clean_contract_end(self) -> dt.date | None:
        """A year that a contract may end in."""
        day: dt.date | None = self.cleaned_data["contract_end"]
        if day and not YEARS[0] <= day.year <= YEARS[1]:
            raise forms.ValidationError("Vérifiez l'année.")
        return day

    def clean_councils(self) -> list[dt.date]:
        """Days, each once; a line that is not one is named."""
        lines = [line.strip() for line in self.cleaned_data["councils"].splitlines() if line.strip()]
        if len(lines) > MOST_COUNCILS:
            raise forms.ValidationError(f"{MOST_COUNCILS} séances au plus.")
        return sorted({_day(line) for line in lines})


def _day(line: str) -> dt.date:
    field = DateField()
    try:
        day = field.to_python(line)
    except forms.ValidationError:
        day = None
    if day is None or not YEARS[0] <= day.year <= YEARS[1]:
        raise forms.ValidationError(f"« {line[:40]} » n'est pas une date comme 30/04/2026.")
    return day


class ExpectedForm(Form):
    """A list of SIREN, pasted or in a spreadsheet: all of it is taken, or the lines that are wrong are named."""

    sirens = forms.CharField(
        label="SIREN des organismes attendus",
        required=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea({"rows": 6}),
        help_text="Un par ligne ; un SIRET convient, le reste de la ligne est ignoré.",
    )
    file = forms.FileField(
        label="Ou un tableur", required=False, help_text="CSV, XLSX ou ODS ; une colonne de SIREN, avec ou sans titre."
    )

    def clean_file(self) -> str:
        """The text of the file, as CSV: UTF-8 or Windows-1252 as spreadsheets write it, or the cells of a workbook."""
        upload = self.cleaned_data["file"]
        if upload is None:
            return ""
        if upload.size > MOST_BYTES:
            raise forms.ValidationError("Fichier trop grand : 500 ko au plus.")
        content: bytes = upload.read()
        try:
            if kind_of(content) != "text":
                return _as_text(read(content))
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from None
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return content.decode("cp1252", errors="replace")

    def clean(self) -> dict[str, Any]:
        """`bodies`: those of the registry, in the order given."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        rows = list(_numbers(f"{data.get('sirens') or ''}\n{data.get('file') or ''}"))
        if not rows:
            raise forms.ValidationError("Donnez au moins un SIREN.")
        if len(rows) > MOST_BODIES:
            raise forms.ValidationError(f"{MOST_BODIES} organismes au plus.")
        sirens = [siren for _, siren in rows]
        known = {body.siren: body for body in Body.objects.filter(siren__in=sirens)}
        wrong = [_wrong(line, siren) for line, siren in rows if siren not in known]
        if wrong:
            more = [f"et {len(wrong) - SHOWN_ERRORS} autres lignes"] if len(wrong) > SHOWN_ERRORS else []
            raise forms.ValidationError([*wrong[:SHOWN_ERRORS], *more])
        data["bodies"] = list({siren: known[siren] for siren in sirens}.values())
        return data


def _as_text(table: Table) -> str:
    """A workbook as CSV, each record on the line of its row."""
    first = table.lines[0][0] - 1 if table.lines else 1
    rows = {first: table.header, **dict(table.lines)}
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    for number in range(1, max(rows) + 1):
        writer.writerow([cell.replace("\n", " ") for cell in rows.get(number, [])])
    return text.getvalue()


def _numbers(text: str) -> Iterator[tuple[int, str]]:
    """(line, SIREN) for each line that has a number; a line of titles has none."""
    sample = text[:2_000]
    delimiter = max(";,\t", key=sample.count)
    for line, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
        for cell in cells:
            digits = re.sub(r"[\s\u00a0\u202f.]", "", cell)
            if re.fullmatch(r"\d{9}|\d{14}", digits):
                yield line, digits[:9]
                break
        else:
            if any(re.search(r"\d{5,}", re.sub(r"\s", "", cell)) for cell in cells):
                yield line, ";".join(cells)[:40]


def _wrong(line: int, text: str) -> str:
    try:
        validators.siren(text)
    except forms.ValidationError:
        return f"Ligne {line} : « {text} » n'est pas un SIREN (neuf chiffres dont une clé de contrôle)."
    return f"Ligne {line} : {text} n'est pas au registre."


class MandateForm(Form):
    """A commune lets an EPCI declare for it."""

    from_body = forms.ModelChoiceField(queryset=Body.objects.none(), label="Commune qui donne mandat")
    to_siren = forms.CharField(label="SIREN de l'EPCI", max_length=20)
    project = forms.ModelChoiceField(
        queryset=Project.objects.none(), label="Projet", required=False, empty_label="Tous les projets"
    )
    act_reference = forms.CharField(
        label="Acte qui donne mandat", max_length=120, help_text="Par exemple « délibération 2026-47 du 12 mai 2026 »."
    )
    starts_on = DateField(label="À partir du")
    ends_on = DateField(label="Jusqu'au", required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [body.pk for body in actor.bodies_as(Role.LEGAL) if body.kind == BodyKind.COMMUNE]
        self.fields["from_body"].queryset = Body.objects.filter(pk__in=mine)  # type: ignore[attr-defined]
        joined = Project.objects.visible_to(actor).filter(participations__body_id__in=list(actor.roles)).distinct()
        self.fields["project"].queryset = joined  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = clock.today

    def clean_to_siren(self) -> Body:
        """An EPCI of the registry."""
        siren = re.sub(r"\s", "", self.cleaned_data["to_siren"])
        body = Body.objects.filter(siren=siren, kind=BodyKind.EPCI).first()
        if body is None:
            raise forms.ValidationError("Aucun EPCI à fiscalité propre n'a ce SIREN au registre.")
        return body

    def clean(self) -> dict[str, Any]:
        """It ends after it starts."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("ends_on") and data.get("starts_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", "La fin du mandat précède son début.")
        return data


class RouteForm(Form):
    """The questions of `planning.route_advice`, as GET parameters: nothing is kept."""

    use_required_attribute = False
    CHOICES = (
        (planning.Answer.YES.value, "Oui"),
        (planning.Answer.NO.value, "Non"),
        (planning.Answer.UNKNOWN.value, "Je ne sais pas"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in planning.QUESTIONS:
            self.fields[question.code] = forms.ChoiceField(
                label=question.text,
                help_text=question.why,
                choices=self.CHOICES,
                widget=forms.RadioSelect,
                initial=planning.Answer.UNKNOWN.value,
            )

    @staticmethod
    def unknown() -> dict[str, str]:
        """What every question answers until somebody says."""
        return {question.code: planning.Answer.UNKNOWN.value for question in planning.QUESTIONS}

    def answers(self) -> dict[str, str]:
        """By question code; what is wrong or left out is unknown."""
        return {**self.unknown(), **getattr(self, "cleaned_data", {})}
