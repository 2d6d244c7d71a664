"""Somebody goes round the pages in Chromium: what axe finds, what the console says, what runs out of the window."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page

from procurement.models import User

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SHOTS = os.environ.get("CORDEE_SHOTS", "")  # a folder: each page is drawn there, to be looked at

MEANT = (  # what a page shows on purpose
    "status of 409",  # overtaken by somebody else
    "status of 410",  # an invitation that ended
    "status of 422",  # a form refused
    "The specified value",  # a number field given words, by the gallery
)


@dataclass
class Visitor:
    """A page of Chromium at one width, and every fault met on the way."""

    page: Page
    site: str  # http://localhost:port
    name: str  # of the screenshots
    faults: list[str] = field(default_factory=list)

    def goes(self, path: str, status: int = 200) -> None:
        """Open the page and check it; another answer than `status` is a fault."""
        answer = self.page.goto(f"{self.site}{path}")
        if answer is None or answer.status != status:
            self.faults.append(f"{path} answers {answer and answer.status}")
        self.checks(path)

    def goes_round(self, paths: Iterable[str], under: str = "") -> None:
        """`goes` for each path, below the folder `under`."""
        for path in paths:
            self.goes(f"{under}{path}")

    def checks(self, name: str) -> None:
        """Check the page as it is now: axe, nothing wider than the window, nothing asked elsewhere."""
        found = Axe().run(self.page, options=RULES).response["violations"]
        self.faults += [f"{name} {rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
        if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            self.faults.append(f"{name} scrolls sideways")
        if SHOTS:
            file = f"{self.name}-{name.strip('/').replace('/', '_').replace('?', '_') or 'home'}.png"
            self.page.screenshot(path=Path(SHOTS) / file, full_page=True)

    def hears(self, message: ConsoleMessage) -> None:
        """Whatever the browser says is a fault, save what a page shows on purpose."""
        if not any(words in message.text for words in MEANT):
            self.faults.append(f"console: {message.text}")


def session_of(user: User) -> str:
    """The key of a new session of `user`: the form to sign in has tests of its own."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def visiting(
    chromium: Browser,
    live_server: Any,
    user: User | None = None,
    *,
    width: int = 1280,
    scheme: Literal["light", "dark"] = "light",
    script: bool = True,
    name: str = "page",
) -> Iterator[Visitor]:
    """A browser of one's own, signed in as `user`, scripts on or off; no fault must have been met at the end."""
    window: Any = {"width": width, "height": 900}
    context = chromium.new_context(viewport=window, color_scheme=scheme, java_script_enabled=script)
    if user is not None:
        cookie: Any = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": live_server.url}
        context.add_cookies([cookie])
    page = context.new_page()
    visitor = Visitor(page, live_server.url, f"{name}-{width}-{scheme}")
    page.on("console", visitor.hears)
    page.on(
        "request",
        lambda request: None if request.url.startswith(live_server.url) else visitor.faults.append(request.url),
    )
    try:
        yield visitor
    finally:
        context.close()
    assert not visitor.faults, "\n".join(visitor.faults)
