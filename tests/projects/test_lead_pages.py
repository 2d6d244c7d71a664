"""The pages by which another body leads: what each shows, and the way through them as people would take it."""

from __future__ import annotations

from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement import clock
from procurement.access import Actor
from procurement.models import Body, Role
from projects.models import LeadChange, Project
from tests.house.browser import Browser
from tests.makers import characters, coordinator_of, holder, make_body, make_project, member

pytestmark = pytest.mark.django_db


def browse(actor: Actor) -> Browser:
    assert actor.user is not None
    return Browser().sign_in(actor.user)


def of_three(state: str) -> tuple[Project, Body, str]:
    bodies = [make_body(name) for name in ("Tête", "Seconde", "Tierce")]
    for body in bodies:
        holder(body, Role.LEGAL)
    project = make_project(state, bodies=bodies)
    return project, bodies[1], f"/projets/{project.reference}/coordonnateur/"


def read(browser: Browser, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200, address
    return unescape(response.content.decode()).replace("\u00a0", " ")


def test_from_the_proposal_to_the_signed_amendment() -> None:
    project, body, page = of_three("constituted")
    lead, asked, other = browse(coordinator_of(project)), browse(holder(body, Role.LEGAL)), browse(member(body))
    assert "remplacer" in read(lead, f"/projets/{project.reference}/")
    assert "2 membres sur 3" in read(lead, page)
    assert lead.submit(page, {"body": str(body.pk), "reason": "Plus de juriste."}).status_code == 302
    assert "Plus de juriste." in read(asked, page)
    assert "Accepter ou refuser" in read(asked, "/tableau-de-bord/")
    assert asked.submit(page, {"accepts": "oui"}, to=f"{page}repondre/").status_code == 302
    assert "L'avenant est à signer" in read(other, page)
    day = clock.today().isoformat()
    given = {"act_number": "2026-99", "act_date": day, "act_enforceable_on": day, "effective_on": day, "note": "reçu"}
    record = f"{page}avenant/"
    short = lead.submit(record, {**given, "signed_by": [str(body.pk)], "authorises_contract": "on"})
    assert short.status_code == 422
    assert "2 signatures sur 3 membres" in unescape(short.content.decode())
    every = [str(row.body_id) for row in project.listed_participations()]
    assert lead.submit(record, {**given, "signed_by": every, "authorises_contract": "on"}).status_code == 302
    project.refresh_from_db()
    assert project.lead_body == body
    assert "à la place de Tête : effectif" in read(lead, page)
    consultation = read(lead, f"/projets/{project.reference}/consultation/")
    assert "Changement de coordonnateur : Seconde" in consultation
    assert "à la place de Tête" in consultation


def test_a_refusal_and_a_proposal_taken_back_need_a_reason() -> None:
    project, body, page = of_three("call")
    lead, asked = browse(coordinator_of(project)), browse(holder(body))
    given = {"body": str(body.pk), "reason": "Plus de juriste."}
    lead.submit(page, given)
    assert asked.submit(page, {"accepts": "non"}, to=f"{page}repondre/").status_code == 422
    assert asked.submit(page, {"accepts": "non", "note": "trop peu"}, to=f"{page}repondre/").status_code == 302
    lead.submit(page, given)
    assert lead.submit(page, {"note": ""}, to=f"{page}retirer/").status_code == 422
    assert lead.submit(page, {"note": "erreur"}, to=f"{page}retirer/").status_code == 302
    assert list(LeadChange.objects.values_list("ending", "note")) == [("refused", "trop peu"), ("given_up", "erreur")]
    assert "retiré le" in read(asked, page)


@pytest.mark.parametrize("state", ["framing", "closed"])
def test_where_it_cannot_change_the_page_says_why_and_shows_no_form(state: str) -> None:
    project = make_project(state)
    page = f"/projets/{project.reference}/coordonnateur/"
    browser = browse(coordinator_of(project))
    text = read(browser, page)
    assert ("L'appel n'est pas ouvert" in text) == (state == "framing")
    assert ("Le projet est terminé" in text) == (state == "closed")
    assert [form.action for form in browser.forms(page) if "reason" in form] == []


def test_the_body_that_leaves_the_collective_chooses_whom_to_ask() -> None:
    project, body, _ = of_three("call")
    lead = project.lead_body
    assert lead is not None
    leaver = browse(holder(lead))
    page = f"/annuaire/{lead.public_ref}/quitter/"
    assert "son accord suffit" in read(leaver, page)
    given = {f"lead_{project.pk}": str(body.pk), "note": "fusion", "sure": "on"}
    assert leaver.submit(page, given).status_code == 302
    assert LeadChange.objects.get().to_body == body


def test_the_page_costs_the_same_queries_with_two_bodies_and_with_five() -> None:
    counts = []
    for size in (2, 5):
        project = make_project("call", bodies=[make_body() for _ in range(size)])
        browser = browse(characters(project).coordinator if size == 2 else coordinator_of(project))
        with CaptureQueriesContext(
            connection,
        ) as found:
            read(browser, f"/projets/{project.reference}/coordonnateur/")
        counts.append(len(found))
    assert counts[0] == counts[1] <= 20
