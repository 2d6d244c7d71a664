"""The agenda of a person behind a secret address, and the feed of public projects."""

from __future__ import annotations

import datetime as dt
import re
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from procurement import clock
from procurement.models import Membership
from projects.models import Project
from projects.models.feeds import AgendaKey
from tests.house.browser import Browser
from tests.makers import P, declare, holder, make_body, make_project, make_user, member

pytestmark = pytest.mark.django_db
PAGE = "/comptes/agenda/"
ATOM = "{http://www.w3.org/2005/Atom}"


def key_of(browser: Browser) -> str:
    """Ask for the address as a person does; its path."""
    found = re.search(
        r"<code>http://127\.0\.0\.1:8000(/agenda/[\w-]+\.ics)</code>", browser.submit(PAGE).content.decode()
    )
    assert found
    return found[1]


def test_the_address_shows_the_days_of_my_projects_without_signing_in() -> None:
    project = make_project(P.CALL)
    make_project(P.CALL, title="Autre projet")
    user = holder(project.participations.all()[1].body).user
    assert user is not None
    address = key_of(Browser().sign_in(user))
    response = Client().get(address)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    days = Calendar.from_ical(response.content).walk("VEVENT")
    assert {str(day["summary"]).split(" · ")[1] for day in days} == {project.title}
    cut_off = next(day for day in days if str(day["uid"]).endswith("cut-off@cordee"))
    assert cut_off.decoded("dtstart") == project.cut_off
    assert len({str(day["uid"]) for day in days}) == len(days)
    assert Client().get(address).content.split(b"DTSTAMP")[0] == response.content.split(b"DTSTAMP")[0]


def test_the_secret_is_not_kept_and_a_new_one_ends_the_former() -> None:
    actor = member()
    assert actor.user is not None
    browser = Browser().sign_in(actor.user)
    first = key_of(browser)
    secret = first.removeprefix("/agenda/").removesuffix(".ics")
    assert len(secret) >= 43
    assert secret not in str(list(AgendaKey.objects.values()))
    assert first not in browser.get(PAGE).content.decode()
    second = key_of(browser)
    assert [Client().get(one).status_code for one in (first, second)] == [404, 200]
    token = next(form for form in browser.forms(PAGE) if form.method == "post")["csrfmiddlewaretoken"]
    browser.post(PAGE, {"csrfmiddlewaretoken": token, "drop": "1"})
    assert Client().get(second).status_code == 404
    assert not AgendaKey.objects.exists()


def test_rights_that_end_close_the_agenda_at_once() -> None:
    project = make_project(P.CALL)
    body = project.participations.all()[1].body
    user = holder(body).user
    assert user is not None
    address = key_of(Browser().sign_in(user))
    Membership.objects.filter(user=user).update(ends_on=clock.today() - dt.timedelta(1))
    assert Client().get(address).status_code == 404
    Membership.objects.filter(user=user).update(ends_on=None)
    user.is_active = False
    user.save()
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("secret", ["x", "a" * 43, "%00", "é", "a" * 5000])
def test_an_unknown_address_is_not_found(secret: str) -> None:
    assert Client().get(f"/agenda/{secret}.ics").status_code == 404


def entries(client: Client) -> list[dict[str, str]]:
    response = client.get("/projets/flux.atom")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    found = ElementTree.fromstring(response.content).findall(f"{ATOM}entry")  # noqa: S314 - our own feed
    return [{child.tag.removeprefix(ATOM): child.text or "" for child in entry} for entry in found]


def test_the_feed_tells_public_facts_of_projects_whose_call_opened() -> None:
    project = make_project(P.CALL, bodies=[make_body("Canari-sur-Mer"), make_body("Canariville")])
    declare(project.participations.all()[0], 7_654_321_00)
    make_project(P.FRAMING, title="Encore en cadrage")
    [entry] = entries(Client())
    assert entry["title"] == project.title
    assert entry["summary"].startswith(
        "Un logiciel d'état civil libre. · Groupement de commandes · Appel à participation"
    )
    text = Client().get("/projets/flux.atom").content.decode()
    assert "Canari" not in text
    assert "7654321" not in text
    assert project.coordinator.email not in text


def test_a_hostile_title_stays_text() -> None:
    project = make_project(P.CALL)
    Project.objects.filter(pk=project.pk).update(title="<script>&\x0b]]>", object='"\x1f<b>')
    [entry] = entries(Client())
    assert entry["title"] == "<script>& ]]>"


def test_every_page_links_to_the_feed_and_the_feed_costs_the_same() -> None:
    assert 'type="application/atom+xml"' in Client().get("/").content.decode()
    counts = []
    for _ in range(2):
        make_project(P.CALL)
        with CaptureQueriesContext(connection) as queries:
            entries(Client())
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_address_page_is_for_signed_in_people() -> None:
    assert Client().get(PAGE).status_code == 302
    assert Browser().sign_in(make_user()).get(PAGE).status_code == 200
