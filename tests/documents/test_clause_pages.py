"""The words of a project through the site: list, clause, amendment, remarks, terms, review."""

from __future__ import annotations

from typing import Any

import pytest

from procurement.access import Actor
from procurement.models import Role
from projects.models import ClauseRevision, Project
from tests import makers
from tests.house.browser import Browser

pytestmark = pytest.mark.django_db
OWN = "**Nul** ne se retire sans un préavis de {preavis}."


def project(**fields: Any) -> Project:
    return makers.make_project("agreement", **fields)


def legal(found: Project) -> Actor:
    """The lead body's legal officer."""
    assert found.lead_body is not None
    return makers.holder(found.lead_body, Role.LEGAL)


def address(found: Project, rest: str = "") -> str:
    return f"/projets/{found.reference}/clauses/{rest}"


def signed_in(browser: Browser, actor: Actor) -> Browser:
    assert actor.user is not None
    return browser.sign_in(actor.user)


RETRAIT = "convention/14-retrait/"


def test_the_list_says_the_state_of_each_article(browser: Browser) -> None:
    found = project()
    signed_in(browser, legal(found))
    page = browser.get(address(found)).content.decode()
    assert page.count("Modèle") == 22
    assert "Facultatif" in page
    browser.submit(address(found, RETRAIT + "modifier/"), {"text": OWN, "reason": "plus simple"})
    page = browser.get(address(found)).content.decode()
    assert page.count("Modèle") == 21
    assert "Modifié" in page


def test_an_amended_article_shows_what_differs_and_goes_back_to_the_model(browser: Browser) -> None:
    found = project()
    signed_in(browser, legal(found))
    browser.submit(address(found, RETRAIT + "modifier/"), {"text": OWN, "reason": "plus simple"}, follow=True)
    page = browser.get(address(found, RETRAIT)).content.decode()
    assert "<strong>Nul</strong> ne se retire sans un préavis de quatre-vingt-dix jours." in page
    assert "[ajouté :]" in page
    assert "[retiré :]" in page
    assert "plus simple" in page
    browser.submit(address(found, RETRAIT), to=address(found, RETRAIT + "modele/"))
    page = browser.get(address(found, RETRAIT)).content.decode()
    assert "Retour au modèle" in page
    assert "[ajouté :]" not in page
    assert ClauseRevision.objects.count() == 2
