"""Every address × every role gives what the table says, and who is refused leaves no trace in any table."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from tests.house.access_table import Answer, Row, ask, rows
from tests.house.access_world import ROLES, World, world

pytestmark = pytest.mark.django_db
REFUSED = "LFNMCUB"
# The administration site decides who enters by itself: staff only, checked below.
ADMIN = "admin/"
POLICY = (
    "base-uri 'none'; connect-src 'self'; default-src 'none'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; img-src 'self'; object-src 'none'; script-src 'self'; style-src 'self'"
)
FILE_POLICY = "default-src 'none'; sandbox"  # of a document that one downloads
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for the whole table: each request is undone, and so is the world at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield world()
        transaction.set_rollback(True)


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Every pattern of the URLconf."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.pattern}"
        else:
            yield from routes(entry, f"{prefix}{entry.pattern}")


def route_of(row: Row, things: dict[str, str]) -> str:
    return resolve(row.address.format(**things)).route


def test_every_route_has_a_line_in_the_table(made: World) -> None:
    known = {route_of(row, made.things) for row in rows()}
    ours = {route for route in routes() if not route.startswith(ADMIN)}
    assert ours - known == set(), "une adresse sans ligne dans tests/house/access_matrix.txt"
    assert len(known) == len(ours) >= 90


def test_the_table_is_well_written() -> None:
    table = rows()
    assert len({row.address for row in table}) == len(table)
    letters = re.compile(rf"[23LFNCUMBGTS]{{{len(ROLES)}}}")
    assert [row.address for row in table if not (letters.fullmatch(row.get) and letters.fullmatch(row.post))] == []
    cells = 2 * len(table) * len(ROLES)
    sys.stdout.write(f"{cells} cells: {len(table)} addresses, {len(ROLES)} roles, 2 methods\n")
    assert cells > 1_700


@pytest.mark.parametrize("role", ROLES)
def test_each_cell_is_what_the_table_says(made: World, role: str) -> None:
    wrong: list[str] = []
    for row in rows():
        address = row.address.format(**made.things)
        for method, expected in row.cells(role).items():
            answer = ask(made.cookies[role], method, address)
            wrong += [f"{method} {row.address} : {fault}" for fault in faults(answer, method, expected, role)]
    assert wrong == [], f"{ROLES[role]} ({role})"


def faults(answer: Answer, method: str, expected: str, role: str) -> Iterator[str]:
    """What differs from the table, from the headers due, and from the silence of a refusal."""
    if answer.code != expected:
        yield f"{answer.code} au lieu de {expected}"
    elif answer.writes and (method == "GET" or expected in REFUSED):
        yield f"écrit {answer.writes[0]}"
    yield from header_faults(answer.response, role)


def header_faults(response: Any, role: str) -> Iterator[str]:
    for name, value in HEADERS.items():
        if response.get(name) != value:
            yield f"{name} : {response.get(name)}"
    policy = "; ".join(sorted(part.strip() for part in response.get("Content-Security-Policy", "").split(";")))
    attached = response.get("Content-Disposition", "").startswith("attachment")
    if policy != POLICY and not (attached and policy == FILE_POLICY):
        yield f"Content-Security-Policy : {policy}"
    if role != "a" and "no-store" not in response.get("Cache-Control", ""):
        yield f"Cache-Control : {response.get('Cache-Control')}"


def test_a_post_without_its_token_is_refused_everywhere(made: World) -> None:
    passed, asked = [], 0
    for row in rows():
        allowed = [role for role, code in zip(ROLES, row.post, strict=True) if code not in "MLFN"]
        for role in allowed[:1] + allowed[-1:]:
            answer = ask(made.cookies[role], "POST", row.address.format(**made.things), enforce_csrf_checks=True)
            asked += 1
            if answer.code != "F" or answer.writes:
                passed.append((row.address, role, answer.code))
    assert passed == []
    assert asked > 60


NUMBERED = re.compile(r"\{(part|simulation|expected|mandate|link)\}")


@pytest.mark.parametrize("role", ["x", "p"])
def test_walking_through_numbers_opens_nothing(made: World, role: str) -> None:
    """Every number within 50 of one that exists: not found, or forbidden before anything was looked up."""
    opened = []
    for row in rows():
        found = NUMBERED.search(row.address)
        if not found or row.cells(role)["GET"] == "M":
            continue
        here = int(made.things[found[1]])
        for number in range(max(0, here - 50), here + 51):
            address = row.address.format(**{**made.things, found[1]: str(number)})
            if (code := ask(made.cookies[role], "GET", address).code) not in "NF":
                opened.append((address, code))
    assert opened == []


@pytest.mark.parametrize("role", ROLES)
def test_the_administration_site_is_closed_to_all_nine(made: World, role: str) -> None:
    patterns = [route for route in routes() if route.startswith(ADMIN)]
    assert len(patterns) > 20
    filled = {re.sub(r"<[^>]*>|\(\?P.*?\$?\)", "1", route).replace("^", "").replace("$", "") for route in patterns}
    opened = {route: ask(made.cookies[role], "GET", f"/{route}").code for route in sorted(filled)}
    shown = {route: code for route, code in opened.items() if code == "2" and route != "admin/login/"}
    assert shown == {}


def test_the_check_would_see_an_open_door(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with every right given to a stranger, the cells of that role differ."""
    monkeypatch.setattr("projects.rules.is_coordinator", lambda project, actor: True)
    row = next(row for row in rows() if row.address == "/projets/{project}/modifier/")
    answer = ask(made.cookies["x"], "GET", row.address.format(**made.things))
    assert [*faults(answer, "GET", row.cells("x")["GET"], "x")] == ["2 au lieu de F"]
