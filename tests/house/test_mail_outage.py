"""The mail server is down while the whole demo is played: no page fails, everything leaves once it is back (G1, K4)."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from procurement.letters import Letter
from procurement.models import User
from procurement.post import GIVEN_UP_AFTER, before_sending, send_due
from projects.models import Project
from projects.scenario import load, play
from tests.house.browser import Browser
from tests.house.smtp import MailServer, closed_port
from tests.makers import P, make_project

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "demo/etat-civil.json"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
PAGES = ("", "participants/", "couts/", "journal/", "suivi/", "documents/", "calendrier/")


@pytest.fixture
def post_at(settings: Any) -> Callable[[int], None]:
    """Send the mail of the test to a port of the loopback."""

    def to(port: int) -> None:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 5

    return to


def play_the_demo(monkeypatch: pytest.MonkeyPatch) -> Project:
    """Through the site's own actions, as the command does, but with its messages."""
    data = json.loads(DEMO.read_text(encoding="utf-8"))
    with monkeypatch.context() as patch:
        patch.setattr(play, "muted", contextlib.nullcontext)
        return Project.objects.get(reference=load(data))


def all_written() -> int:
    """How many letters there are, once those that the sender writes at the last moment are."""
    for prepare in before_sending:
        prepare()
    return Letter.objects.count()


def due_again() -> int:
    """As if the waits were over; how many letters are left."""
    return Letter.objects.filter(sent_at=None).update(due_at=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["down", "refusing"])
def test_the_demo_is_played_while_the_server_is_down_and_all_leaves_once_it_is_back(
    how: str, post_at: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailServer("refuse") as refusing:
        post_at(closed_port() if how == "down" else refusing.port)
        project = play_the_demo(monkeypatch)
        written = all_written()
        assert written > 100
        report = send_due()
        assert (report.mails, report.failed) == (0, GIVEN_UP_AFTER)
        for user in [project.coordinator, *User.objects.filter(letters__isnull=False).distinct()[:2]]:
            browser = Browser().sign_in(user)
            for page in PAGES:
                expected = (200, 403) if page == "suivi/" else (200,)
                assert browser.get(f"/projets/{project.reference}/{page}").status_code in expected, page
            assert browser.get("/tableau-de-bord/").status_code == 200
            assert browser.submit("/comptes/messages/", {"general": "at_once"}).status_code == 302
        assert send_due().mails == 0
    with MailServer() as server:
        post_at(server.port)
        while due_again():
            send_due()
        assert len(server.received) == len(set(server.keys)) == written
        assert send_due().mails == 0
        assert all(message["List-Unsubscribe"] and message.get_body(("html",)) for message in server.received)


@pytest.mark.django_db
def test_one_address_that_is_refused_does_not_hold_up_the_others(post_at: Callable[[int], None]) -> None:
    make_project(P.CONSTITUTED)
    letter = Letter.objects.order_by("pk").first()
    assert letter is not None
    User.objects.filter(pk=letter.user_id).update(email="dé@exemple.org")  # the server takes no such address
    written, kept_back = all_written(), Letter.objects.filter(user_id=letter.user_id).count()
    with MailServer() as server:
        post_at(server.port)
        send_due()
        assert len(server.received) in (written, written - kept_back)


# Killed between the commit and the end of the sending -----------------------------------------------------------------
@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """The address of a database with committed letters, for another process."""
    if connection.vendor == "postgresql":
        asked = connection.settings_dict
        where = f"{asked['HOST']}:{asked['PORT']}/{asked['NAME']}"
        yield f"postgres://{asked['USER']}:{asked['PASSWORD']}@{where}"
        return
    path = tmp_path / "post.sqlite3"
    file = sqlite3.connect(path)
    connections["default"].connection.backup(file)
    file.close()
    yield f"sqlite:///{path}"


def sender(database: str, port: int) -> subprocess.Popen[bytes]:
    known = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "EMAIL_URL")}
    given = {"DATABASE_URL": database, "EMAIL_URL": f"smtp://127.0.0.1:{port}", "SECRET_KEY": "x" * 50}
    command = [sys.executable, "manage.py", "send_messages"]
    return subprocess.Popen(command, cwd=ROOT, env=known | given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def lease_over(database: str) -> None:
    """Ten minutes later."""
    if connection.vendor == "postgresql":
        due_again()
        return
    path = database.removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE procurement_letter SET due_at = '2020-01-01 00:00:00' WHERE sent_at IS NULL")


@pytest.fixture
def _letters(transactional_db: None) -> None:
    make_project(P.CALL)


@pytest.mark.usefixtures("_letters")
def test_a_sender_killed_once_its_mail_left_sends_it_twice_at_worst_under_one_key(database: str) -> None:
    written = all_written()
    assert written > 1
    with MailServer("hang") as server:
        child = sender(database, server.port)
        assert server.held.wait(60), "le premier message n'est pas parti"
        child.send_signal(signal.SIGKILL)
        child.wait()
        server.mood = "accept"
        assert sender(database, server.port).wait(60) == 0
        assert len(server.keys) == 1  # the letters are leased to the dead one for ten minutes
        lease_over(database)
        assert sender(database, server.port).wait(60) == 0
        twice = {key for key in server.keys if server.keys.count(key) > 1}
        assert (len(set(server.keys)), len(server.keys), len(twice)) == (written, written + 1, 1)
