"""The page of the orders as people use it: gauges for all, lines for those concerned, refusals beside their field."""

from __future__ import annotations

import datetime as dt
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement import clock
from procurement.access import Actor
from procurement.models import Role
from projects.actions.orders import record_order, set_term
from projects.awaited.todo import todos
from projects.enums import ProjectState
from projects.models import ContractTerm, Order, Project
from tests.house.browser import Browser
from tests.makers import coordinator_of, holder, make_body, make_project, member

pytestmark = pytest.mark.django_db
NAMES = ("Grandval", "Rochebrune", "Valmont")


def running(size: int = 3) -> Project:
    return make_project(ProjectState.RUNNING, bodies=[make_body(name) for name in NAMES[:size]])


def place(project: Project) -> str:
    return f"/projets/{project.reference}/commandes/"


def text(response: Any) -> str:
    return unescape(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")


def read(browser: Browser, actor: Actor, address: str, status: int = 200) -> str:
    assert actor.user is not None
    response = browser.sign_in(actor.user).get(address)
    assert response.status_code == status
    return text(response)


def order(project: Project, name: str, cents: int, reference: str) -> Order:
    row = project.listed_participations().get(body__name=name)
    return record_order(
        row,
        actor=holder(row.body),
        reference=reference,
        ordered_on=clock.today(),
        amount_cents=cents,
        lot=project.lots.first(),
    )


def test_a_member_reads_its_own_lines_and_everybodys_totals(browser: Browser) -> None:
    project = running()
    order(project, "Valmont", 1_234_56, "VAL-1")
    order(project, "Rochebrune", 4_500_00, "ROC-1")
    html = read(browser, holder(project.participations.get(body__name="Valmont").body), place(project))
    assert "VAL-1" in html
    assert "ROC-1" not in html
    for shown in (
        "1 234,56 €",
        "4 500,00 €",
        "5 734,56 €",
        "plus de 80 %",
        "Vous lisez les commandes de vos organismes",
    ):
        assert shown in html, shown
    html = read(browser, coordinator_of(project), place(project))
    assert "VAL-1" in html
    assert "ROC-1" in html
    html = read(browser, member(), place(project))
    assert "1 234,56 €" in html
    assert "VAL-1" not in html


@pytest.mark.parametrize("state", [ProjectState.CALL, ProjectState.CONSTITUTED])
def test_before_the_contract_there_is_no_such_page(browser: Browser, state: str) -> None:
    project = make_project(state)
    assert "Commandes</a>" not in read(browser, coordinator_of(project), f"/projets/{project.reference}/")
    read(browser, coordinator_of(project), place(project), 404)


def test_an_order_is_recorded_refused_above_the_maximum_and_cancelled(browser: Browser) -> None:
    project = running()
    row = project.listed_participations().get(body__name="Valmont")
    user = holder(row.body).user
    assert user is not None
    browser.sign_in(user)
    page = f"{place(project)}nouvelle/"
    given = {"participation": str(row.pk), "reference": "BC-7", "amount_cents": "5 000,01"}
    answer = browser.submit(page, given)
    assert answer.status_code == 422
    assert "dépasse le maximum de Valmont, 5 000,00 € HT : il reste 5 000,00 € HT" in text(answer)
    assert browser.submit(page, given | {"amount_cents": "5 000"}).status_code == 302
    html = text(browser.get(place(project)))
    assert "Valmont : 100 % du maximum" in html
    made = Order.objects.get()
    cancel = f"{place(project)}{made.pk}/annuler/"
    assert browser.submit(cancel, {"reason": ""}).status_code == 422
    assert browser.submit(cancel, {"reason": "saisie en double"}).status_code == 302
    html = text(browser.get(place(project)))
    assert "saisie en double" in html
    assert "100 % du maximum" not in html


def test_the_coordinator_gives_a_proof(browser: Browser) -> None:
    project = running()
    row = project.listed_participations().get(body__name="Valmont")
    browser.sign_in(project.coordinator)
    page = f"{place(project)}nouvelle/"
    given = {"participation": str(row.pk), "reference": "BC-7", "amount_cents": "10"}
    answer = browser.submit(page, given)
    assert answer.status_code == 422
    assert "Indiquez la preuve" in text(answer)
    assert browser.submit(page, given | {"note": "courriel du 3 mars"}).status_code == 302


def test_who_may_not_order_or_cancel_is_told_so(browser: Browser) -> None:
    project = running()
    made = order(project, "Valmont", 1_00, "VAL-1")
    read(browser, member(), f"{place(project)}nouvelle/", 403)
    read(browser, member(), f"{place(project)}{made.pk}/annuler/", 404)
    viewer = member(made.participation.body, Role.VIEWER)
    read(browser, viewer, f"{place(project)}{made.pk}/annuler/", 403)
    for name in ("duree", "reconduction/1"):
        read(browser, viewer, f"{place(project)}{name}/", 403)


def test_duration_and_renewal_reach_the_page_the_calendar_and_the_agenda(browser: Browser) -> None:
    project = running()
    browser.sign_in(project.coordinator)
    given = {"starts_on": clock.today().isoformat(), "firm_months": "24", "renewals": "2", "renewal_months": "12"}
    page = f"{place(project)}duree/"
    assert browser.submit(page, given | {"notice_months": "30"}).status_code == 422
    assert browser.submit(page, given | {"notice_months": "3", "tacit": "on"}).status_code == 302
    html = text(browser.get(place(project)))
    assert "24 mois, puis 2 reconductions tacites de 12 mois : 48 mois en tout." in html
    assert "Décider de la reconduction" in html
    assert "Fin du marché" in html
    calendar = text(browser.get(f"/projets/{project.reference}/calendrier/"))
    assert "Décider de la reconduction" in calendar
    agenda = browser.get(f"/projets/{project.reference}/calendrier.ics").content.decode()
    assert "rappel-renewal@cordee" in agenda
    assert browser.submit(f"{place(project)}reconduction/1/", {"renewed": "non"}).status_code == 302
    assert ContractTerm.objects.get().term.ends() == ContractTerm.objects.get().term.period(0).ends
    assert browser.submit(f"{place(project)}reconduction/2/", {"renewed": "oui"}).status_code == 422


def test_the_page_costs_the_same_with_many_orders(browser: Browser) -> None:
    counts = []
    for size, each in ((2, 1), (3, 4)):
        project = make_project(ProjectState.RUNNING, bodies=[make_body() for _ in range(size)])
        set_term(
            project,
            actor=coordinator_of(project),
            starts_on=clock.today() - dt.timedelta(days=10),
            firm_months=24,
            renewals=1,
            renewal_months=12,
            notice_months=3,
            tacit=True,
            long_reason="",
        )
        for row in project.listed_participations():
            for number in range(each):
                order(project, row.body.name, 1_00, f"BC-{number}")
        browser.sign_in(project.coordinator)
        browser.get(place(project))
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(place(project)).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 20


def said(actor: Actor, project: Project) -> list[str]:
    return [todo.text.replace("\u00a0", " ") for todo in todos(actor, project)]


def test_a_running_contract_says_what_it_waits_for(at: Any) -> None:
    project = running()
    coordinator, mine = coordinator_of(project), holder(project.participations.get(body__name="Valmont").body)
    assert any("Enregistrez la durée du marché" in text for text in said(coordinator, project))
    given = {"firm_months": 24, "renewals": 1, "renewal_months": 12, "notice_months": 3, "tacit": True}
    set_term(project, actor=coordinator, starts_on=clock.today(), long_reason="", **given)
    assert said(coordinator, project) == []
    order(project, "Valmont", 4_000_00, "VAL-1")
    assert said(mine, project) == ["80 % de votre maximum de « État civil partagé » est commandé."]
    order(project, "Grandval", 5_000_00, "GRA-1")
    order(project, "Rochebrune", 3_000_00, "ROC-1")
    assert any("80 % du maximum de l'accord-cadre" in text for text in said(coordinator, project))
    with at(clock.today() + dt.timedelta(days=600)):
        assert any("Décidez de la reconduction n° 1" in text for text in said(coordinator, project))
    with at(clock.today() + dt.timedelta(days=1000)):
        assert any("prend fin : préparez la suite" in text for text in said(coordinator, project))


def test_the_journal_names_what_happened_in_words(browser: Browser) -> None:
    project = running()
    order(project, "Valmont", 1_00, "VAL-1")
    html = read(browser, coordinator_of(project), f"/projets/{project.reference}/journal/")
    assert "Commande enregistrée" in html
