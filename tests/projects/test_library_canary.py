"""What is confidential in a need never reaches a stranger, over every address of needs, catalogue and search."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import uuid
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from procurement.access import Actor
from procurement.letters import Letter
from projects.actions.links import me_too, propose_merge
from projects.models import Need, NeedLink, Project, Usage
from projects.models.catalogue import Solution
from projects.notifications.likes import tell_likes_due
from tests.makers import coordinator_of, luhn, make_body, make_need, make_project, make_steward, member
from tests.projects.need_pages import sign_in

pytestmark = pytest.mark.django_db
PREFIXES = ("besoins/", "catalogue/", "tableur", "recherche", "projets/", "documents/", "tableau-de-bord/", "annuaire/")
QUERIES = (
    "",
    "?q=logiciel",
    "?domaine=etat-civil",
    "?etat=published",
    "?departement=38",
    "?cpv=4",
    "?fin=24",
    "?suivis=on",
)
MONTHS = ("mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre")


def secret(number: int) -> dict[str, Any]:
    """The five confidential answers of need `number`, each like no other."""
    return {
        "current_solution": f"canari-logiciel-{number}",
        "current_vendor": f"canari-editeur-{number}",
        "yearly_cost_cents": 61_004_50 + number * 1_000_00,
        "contract_end": dt.date(2031, 3 + number, 14),
        "notice_months": 51 + number,
        "maximum_cents": 98_760_432_10 + number * 1_000_00,
    }


def _patterns() -> dict[str, re.Pattern[str]]:
    """Forty canaries: how each would look on a page or in a file, whatever the blanks."""
    found = {}
    for number in range(8):
        found |= {
            f"supplier {number}": f"canari-(logiciel|editeur)-{number}",
            f"cost {number}": rf"6{1 + number}.?004([,.]5|\b)",
            f"end {number}": rf"2031-0?{3 + number}-14|14/0?{3 + number}/2031|14 {MONTHS[number]} 2031",
            f"notice {number}": rf"\b{51 + number} mois\b",
            f"maximum {number}": rf"98.?76{number}.?432",
        }
    return {name: re.compile(pattern) for name, pattern in found.items()}


CANARIES = _patterns()


@pytest.fixture
def stranger() -> Actor:
    """An agent of a body outside, in a world of eight needs: every state, every link, every index."""
    body = make_body(siren=luhn("91000001"))
    need = make_need("published", body=body, by=member(body), **secret(0))
    other = make_need("published", title="Un logiciel d'état civil", **secret(1))
    make_need("draft", **secret(2))
    make_need("withdrawn", **secret(3))
    make_need("met", **secret(4))
    project = make_project()
    for number, pooled in enumerate(project.needs.order_by("pk"), 5):
        Need.objects.filter(pk=pooled.pk).update(**secret(number))
    joiner = member()
    assert joiner.body
    me_too(other, actor=joiner, body=joiner.body, submission=uuid.uuid4(), **secret(7))
    propose_merge(need, other, actor=coordinator_of(project), reason="même logiciel")
    Usage.objects.create(body=body, solution=Solution.objects.get(reference="openelec"), version="canari-editeur-0")
    assert Need.objects.filter(current_solution__startswith="canari").count() == 8
    return member()


def _addresses(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.pattern}"
        else:
            yield from _addresses(entry, f"{prefix}{entry.pattern}")


def _filled() -> list[str]:
    """Every address below PREFIXES, its blanks filled with what exists."""
    known = {
        "<str:ref>": [need.reference for need in Need.objects.all()],
        "<slug:form>": ["csv", "xlsx", "ods", "modele"],
        "<int:pk>": [str(pk) for pk in NeedLink.objects.values_list("pk", flat=True)],
        "<slug:step>": ["publish"],
        "<slug:code>": ["cimetieres"],
    }
    projects = [project.reference for project in Project.objects.all()]
    found: list[str] = []
    for pattern in _addresses(get_resolver()):
        if not pattern.startswith(PREFIXES):
            continue
        given = {**known, "<str:ref>": projects} if pattern.startswith("projets/") else dict(known)
        if pattern.startswith("catalogue/"):
            given["<str:ref>"] = ["openelec"]
        made = [pattern]
        for blank, values in given.items():
            made = [one.replace(blank, value) for one in made for value in values] if blank in pattern else made
        found += [f"/{one}" for one in made if "<" not in one]
    return found


def _leaks(client: Client, address: str) -> list[str]:
    """The canaries that sing there."""
    response = client.get(address)
    content = b"".join(response) if response.streaming else response.content
    if content.startswith(b"PK"):
        book = openpyxl.load_workbook(io.BytesIO(content)) if "xlsx" in address or "modele" in address else None
        text = str([cell.value for sheet in book for row in sheet for cell in row]) if book else ""
    else:
        text = content.decode("utf-8", "replace")
    text = html.unescape(text).replace("\xa0", " ").replace("\u202f", " ")
    return [f"{address} {name}" for name, pattern in CANARIES.items() if pattern.search(text)]


def _reader(who: str, stranger: Actor) -> Client:
    others = {"steward": make_steward, "partner": lambda: member(make_body(kind="partenaire"), "viewer")}
    return Client() if who == "anonymous" else sign_in(others[who]() if who in others else stranger)


@pytest.mark.parametrize("who", ["stranger", "anonymous", "steward", "partner"])
def test_no_address_shows_a_confidential_field_to_a_stranger(stranger: Actor, who: str) -> None:
    assert len(CANARIES) == 40
    client = _reader(who, stranger)
    addresses = _filled()
    assert len(addresses) > 100
    assert {address.split("/")[1] for address in addresses} >= {"besoins", "catalogue", "projets", "recherche"}
    pages = ("/besoins/", "/catalogue/", "/projets/", "/recherche/")
    queries = [f"{page}{query}" for page in pages for query in QUERIES]
    assert [leak for address in [*addresses, *queries] for leak in _leaks(client, address)] == []


@pytest.mark.parametrize("page", ["/besoins/", "/recherche/", "/catalogue/"])
@pytest.mark.parametrize("word", ["canari", "canari-editeur-0", "2031", "98760432", "61004", "51 mois"])
def test_a_search_for_a_confidential_value_finds_nothing(stranger: Actor, page: str, word: str) -> None:
    """Nor does it say that there is something to find: neither a reference nor a link."""
    text = sign_in(stranger).get(page, {"q": word}).content.decode()
    assert [need.reference for need in Need.objects.all() if need.reference in text] == []


def test_the_canaries_do_sing_for_their_owner(stranger: Actor) -> None:
    """The check above would see a leak: the owner's own pages and files hold the canaries."""
    need = Need.objects.filter(state="published").order_by("pk").first()
    assert need is not None
    client = sign_in(member(need.body))
    own = {f"{kind} 0" for kind in ("supplier", "cost", "end", "notice", "maximum")}
    assert {leak.partition(" ")[2] for leak in _leaks(client, f"/besoins/{need.reference}/")} == own
    for page in ("/besoins/tableur/csv/", "/besoins/tableur/xlsx/", "/besoins/echeances/"):
        assert _leaks(client, page)


def test_messages_hold_no_canary(stranger: Actor) -> None:
    tell_likes_due()
    letters = Letter.objects.all()
    assert letters
    told = " ".join(f"{letter.text} {letter.topic_title} {letter.body_name} {letter.link}" for letter in letters)
    assert [name for name, pattern in CANARIES.items() if pattern.search(told.replace("\u202f", " "))] == []
