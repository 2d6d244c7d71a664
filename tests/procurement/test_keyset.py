"""Pages through long lists: everything once, in order, at the cost of the first page."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest
from django.core import signing

from procurement.keyset import KeysetPage, keyset_page
from procurement.models import Body
from tests import makers

pytestmark = pytest.mark.django_db
ORDER = ("name", "-pk")


@pytest.fixture(autouse=True)
def _bodies() -> None:
    for name in "BBABCAB":
        makers.make_body(name)


def params(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(url.lstrip("?")).items()}


def pages(size: int, **others: str) -> list[KeysetPage[Body]]:
    found, asked = [], dict(others)
    while True:
        page = keyset_page(Body.objects.all(), asked, order=ORDER, size=size)
        found.append(page)
        if not page.next_url:
            return found
        asked = params(page.next_url)


@pytest.mark.parametrize("size", range(1, 9))
def test_each_row_is_shown_once_and_in_order(size: int) -> None:
    shown = [row for page in pages(size) for row in page]
    assert shown == list(Body.objects.order_by(*ORDER))
    assert all(len(page) <= size for page in pages(size))


def test_the_first_page_is_offered_from_the_second_on() -> None:
    found = pages(3, q="b")
    assert found[0].first_url == ""
    assert {page.first_url for page in found[1:]} == {"?q=b"}
    assert params(found[0].next_url)["q"] == "b"
    assert found[-1].next_url == ""


def test_a_page_costs_one_query(django_assert_num_queries: Any) -> None:
    asked = params(pages(2)[0].next_url)
    with django_assert_num_queries(1):
        keyset_page(Body.objects.all(), asked, order=ORDER, size=2)


FORGED = ["x", "x:y", signing.dumps(["A", 1], salt="keyset"), signing.dumps([1])]


@pytest.mark.parametrize("forged", FORGED, ids=["text", "two texts", "old salt", "no salt"])  # signatures bear the time
def test_a_forged_key_shows_the_first_page(forged: str) -> None:
    page = keyset_page(Body.objects.all(), {"apres": forged}, order=ORDER, size=3)
    assert page.rows == list(Body.objects.order_by(*ORDER)[:3])


@pytest.mark.parametrize("order", [("pk",), ("-name", "pk"), ("name", "population", "pk"), ("population", "-pk")])
def test_the_key_of_another_list_shows_the_first_page(order: tuple[str, ...]) -> None:
    asked = params(pages(2)[0].next_url)
    page = keyset_page(Body.objects.all(), asked, order=order, size=3)
    assert page.rows == list(Body.objects.order_by(*order)[:3])
