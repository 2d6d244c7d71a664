"""How long steps take is the coordinator's choice, within the law; what is not usual is shown and may be put back."""

from __future__ import annotations

import datetime as dt
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from procurement import clock
from projects.actions.calendars import set_durations
from projects.enums import ProjectState
from projects.models import Event, Participation, Project, TimetableSettings
from projects.planning import Durations, PlanningError
from projects.planning.steps import EDITABLE
from projects.timetable import schedule
from tests.house.browser import Browser
from tests.makers import characters, coordinator_of, declare, make_project

pytestmark = pytest.mark.django_db


def dated(maximum_cents: int = 10_000_00) -> Project:
    """A call whose members' contracts end in three years."""
    project = make_project(ProjectState.CALL)
    Participation.objects.filter(project=project).update(contract_end=clock.today() + dt.timedelta(days=1100))
    for row in project.participations.select_related("body", "project"):
        declare(row, maximum_cents)
    return project


def text(response: Any) -> str:
    return unescape(response.content.decode()).replace("\u00a0", " ")


def days_of(project: Project) -> dict[str, dt.date]:
    rows = schedule.planned_rows(project)
    table = schedule.plan(project, rows, schedule.amount_of(project, rows, sees_all=True)).table
    assert table is not None
    return {item.code: item.last_safe for item in table.milestones}


def test_every_editable_duration_has_a_usual_length() -> None:
    assert list(Durations.usual()) == list(EDITABLE)
    assert Durations.of(Durations.usual()) == Durations()
    assert Durations.of({"legality": 1, "unknown": 3}) == Durations()


def test_a_longer_work_comes_earlier_and_reset_brings_it_back(browser: Browser) -> None:
    project = dated()
    before = days_of(project)
    browser.sign_in(project.coordinator)
    page = f"/projets/{project.reference}/calendrier/durees/"
    assert browser.submit(page, {"deployment": "180"}).status_code == 302
    after = days_of(project)
    assert (before["notification"] - after["notification"]).days >= 90
    assert after["switch"] == before["switch"]
    calendar = text(browser.get(f"/projets/{project.reference}/calendrier/"))
    assert "Mise en œuvre : <strong>180 jours</strong> au lieu de 90" in calendar
    assert Event.objects.get(step="durations").facts == {"deployment": 180}
    token = browser.forms(page)[0]["csrfmiddlewaretoken"][0]
    assert browser.post(page, {"csrfmiddlewaretoken": token, "reset": "oui"}).status_code == 302
    assert days_of(project) == before
    assert not TimetableSettings.objects.exists()


def test_the_time_to_receive_offers_is_never_below_the_law(browser: Browser) -> None:
    project = dated(maximum_cents=150_000_00)
    browser.sign_in(project.coordinator)
    page = f"/projets/{project.reference}/calendrier/durees/"
    assert "Au moins 30 en appel d'offres ouvert" in text(browser.get(page))
    answer = browser.submit(page, {"offers": "29"})
    assert answer.status_code == 422
    assert "laisse 30 jours au moins" in text(answer)
    assert browser.submit(page, {"offers": "30"}).status_code == 302
    assert browser.submit(page, {"call": "731"}).status_code == 422


def test_only_the_coordinator_sets_durations(browser: Browser) -> None:
    project = dated()
    member = characters(project).member
    with pytest.raises(PermissionDenied):
        set_durations(project, actor=member, days={"call": 10})
    with pytest.raises(PlanningError):
        set_durations(project, actor=coordinator_of(project), days={"call": -1})
    assert member.user is not None
    browser.sign_in(member.user)
    assert browser.get(f"/projets/{project.reference}/calendrier/durees/").status_code == 403
    assert "Changer les durées" not in text(browser.get(f"/projets/{project.reference}/calendrier/"))
