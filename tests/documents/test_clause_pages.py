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
    assert page.count("Modèle") == 71  # 22 articles and 11 chapters; 17 and 21 articles put to candidates
    assert "Facultatif" in page
    browser.submit(address(found, RETRAIT + "modifier/"), {"text": OWN, "reason": "plus simple"})
    page = browser.get(address(found)).content.decode()
    assert page.count("Modèle") == 70
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


def test_unknown_data_are_refused_with_the_list_of_those_known(browser: Browser) -> None:
    found = project()
    signed_in(browser, legal(found))
    answer = browser.submit(address(found, RETRAIT + "modifier/"), {"text": "Voir {coordonnateur.__class__}"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "n&#x27;est pas connu ici" in page
    assert "{delai_mise_en_demeure}" in page
    assert "Voir {coordonnateur.__class__}" in page  # what was typed is not lost
    assert not ClauseRevision.objects.exists()


def test_the_second_of_two_editors_sees_what_changed_and_keeps_their_text(browser: Browser) -> None:
    found = project()
    page = address(found, RETRAIT + "modifier/")
    signed_in(browser, legal(found))
    [form] = [form for form in browser.forms(page) if "text" in form]
    browser.submit(page, {"text": "Texte du premier."})
    answer = browser.post(page, {**form, "text": "Texte du second."})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "a changé pendant que vous l&#x27;écriviez" in shown or "a changé pendant que vous l'écriviez" in shown
    assert "Texte du second." in shown
    assert "premier." in shown
    assert ClauseRevision.objects.count() == 1


def test_hostile_text_is_shown_as_text(browser: Browser) -> None:
    found = project()
    signed_in(browser, legal(found))
    browser.submit(address(found, RETRAIT + "modifier/"), {"text": "<script>alert(1)</script> **<b>x</b>**"})
    member = makers.characters(found).member
    assert member.user is not None
    remarks = address(found, RETRAIT)
    signed_in(browser, member)
    browser.submit(remarks, {"text": "<img src=x onerror=alert(1)>"}, to=f"{remarks}remarques/")
    page = browser.get(remarks).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <strong>&lt;b&gt;x&lt;/b&gt;</strong>" in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_a_proposal_is_decided_on_the_page(browser: Browser) -> None:
    found = project()
    signed_in(browser, makers.coordinator_of(found))
    browser.submit(address(found, RETRAIT + "modifier/"), {"text": OWN})
    assert "Proposition" in browser.get(address(found)).content.decode()
    proposal = ClauseRevision.objects.get()
    signed_in(browser, legal(found))
    to = address(found, f"propositions/{proposal.pk}/")
    browser.submit(address(found, RETRAIT), {"reponse": "retenir"}, to=to)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.settled_by) == ("accepted", legal(found).user)


def test_terms_of_each_route_are_asked_and_kept(browser: Browser) -> None:
    found = project(route="shared_development")
    signed_in(browser, legal(found))
    page = address(found, "reglages/")
    given = {"software_name": "Registre libre", "licence": "EUPL-1.2", "forge_url": "http://pas-sur.example"}
    assert browser.submit(page, given).status_code == 422
    given["forge_url"] = "https://forge.example/registre"
    browser.submit(page, {**given, "vehicle": "co_funding", "tolerance_percent": "15"})
    found.refresh_from_db()
    assert found.vehicle == "co_funding"
    assert (found.terms.licence, found.terms.tolerance_percent) == ("EUPL-1.2", 15)
    text = browser.get(address(found, "accord/14-licence/")).content.decode()
    assert "sous la licence EUPL-1.2" in text
    assert browser.submit(page, {"lead_pay": "flat"}).status_code == 422
    assert browser.submit(page, {"licence": "Proprietary"}).status_code == 422


def test_a_purchase_is_not_asked_about_software(browser: Browser) -> None:
    found = project()
    signed_in(browser, legal(found))
    page = address(found, "reglages/")
    assert "software_name" not in browser.forms(page)[-1]
    browser.submit(page, {"notice_days": "120", "lead_pay": "percent", "lead_pay_percent": "2,5"})
    assert "un préavis de cent vingt jours" in browser.get(address(found, RETRAIT)).content.decode()
    assert "2,5\N{NO-BREAK SPACE}%" in browser.get(address(found, "convention/05-coordonnateur/")).content.decode()


def test_the_board_goes_from_the_opening_to_the_freeze(browser: Browser) -> None:
    found = project()
    board = address(found, "relecture/")
    signed_in(browser, makers.coordinator_of(found))
    assert "invité à relire ce texte" in browser.get(board).content.decode()
    browser.submit(board, {"answer_by": "2030-01-31"}, to=f"{board}ouvrir/")
    page = browser.get(board).content.decode()
    assert page.count("Pas de réponse") == 2
    for row in found.participations.select_related("body"):
        signed_in(browser, makers.holder(row.body, Role.LEGAL))
        answer = f"{board}reponse/{row.body_id}/"
        assert browser.submit(board, {"verdict": "remarks"}, to=answer).status_code == 422
        browser.submit(board, {"verdict": "agreed"}, to=answer)
    page = browser.get(board).content.decode()
    assert page.count("D&#x27;accord") + page.count("D'accord") >= 2
    signed_in(browser, makers.coordinator_of(found))
    browser.submit(f"/projets/{found.reference}/etape/freeze/")
    assert found.current_version() is not None
    assert "Le texte est figé" in browser.get(board).content.decode()
    assert browser.get(address(found, RETRAIT + "modifier/")).status_code == 403


def test_the_coordinator_answers_for_a_body_only_with_a_proof(browser: Browser) -> None:
    found = project()
    board = address(found, "relecture/")
    signed_in(browser, makers.coordinator_of(found))
    browser.submit(board, to=f"{board}ouvrir/")
    other = found.participations.exclude(body_id=found.lead_body_id).get().body
    answer = f"{board}reponse/{other.pk}/"
    assert browser.submit(board, {"verdict": "agreed"}, to=answer).status_code == 422
    browser.submit(board, {"verdict": "agreed", "text": "courriel du 3 mars"}, to=answer)
    assert "courriel du 3 mars" in browser.get(board).content.decode()


def test_the_pages_cost_the_same_with_one_and_three_rows(browser: Browser, django_assert_max_num_queries: Any) -> None:
    found = project(bodies=[makers.make_body() for _ in range(3)])
    board = address(found, "relecture/")
    signed_in(browser, makers.coordinator_of(found))
    browser.submit(board, to=f"{board}ouvrir/")
    counts: dict[str, list[int]] = {}
    pages = ("", RETRAIT, "relecture/", "reglages/", RETRAIT + "modifier/")
    for code in ("convention/14-retrait", "convention/10-suivi", "convention/15-remplacement"):
        actor = makers.characters(found).coordinator
        signed_in(browser, legal(found))
        browser.submit(address(found, f"{code}/modifier/"), {"text": f"Texte de {code}."})
        browser.submit(address(found, RETRAIT), {"text": "Une remarque."}, to=address(found, RETRAIT + "remarques/"))
        signed_in(browser, actor)
        for page in pages:
            with django_assert_max_num_queries(20) as seen:
                browser.get(address(found, page))
            counts.setdefault(page, []).append(len(seen))
    assert all(len(set(found_)) == 1 for found_ in counts.values()), counts


def test_a_code_that_names_no_article_is_unknown(browser: Browser) -> None:
    found = project()
    signed_in(browser, legal(found))
    for name in ("convention/99-rien/", "accord/14-licence/", "ailleurs/14-retrait/"):
        assert browser.get(address(found, name)).status_code == 404
