"""The pages of keys and simulations in Chromium: axe, nothing sideways, and the whole job without script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from projects.actions.projects import set_costs
from projects.actions.simulations import allow_estimate
from projects.models import Project
from tests.browser.visiting import visiting
from tests.makers import coordinator_of, declare, make_body, make_project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PASSWORD = "mot de passe"
PAGES = (
    "couts/",
    "couts/lignes/",
    "couts/subventions/",
    "couts/cle/1/",
    "couts/cle/1/?genre=mixed&variable=brackets",
    "couts/cle/1/?genre=flat",
    "couts/conditions/1/",
    "couts/simuler/",
    "couts/simuler/?genre=brackets&plafond=90000",
    "couts/simuler/?genre=mixed&variable=prorata&variable_weight=users",
    "couts/simuler/?plafond=1",
    "couts/simulations/",
    "couts/commandes/?prix_1=840",
    "couts/droit-entree/?ajouter=Commune+à+part",
    "estimer/?q=Commune+à+part",
)


def project_of(size: int) -> Project:
    names = ("Grandval", "Rochebrune", "Valmont", "Saint-Maurice-en-Trièves-et-du-Val-d'Oisans")
    bodies = [make_body(names[n] if n < len(names) else "", population=36_512 // (n + 1)) for n in range(size)]
    make_body("Commune à part", population=2_400)
    project = make_project("call", bodies=bodies)
    lines = [
        {
            "label": label,
            "amount_cents": cents,
            "vat_percent": "20",
            "key": {"kind": "prorata", "weight": "population"},
            "category": category,
        }
        for label, cents, category in (("Développement", 120_000_01, "investment"), ("Hébergement", 9_000_00, ""))
    ]
    coordinator = coordinator_of(project)
    set_costs(project, lines, [], actor=coordinator)
    allow_estimate(project, True, actor=coordinator)
    declare(project.participations.order_by("pk").first(), maximum_cents=150_000_00)
    return project


@pytest.mark.parametrize(("width", "size"), [(320, 3), (360, 13), (1280, 13)])
def test_pages_are_accessible_quiet_and_fit(chromium: Browser, live_server: Any, width: int, size: int) -> None:
    project = project_of(size)
    with visiting(chromium, live_server, project.coordinator, width=width, name="simulation") as visitor:
        visitor.goes_round(PAGES, f"/projets/{project.reference}/")


@pytest.mark.parametrize("script", [False, True], ids=["no-script", "script"])
def test_a_key_is_simulated_kept_and_adopted(chromium: Browser, live_server: Any, script: bool) -> None:
    project = project_of(3)
    with visiting(chromium, live_server, project.coordinator, script=script) as visitor:
        page = visitor.page
        page.goto(f"{live_server.url}/projets/{project.reference}/couts/")
        page.get_by_role("link", name="Simuler un autre partage").click()
        page.get_by_label("Clé de répartition").select_option("equal")
        if script:
            expect(page.get_by_text("Partage à parts égales").first).to_be_visible()
            assert "genre=equal" in page.url
        else:
            page.get_by_role("button", name="Comparer").click()
        expect(page.get_by_role("cell", name="40 000,01 €")).not_to_have_count(0)
        page.get_by_label("Retirer Valmont").check()
        if not script:
            page.get_by_role("button", name="Comparer").click()
        expect(page.get_by_role("cell", name="60 000,01 €")).not_to_have_count(0)
        page.get_by_label("Retirer Valmont").uncheck()
        if not script:
            page.get_by_role("button", name="Comparer").click()
        expect(page.get_by_role("cell", name="40 000,01 €")).not_to_have_count(0)
        page.get_by_label("Nom de la simulation").fill("Parts égales")
        page.get_by_role("button", name="Enregistrer la simulation").click()
        expect(page.get_by_role("heading", level=2, name="Parts égales")).to_be_visible()
        page.get_by_role("link", name="Rejouer avec les chiffres d'aujourd'hui").click()
        page.get_by_role("button", name="Adopter cette clé").click()
        expect(page.get_by_text("La clé simulée est maintenant celle de")).to_be_visible()
    assert project.cost_lines.order_by("pk").first().key == {"kind": "equal"}
