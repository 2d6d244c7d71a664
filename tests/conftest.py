"""The strict suite: undefined template variables, missing CSRF tokens, warnings and calls to the network all fail."""

import copy
import ipaddress
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import connection
from django.forms.renderers import get_default_renderer
from django.template import engines
from django.template.base import FilterExpression
from django.test import TransactionTestCase

from procurement import append_only, clock
from tests.house.browser import Browser

ROOT = Path(__file__).resolve().parent.parent
NIGHTLY = os.environ.get("CORDEE_NIGHTLY") == "1"

hypothesis.settings.register_profile("ci", max_examples=100, deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("nightly", max_examples=10_000, deadline=None)
hypothesis.settings.load_profile("nightly" if NIGHTLY else "ci")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the long checks for `make nightly`; run once, on SQLite, what PostgreSQL cannot change.

    A test that asks no database, prints the frozen demonstration, or looks at a page in Chromium, says the same on
    both: CI has forty minutes.
    """
    if NIGHTLY:
        return
    postgres = connection.vendor == "postgresql"
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="long : make nightly"))
        elif postgres and (item.get_closest_marker("browser") or not _asks_the_database(item)):
            item.add_marker(pytest.mark.skip(reason="sans base de données : passé sur SQLite"))


def _asks_the_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    if "demo" in fixtures and item.path.parent.name == "documents":  # its facts are read once, and printed
        return False
    wanted = {"db", "transactional_db", "live_server", "django_db_setup"}
    return item.get_closest_marker("django_db") is not None or bool(wanted & fixtures)


class _Undefined(str):
    """What the template engine formats in place of an undefined variable: in a template of ours, that is an error.

    The templates of Django and its applications keep the usual behaviour, and so does `|default`, which says in so
    many words that the value may be missing.
    """

    def __contains__(self, text: object) -> bool:
        return text == "%s"

    def __bool__(self) -> bool:
        return True

    def __mod__(self, variable: object) -> Any:
        frame = sys._getframe(1)
        expression: FilterExpression = frame.f_locals["self"]
        context = frame.f_locals["context"]
        while frame.f_back and frame.f_code.co_name != "render_annotated":
            frame = frame.f_back
        node = frame.f_locals.get("self")
        origin = str(getattr(getattr(node, "origin", None), "name", ""))
        may_miss = expression.filters and expression.filters[0][0].__name__ in ("default", "default_if_none")
        if origin.startswith(str(ROOT / "templates")) and not may_miss:
            raise AssertionError(f"variable « {variable} » indéfinie dans {origin}, ligne {node.token.lineno}")
        usual = copy.copy(expression)
        usual.var, usual.is_var = "", False
        return usual.resolve(context)


@pytest.fixture(autouse=True, scope="session")
def _undefined_variables_fail() -> None:
    for engine in (engines["django"].engine, get_default_renderer().engine.engine):
        engine.string_if_invalid = _Undefined()


def _refuse_the_outside(address: Any) -> None:
    if isinstance(address, tuple) and address[0] not in ("localhost", "", None):
        try:
            near = ipaddress.ip_address(str(address[0]).split("%")[0]).is_loopback
        except ValueError:
            near = False
        if not near:
            raise AssertionError(f"un test appelle le réseau : {address}")


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            genuine = getattr(socket.socket, name)

            def guarded(self: socket.socket, address: Any, genuine: Callable[..., Any] = genuine) -> Any:
                _refuse_the_outside(address)
                return genuine(self, address)

            patch.setattr(socket.socket, name, guarded)
        resolve = socket.getaddrinfo

        def near_only(host: Any, *args: Any, **options: Any) -> Any:
            _refuse_the_outside((host.decode() if isinstance(host, bytes) else host,))
            return resolve(host, *args, **options)

        patch.setattr(socket, "getaddrinfo", near_only)
        yield


@pytest.fixture(autouse=True, scope="session")
def _journals_may_be_emptied_between_tests() -> Iterator[None]:
    """A test with real transactions ends with empty tables: the triggers of the journals step aside meanwhile."""
    genuine = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def emptied(self: TransactionTestCase) -> None:
        append_only.unguard()
        genuine(self)
        append_only.guard()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptied)
        yield


@pytest.fixture
def database_rights() -> Iterator[None]:
    """What an attacker with rights on the database does first: the journals' triggers go, until the end of the test."""
    append_only.unguard()
    yield
    append_only.guard()


@pytest.fixture(autouse=True)
def _own_folder_and_cheap_passwords(settings: Any, tmp_path: Path) -> None:
    """Each test writes its documents in a folder of its own; a slow hash would only slow the tests."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.TASKS_MODE = "db"  # no worker process starts by itself
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def browser() -> Browser:
    """A client that checks CSRF tokens and fills in the forms it is shown. Needs the `db` fixture for most pages."""
    return Browser()


@pytest.fixture
def at() -> Callable[..., AbstractContextManager[None]]:
    """`with at(date(2026, 4, 30)): …` runs the block at that moment."""
    return clock.at
