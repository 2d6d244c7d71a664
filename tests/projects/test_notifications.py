"""Messages: who is told, at which rhythm, once, and never of what did not happen."""

from __future__ import annotations

import datetime as dt
import re
import smtplib
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone

from procurement import clock
from procurement.letters import Letter, Preference, Rhythm
from procurement.notifications import REGISTRY, due_at, muted
from procurement.post import before_sending, send_due, unsubscribe_path
from procurement.workflow import Blocked, perform
from projects.enums import ProjectState
from projects.models import Participation, Project
from tests.house.browser import Browser
from tests.makers import coordinator_of, declare, holder, make_body, make_project, make_user

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(days=3)


def told(code: str) -> set[str]:
    return set(Letter.objects.filter(code=code).values_list("user__email", flat=True))


def waiting_letters() -> int:
    """How many there are, once those that the sender writes at the last moment are."""
    for prepare in before_sending:
        prepare()
    return Letter.objects.count()


def agent_of(project: Project) -> Any:
    row = project.participations.exclude(body=project.lead_body).get()
    return holder(row.body).user


def test_an_open_call_is_told_to_the_agents_of_the_bodies_but_not_to_who_opened_it() -> None:
    project = make_project(ProjectState.CALL)
    assert told("call_opened") == {agent_of(project).email}
    letter = Letter.objects.get(code="call_opened")
    assert (letter.topic, letter.deadline) == (project.reference, project.cut_off)
    assert letter.link == f"/projets/{project.reference}/participants/"


@pytest.mark.parametrize(
    "code", ["call_closed", "convention_frozen", "act_recorded", "signed", "constituted", "need_pooled"]
)
def test_each_move_is_told(code: str) -> None:
    make_project(ProjectState.CONSTITUTED)
    assert told(code)


def test_every_message_has_a_french_label() -> None:
    assert len(REGISTRY) >= 14
    assert all(kind.label for kind in REGISTRY.values())


def test_a_step_that_is_refused_tells_nobody() -> None:
    project = make_project(ProjectState.CALL)
    before = Letter.objects.count()
    with pytest.raises(Blocked):
        perform(Project, project.pk, "close_call", actor=coordinator_of(project), note="assez attendu")
    assert Letter.objects.count() == before


def test_a_step_rolled_back_tells_nobody() -> None:
    project = make_project(ProjectState.CALL)
    row = project.participations.first()
    assert row is not None
    before = Letter.objects.count()
    with transaction.atomic():
        declare(row)
        transaction.set_rollback(True)
    assert Letter.objects.count() == before


def test_the_departure_of_a_body_is_told_to_the_others() -> None:
    project = make_project(ProjectState.CALL, bodies=[make_body() for _ in range(3)])
    gone, other = project.participations.exclude(body=project.lead_body)
    perform(Participation, gone.pk, "withdraw", actor=holder(gone.body), note="autre solution")
    assert told("body_left") == {holder(other.body).user.email, project.coordinator.email}  # type: ignore[union-attr]


def test_bringing_in_the_past_sends_nothing() -> None:
    with muted():
        make_project(ProjectState.CONSTITUTED)
    assert Letter.objects.count() == 0


@pytest.mark.parametrize(
    ("now", "rhythm", "expected"),
    [
        ("2026-03-28T12:00:00+01:00", Rhythm.AT_ONCE, "2026-03-28T12:00:00+01:00"),
        ("2026-03-28T12:00:00+01:00", Rhythm.DAILY, "2026-03-29T07:00:00+02:00"),  # the clocks go forward that night
        ("2026-10-24T12:00:00+02:00", Rhythm.DAILY, "2026-10-25T07:00:00+01:00"),  # and back
        ("2026-11-22T06:59:00+01:00", Rhythm.DAILY, "2026-11-22T07:00:00+01:00"),
        ("2026-11-22T12:00:00+01:00", Rhythm.WEEKLY, "2026-11-23T07:00:00+01:00"),
        ("2026-11-23T06:00:00+01:00", Rhythm.WEEKLY, "2026-11-23T07:00:00+01:00"),
        ("2026-11-23T07:00:00+01:00", Rhythm.WEEKLY, "2026-11-30T07:00:00+01:00"),
    ],
)
def test_digests_leave_at_seven_in_paris(now: str, rhythm: str, expected: str) -> None:
    assert due_at(rhythm, dt.datetime.fromisoformat(now)) == dt.datetime.fromisoformat(expected)


def test_the_choice_for_a_project_wins_over_the_general_one() -> None:
    project = make_project(ProjectState.FRAMING)
    user = agent_of(project)
    Preference.objects.create(user=user, rhythm=Rhythm.NEVER)
    Preference.objects.create(user=user, topic=project.reference, rhythm=Rhythm.WEEKLY)
    perform(Project, project.pk, "open_call", actor=coordinator_of(project))
    assert Letter.objects.get(code="call_opened").rhythm == Rhythm.WEEKLY


def test_who_wants_nothing_gets_nothing() -> None:
    project = make_project(ProjectState.FRAMING)
    Preference.objects.create(user=agent_of(project), rhythm=Rhythm.NEVER)
    perform(Project, project.pk, "open_call", actor=coordinator_of(project))
    assert told("call_opened") == set()


def test_a_letter_leaves_once_with_text_html_and_a_way_out() -> None:
    make_project(ProjectState.CALL)
    waiting = waiting_letters()
    assert send_due().letters == waiting
    assert len(mail.outbox) == waiting
    assert send_due().letters == 0
    sent = next(m for m in mail.outbox if "Renseigner" in m.subject)
    assert "http://127.0.0.1:8000/projets/" in sent.body
    assert "\n" not in sent.subject
    assert sent.alternatives[0][1] == "text/html"  # type: ignore[attr-defined]
    assert sent.extra_headers["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/comptes/messages/arret/")


def test_a_title_with_markup_and_line_breaks_is_harmless() -> None:
    make_project(ProjectState.CALL, title="<b>Gras</b>\r\nBcc: tous@example.org {{ x }}")
    send_due()
    sent = next(m for m in mail.outbox if "Renseigner" in m.subject)
    assert sent.subject.count("\n") == 0
    assert sent.bcc == []
    assert "&lt;b&gt;Gras&lt;/b&gt;" in sent.alternatives[0][0]  # type: ignore[attr-defined]


def test_a_digest_is_one_mail_grouped_by_project() -> None:
    user = make_user()
    for topic in ("P-2026-001", "P-2026-002", "P-2026-001"):
        Letter.objects.create(
            user=user,
            code="call_opened",
            topic=topic,
            topic_title=f"Projet {topic}",
            text=f"Nouvelle de {topic}.",
            link="/projets/",
            verb="Voir",
            rhythm=Rhythm.DAILY,
            due_at=timezone.now(),
        )
    report = send_due()
    assert (report.mails, report.letters) == (1, 3)
    body = mail.outbox[0].body
    assert body.count("Projet P-2026-001") == 1
    assert body.count("Nouvelle de P-2026-001.") == 2
    assert body.index("Projet P-2026-001") < body.index("Projet P-2026-002")


def test_each_project_of_a_digest_has_its_own_way_out_and_the_mail_one_for_all(browser: Browser) -> None:
    user = make_user()
    values = {"user": user, "code": "x", "topic_title": "T", "link": "/", "verb": "Voir", "rhythm": Rhythm.DAILY}
    for number, topic in enumerate(("P-2026-001", "P-2026-002", "P-2026-001")):
        now = timezone.now() + dt.timedelta(seconds=number - 60)
        Letter.objects.create(**values, topic=topic, text=f"nouvelle {number}", due_at=now, created_at=now)
    kept = Letter.objects.create(**values, topic="P-2026-003", text="plus tard", due_at=timezone.now() + LATER)
    Preference.objects.create(user=user, topic="P-2026-003", rhythm=Rhythm.WEEKLY)
    send_due()
    [sent] = mail.outbox
    assert sent.body.index("nouvelle 2") < sent.body.index("nouvelle 0")  # newest first
    ways = set(re.findall(r"http://127\.0\.0\.1:8000(/comptes/messages/arret/\S+/)", sent.body))
    assert len(ways) == 2
    everything = sent.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    assert everything not in ways
    assert "Tous vos messages" in browser.get(everything).content.decode()
    browser.submit(everything)
    assert dict(Preference.objects.filter(user=user).values_list("topic", "rhythm")) == {
        "": Rhythm.NEVER,
        "P-2026-003": Rhythm.WEEKLY,
    }
    assert Letter.objects.filter(pk=kept.pk).exists()


def test_a_broken_mail_server_loses_nothing_and_nothing_leaves_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    make_project(ProjectState.CALL)
    waiting = waiting_letters()

    def refuse(self: EmailBackend, messages: list[Any]) -> int:
        raise smtplib.SMTPServerDisconnected("down")

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", refuse)
        report = send_due()
    assert (report.mails, report.failed) == (0, waiting)
    assert Letter.objects.filter(sent_at=None).count() == waiting
    assert send_due().mails == 0  # not before a minute
    Letter.objects.update(due_at=timezone.now())
    assert send_due().mails == waiting
    assert send_due().mails == 0
    assert len({m.extra_headers["Message-ID"] for m in mail.outbox}) == waiting


def test_a_letter_being_sent_is_not_taken_by_another_sender() -> None:
    make_project(ProjectState.CALL)
    waiting_letters()
    Letter.objects.update(due_at=timezone.now() + dt.timedelta(minutes=10))  # as `_take` leaves it
    assert send_due().letters == 0


def test_unsubscribing_takes_one_button_and_no_account(browser: Browser) -> None:
    project = make_project(ProjectState.CALL)
    letter = Letter.objects.get(code="call_opened")
    address = unsubscribe_path(letter)
    assert browser.get(address).status_code == 200
    assert not Preference.objects.exists()  # a mail scanner that opens the link changes nothing
    assert browser.submit(address).status_code == 200
    assert Preference.objects.get().rhythm == Rhythm.NEVER
    assert not Letter.objects.filter(user=letter.user, topic=project.reference, sent_at=None).exists()
    assert browser.get(address[:-3] + "abc/").status_code == 404


def test_preferences_are_kept_per_project(browser: Browser) -> None:
    project = make_project(ProjectState.CALL)
    user = agent_of(project)
    browser.sign_in(user)
    answer = browser.submit("/comptes/messages/", {"general": "daily", project.reference: "never"})
    assert answer.status_code == 302
    assert dict(Preference.objects.filter(user=user).values_list("topic", "rhythm")) == {
        "": "daily",
        project.reference: "never",
    }


def test_clock_of_letters_is_the_real_one(at: Any) -> None:
    """A scenario played in the past must not date letters in the past."""
    with at(dt.date(2020, 1, 1)):
        assert clock.today() == dt.date(2020, 1, 1)
        assert due_at(Rhythm.AT_ONCE, timezone.now()).year >= 2026
