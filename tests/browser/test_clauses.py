"""The pages of articles in Chromium: axe, nothing sideways, no complaint of the policy, at two widths and schemes."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from documents import drafting, remarks, review
from documents.clauses.models import models
from procurement.models import Role
from projects.actions.projects import edit_project
from projects.assembly import assemble
from projects.models import Project
from tests import makers
from tests.browser.visiting import visiting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
RETRAIT = "convention/14-retrait/"
CHAPTER = "cahier/5-4-reversibilite"
LATE = ("ccap/10-penalites/", "ccap/07-facturation/modifier/")
PAGES = ("", "accord/14-licence/", *LATE, f"{CHAPTER}/", RETRAIT, f"{RETRAIT}modifier/", "reglages/", "relecture/")


def a_project() -> Project:
    """A shared development whose article 14 is amended, proposed again, commented; one return, one agreement undone."""
    names = ("Grandval", "Saint-Maurice-en-Trièves-et-du-Val-d'Oisans", "Valmont")
    project = makers.make_project(
        "agreement", route="shared_development", bodies=[makers.make_body(name) for name in names]
    )
    lead, coordinator = makers.holder(project.lead_body, Role.LEGAL), makers.coordinator_of(project)  # type: ignore[arg-type]
    code = RETRAIT.rstrip("/")
    text = "Un membre se retire **avant le lancement**, par délibération.\n\n- préavis : {preavis} ;\n- frais dus."
    drafting.amend(project, code, text, actor=lead, seen=0, reason="À la demande de Valmont")
    drafting.amend(project, code, f"{text}\n\nUn paragraphe de plus.", actor=coordinator, seen=1)
    member = makers.characters(project).member
    root = remarks.comment(project, models()[code], "Pourquoi quatre-vingt-dix jours ?", actor=member)
    remarks.comment(project, models()[code], "C'est l'usage.", actor=lead, answers=root.pk)
    review.open_review(project, answer_by=None, actor=coordinator)
    draft = review.draft_digest(assemble(project))
    legal = makers.member(member.body, Role.LEGAL)
    assert member.body is not None
    review.answer(project, member.body, verdict="remarks", draft=draft, text="L'article 14 est dur.", actor=legal)
    assert project.lead_body is not None
    review.answer(project, project.lead_body, verdict="agreed", draft=draft, text="", actor=lead)
    drafting.amend(project, CHAPTER, "Tout est rendu.", actor=lead, seen=0)
    edit_project(project, actor=coordinator, duration_months=36)
    return project


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_pages_are_sound_and_nothing_goes_sideways(
    chromium: Browser, live_server: Any, width: int, scheme: Any
) -> None:
    project = a_project()
    where = {"width": width, "scheme": scheme, "name": "clauses"}
    with visiting(chromium, live_server, project.coordinator, **where) as visitor:
        visitor.goes_round(PAGES, f"/projets/{project.reference}/clauses/")
