"""What is recorded after the freeze (acts, consultation, amendments, calls, one need): each fact is printed somewhere,
so that an issue made before it changed shows as out of date (D3); and what people type there is text (D5)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import pytest

from documents.catalogue import KINDS, Kind
from documents.contexts.subject import Call, Called, Funds, NeedFacts, Subject
from documents.printing import context_of, digest
from documents.render import render_page
from documents.stamp import Stamp
from procurement import clock
from projects.enums import AmendmentKind, Extends
from tests.documents import makers, tender, words
from tests.documents.test_hostile_text import vectors

Path = tuple[str | int, ...]
ISO = re.compile(r"\d{4}-\d\d-\d\d")
# Values that belong to a closed list: another of them.
OTHERS = {"procedure": "restricted", "covers": "contract", "kind": "leaving", "act": "décision"}
ELSEWHERE = ("dossier", "now", "plan", "facts")  # the facts of the project: test_freshness.py
TELLING = ("need-sheet", "notification-letter", "closing-report", "certificate")  # they print what was typed then
CODED = {"siren", "buyer", "procedure", "covers", "kind", "signed_by"}  # codes of ours: nobody types them
# Facts that a document reads to choose its words, or that only a page shows.
UNPRINTED = {
    "number",  # of a call: the place of the call in the list says it
    "version",  # of an act: those on another version are left out before
    "framework", "formal",  # where the procedure and the form already say it
    "need_cents",
}  # fmt: skip


# Amendment recorded, changes to the facts and to the consultation: some facts are printed in some situations only.
SITUATIONS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    *((str(kind), {}, {}) for kind in AmendmentKind.values),
    ("joining", {"mandate": "M1"}, {"published_on": "", "offers_due": "", "decided_on": ""}),
    (
        "joining",
        {"ceiling_cents": 30_000_00, "cost_lines": ()},
        {"formal": False, "procedure": "adapted", "need_cents": 30_000_00},
    ),
]


def whole(route: str, kind: str, facts_changed: dict[str, Any], tender_changed: dict[str, Any]) -> Subject:
    """Everything that may be recorded, with an amendment of this kind last."""
    given = {"threshold_cents": 100_000_00, "mandate": "M3", **facts_changed}
    facts = makers.dossier(3, route=route, **given)
    more: dict[str, Any] = {"months_before": 48, "months": 6, "covers": Extends.BOTH, "ground": "R. 2194-5"}
    more |= {"contract_ends_on": "2031-01-01", "added_cents": 5_000_00} if kind == AmendmentKind.EXTENSION else {}
    entry = tender.entry(facts, kind, **(more if kind == AmendmentKind.EXTENSION else {}))
    if kind == AmendmentKind.LEAD:
        entry = dataclasses.replace(entry, replaced="Grandval", signed_by=(facts.parties[0].siren,))
    amounts = tuple(Called(party.siren, 1_000_00 + n, 200_00 + n) for n, party in enumerate(facts.parties))
    told = tender.tender(
        facts,
        entries=(entry,),
        opened_on="2026-09-15",
        overruns=("Le lot 1 dépasse.",),
        planned=(("offers", "2026-09-01"), ("award", "2026-10-01")),
        **tender_changed,
    )
    paid = tuple(dataclasses.replace(row, received_on="2026-12-01") for row in amounts)
    calls = (
        Call(1, "Notification", "2026-11-02", "2026-12-02", paid),
        Call(2, "Vérification d'aptitude", "2027-03-01", "2027-04-01", amounts),
    )
    subject = makers.subject(facts, "deliberation", facts.parties[1].siren)
    return dataclasses.replace(subject, need=makers.NEED, now=facts, tender=told, funds=Funds(makers.PLAN, calls))


def says(kind: Kind, subject: Subject) -> str:
    """Digest of what a kind says of a subject."""
    return digest(context_of(kind, subject))


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value of what was recorded, with the way to it; the dossier and the plan have tests of their own."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            if field.name not in ELSEWHERE and (path or field.name != "siren"):
                yield from leaves(getattr(value, field.name), (*path, field.name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    elif value not in ("", None):
        yield path, value


def put(value: Any, path: Path, new: Any) -> Any:
    """The same with another value at the end of the way."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, tuple):
        index = int(step)
        return (*value[:index], put(value[index], rest, new), *value[index + 1 :])
    return dataclasses.replace(value, **{str(step): put(getattr(value, str(step)), rest, new)})


def another(name: str, value: Any) -> Any:
    """A value of the same sort that is not this one."""
    if name in OTHERS and isinstance(value, str):
        return OTHERS[name]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return "2030-01-31" if ISO.fullmatch(value) else f"{value} bis"


def name_of(path: Path) -> str:
    """The last word of the way: the field."""
    return next(str(step) for step in reversed(path) if isinstance(step, str))


@pytest.mark.parametrize("route", ["grouped_purchase", "shared_development"])
def test_each_fact_that_is_recorded_is_printed_somewhere(route: str) -> None:
    unseen, seen = set(), set()
    for situation in SITUATIONS:
        subject = whole(route, *situation)
        kinds = [item for item in KINDS if route in item.routes and item.stage != "framing"]
        before = {item.code: says(item, subject) for item in kinds}
        for path, value in leaves(subject):
            if name_of(path) not in seen:
                changed = put(subject, path, another(name_of(path), value))
                shown = any(says(item, changed) != before[item.code] for item in reversed(kinds))
                (seen if shown else unseen).add(name_of(path))
    assert sorted(unseen - seen - UNPRINTED) == []
    every = {field.name for kind in (NeedFacts, Call, Called) for field in dataclasses.fields(kind)}
    assert every <= unseen | seen | CODED | UNPRINTED | {"amounts", "volumes", "requirements"} | _blank(NeedFacts)


def _blank(kind: type) -> set[str]:
    """Fields that the sample leaves empty."""
    return {field.name for field in dataclasses.fields(kind) if not getattr(makers.NEED, field.name)}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.code}-{kind.routes[0]}")
def test_what_is_typed_after_the_freeze_is_text(kind: Kind) -> None:
    """Holders, numbers of acts, signatories, reasons, software, repository, answers of a need (quality.md D5)."""
    for vector in vectors("http://exemple.invalid"):
        subject = whole(kind.routes[-1], *SITUATIONS[0])
        for path, value in leaves(subject):
            if isinstance(value, str) and not ISO.fullmatch(value) and name_of(path) not in CODED:
                subject = put(subject, path, vector)
        stamp = Stamp("P-2026-014/X-v1", "Émis le 04/05/2026", "0" * 16, clock.today())
        html = render_page(kind, context_of(kind, subject), stamp).html
        assert vector not in html
        if kind.code in TELLING:
            assert " ".join(vector.split()) in words.of_html(html)
