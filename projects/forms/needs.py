"""The page of a need: its fields, its domain's questions, its rows, in short sections. No row's identifier travels."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms

from procurement.access import Actor
from procurement.models import Body
from projects.forms.need_fields import first_values, unsure_name
from projects.forms.need_form import NeedForm
from projects.forms.need_questions import QuestionsForm, split
from projects.forms.need_rows import BLANK_ROWS, InterfaceRows, RequirementRows, Rows, VolumeRows, typed
from projects.models import Domain, Need
from projects.needs.declaration import PARTS, Part
from projects.needs.overlap import PLAIN, ROW_FIELDS, digests_of, need_rows

Row = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """A wrong field as the summary at the top of the page names it."""

    label: str
    errors: list[str]
    id_for_label: str
    auto_id: str


@dataclass(frozen=True)
class PartView:
    """A section of the page: `open` shows it unfolded, `answered` of `total` says how far it is."""

    part: Part
    fields: list[forms.BoundField]
    unsure: forms.BoundField | None
    open: bool
    answered: int
    total: int


class NeedPage:
    """The forms of the page as one. Answers what `components/error_summary.html` asks of a form."""

    def __init__(
        self,
        *,
        actor: Actor,
        need: Need | None = None,
        data: Mapping[str, Any] | None = None,
        shown: Mapping[str, Any] | None = None,
        unfold: str = "",
    ) -> None:
        """`shown` are values to begin with (fields and rows), those of `need` unless said; `unfold` a section."""
        self.actor, self.need, self.unfold = actor, need, unfold
        if shown is None and need is not None and data is None:
            shown = stored(need)  # rows are told from nothing once sent: what is the same is still wanted
        first: dict[str, Any] = {"submission": uuid.uuid4()}
        if shown is not None:
            domain = shown["domain"]
            first = {**first_values(shown), "domain": domain.pk if domain else None}
            first |= {name: shown[name] for name in ("title", "description")}
        if shown is not None and need is not None:
            first["base"] = json.dumps(shown.get("base") or digests_shown(shown), separators=(",", ":"))
        self.form = NeedForm(data, actor=actor, need=need, initial=first)
        self._fill(data, shown)

    def _fill(self, data: Mapping[str, Any] | None, shown: Mapping[str, Any] | None) -> None:
        asked, left = split(self.domain, shown["volumes"], shown["answers"]) if shown else ({}, None)
        self.questions = QuestionsForm(data, domain=self.domain, domains=self._domains, initial=asked)
        self.volumes = VolumeRows(data, prefix="volumes", initial=left)
        self.interfaces = InterfaceRows(data, prefix="interfaces", initial=shown["interfaces"] if shown else None)
        self.requirements = RequirementRows(
            data, prefix="requirements", initial=shown["requirements"] if shown else None
        )

    @property
    def rows(self) -> dict[str, Rows]:
        """The rows, by kind."""
        return {"volumes": self.volumes, "interfaces": self.interfaces, "requirements": self.requirements}

    def is_valid(self) -> bool:
        """True when all are; all are checked, so that every fault is shown at once."""
        return all([self.form.is_valid(), self.questions.is_valid(), *(rows.is_valid() for rows in self.rows.values())])

    def facts(self) -> dict[str, Any]:
        """The arguments of the actions, once valid, the body, the submission and the base set apart."""
        values = self.form.values
        rows = {kind: found.filled for kind, found in self.rows.items()}
        rows["volumes"] = [*self.questions.volumes, *rows["volumes"]]
        if rows["interfaces"]:
            values["unknown"] = [name for name in values["unknown"] if name != "interfaces"]
        kept = self.need.answers if self.need else {}
        own = {question["label"] for question in self.questions.read.values()}
        answers = {label: answer for label, answer in kept.items() if label not in own} | self.questions.answers
        return {**values, "answers": answers, **rows}

    @property
    def base(self) -> dict[str, Any] | None:
        """What the page showed of the need, once valid."""
        found: dict[str, Any] | None = self.form.cleaned_data.get("base")
        return found

    @property
    def body(self) -> Body:
        """The body chosen, once valid."""
        return self.form.cleaned_data.get("body") or self.form.owner

    def as_typed(self) -> NeedPage:
        """The same page, unchecked, as typed, without one more row; the questions are those of the domain chosen."""
        page = NeedPage(actor=self.actor, need=self.need, unfold=self.unfold)
        page.form = NeedForm(actor=self.actor, need=self.need, initial=typed(self.form))
        page.__dict__.pop("domain", None)
        page.questions = QuestionsForm(None, domain=page.domain, domains=page._domains, initial=typed(self.questions))
        volumes = [*self.questions.typed_elsewhere(), *self.volumes.typed]
        page.volumes = VolumeRows(prefix="volumes", initial=volumes)
        page.interfaces = InterfaceRows(prefix="interfaces", initial=self.interfaces.typed)
        page.requirements = RequirementRows(prefix="requirements", initial=self.requirements.typed)
        for rows in page.rows.values():
            rows.extra = 0
        return page

    def with_more_rows(self, kind: str) -> NeedPage:
        """The same, with more empty rows at the end of those of this kind (of the requirements unless it is known)."""
        page = self.as_typed()
        page.rows.get(kind, page.requirements).extra = BLANK_ROWS
        page.unfold = {"interfaces": "technique", "exigences": "exigences"}.get(kind, page.unfold)
        return page

    @cached_property
    def domain(self) -> Domain | None:
        """The domain chosen so far."""
        chosen = str(self.form["domain"].value() or "")
        return next((domain for domain in self._domains if str(domain.pk) == chosen), None)

    @cached_property
    def _domains(self) -> list[Domain]:
        return list(self.form.fields["domain"].queryset)  # type: ignore[attr-defined]

    @property
    def usual_volumes(self) -> list[dict[str, str]]:
        """What is usually counted, for suggestions: in the domain chosen, else in all of them."""
        domains = [self.domain] if self.domain else self._domains
        return list({item["label"]: item for domain in domains for item in domain.volumes}.values())

    @property
    def chapters(self) -> list[str]:
        """Chapters already used in the page, suggested for the next rows."""
        return list(dict.fromkeys(row["chapter"] for row in self.requirements.typed if row["chapter"]))

    @property
    def parts(self) -> Iterator[PartView]:
        """The sections that may wait, unfolded where something is wrong or has just been typed."""
        untouched = self.form.initial if self.need else {}
        for part in PARTS:
            fields = [self.form[one.name] for one in part.asked if one.kind != "rows"]
            unsure = self.form[unsure_name(part)] if unsure_name(part) in self.form.fields else None
            known = set(unsure.value() or ()) if unsure else set()
            rows = "interfaces" in (one.name for one in part.asked)
            done = {field.name for field in fields if field.value() not in (None, "", [])} | known
            if rows and any(row["software"] for row in self.interfaces.typed):
                done.add("interfaces")
            wrong = any(field.errors for field in fields) or (rows and any(self.interfaces.errors))
            asked = self.unfold == part.code or (not untouched and bool(done))
            yield PartView(part, fields, unsure, wrong or asked, len(done), len(part.asked))

    @property
    def requirements_open(self) -> bool:
        """True if their section is to be shown unfolded."""
        typed_some = any(row["text"] or row["chapter"] for row in self.requirements.typed)
        return self.unfold == "exigences" or typed_some or any(self.requirements.errors)

    @property
    def errors(self) -> bool:
        """True if something is wrong."""
        return bool(self.visible_fields or self.non_field_errors or self.form.errors)

    @property
    def non_field_errors(self) -> list[str]:
        """What concerns no single field."""
        if not self.form.is_bound:
            return []
        all_rows = [error for rows in self.rows.values() for error in rows.non_form_errors()]
        return [str(error) for error in [*self.form.non_field_errors(), *all_rows]]

    @property
    def hidden_fields(self) -> list[forms.BoundField]:
        """The hidden ones."""
        return self.form.hidden_fields()

    @property
    def visible_fields(self) -> list[Fault]:
        """The wrong fields of all the forms, rows by their number."""
        named: list[tuple[str, forms.BaseForm]] = [("", self.form), ("", self.questions)]
        for rows, word in ((self.volumes, "Volume"), (self.interfaces, "Interface"), (self.requirements, "Exigence")):
            named += [(f"{word} {number}, ", form) for number, form in enumerate(rows.forms, 1)]
        wrong = [(place, field) for place, form in named for field in form.visible_fields() if field.errors]
        return [
            Fault(
                label=f"{place}{field.label}",
                errors=[str(error) for error in field.errors],
                id_for_label=field.id_for_label,
                auto_id=str(field.auto_id),
            )
            for place, field in wrong
        ]


def stored(need: Need) -> dict[str, Any]:
    """What the database holds of a need, fields and rows."""
    rows = {kind: need_rows(need, kind) for kind in ROW_FIELDS}
    return {name: getattr(need, name) for name in PLAIN} | rows


def digests_shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """The digests of such values, for the page to carry."""
    domain = values["domain"]
    plain = {**values, "domain": domain.pk if domain else None}
    return digests_of(plain, {kind: values[kind] for kind in ROW_FIELDS})
