"""Every page costs at most twenty queries, and as many with more rows (quality L2)."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.house.access_table import Row, ask, rows
from tests.house.access_world import World, signed_in, world
from tests.makers import coordinator_of, make_project

pytestmark = pytest.mark.django_db
MOST = 20
# What a person, or a body, takes away: one query for each table that holds something of theirs, and never more.
WHOLE_FILES = ("/comptes/mes-donnees/", "/comptes/mes-donnees.json", "/annuaire/{own}/tout.json")
# Of every project, whatever its state: who has little to read at one step has much at another.
TABS = (
    "",
    "participants/",
    "couts/",
    "couts/simuler/",
    "cahier-des-charges/",
    "clauses/",
    "documents/",
    "consultation/",
    "commandes/",
    "calendrier/",
    "calendrier.ics",
    "journal/",
    "suivi/",
    "suivi/intention/message/",
)
PROJECTS = ("project", "agreed", "frozen", "constituted", "running", "development")
FILES = (".pdf", ".odt", ".zip")  # rendered: measured elsewhere
READERS = "cgls"  # the first of these roles that is shown the page


def reader(row: Row) -> str:
    """The role that looks at a page, or nothing when none of them is shown it."""
    return next((role for role in READERS if row.cells(role)["GET"] == "2"), "")


def asked() -> Iterator[tuple[str, str]]:
    """(role, address with its blanks) of every page of the matrix, then of every tab of every project."""
    for row in rows():
        if not row.address.endswith(FILES) and reader(row):
            yield reader(row), row.address
    for name in PROJECTS:
        for tab in TABS:
            yield "c", f"/projets/{{{name}}}/{tab}"


def counted(made: World, role: str, address: str) -> int:
    """Queries of one page, savepoints apart; 0 when this project has no such page."""
    with CaptureQueriesContext(connection) as seen:
        answer = ask(made.cookies[role], "GET", address.format(**made.things))
    if answer.code != "2":
        return 0
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")) for query in seen)


def counts(more: int) -> dict[str, int]:
    """Of every page, in the world of the access matrix with so many more rows everywhere."""
    made = world(more)
    bodies = [row.body for row in made.objects.project.participations.select_related("body")]
    made.things["agreed"] = make_project("agreement", bodies=bodies).reference
    ask(made.cookies["c"], "GET", "/tableau-de-bord/")  # what the process keeps is asked once
    return {address: counted(made, role, address) for role, address in dict.fromkeys(asked())}


def test_each_page_costs_at_most_twenty_queries_and_as_many_with_more_rows() -> None:
    few, many = counts(0), counts(3)
    assert {address: count for address, count in many.items() if count > MOST and address not in WHOLE_FILES} == {}
    assert {address: (few[address], count) for address, count in many.items() if count != few[address]} == {}
    assert sum(count > 0 for count in many.values()) > 180


def test_the_count_would_see_what_is_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a project that forgets what it was asked costs more."""
    project = make_project("agreement")
    cookies = signed_in(coordinator_of(project))
    made = World({}, {}, SimpleNamespace(), {"c": cookies})
    address = f"/projets/{project.reference}/"
    before = counted(made, "c", address)
    monkeypatch.setattr("projects.models.projects.Project.at_rest", lambda project: project)
    assert counted(made, "c", address) > before + 3
