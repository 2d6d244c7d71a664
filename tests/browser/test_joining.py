"""Joining and leaving tried as a new user would, in Chromium: from the home page to a first published need, and out."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from procurement.access import actor_for
from procurement.models import Body, Departure, JoinRequest, Letter, User
from procurement.people import inviting, joining, rights
from projects.models import Need
from tests.browser.visiting import visiting
from tests.makers import characters, make_body, make_project, make_steward, member
from tests.procurement.people import PASSWORD, link_in, received

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
OLD = "mot de passe"


@pytest.fixture(params=[320, 1280])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def a_page(chromium: Browser, width: int, *, script: bool = False) -> Page:
    context = chromium.new_context(java_script_enabled=script, viewport={"width": width, "height": 900})
    return context.new_page()


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()


def signs_in(page: Page, address: str, email: str, password: str) -> None:
    page.goto(f"{address}/comptes/connexion/")
    page.get_by_label("Courriel").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(password)
    press(page, "Se connecter")


@pytest.fixture
def steward(transactional_db: None) -> User:
    user = make_steward().user
    assert user is not None
    return user


def test_from_the_home_page_to_a_first_published_need_and_out(
    chromium: Browser, live_server: Any, steward: User, width: int
) -> None:
    make_body("Grandval-les-Bois", population=3000)
    page = a_page(chromium, width)
    joins(page, live_server.url)
    wanted = JoinRequest.objects.get()
    office = a_page(chromium, 1280)
    signs_in(office, live_server.url, steward.email, OLD)
    office.get_by_role("navigation").get_by_role("link", name="Animation").click()
    follow(office, "Ada Byron")
    press(office, "Répondre")
    expect(office.get_by_text("Ada Byron a rejoint Grandval-les-Bois")).to_be_visible()
    office.context.close()
    told = Letter.objects.get(user=wanted.user)
    page.goto(live_server.url + "/")  # members go on to their dashboard
    expect(page.get_by_role("heading", name="Décrivez votre premier besoin")).to_be_visible()
    follow(page, "Décrire mon premier besoin")
    assert page.url.endswith(told.link)
    page.get_by_label("Intitulé", exact=False).first.fill("Un état civil libre")
    page.get_by_label("Domaine").first.select_option(label="État civil")
    page.get_by_label("Description", exact=False).first.fill("Nous cherchons un logiciel libre d'état civil, hébergé.")
    press(page, "Publier le besoin")
    need = Need.objects.get()
    assert need.state == "published"
    leaves(page)
    need.refresh_from_db()
    assert (need.state, Departure.objects.count()) == ("withdrawn", 1)
    page.goto(live_server.url + "/tableau-de-bord/")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Tableau de bord")
    page.context.close()


def joins(page: Page, address: str) -> None:
    """Somebody who has never heard of the place, scripts off."""
    page.goto(address + "/")
    follow(page, "Rejoindre avec mon organisme")
    page.get_by_label("Nom, code postal ou SIREN").fill("grandval")
    press(page, "Chercher")
    follow(page, "Grandval-les-Bois")
    page.get_by_label("Prénom").fill("Ada")
    page.get_by_label("Nom", exact=True).fill("Byron")
    page.get_by_label("Adresse professionnelle").fill("ada@grandval.example")
    page.get_by_label("Votre fonction", exact=False).fill("Responsable informatique")
    press(page, "Recevoir le lien de confirmation")
    expect(page.get_by_role("heading", level=1)).to_have_text("Regardez votre messagerie")
    page.goto(address + link_in(received("ada@grandval.example")[-1]))
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_label("Le même, encore une fois").fill(PASSWORD)
    press(page, "Ouvrir mon compte")
    expect(page.get_by_text("En attente")).to_be_visible()


def leaves(page: Page) -> None:
    page.get_by_role("banner").get_by_role("link", name="Grandval-les-Bois").click()
    follow(page, "Quitter le collectif")
    expect(page.get_by_text("Personne ne dépend de vous")).to_be_visible()
    press(page, "Quitter le collectif")  # without a word: refused
    expect(page.get_by_role("alert").or_(page.locator(".errors")).first).to_be_visible()
    page.get_by_label("Motif").fill("Nous essayons autre chose.")
    page.get_by_label("Nous quittons le collectif", exact=False).check()
    press(page, "Quitter le collectif")
    expect(page.get_by_text("a quitté le collectif")).to_be_visible()


# Every page of it -----------------------------------------------------------------------------------------------------
@pytest.fixture
def town(transactional_db: None) -> dict[str, Any]:
    """A body with something in every section of its page."""
    project = make_project("call")
    who = characters(project)
    body: Body = project.lead_body  # type: ignore[assignment]
    boss, reader = who.coordinator, member(body, "viewer")
    steward = make_steward()
    rights.stand_in(
        boss.user.memberships.get(role="agent"),  # type: ignore[union-attr]
        reader.user,  # type: ignore[arg-type]
        actor=boss,
        starts_on=body.memberships.first().starts_on,  # type: ignore[union-attr]
        ends_on=project.cut_off,  # type: ignore[arg-type]
    )
    act = {"delegate": "Léa Roy", "capacity": "DGS", "act_reference": "arrêté n° 2026-12"}
    rights.delegate(body, actor=boss, starts_on=project.cut_off, **act)  # type: ignore[arg-type]
    rights.open_file(body, "Vérifier un montant signalé par le coordinateur.", actor=steward)
    inviting.invite(body, actor=boss, email="eva@grandval.example", roles=["legal"], word="Bienvenue")
    stranger = who.stranger
    request = joining.ask(body, actor=stranger, roles=["agent", "legal"], word="DSI")
    alone = joining.ask(make_body("Seule"), actor=stranger, roles=["agent"], word="DSI")
    return {
        "boss": boss.user,
        "steward": steward.user,
        "body": body.public_ref,
        "other": make_body("Ailleurs").public_ref,
        "person": reader.user_id,
        "request": request.pk,
        "alone": alone.pk,
        "project": project.reference,
        "invitation": link_in(received("eva@grandval.example")[-1]),
        "asker": actor_for(stranger.user).user,
    }


PAGES = {
    "": ("/", "/rejoindre/?q=ailleurs", "/rejoindre/?q=zzz", "/rejoindre/{other}/", "/rejoindre/envoye/",
         "{invitation}", "/invitation/perdu/", "/comptes/connexion/", "/annuaire/{body}/"),
    "boss": ("/annuaire/{body}/", "/annuaire/{body}/inviter/", "/annuaire/{body}/membres/{person}/",
             "/annuaire/{body}/suppleance/", "/annuaire/{body}/delegation/", "/annuaire/{body}/quitter/",
             "/adhesions/{request}/", "/projets/{project}/coordinateur/", "/comptes/", "/comptes/mes-donnees/",
             "/comptes/fermer/", "/comptes/adresse/", "/rejoindre/{other}/", "/rejoindre/suivi/"),
    "steward": ("/animation/", "/animation/partenaires/", "/animation/coordinateurs/", "/adhesions/{alone}/",
                "/annuaire/{body}/", "/annuaire/{body}/dossier/", "/annuaire/{body}/dossier/lire/"),
    "asker": ("/rejoindre/suivi/", "/comptes/fermer/"),
}  # fmt: skip


def test_pages_of_joining_and_leaving_are_accessible_quiet_and_fit(
    chromium: Browser, live_server: Any, town: dict[str, Any], width: int
) -> None:
    for who, addresses in PAGES.items():
        with visiting(chromium, live_server, town.get(who), width=width, name=f"joining-{who}") as visitor:
            for address in (pattern.format(**town) for pattern in addresses):
                visitor.goes(address, status=410 if address == "/invitation/perdu/" else 200)
