"""The main job, as people do it: from a declared need to a constituted grouping, in Chromium, without script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from procurement import clock
from procurement.models import Body, Membership, User
from projects.models import Event, Need, Project
from tests.browser.visiting import visiting
from tests.makers import make_body, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PASSWORD = "mot de passe"


@contextmanager
def person(chromium: Browser, address: str, user: User, width: int = 1280) -> Iterator[Page]:
    """Somebody signed in, in a browser of their own, with scripts off: the job must not need them."""
    context = chromium.new_context(java_script_enabled=False, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/comptes/connexion/")
    page.get_by_label("Courriel").fill(user.email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tableau de bord")
    try:
        yield page
    finally:
        context.close()


def staff(body: Body, *roles: str) -> User:
    user = make_user(first_name="Agent", last_name=f"de {body.name}")
    for role in roles:
        Membership.objects.create(user=user, body=body, role=role, starts_on=dt.date(2020, 1, 1))
    return user


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()


def declare_and_publish(page: Page, title: str) -> None:
    page.goto(page.url.split("/tableau-de-bord")[0] + "/besoins/nouveau/")
    page.get_by_label("Intitulé", exact=False).first.fill(title)
    page.get_by_label("Domaine").select_option(label="État civil")
    page.get_by_label("Description", exact=False).first.fill("Nous cherchons un logiciel libre d'état civil, hébergé.")
    press(page, "Publier le besoin")


def test_from_two_needs_to_a_constituted_grouping(chromium: Browser, live_server: Any, tmp_path: Any) -> None:
    lead, other = make_body("Grandval-les-Bois", population=3000), make_body("Petitval", population=1000)
    coordinator, agent = staff(lead, "agent", "legal"), staff(other, "agent", "legal")
    with person(chromium, live_server.url, agent) as page:
        declare_and_publish(page, "Un état civil libre pour Petitval")
    with person(chromium, live_server.url, coordinator) as page:
        declare_and_publish(page, "Un état civil libre pour Grandval")
        assert Need.objects.filter(state="published").count() == 2
        page.goto(f"{live_server.url}/projets/nouveau/")
        page.get_by_label("Intitulé du projet").fill("État civil à deux")
        for box in page.get_by_role("checkbox").all():
            box.check()
        press(page, "Ouvrir le projet")
        frame_project(page, lead)
        open_call(page)
    project = Project.objects.get()
    for user in (coordinator, agent):
        with person(chromium, live_server.url, user) as page:
            follow(page, "Renseigner notre participation")
            page.get_by_label("Notre maximum HT").fill("9 500")
            press(page, "Déclarer l'intention")
    with person(chromium, live_server.url, coordinator) as page:
        page.goto(f"{live_server.url}/projets/{project.reference}/")
        follow(page, "Clore l'appel")
        page.get_by_label("Note").fill("tout le monde a répondu")
        press(page, "Clore l'appel")
        follow(page, "Figer la convention")
        page.get_by_label("Pourquoi figer sans l'accord").fill("les deux services l'ont relue ensemble")
        press(page, "Figer la convention")
    for user in (coordinator, agent):
        with person(chromium, live_server.url, user) as page:
            authorise_and_sign(page)
    with person(chromium, live_server.url, coordinator) as page:
        follow(page, "Constater la constitution")
        press(page, "Constater la constitution")
        expect(page.get_by_text("Constitué").first).to_be_visible()
    project.refresh_from_db()
    assert project.state == "constituted"
    steps = Event.objects.filter(project=project).values_list("step", flat=True)
    assert [step for step in steps if step in ("open_call", "close_call", "freeze", "sign", "constitute")] == [
        "open_call",
        "close_call",
        "freeze",
        "sign",
        "sign",
        "constitute",
    ]


def frame_project(page: Page, lead: Body) -> None:
    """What is missing is listed under the greyed step, each item a link to where it is filled in."""
    expect(page.get_by_role("button", name="Ouvrir l'appel")).to_have_attribute("aria-disabled", "true")
    follow(page, "l'objet")
    page.get_by_label("Objet").fill("Un logiciel d'état civil libre pour deux communes.")
    page.get_by_label("Organisme coordonnateur").select_option(label=lead.name)
    page.get_by_label("Code CPV").fill("48000000")
    page.get_by_label("Durée en mois").fill("48")
    page.get_by_label("Pourquoi un seul lot").fill("Un seul logiciel, qu'on ne peut pas couper.")
    page.get_by_label("Date limite de réponse").fill((clock.today() + dt.timedelta(days=20)).isoformat())
    page.get_by_label("Seuil de déclenchement").fill("15 000,00")
    press(page, "Enregistrer le cadrage")
    follow(page, "une estimation : au moins une ligne de coût")
    row = page.get_by_role("group", name="Ligne 1")
    row.get_by_label("Libellé").fill("Développement")
    row.get_by_label("Montant").fill("12 000,01")
    press(page, "Enregistrer les coûts")
    expect(page.get_by_role("cell", name="9 000,01 €")).not_to_have_count(0)


def open_call(page: Page) -> None:
    page.get_by_role("link", name="Synthèse").click()
    follow(page, "Enregistrer l'accord du coordonnateur")
    press(page, "Enregistrer l'accord du coordonnateur")
    follow(page, "Ouvrir l'appel")
    press(page, "Ouvrir l'appel")


def authorise_and_sign(page: Page) -> None:
    today = clock.today().isoformat()
    follow(page, "Enregistrer l'acte")
    page.get_by_label("Numéro de l'acte").fill("2026-47")
    page.get_by_label("Date de l'acte").fill(today)
    page.get_by_label("Exécutoire le").fill(today)
    press(page, "Enregistrer l'acte")
    page.get_by_role("navigation").get_by_role("link", name="Tableau de bord").click()
    follow(page, "Enregistrer la signature")
    page.get_by_label("Signée le").fill(today)
    page.get_by_label("Signataire").fill("Mme Le Guen")
    page.get_by_label("Qualité").fill("Maire")
    press(page, "Enregistrer la signature")


PAGES = (
    "/tableau-de-bord/",
    "/besoins/",
    "/besoins/nouveau/",
    "/projets/",
    "/projets/nouveau/",
    "/projets/{ref}/",
    "/projets/{ref}/participants/",
    "/projets/{ref}/couts/",
    "/projets/{ref}/cahier-des-charges/",
    "/projets/{ref}/documents/",
    "/projets/{ref}/journal/",
    "/projets/{ref}/etape/abandon/",
    "/documents/",
    "/annuaire/",
)


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_are_accessible_quiet_and_fit(chromium: Browser, live_server: Any, demo: str, width: int) -> None:
    """No axe violation (WCAG 2.2 A and AA), no console message, no request elsewhere, no sideways scroll."""
    user = User.objects.get(email="coordination@demo.example")
    with visiting(chromium, live_server, user, width=width, name="main") as visitor:
        visitor.goes_round(pattern.format(ref=demo) for pattern in PAGES)
