"""A real Chromium against a live server, without network but loopback."""

from __future__ import annotations

import _thread
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
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


def _close_own_connections(server: ThreadedWSGIServer) -> None:
    """Each thread of the live server closes what it opened, never the connection lent to it by the test.

    Chromium keeps its sockets open: their threads may end after the loan, when touching the connection is an error.
    """
    for connection in connections.all(initialized_only=True):
        if connection._thread_ident == _thread.get_ident():
            connection.close()


ThreadedWSGIServer._close_connections = _close_own_connections


@pytest.fixture(scope="session")
def chromium(django_db_setup: None, live_server: Any) -> Iterator[Browser]:
    """One browser for the session, closed before the live server, whose database is there before it.

    Playwright's loop runs in this thread, which Django would take for an async view.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _windows_are_closed(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page left open by a failing test would go on asking the live server."""
    yield
    if "chromium" in request.fixturenames:
        for context in request.getfixturevalue("chromium").contexts:
            context.close()


@pytest.fixture
def demo(transactional_db: None) -> str:
    """The reference of the demo project, taken to the constituted grouping."""
    content = json.loads((ROOT / "demo" / "etat-civil.json").read_text(encoding="utf-8"))
    return load(content)
