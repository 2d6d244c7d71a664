"""A real Chromium against a live server, without network but loopback."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, sync_playwright

from projects.scenario import load

ROOT = settings.ROOT
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the session. Playwright's loop runs in this thread, which Django would take for an async view."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def demo(transactional_db: None) -> str:
    """The reference of the demo project, taken to the constituted grouping."""
    content = json.loads((ROOT / "demo" / "etat-civil.json").read_text(encoding="utf-8"))
    return load(content)
