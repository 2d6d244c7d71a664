"""The pages of the timetable and of the members in Chromium: axe, nothing sideways, the order on a phone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import Browser

from procurement import clock
from projects.actions.calendars import expect_bodies, record_calendar
from projects.actions.projects import set_lots
from projects.models import Project
from tests.browser.visiting import visiting
from tests.makers import coordinator_of, declare, holder, make_body, make_project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PAGES = ("", "calendrier/", "participants/", "attendus/", "voie/?outside_firm=yes", "../../mandats/")


def a_project() -> Project:
    names = ("Grandval", "Saint-Maurice-en-Trièves-et-du-Val-d'Oisans", "Valmont")
    project = make_project("call", bodies=[make_body(name) for name in names], threshold_cents=200_000_00)
    coordinator = coordinator_of(project)
    set_lots(project, [{"number": n, "title": f"Partie {n}", "cpv": ""} for n in (1, 2)], actor=coordinator)
    today = clock.today()
    for row in project.participations.select_related("body", "project"):
        maxima = [{"lot": 1, "maximum_cents": 40_000_00}, {"lot": 2, "maximum_cents": 10_000_00}]
        declare(row, 50_000_00, lot_maxima=maxima, in_kind_days="2.5", in_kind_day_cents=350_00)
        councils = [today + dt.timedelta(days=90)]
        record_calendar(
            row,
            actor=holder(row.body),
            contract_end=today + dt.timedelta(days=400),
            notice_months=3,
            by_delegation=False,
            councils=councils,
        )
    expect_bodies(project, [make_body("Muette")], actor=coordinator)
    return project


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_pages_are_sound_and_nothing_goes_sideways(
    chromium: Browser, live_server: Any, width: int, scheme: Any
) -> None:
    project = a_project()
    row = project.participations.first()
    assert row is not None
    own = f"participants/{row.pk}/"
    where = {"width": width, "scheme": scheme, "name": "calendar"}
    with visiting(chromium, live_server, project.coordinator, **where) as visitor:
        base = f"/projets/{project.reference}/"
        visitor.goes_round((*PAGES, f"{own}etape/declare/", f"{own}calendrier/"), base)
        visitor.goes(base)
        todo = visitor.page.get_by_role("heading", name="À vous de faire").bounding_box()
        tabs = visitor.page.get_by_role("navigation", name="Pages du projet").bounding_box()
        assert todo
        assert tabs
        assert todo["y"] < tabs["y"]
