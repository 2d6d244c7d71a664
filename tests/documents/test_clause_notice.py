"""The page of the freeze says whether anybody was asked to read the text."""

from __future__ import annotations

import pytest

from documents import review
from procurement.access import Actor
from projects.assembly import assemble
from tests import makers
from tests.house.browser import Browser

pytestmark = pytest.mark.django_db


def test_the_freeze_says_who_read_the_text(browser: Browser) -> None:
    project = makers.make_project("agreement")
    coordinator: Actor = makers.coordinator_of(project)
    page = f"/projets/{project.reference}/etape/freeze/"
    assert coordinator.user is not None
    browser.sign_in(coordinator.user)
    assert "Personne n&#x27;a été invité à relire ce texte" in browser.get(page).content.decode()
    review.open_review(project, answer_by=None, actor=coordinator)
    shown = browser.get(page).content.decode()
    assert "Personne n&#x27;a été invité" not in shown
    assert "Pas encore possible" in shown
    review.waive(project, reason="accord oral", draft=review.draft_digest(assemble(project)), actor=coordinator)
    shown = browser.get(page).content.decode()
    assert "Motif : accord oral" in shown
    assert "Pas encore possible" not in shown
    browser.submit(page)
    assert project.current_version() is not None
