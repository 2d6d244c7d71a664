"""An issue is held against the facts of today: what changed is said, and nobody votes or signs meanwhile (D3)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib
import json
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from documents import contexts
from documents.catalogue import KINDS, Kind
from documents.changes import changes
from documents.freshness import Today, behind_convention
from documents.labels import LABELS
from documents.models import Document, Waiver
from documents.printing import context_of, digest
from documents.waiving import waive
from procurement import clock
from procurement.letters import Letter
from procurement.models import Body, Role
from procurement.steps import Blocked
from procurement.workflow import perform
from projects import dossier as dossiers
from projects.actions.projects import set_costs, set_lots
from projects.assembly import assemble
from projects.dossier import Dossier
from projects.enums import ProjectState
from projects.models import Event, Instalment, Need, Participation, Project
from tests import makers
from tests.documents import makers as papers

JSON = dict[str, Any]
by_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.code}-{kind.routes[0]}")


# What changed, in words -----------------------------------------------------------------------------------------------
def stored(kind: Kind) -> JSON:
    """The context of a kind about three communes, as the database gives it back."""
    facts = papers.dossier(3, route=kind.routes[-1], threshold_cents=100_000_00)
    found: JSON = json.loads(json.dumps(context_of(kind, papers.subject(facts, kind.code))))
    return found


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value that holds no other."""
    if isinstance(value, dict | list) and value:
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, (*path, key))
    else:
        yield path


def with_other(context: JSON, path: tuple[Any, ...]) -> JSON:
    """The same context, one value changed."""
    changed = json.loads(json.dumps(context))
    place = changed
    for key in path[:-1]:
        place = place[key]
    old = place[path[-1]]
    place[path[-1]] = (
        not old if isinstance(old, bool) else old + 1 if isinstance(old, int) else f"{old or ''} autrement"
    )
    return changed  # type: ignore[no-any-return]


@by_kind
def test_any_value_of_a_snapshot_that_changes_is_told_with_its_before_and_after(kind: Kind) -> None:
    context = stored(kind)
    assert changes(context, context) == []
    for path in leaves(context):
        other = with_other(context, path)
        found = changes(context, other)
        assert found, path
        assert all(change.label and change.before != change.after for change in found), (path, found)


def test_every_field_of_every_context_has_a_french_name() -> None:
    names: dict[str, str] = {}
    for info in pkgutil.walk_packages(contexts.__path__, "documents.contexts."):
        for kind in vars(importlib.import_module(info.name)).values():
            if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind.__module__.startswith("documents"):
                names |= {field.name: kind.__name__ for field in dataclasses.fields(kind)}
    assert {name: where for name, where in names.items() if name not in LABELS} == {}


@by_kind
def test_the_calendar_alone_changes_no_snapshot(kind: Kind) -> None:
    """Else every issue would be out of date the day after."""
    with clock.at(dt.date(2026, 5, 4)):
        first = stored(kind)
    with clock.at(dt.date(2027, 2, 12)):
        assert changes(first, stored(kind)) == []


def test_an_item_that_goes_or_comes_is_told_by_its_name() -> None:
    before = {"parties": [{"siren": "1", "name": "Grandval", "population": "10"}]}
    after = {"parties": [{"siren": "1", "name": "Grandval", "population": "12"}, {"siren": "2", "name": "Valmont"}]}
    told = [(change.label, change.before, change.after) for change in changes(before, after)]
    assert told == [("Parties · Grandval · Population", "10", "12"), ("Parties · Valmont", "(rien)", "2, Valmont")]


# Sources --------------------------------------------------------------------------------------------------------------
@pytest.fixture
def project(db: None) -> Project:
    """Three bodies, frozen; the first has taken its act, the two others have not."""
    bodies = [makers.make_body(name) for name in ("Grandval", "Valmont", "Rochebrune")]
    found = makers.make_project(ProjectState.CALL, bodies=bodies)
    coordinator = makers.coordinator_of(found)
    for need in found.needs.all():
        need.volumes.create(label="naissances", quantity=10, unit="actes", year=2025)
        need.requirements.create(chapter="Registres", text="Numéroter sans trou.", priority="must")
    set_lots(found, [{"number": 1, "title": "Logiciel", "cpv": "48000000"}], actor=coordinator)
    key = {"kind": "prorata", "weight": "population"}
    line = {"label": "Développement", "amount_cents": makers.COST, "vat_percent": "20", "key": key}
    grant = {"label": "Région", "rate_percent": "10", "eligible_cents": makers.COST, "cap_cents": 1_000_00}
    set_costs(found, [line], [grant], actor=coordinator)
    for row in found.participations.all():
        given = {"lot_maxima": [{"lot": 1, "maximum_cents": makers.MAXIMUM}], "yearly_maximum_cents": 2_000_00}
        makers.declare(row, in_kind_days="2", in_kind_day_cents=350_00, budget_section="investment", **given)
    perform(Project, found.pk, "close_call", actor=coordinator, note="chacun a répondu")
    perform(Project, found.pk, "freeze", actor=coordinator)
    makers.authorise(found.participations.get(body=found.lead_body))
    return Project.objects.get(pk=found.pk)


def raw(rows: Any, **fields: Any) -> None:
    """Write behind every door: what a registry, an administrator or a later feature may do."""
    QuerySet.update(rows, **fields)


def of_body(**fields: Any) -> Callable[[Project], None]:
    return lambda project: raw(Body.objects.filter(name="Valmont"), **fields)


def of_project(**fields: Any) -> Callable[[Project], None]:
    return lambda project: raw(Project.objects.filter(pk=project.pk), **fields)


def of_row(**fields: Any) -> Callable[[Project], None]:
    return lambda project: raw(project.participations.filter(body__name="Valmont"), **fields)


def below(name: str, **fields: Any) -> Callable[[Project], None]:
    return lambda project: raw(getattr(project, name).all(), **fields)


def of_needs(name: str, **fields: Any) -> Callable[[Project], None]:
    return lambda project: [raw(getattr(need, name).all(), **fields) for need in project.needs.all()] and None


def of_quantities(name: str, **fields: Any) -> Callable[[Project], None]:
    return lambda project: [raw(getattr(r, name).all(), **fields) for r in project.participations.all()] and None


def leaves_project(project: Project) -> None:
    row = project.participations.get(body__name="Rochebrune")
    perform(Participation, row.pk, "withdraw", actor=makers.holder(row.body), note="autre solution")


def other_lead(project: Project) -> None:
    raw(Project.objects.filter(pk=project.pk), lead_body=project.participations.get(body__name="Valmont").body)


def no_lots(project: Project) -> None:
    project.lots.all().delete()


SOURCES: dict[str, Callable[[Project], None]] = {
    "a name": of_body(name="Valmont-le-Haut"),
    "a SIREN": of_body(siren=makers.luhn("00099999")),
    "a SIRET": of_body(siret="00000000000017"),
    "a kind": of_body(kind="epci"),
    "a legal form": of_body(kind="epci", legal_form="METRO"),
    "a population": of_body(population=2_222),
    "the year of a population": of_body(population_year=2024),
    "a departure": leaves_project,
    "the lead body": lambda project: of_project(lead_body=project.participations.get(body__name="Valmont").body)(
        project
    ),
    "a maximum": of_row(maximum_cents=4_000_00),
    "a yearly maximum": of_row(yearly_maximum_cents=1_000_00),
    "a budget section": of_row(budget_section="operating"),
    "days in kind": of_row(in_kind_days=3),
    "a rate in kind": of_row(in_kind_day_cents=400_00),
    "a quantity": of_quantities("quantities", quantity=7),
    "a unit": of_quantities("quantities", unit="licences"),
    "a least quantity": of_quantities("quantities", minimum=1),
    "a maximum by lot": of_quantities("lot_maxima", maximum_cents=1_00),
    "a volume": of_needs("volumes", quantity=12),
    "the label of a volume": of_needs("volumes", label="mariages"),
    "the unit of a volume": of_needs("volumes", unit="dossiers"),
    "the year of a volume": of_needs("volumes", year=2026),
    "the title": of_project(title="Autre intitulé"),
    "the object": of_project(object="Autre objet."),
    "the mandate": of_project(mandate="M3"),
    "the grouping": of_project(grouping="permanent"),
    "the committee": of_project(committee="grouping"),
    "the CPV": of_project(cpv="72000000"),
    "the duration": of_project(duration_months=36),
    "the threshold": of_project(threshold_cents=1_000_00),
    "the ceiling": of_project(ceiling_cents=90_000_00),
    "the cut-off": of_project(cut_off=dt.date(2031, 1, 1)),
    "a lot": below("lots", title="Autre lot"),
    "the CPV of a lot": below("lots", cpv="72200000"),
    "the number of a lot": below("lots", number=2),
    "no lots": no_lots,
    "the reason for one lot": of_project(no_lots_reason="Un autre motif."),
    "a cost": below("cost_lines", amount_cents=5_000_00),
    "the label of a cost": below("cost_lines", label="Maintenance"),
    "the years of a cost": below("cost_lines", years=2),
    "a rate of VAT": below("cost_lines", vat_percent="10"),
    "a key": below("cost_lines", key={"kind": "equal"}),
    "a subsidy": below("subsidies", label="État"),
    "the rate of a subsidy": below("subsidies", rate_percent="5"),
    "the base of a subsidy": below("subsidies", eligible_cents=3_000_00),
    "the cap of a subsidy": below("subsidies", cap_cents=10_00),
    "a call for funds": lambda project: Instalment.objects.create(
        project=project, rank=1, label="Appel", basis_points=10_000, milestone="à la notification"
    ),
    "a requirement": of_needs("requirements", text="Numéroter autrement."),
    "a chapter": of_needs("requirements", chapter="Autre chapitre"),
    "a priority": of_needs("requirements", priority="could"),
    "a domain": lambda project: raw(Need.objects.filter(project=project), domain=None),
}
# What the convention of a grouping does not print: other issues say it, and nobody is held up.
ELSEWHERE = {
    "a requirement": {"specification"},
    "a chapter": {"specification"},
    "a priority": {"specification"},
    "a budget section": set(),
    "the threshold": set(),
    "the cut-off": set(),
}


def blocked(participation: Participation, step: str, **facts: Any) -> str:
    """What the refusal says, or nothing when the step goes through."""
    actor = makers.holder(participation.body, Role.LEGAL)
    try:
        perform(Participation, participation.pk, step, actor=actor, **facts)
    except Blocked as refusal:
        return str(refusal)
    return ""


def convention(project: Project) -> Document:
    found: Document = Document.objects.get(project=project, kind="convention")
    return found


@pytest.mark.parametrize("source", SOURCES)
def test_a_fact_that_changes_shows_and_holds_up_voting_and_signing(project: Project, source: str) -> None:
    before = assemble(project)
    votes = project.participations.get(body__name="Valmont")
    signs = project.participations.get(body__name="Grandval")
    SOURCES[source](project)
    project = Project.objects.get(pk=project.pk)
    assert assemble(project) != before, "the test changes nothing"
    today = Today(project)
    stale = {item.kind for item in Document.objects.filter(project=project) if today.verdict(item).stale}
    if source in ELSEWHERE:
        assert stale - {"deliberation"} == ELSEWHERE[source]
        return
    verdict = today.verdict(convention(project))
    assert verdict.stale
    assert not verdict.reissue  # the frozen version itself is behind: it is drafted again, or the change waived
    assert "convention" in stale
    assert "une convention à jour" in blocked(votes, "authorise", **makers.act_facts(votes))
    assert "une convention à jour" in blocked(signs, "sign", **makers.sign_facts())


def test_every_field_of_the_facts_is_among_the_sources(project: Project) -> None:
    """A fact added to the dossier without a line above fails here."""
    settled = {"reference", "version", "frozen_on", "route", "starts_on"}  # they name the version itself, or never move
    people = {"contacts", "coordinator"}  # who acts for a body may change: next test
    words = {
        "clauses",
        "amendments",
        "terms",
        "vehicle",
        "missions",
    }  # of the text: the clauses have tests of their own
    found = set()
    start = Project.objects.get(pk=project.pk)
    plain = dossiers.to_json(assemble(start))
    for change in SOURCES.values():
        with undone():
            change(start)
            found |= set(_changed(plain, dossiers.to_json(assemble(Project.objects.get(pk=project.pk)))))
    every = {field.name for kind in _kinds(Dossier) for field in dataclasses.fields(kind)}
    assert sorted(every - found - settled - people - words - DERIVED) == []


DERIVED = {"category", "department", "epci", "problem", "asked_by", "is_lead", "population_total"}  # read in the shares


@contextmanager
def undone() -> Iterator[None]:
    """A block whose changes are undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _kinds(kind: Any) -> Iterator[Any]:
    yield kind
    yield from (
        getattr(dossiers, name)
        for name in (
            "Party",
            "Quantity",
            "LotMaximum",
            "Volume",
            "Lot",
            "PartyShare",
            "CostLine",
            "Subsidy",
            "Requirement",
        )
    )


def _changed(before: Any, after: Any, name: str = "") -> Iterator[str]:
    if before == after:
        return
    yield name
    if isinstance(before, dict) and isinstance(after, dict):
        for key in {*before, *after}:
            yield from _changed(before.get(key), after.get(key), key)
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
        for old, new in zip(before, after, strict=False):
            yield from _changed(old, new, name)


def test_people_who_come_and_go_hold_nothing_up(project: Project) -> None:
    row = project.participations.get(body__name="Valmont")
    makers.member(row.body, Role.LEGAL)
    assert not behind_convention(Project.objects.get(pk=project.pk)).stale
    assert blocked(row, "authorise", **makers.act_facts(row)) == ""


def test_once_constituted_the_convention_is_what_it_is(project: Project) -> None:
    for row in project.participations.all():
        if row.state == "intended":
            makers.authorise(row)
        makers.sign(row)
    perform(Project, project.pk, "constitute", actor=makers.coordinator_of(project))
    of_body(name="Valmont-le-Haut")(project)
    today = Today(Project.objects.get(pk=project.pk))
    assert not any(today.verdict(item).changed for item in Document.objects.filter(project=project))


def test_a_field_that_only_a_later_release_prints_puts_no_older_issue_out_of_date(project: Project) -> None:
    item = Document.objects.get(project=project, kind="specification")
    older = {name: value for name, value in item.context.items() if name not in ("reading", "legal", "execution")}
    QuerySet(Document).filter(pk=item.pk).update(context=older, context_sha256=digest(older))
    item.refresh_from_db()
    today = Today(Project.objects.get(pk=project.pk))
    assert not today.verdict(item).changed
    assert not today.marks([item])[item.pk].stale


# Waiving --------------------------------------------------------------------------------------------------------------
def test_a_change_found_without_effect_frees_the_way_until_the_next_one(project: Project) -> None:
    of_body(population_year=2024)(project)
    document = convention(project)
    verdict = Today(project).verdict(document)
    coordinator = makers.coordinator_of(project)
    for _ in range(2):
        waive(document, "Même population.", context_sha256=verdict.context_sha256, actor=coordinator)
    assert Waiver.objects.count() == 1
    event = Event.objects.get(project=project, step="waive")
    assert (event.note, event.facts["document"]) == ("Même population.", document.reference)
    assert Letter.objects.filter(code="document_waived").exists()
    row = project.participations.get(body__name="Valmont")
    assert not Today(project).verdict(document).stale
    of_body(name="Valmont-le-Haut")(project)
    assert "Valmont-le-Haut" in blocked(row, "authorise", **makers.act_facts(row))
    raw(Body.objects.filter(name="Valmont-le-Haut"), name="Valmont")
    assert blocked(row, "authorise", **makers.act_facts(row)) == ""


def test_only_the_coordinator_waives_what_was_shown_and_says_why(project: Project) -> None:
    of_body(population_year=2024)(project)
    document, coordinator = convention(project), makers.coordinator_of(project)
    sha256 = Today(project).verdict(document).context_sha256
    with pytest.raises(PermissionDenied):
        waive(document, "x", context_sha256=sha256, actor=makers.characters(project).member)
    with pytest.raises(Blocked, match="motif"):
        waive(document, " ", context_sha256=sha256, actor=coordinator)
    of_body(name="Autre")(project)
    with pytest.raises(Blocked, match="relisez la liste"):
        waive(document, "Rien.", context_sha256=sha256, actor=coordinator)
    assert not Waiver.objects.exists()
