"""Who blocks what: dates, ages and lateness are those of the journal; only those who have not acted are reminded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from procurement import clock
from procurement.letters import Letter, Preference, Rhythm
from procurement.models import Role
from procurement.workflow import perform
from projects.actions.reminders import edit_text, remind
from projects.awaited import board as boards
from projects.awaited.board import board
from projects.models import BodyMandate, Event, ExpectedBody, Project, ReminderSent
from projects.models.reminders import Awaited
from tests import makers
from tests.house.browser import Browser
from tests.makers import P, coordinator_of, declare, holder, make_body, make_project, member

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 2)


def on(days: int) -> Any:
    """That many days after TODAY."""
    return clock.at(TODAY + dt.timedelta(days))


def three(state: str = P.CALL, **fields: Any) -> Project:
    return make_project(state, bodies=[make_body(name) for name in ("Grandval", "Rochebrune", "Valmont")], **fields)


def words(project: Project) -> dict[str, dict[str, str]]:
    """Body → step → « fait », what is awaited, or « – »."""
    return {
        line.body.name: {cell.step.value: "fait" if cell.done_on else cell.words or "–" for cell in line.cells}
        for line in board(project)
    }


def told(code: str) -> list[str]:
    return sorted(Letter.objects.filter(code=code).values_list("user__email", flat=True))


def email(body: Any, role: str = Role.AGENT) -> str:
    user = holder(body, role).user
    assert user is not None
    return user.email


def test_during_the_call_an_intention_is_awaited_since_it_opened_and_late_after_the_cut_off() -> None:
    with on(0):
        project = three()
        declare(project.participations.all()[0])
    with on(12):
        assert words(project)["Grandval"]["intention"] == "fait"
        assert words(project)["Valmont"] == {
            "intention": "attendue depuis 12 jours",
            "act": "–",
            "enforceable": "–",
            "signature": "–",
            "copy": "–",
        }
    with on(31):
        assert words(project)["Valmont"]["intention"] == "attendue depuis 31 jours, en retard de 1 jour"


def test_an_expected_body_that_never_came_stands_in_the_table() -> None:
    with on(0):
        project = three()
    with on(5):
        ExpectedBody.objects.create(project=project, body=make_body("Montfort"))
        ExpectedBody.objects.create(project=project, body=project.participations.all()[1].body)
    with on(6):
        assert list(words(project)) == ["Grandval", "Rochebrune", "Valmont", "Montfort"]
        assert words(project)["Montfort"]["intention"] == "attendue depuis hier"


def test_from_the_frozen_text_to_the_signature_each_date_is_that_of_the_act() -> None:
    with on(0):
        project = three(P.AGREEMENT, frozen=True)
        one, two, three_ = project.participations.all()
        makers.authorise(one, act_enforceable_on=TODAY + dt.timedelta(4))
        makers.authorise(two)
        makers.sign(two)
    with on(2):
        said = words(project)
        assert said["Grandval"] | {"intention": ""} == {
            "intention": "",
            "act": "fait",
            "enforceable": "attendue depuis 2 jours",
            "signature": "–",
            "copy": "–",
        }
        assert said["Rochebrune"]["signature"] == "fait"
        assert said["Rochebrune"]["copy"] == "attendue depuis 2 jours"
        assert said["Valmont"]["act"] == "attendue depuis 2 jours"
    with on(9):
        assert words(project)["Grandval"]["signature"].startswith("attendue depuis 5 jours")
    assert three_.state == "intended"


def test_a_returned_copy_is_known_from_who_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    project = three(P.CONSTITUTED)
    body = project.participations.all()[0].body_id

    def returned(project: Project) -> Mapping[int, dt.date]:
        return {body: TODAY}

    monkeypatch.setattr(boards, "_returned", [returned])
    assert [line.cell("copy").done_on for line in board(project)] == [TODAY, None, None]


def test_an_act_on_a_version_given_up_is_said_to_have_lapsed() -> None:
    project = three(P.AGREEMENT, frozen=True)
    makers.authorise(project.participations.all()[2])
    perform(Project, project.pk, "unfreeze", actor=coordinator_of(project), note="coquille")
    perform(Project, project.pk, "freeze", actor=coordinator_of(project))
    cell = board(Project.objects.get(pk=project.pk))[2].cell("act")
    assert cell.awaited
    assert cell.note == "l'acte n° 2026-47 portait sur la version 1"


# Reminding ------------------------------------------------------------------------------------------------------------
def test_a_reminder_goes_only_to_those_who_have_not_acted_once_a_day() -> None:
    with on(0):
        project = three()
        lead, two, last = project.participations.all()
        declare(lead)
        declare(two)
    with on(1):
        done = remind(project, Awaited.INTENTION, actor=coordinator_of(project))
        assert (done.letters, done.already, done.nobody) == (1, 0, ())
        assert told("reminded") == [email(last.body)]
        again = remind(project, Awaited.INTENTION, actor=coordinator_of(project))
        assert (again.letters, again.already) == (0, 1)
    with on(2):
        assert remind(project, Awaited.INTENTION, actor=coordinator_of(project)).letters == 1
    events = Event.objects.filter(project=project, step="remind")
    assert events.count() == 2
    first = events.first()
    assert first is not None
    assert first.facts == {"step": "intention", "bodies": [last.body_id]}
    assert first.note == "Intention : Valmont."


def test_one_body_is_reminded_and_not_the_others() -> None:
    project = three()
    body = project.participations.all()[1].body
    assert remind(project, Awaited.INTENTION, actor=coordinator_of(project), body_id=body.pk).letters == 1
    assert told("reminded") == [email(body)]
    letter = Letter.objects.get(code="reminded")
    assert (
        letter.link == f"/projets/{project.reference}/participants/{project.participations.all()[1].pk}/etape/declare/"
    )
    assert "Rochebrune n'a pas encore indiqué" in letter.text
    assert letter.deadline == project.cut_off


def test_who_wants_nothing_is_not_reminded_and_who_wants_a_digest_waits_for_it() -> None:
    project = three()
    _, two, last = (row.body for row in project.participations.all())
    Preference.objects.create(user=holder(two).user, rhythm=Rhythm.NEVER)
    Preference.objects.create(user=holder(last).user, topic=project.reference, rhythm=Rhythm.WEEKLY)
    assert remind(project, Awaited.INTENTION, actor=coordinator_of(project)).letters == 1
    assert told("reminded") == [email(last)]
    assert Letter.objects.get(code="reminded", user=holder(last).user).rhythm == Rhythm.WEEKLY


def test_legal_officers_are_reminded_of_the_act_and_nobody_of_the_passing_of_time() -> None:
    project = three(P.AGREEMENT, frozen=True)
    one, two, _ = project.participations.all()
    legal = holder(one.body, Role.LEGAL)
    makers.authorise(two, act_enforceable_on=clock.today() + dt.timedelta(9))
    remind(project, Awaited.ACT, actor=coordinator_of(project))
    assert legal.user is not None
    assert legal.user.email in told("reminded")
    assert email(two.body, Role.LEGAL) not in told("reminded")
    assert remind(project, Awaited.SIGNATURE, actor=coordinator_of(project)).letters == 0


def test_a_body_without_anybody_is_named_and_an_epci_answers_for_its_commune() -> None:
    project = three()
    alone, spoken_for, epci = make_body("Montfort"), make_body("Laval"), member(make_body("CC des Monts", kind="epci"))
    for body in (alone, spoken_for):
        ExpectedBody.objects.create(project=project, body=body)
    BodyMandate.objects.create(
        from_body=spoken_for,
        to_body=epci.body,
        act_reference="2026-1",
        recorded_by=epci.user,
        starts_on=dt.date(2020, 1, 1),
    )
    done = remind(project, Awaited.INTENTION, actor=coordinator_of(project))
    assert done.nobody == ("Montfort",)
    assert epci.user is not None
    letter = Letter.objects.get(code="reminded", user=epci.user)
    assert (letter.body_name, letter.link) == ("Laval", f"/projets/{project.reference}/")


def test_only_the_coordinator_reminds_and_nothing_is_written_otherwise() -> None:
    project = three()
    for actor in (holder(project.participations.all()[1].body), member(), makers.make_steward()):
        with pytest.raises(PermissionDenied):
            remind(project, Awaited.INTENTION, actor=actor)
        with pytest.raises(PermissionDenied):
            edit_text(project, Awaited.INTENTION, "Répondez.", actor=actor)
    assert (ReminderSent.objects.count(), told("reminded")) == (0, [])


# The page -------------------------------------------------------------------------------------------------------------
def test_the_page_reminds_in_one_gesture(browser: Browser) -> None:
    project = three()
    browser.sign_in(project.coordinator)
    page = f"/projets/{project.reference}/suivi/"
    answer = browser.submit(page, {"body": ""}, to=f"{page}intention/relancer/", follow=True)
    assert "2 messages en attente d" in answer.content.decode().replace("\u00a0", " ")
    assert browser.post(f"{page}enforceable/relancer/").status_code == 403  # no token
    assert browser.get(f"{page}enforceable/message/").status_code == 404
    assert browser.get(f"{page}act/message/").status_code == 200


def test_the_journal_page_tells_of_the_reminder(browser: Browser) -> None:
    project = three()
    remind(project, Awaited.INTENTION, actor=coordinator_of(project))
    browser.sign_in(project.coordinator)
    text = browser.get(f"/projets/{project.reference}/journal/").content.decode()
    assert "Relance envoyée" in text
