"""The gallery in Chromium: axe at two widths and in both schemes, nothing lost at 320 px, focus on what went wrong."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.visiting import Visitor, visiting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.procurement.gallery.urls"),
]
PAGES = ["/", "/tableau-de-bord/", "/besoins/", "/projets/", "/documents/", "/comptes/connexion/"]


@pytest.fixture(params=[(320, "light"), (1280, "dark")], ids=["phone-light", "desk-dark"])
def visitor(request: pytest.FixtureRequest, chromium: Browser, live_server: LiveServer) -> Iterator[Visitor]:
    width, scheme = request.param
    with visiting(chromium, live_server, width=width, scheme=scheme, name="gallery") as found:
        yield found


@pytest.mark.parametrize("address", PAGES)
def test_nothing_for_axe_nothing_sideways_nothing_refused_by_the_policy(visitor: Visitor, address: str) -> None:
    visitor.goes(address)
    assert visitor.page.evaluate("[...document.fonts].some(font => font.status === 'loaded')")


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(visitor: Visitor) -> None:
    page = visitor.page
    page.goto(f"{visitor.site}/besoins/")
    assert page.evaluate("document.activeElement.className") == "errors"
    page.get_by_role("link", name="Domaine").press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") in ("id_domain", "id_maximum")
