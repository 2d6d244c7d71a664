"""Whatever changes the draft undoes the agreements given on it: who gave them is told, once, and shown what changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command

from documents import drafting, review
from documents.models import AgreedDraft, UndoneAgreement
from procurement.access import Actor
from procurement.letters import Letter, Preference, Rhythm
from procurement.models import Role
from procurement.workflow import perform
from projects.actions.missions import set_missions
from projects.actions.projects import edit_project, set_costs, set_lots
from projects.assembly import assemble
from projects.models import Participation, Project
from tests import makers
from tests.house.browser import Browser

pytestmark = pytest.mark.django_db
REVERSIBILITY = "cahier/5-4-reversibilite"


def legal(project: Project, *, lead: bool) -> Actor:
    rows = project.participations.select_related("body")
    row = rows.get(body_id=project.lead_body_id) if lead else rows.exclude(body_id=project.lead_body_id).first()
    assert row is not None
    return makers.holder(row.body, Role.LEGAL)


def agree(project: Project, actor: Actor) -> None:
    assert actor.body is not None
    draft = review.draft_digest(assemble(project))
    review.answer(project, actor.body, verdict="agreed", draft=draft, text="", actor=actor)


@pytest.fixture
def project() -> Project:
    """Two communes, a review open, both agree."""
    found = makers.make_project("agreement")
    review.open_review(found, answer_by=None, actor=makers.coordinator_of(found))
    for lead in (True, False):
        agree(found, legal(found, lead=lead))
    return found


def costs(project: Project, more: int = 2) -> None:
    [line] = project.cost_lines.all()
    row = {"label": line.label, "amount_cents": line.amount_cents + more, "vat_percent": line.vat_percent}
    set_costs(project, [{**row, "key": line.key}], [], actor=makers.coordinator_of(project))


def withdraw(project: Project) -> None:
    assert project.lead_body is not None
    row = project.participations.exclude(body=project.lead_body).get()
    perform(Participation, row.pk, "withdraw", actor=makers.coordinator_of(project), note="courriel du 3 mars")


def told() -> list[str]:
    return list(Letter.objects.filter(code="draft_undone").order_by("pk").values_list("text", flat=True))


CHANGES: dict[str, tuple[Callable[[Project], Any], str]] = {
    "costs": (costs, "les sommes dues"),
    "framing": (
        lambda p: edit_project(p, actor=makers.coordinator_of(p), duration_months=36),
        "Ce qui change : la durée. ",
    ),
    "lots": (
        lambda p: set_lots(
            p, [{"number": n, "title": f"Lot {n}", "cpv": ""} for n in (1, 2)], actor=makers.coordinator_of(p)
        ),
        "les lots",
    ),
    "missions": (
        lambda p: set_missions(p, {"census": "each"}, actor=makers.coordinator_of(p)),
        "les missions",
    ),
    "a chapter": (
        lambda p: drafting.amend(p, REVERSIBILITY, "Tout est rendu.", actor=legal(p, lead=True), seen=0),
        "le chapitre 5.4, Réversibilité",
    ),
    "a term": (
        lambda p: drafting.set_terms(p, actor=makers.coordinator_of(p), notice_days=30),
        "Ce qui change : le préavis de retrait. ",
    ),
}


@pytest.mark.parametrize(("change", "what"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_told_once_to_each_body_that_had_agreed(project: Project, change: Any, what: str) -> None:
    change(project)
    people = set(Letter.objects.filter(code="draft_undone").values_list("user_id", flat=True))
    writer = {legal(project, lead=True).user_id} if "chapitre" in what else set()
    assert people == {legal(project, lead=lead).user_id for lead in (True, False)} - writer
    assert len(told()) == len(people)
    assert all("ne vaut plus" in text and what in text for text in told())
    assert UndoneAgreement.objects.count() == 2
    costs(project, 5)
    assert len(told()) == len(people)  # the same agreement is not undone twice


def test_the_departure_of_a_member_is_told_to_those_who_stay(project: Project) -> None:
    withdraw(project)
    users = list(Letter.objects.filter(code="draft_undone").values_list("user_id", flat=True))
    assert users == [legal(project, lead=True).user_id]


def test_a_change_without_effect_on_the_draft_tells_nobody(project: Project) -> None:
    edit_project(project, actor=makers.coordinator_of(project), service_on=None, title=project.title)
    costs(project, 0)
    assert told() == []
    assert not UndoneAgreement.objects.exists()


def test_a_draft_that_comes_back_is_agreed_again_and_its_next_change_is_told(project: Project) -> None:
    for more in (7, -7, 7):
        costs(project, more)
    assert len(told()) == 4
    costs(project, -7)
    assert not UndoneAgreement.objects.exists()


def test_who_wants_no_message_gets_none(project: Project) -> None:
    user = legal(project, lead=False).user
    Preference.objects.create(user=user, topic="", rhythm=Rhythm.NEVER)
    costs(project)
    assert len(told()) == 1


def test_what_no_action_tells_is_seen_at_night(project: Project) -> None:
    body = project.lead_body
    assert body is not None
    type(body).objects.filter(pk=body.pk).update(name="Commune nouvelle de Grandval")
    call_command("watch_documents", project="P-0000-000")
    assert told() == []
    call_command("watch_documents", project=project.reference)
    call_command("watch_documents")
    assert len(told()) == 2


def test_the_page_shows_what_changed_and_keeps_the_maxima_of_the_others(project: Project, browser: Browser) -> None:
    drafting.amend(project, REVERSIBILITY, "Tout est rendu.", actor=legal(project, lead=True), seen=0)
    row = project.participations.exclude(body=project.lead_body).get()
    Participation.objects.filter(pk=row.pk).update(maximum_cents=76_543_21)
    page = f"/projets/{project.reference}/clauses/relecture/"
    seen = {}
    for name, actor in {"own": legal(project, lead=False), "other": legal(project, lead=True)}.items():
        assert actor.user is not None
        seen[name] = browser.sign_in(actor.user).get(page).content.decode()
        assert "Chapitre 5.4. Réversibilité" in seen[name]
        assert "[ajouté :]" in seen[name]
        assert "Accord périmé" in seen[name]
    assert "76\u202f543,21" in seen["own"]
    assert "543,21" not in seen["other"]


def test_drafts_are_kept_once_with_the_words_of_the_day(project: Project) -> None:
    kept = AgreedDraft.objects.get()
    assert {item["code"] for item in kept.facts["clauses"]} >= {"convention/14-retrait", REVERSIBILITY}
    costs(project)
    agree(project, legal(project, lead=True))
    assert AgreedDraft.objects.count() == 2
