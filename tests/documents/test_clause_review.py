"""Working on the words: who may write, proposals, two editors at once, remarks, agreement before the freeze."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from documents import drafting, remarks, review
from documents.clauses.models import models
from documents.models import Document
from procurement.access import Actor
from procurement.letters import Letter
from procurement.models import Role
from procurement.workflow import Blocked, perform
from projects.assembly import assemble
from projects.enums import Route
from projects.models import ClauseComment, ClauseRevision, Event, Project, Review, ReviewAnswer
from projects.models.terms import terms_of
from tests import makers
from tests.documents import words
from tests.documents.makers import draft_html
from tests.house.browser import Browser

pytestmark = pytest.mark.django_db
RETRAIT = "convention/14-retrait"
OWN = "Nul ne se retire sans un préavis de {preavis}."


@pytest.fixture
def project() -> Project:
    """Two communes in agreement, nothing frozen."""
    return makers.make_project("agreement")


def legal(project: Project, *, lead: bool = True) -> Actor:
    rows = project.participations.select_related("body")
    row = rows.get(body_id=project.lead_body_id) if lead else rows.exclude(body_id=project.lead_body_id).get()
    return makers.holder(row.body, Role.LEGAL)


def draft(project: Project) -> str:
    return review.draft_digest(assemble(project))


def agree(project: Project, *, lead: bool, text: str = "") -> ReviewAnswer:
    actor = legal(project, lead=lead)
    assert actor.body is not None
    return review.answer(project, actor.body, verdict="agreed", draft=draft(project), text=text, actor=actor)


def freeze(project: Project) -> Project:
    return perform(Project, project.pk, "freeze", actor=makers.coordinator_of(project))


def texts_of(code: str) -> list[str]:
    return list(Letter.objects.filter(code=code).values_list("text", flat=True))


# Amending -------------------------------------------------------------------------------------------------------------
def test_the_lead_body_s_legal_team_words_an_article_and_the_journal_says_so(project: Project) -> None:
    made = drafting.amend(project, RETRAIT, OWN, actor=legal(project), seen=0, reason="plus simple")
    assert made is not None
    event = Event.objects.get(project=project, step="clause")
    assert event.note == "Article 14. Retrait et exclusion : plus simple"
    assert event.facts["code"] == RETRAIT
    text = words.of_html(draft_html(assemble(project)))
    assert "Nul ne se retire sans un préavis de quatre-vingt-dix jours." in text
    assert "Les parts sont recalculées" not in text


def test_others_word_nothing(project: Project) -> None:
    for actor in (legal(project, lead=False), makers.characters(project).stranger, makers.characters(project).member):
        with pytest.raises((PermissionDenied, Http404)):
            drafting.amend(project, RETRAIT, OWN, actor=actor, seen=0)
        with pytest.raises((PermissionDenied, Http404)):
            drafting.back_to_model(project, RETRAIT, actor=actor)
        with pytest.raises((PermissionDenied, Http404)):
            drafting.set_terms(project, actor=actor, notice_days=30)
    assert not ClauseRevision.objects.exists()


def test_the_coordinator_proposes_and_the_legal_team_decides(project: Project) -> None:
    coordinator = makers.coordinator_of(project)
    first = drafting.amend(project, RETRAIT, "Premier jet.", actor=coordinator, seen=0)
    second = drafting.amend(project, RETRAIT, OWN, actor=coordinator, seen=0)
    assert first is not None
    assert second is not None
    first.refresh_from_db()
    assert (first.status, second.status) == ("refused", "proposed")
    assert assemble(project).amendments == ()
    with pytest.raises(PermissionDenied):
        drafting.settle(project, second.pk, accept=True, actor=coordinator)
    drafting.settle(project, second.pk, accept=True, actor=legal(project))
    assert [clause.text for clause in assemble(project).amendments] == [OWN]
    with pytest.raises(Http404):
        drafting.settle(project, second.pk, accept=False, actor=legal(project))


def test_a_refused_proposal_changes_nothing(project: Project) -> None:
    made = drafting.amend(project, RETRAIT, OWN, actor=makers.coordinator_of(project), seen=0)
    assert made is not None
    drafting.settle(project, made.pk, accept=False, actor=legal(project))
    assert assemble(project).amendments == ()
    assert Event.objects.filter(step="clause_refused").count() == 1


def test_the_same_words_as_before_or_as_the_model_write_nothing(project: Project) -> None:
    actor = legal(project)
    model = models()[RETRAIT].text({"retrait apres lancement"})
    assert drafting.amend(project, RETRAIT, model, actor=actor, seen=0) is None
    made = drafting.amend(project, RETRAIT, OWN, actor=actor, seen=0)
    assert made is not None
    assert drafting.amend(project, RETRAIT, OWN, actor=actor, seen=1) is None
    back = drafting.amend(project, RETRAIT, model, actor=actor, seen=1)
    assert back is not None
    assert back.text == ""
    assert drafting.back_to_model(project, RETRAIT, actor=actor) is None
    assert assemble(project).amendments == ()


def test_two_editors_at_once_the_second_sees_what_changed_and_nothing_is_lost(project: Project) -> None:
    """A hundred pairs, every second editor told (quality.md, C6)."""
    actor, seen = legal(project), 0
    for index in range(100):
        first = drafting.amend(project, RETRAIT, f"Texte du premier, {index}.", actor=actor, seen=seen)
        assert first is not None
        with pytest.raises(drafting.Stale) as told:
            drafting.amend(project, RETRAIT, f"Texte du second, {index}.", actor=actor, seen=seen)
        assert told.value.now == f"Texte du premier, {index}."
        seen = first.number
    assert ClauseRevision.objects.count() == 100


def test_nothing_changes_once_a_version_is_frozen(project: Project) -> None:
    drafting.amend(project, RETRAIT, OWN, actor=legal(project), seen=0)
    freeze(project)
    for act in (
        lambda: drafting.amend(project, RETRAIT, "Autre.", actor=legal(project), seen=1),
        lambda: drafting.back_to_model(project, RETRAIT, actor=legal(project)),
        lambda: drafting.set_terms(project, actor=legal(project), notice_days=30),
    ):
        with pytest.raises(PermissionDenied, match="ne se modifie plus"):
            act()


def test_the_frozen_version_and_its_issue_hold_the_words(project: Project) -> None:
    drafting.amend(project, RETRAIT, OWN, actor=legal(project), seen=0)
    freeze(project)
    version = project.current_version()
    assert version is not None
    kept = {clause["code"]: clause for clause in version.facts["clauses"]}
    assert (kept[RETRAIT]["text"], kept[RETRAIT]["amended"]) == (OWN, True)
    assert len(kept) == 33  # 22 articles, 11 chapters
    article = next(a for a in Document.objects.get(kind="convention").context["articles"] if a["code"] == RETRAIT)
    assert article["blocks"][0]["runs"][0]["text"].startswith("Nul ne se retire sans un préavis de quatre-vingt-dix")


def test_an_article_worded_for_other_facts_is_read_again_before_the_freeze(project: Project) -> None:
    code = "convention/06-missions"
    text = "Le coordonnateur fait tout.\n\n{missions}"
    made = drafting.amend(project, code, text, actor=legal(project), seen=0)
    assert made is not None
    Project.objects.filter(pk=project.pk).update(mandate="M3")
    with pytest.raises(Blocked, match="une relecture de l'article 6, Missions du coordonnateur"):
        freeze(project)
    drafting.amend(project, code, text, actor=legal(project), seen=made.number)
    freeze(project)


# Terms ----------------------------------------------------------------------------------------------------------------
def test_terms_are_printed_and_kept_in_the_frozen_version(project: Project) -> None:
    assert terms_of(project).notice_days == 90
    drafting.set_terms(project, actor=makers.coordinator_of(project), notice_days=120, court="de Grenoble")
    event = Event.objects.get(step="terms")
    assert event.facts == {"changed": ["court", "notice_days"]}
    text = words.of_html(draft_html(assemble(project)))
    assert "un préavis de cent vingt jours" in text
    assert "devant le tribunal administratif de Grenoble" in text
    freeze(project)
    version = project.current_version()
    assert version is not None
    assert version.facts["terms"]["notice_days"] == 120


def test_the_vehicle_of_a_shared_development_chooses_its_articles() -> None:
    project = makers.make_project("agreement", route=Route.SHARED_DEVELOPMENT)
    text = words.of_html(draft_html(assemble(project)))
    assert "Annexe 4. Convention constitutive du groupement de commandes" in text
    drafting.set_terms(project, actor=legal(project), vehicle="cooperation")
    project.refresh_from_db()
    text = words.of_html(draft_html(assemble(project)))
    assert "Annexe 4" not in text
    assert "moins de vingt pour cent" in text


# Remarks --------------------------------------------------------------------------------------------------------------
def test_members_comment_answer_and_settle(project: Project) -> None:
    model, member = models()[RETRAIT], makers.characters(project).member
    root = remarks.comment(project, model, "Pourquoi 90 jours ?", actor=member)
    assert root.body == member.body
    answer = remarks.comment(project, model, "L'usage.", actor=legal(project), answers=root.pk)
    assert answer.answers == root
    assert any("L'usage." in text for text in texts_of("clause_commented"))
    with pytest.raises(PermissionDenied):
        remarks.resolve(project, root.pk, settled=True, actor=legal(project, lead=False))
    assert remarks.resolve(project, root.pk, settled=True, actor=member).resolved_by == member.user
    assert remarks.resolve(project, root.pk, settled=False, actor=legal(project)).resolved_at is None
    with pytest.raises(Http404):
        remarks.comment(project, model, "x", actor=member, answers=answer.pk)
    with pytest.raises(PermissionDenied):
        remarks.comment(project, model, "x", actor=makers.characters(project).stranger)
    assert ClauseComment.objects.count() == 2


# The review -----------------------------------------------------------------------------------------------------------
def opened(project: Project) -> Review:
    return review.open_review(project, answer_by=None, actor=makers.coordinator_of(project))


def test_without_a_review_the_page_asks_why_and_the_journal_keeps_it(project: Project) -> None:
    browser = Browser().sign_in(makers.coordinator_of(project).user)
    page = f"/projets/{project.reference}/etape/freeze/"
    response = browser.submit(page)
    assert response.status_code == 422
    assert "ouvrez la relecture" in response.content.decode()
    assert browser.submit(page, {"note": "Relu ensemble le 3 mars."}).status_code == 302
    assert Event.objects.get(project=project, step="freeze").note == "Relu ensemble le 3 mars."


def test_once_open_the_freeze_waits_for_every_listed_member(project: Project) -> None:
    opened(project)
    assert len(texts_of("review_opened")) == Letter.objects.filter(code="review_opened").values("user").count() > 0
    with pytest.raises(Blocked, match=r"l'accord de .* sur le projet de texte ; l'accord de"):
        freeze(project)
    agree(project, lead=True)
    with pytest.raises(Blocked) as still:
        freeze(project)
    assert [item.label.startswith("l'accord de") for item in still.value.missing] == [True]
    agree(project, lead=False)
    freeze(project)
    assert Review.objects.get().closed_on is not None


def test_a_return_with_remarks_is_no_agreement(project: Project) -> None:
    opened(project)
    agree(project, lead=True)
    actor = legal(project, lead=False)
    assert actor.body is not None
    said = {"verdict": "remarks", "text": "L'article 14 ne va pas."}
    review.answer(project, actor.body, draft=draft(project), actor=actor, **said)
    with pytest.raises(Blocked, match="l'accord de"):
        freeze(project)
    assert Event.objects.get(step="review_remarks").note == "L'article 14 ne va pas."
    agree(project, lead=False)
    freeze(project)


CHANGES: dict[str, Any] = {
    "an amendment": lambda project: drafting.amend(project, RETRAIT, OWN, actor=legal(project), seen=0),
    "a chapter": lambda project: drafting.amend(
        project, "cahier/5-4-reversibilite", "Tout est rendu.", actor=legal(project), seen=0
    ),
    "a term": lambda project: drafting.set_terms(project, actor=legal(project), notice_days=30),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_after_an_agreement_undoes_it_with_a_message(project: Project, change: Any) -> None:
    opened(project)
    agree(project, lead=True)
    agree(project, lead=False)
    change(project)
    with pytest.raises(Blocked, match=r"l'accord de .* ; l'accord de"):
        freeze(project)
    assert len(texts_of("draft_undone")) == 1  # the one who changed it needs no message
    assert "ne vaut plus" in texts_of("draft_undone")[0]


def test_a_change_of_shares_undoes_an_agreement_too(project: Project) -> None:
    opened(project)
    agree(project, lead=True)
    before = draft(project)
    line = project.cost_lines.get()
    line.amount_cents += 2
    line.save()
    assert draft(project) != before


def test_an_answer_on_words_that_changed_meanwhile_is_refused(project: Project) -> None:
    opened(project)
    read, actor = draft(project), legal(project, lead=False)
    assert actor.body is not None
    drafting.amend(project, RETRAIT, OWN, actor=legal(project), seen=0)
    with pytest.raises(review.DraftChanged):
        review.answer(project, actor.body, verdict="agreed", draft=read, text="", actor=actor)


def test_the_coordinator_goes_on_without_for_a_reason_on_this_draft_only(project: Project) -> None:
    opened(project)
    coordinator = makers.coordinator_of(project)
    review.waive(project, reason="silence depuis deux mois", draft=draft(project), actor=coordinator)
    assert Event.objects.get(step="review_waived").note == "silence depuis deux mois"
    drafting.amend(project, RETRAIT, OWN, actor=legal(project), seen=0)
    with pytest.raises(Blocked, match="l'accord de"):
        freeze(project)
    review.waive(project, reason="toujours rien", draft=draft(project), actor=coordinator)
    freeze(project)


def test_nobody_else_answers_opens_or_goes_on(project: Project) -> None:
    stranger, member = makers.characters(project).stranger, makers.characters(project).member
    for actor in (stranger, member, legal(project)):
        with pytest.raises((PermissionDenied, Http404)):
            review.open_review(project, answer_by=None, actor=actor)
    opened(project)
    assert member.body is not None
    for actor in (stranger, member, legal(project)):
        with pytest.raises((PermissionDenied, Http404)):
            review.answer(project, member.body, verdict="agreed", draft=draft(project), text="", actor=actor)
        with pytest.raises((PermissionDenied, Http404)):
            review.waive(project, reason="x", draft=draft(project), actor=actor)


def test_a_review_waits_for_the_end_of_the_call_and_is_open_once() -> None:
    call = makers.make_project("call")
    with pytest.raises(Blocked, match="une fois l'appel clos"):
        opened(call)
    project = makers.make_project("agreement")
    assert opened(project).pk == opened(project).pk
