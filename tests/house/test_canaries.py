"""What one body keeps to itself never reaches another: pages, searches, files, mails (quality.md, P1 and P3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client

from documents.catalogue import kinds_for
from procurement.letters import Letter
from procurement.post import send_due
from procurement.workflow import perform
from projects.models import Participation
from tests.house.access_table import rows
from tests.house.access_world import World, world
from tests.house.canaries import MEMBERS, OWN, Canaries, plant, text_of

pytestmark = pytest.mark.django_db
# Role → what must not be heard there. « o » takes part in the project, for another body.
DEAF_TO = {"a": {OWN, MEMBERS}, "x": {OWN, MEMBERS}, "p": {OWN, MEMBERS}, "s": {OWN, MEMBERS}, "o": {OWN}}
SEARCHES = ("/recherche/?q={}", "/besoins/?q={}", "/projets/?q={}", "/catalogue/?q={}", "/annuaire/?q={}")


@pytest.fixture(scope="module")
def sung(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, Canaries]]:
    with django_db_blocker.unblock(), transaction.atomic():
        made = world()
        yield made, plant(made)
        transaction.set_rollback(True)


def addresses(made: World) -> list[str]:
    """Every address of the table, the drafts of every kind, and some lists that are filtered."""
    found = [row.address.format(**made.things) for row in rows()]
    project = made.objects.project
    siren = made.objects.own.siren
    found += [
        f"/projets/{project.reference}/documents/apercu/{kind.code}.odt{f'?organisme={siren}' if kind.per_body else ''}"
        for kind in kinds_for(project.route)
        if not kind.per_need
    ]
    found += [f"/projets/{project.reference}/journal/fichier/{form}/" for form in ("json", "ods")]
    found += ["/besoins/tableur/xlsx/", "/besoins/tableur/ods/", "/besoins/?fin=12", "/besoins/?etat=draft"]
    return found


def heard(made: World, canaries: Canaries, role: str, address: str) -> dict[str, str]:
    client = Client()
    client.cookies.load(made.cookies[role])
    with transaction.atomic():
        response = client.get(address)
        transaction.set_rollback(True)
    content = b"".join(response) if response.streaming else response.content  # type: ignore[arg-type]
    return canaries.heard_in(text_of(content))


def test_at_least_forty_are_planted(sung: tuple[World, Canaries]) -> None:
    assert len(sung[1].found_by) >= 40


@pytest.mark.parametrize("role", DEAF_TO)
def test_no_page_and_no_file_lets_another_hear(sung: tuple[World, Canaries], role: str) -> None:
    made, canaries = sung
    told = {address: heard(made, canaries, role, address) for address in addresses(made)}
    leaks = {
        address: sorted(name for name, readers in names.items() if readers in DEAF_TO[role])
        for address, names in told.items()
    }
    assert {address: names for address, names in leaks.items() if names} == {}


@pytest.mark.parametrize("role", ["x", "o"])
def test_no_search_for_them_finds_anything(sung: tuple[World, Canaries], role: str) -> None:
    made, canaries = sung
    known = [pattern.pattern for pattern, _ in canaries.found_by.values()]
    words = ["canari", *(word for word in known if word.startswith("canari"))]
    secret = {made.things[name] for name in ("need", "published", "draft")}
    for word in words[:12]:
        for search in SEARCHES:
            client = Client()
            client.cookies.load(made.cookies[role])
            text = client.get(search.format(word)).content.decode()
            assert not any(f"/besoins/{reference}/" in text for reference in secret), (search, word)


def test_no_mail_tells_another(sung: tuple[World, Canaries], settings: Any) -> None:
    """The body declares again and leaves: everybody is told, of what everybody may know."""
    made, canaries = sung
    agent = made.people["g"]
    assert agent is not None
    row = Participation.objects.get(pk=made.things["part"])
    given = {"maximum_cents": row.maximum_cents}
    wanted = [{"lot": 1, "quantity": "1", "unit": "postes"}]
    perform(Participation, row.pk, "declare", actor=agent, weights={}, quantities=wanted, **given)
    perform(Participation, row.pk, "withdraw", actor=agent, note=canaries.text("why the body left"))
    send_due(most=10_000)
    assert Letter.objects.filter(code="body_left").exists()
    others = {actor.user.email for role in DEAF_TO if (actor := made.people[role]) and actor.user}
    told = [message for message in mail.outbox if message.to[0] in others]
    assert told
    for message in told:
        said = f"{message.subject} {message.body} {message.alternatives[0][0]}"  # type: ignore[attr-defined]
        assert {name: who for name, who in canaries.heard_in(said).items() if who == OWN} == {}, message.subject


def test_they_do_sing_for_their_own(sung: tuple[World, Canaries]) -> None:
    """The check would see a leak: the body's own agent, and the coordinator, hear most of them."""
    made, canaries = sung
    own = set().union(*(heard(made, canaries, "g", address) for address in addresses(made)))
    coordinator = set().union(*(heard(made, canaries, "c", address) for address in addresses(made)))
    assert len(own) >= 30, sorted(set(canaries.found_by) - own)
    assert {"own maximum", "clause comment"} <= coordinator
    assert not {name for name in coordinator if name.startswith("draft")}
