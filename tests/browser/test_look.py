"""The gallery in Chromium: axe at two widths and in both schemes, nothing lost at 320 px, focus on what went wrong."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.procurement.gallery.urls"),
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = ["/", "/tableau-de-bord/", "/besoins/", "/projets/", "/documents/", "/comptes/connexion/"]


@pytest.fixture(params=[(320, "light"), (1280, "dark")], ids=["phone-light", "desk-dark"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A page that collects what the browser complains about in `page.complaints`."""
    width, scheme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.complaints = complaints  # type: ignore[attr-defined]
    yield page
    context.close()


@pytest.mark.parametrize("address", PAGES)
def test_nothing_for_axe_nothing_sideways_nothing_refused_by_the_policy(
    page: Page, live_server: LiveServer, address: str
) -> None:
    page.goto(live_server.url + address)
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("[...document.fonts].some(font => font.status === 'loaded')")
    assert page.complaints == []  # type: ignore[attr-defined]


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(page: Page, live_server: LiveServer) -> None:
    page.goto(live_server.url + "/besoins/")
    assert page.evaluate("document.activeElement.className") == "errors"
    page.get_by_role("link", name="Domaine").press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") in ("id_domain", "id_maximum")
