"""What is confidential in a need never reaches a stranger, over every address of needs, catalogue and search."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Iterator

import openpyxl
import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from procurement.access import Actor
from projects.actions.links import me_too, propose_merge
from projects.models import Need, NeedLink, Usage
from projects.models.catalogue import Solution
from tests.makers import coordinator_of, luhn, make_body, make_need, make_project, member
from tests.projects.need_pages import CANARY, sign_in

pytestmark = pytest.mark.django_db
SECRET = {
    "current_solution": "canari-editeur",
    "contract_end": dt.date(2031, 7, 14),
    "maximum_cents": 98_765_432_10,
}
PREFIXES = ("besoins/", "catalogue/", "tableur", "recherche", "projets/")
QUERIES = ("", "?q=logiciel", "?domaine=etat-civil", "?etat=published", "?departement=38", "?cpv=4")


@pytest.fixture
def stranger() -> Actor:
    """An agent of a body outside, in a world where every link between needs exists."""
    body = make_body(siren=luhn("91000001"))
    need = make_need("published", body=body, by=member(body), **SECRET)
    other = make_need("published", title="Un logiciel d'état civil", **SECRET)
    make_need("draft", **SECRET)
    project = make_project()
    for pooled in project.needs.all():
        Need.objects.filter(pk=pooled.pk).update(**SECRET)
    joiner = member()
    assert joiner.body
    me_too(other, actor=joiner, body=joiner.body, submission=uuid.uuid4(), **SECRET)
    propose_merge(need, other, actor=coordinator_of(project), reason="même logiciel")
    Usage.objects.create(body=body, solution=Solution.objects.get(reference="openelec"), version="canari-editeur")
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
    }
    project = make_project().reference
    found: list[str] = []
    for pattern in _addresses(get_resolver()):
        if not pattern.startswith(PREFIXES):
            continue
        given = {**known, "<str:ref>": [project]} if pattern.startswith("projets/") else dict(known)
        if pattern.startswith("catalogue/"):
            given["<str:ref>"] = ["openelec"]
        made = [pattern]
        for blank, values in given.items():
            made = [one.replace(blank, value) for one in made for value in values] if blank in pattern else made
        found += [f"/{one}" for one in made if "<" not in one]
    return found


def _leaks(client: Client, address: str) -> bool:
    response = client.get(address)
    content = b"".join(response) if response.streaming else response.content
    if content.startswith(b"PK"):
        book = openpyxl.load_workbook(io.BytesIO(content)) if "xlsx" in address or "modele" in address else None
        text = str([cell.value for sheet in book for row in sheet for cell in row]) if book else ""
    else:
        text = content.decode("utf-8", "replace")
    return bool(CANARY.search(text.replace("\xa0", " ").replace("\u202f", " ")))


@pytest.mark.parametrize("who", ["stranger", "anonymous"])
def test_no_address_shows_a_confidential_field_to_a_stranger(stranger: Actor, who: str) -> None:
    client = sign_in(stranger) if who == "stranger" else Client()
    addresses = _filled()
    assert len(addresses) > 60
    assert {address.split("/")[1] for address in addresses} >= {"besoins", "catalogue", "projets"}
    queries = [f"{page}{query}" for page in ("/besoins/", "/catalogue/", "/projets/") for query in QUERIES]
    assert [address for address in [*addresses, *queries] if _leaks(client, address)] == []


@pytest.mark.parametrize("page", ["/besoins/", "/recherche/", "/catalogue/"])
@pytest.mark.parametrize("word", ["canari", "canari-editeur", "2031", "98765432"])
def test_a_search_for_a_confidential_value_finds_nothing(stranger: Actor, page: str, word: str) -> None:
    """Nor does it say that there is something to find: neither a reference nor a link."""
    text = sign_in(stranger).get(page, {"q": word}).content.decode()
    assert [need.reference for need in Need.objects.all() if need.reference in text] == []


def test_the_canaries_do_sing_for_their_owner(stranger: Actor) -> None:
    """The check above would see a leak: the owner's own pages and files hold the canaries."""
    need = Need.objects.filter(state="published").order_by("pk").first()
    assert need is not None
    client = sign_in(member(need.body))
    assert _leaks(client, f"/besoins/{need.reference}/")
    assert _leaks(client, "/besoins/tableur/csv/")
    assert _leaks(client, "/besoins/tableur/xlsx/")
    assert _leaks(client, "/besoins/echeances/")
