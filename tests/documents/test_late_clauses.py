"""The words put to candidates: amendable until the launch, part of no version, agreed to by nobody (ADR 22)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from documents import drafting, issuing, remarks, review
from documents.clauses.models import models
from documents.clauses.printed import agreed, frozen, models_for, sources, with_late
from documents.facts import dossier_of, subject_of
from documents.freshness import Today
from documents.issuing import issue_kind
from documents.launch import FOR_CANDIDATES, consultation_documents
from documents.models import Document, UndoneAgreement
from documents.printing import digest
from documents.standing import stages
from procurement.access import Actor
from procurement.letters import Letter
from procurement.models import Role
from procurement.workflow import perform
from projects import dossier as dossiers
from projects.agreement_terms import ClauseText
from projects.assembly import assemble
from projects.enums import ProjectState
from projects.models import ClauseComment, ClauseRevision, Event, Project
from tests import makers
from tests.documents import makers as papers
from tests.documents import words
from tests.house.browser import Browser

PENALTIES, CRITERIA, INVOICES = "ccap/10-penalites", "reglement/07-criteres", "ccap/07-facturation"
OWN = "Retard de livraison, par jour : 150 €."
db = pytest.mark.django_db


# What is late ---------------------------------------------------------------------------------------------------------
def test_two_texts_are_late_and_the_annex_of_one_has_no_number() -> None:
    late = [model for model in models().values() if model.late]
    assert {model.part for model in late} == {"reglement", "ccap"}
    numbers = [model.number for model in late if model.part == "reglement"]
    assert numbers == ["1", "2", "2.1", "2.2", "2.3", *(str(number) for number in range(3, 15))]
    assert [model.number for model in late if model.part == "ccap"] == [*(str(number) for number in range(1, 21)), ""]


def test_a_late_article_says_which_text_it_belongs_to() -> None:
    article, annex, rule = models()[PENALTIES], models()["ccap/annexe-donnees"], models()[CRITERIA]
    assert (article.heading, article.line) == ("Article 10. Pénalités", "10. Pénalités")
    assert article.entry == "CCAP, article 10. Pénalités"
    assert (article.named, article.of) == ("l'article 10 du CCAP, Pénalités", "de l'article 10 du CCAP, Pénalités")
    assert rule.entry == "Règlement de la consultation, article 7. Critères de choix"
    assert annex.heading == annex.line == "Annexe. Protection des données personnelles"
    assert annex.named == "l'annexe du CCAP, Protection des données personnelles"


def amended(**changes: Any) -> dossiers.Dossier:
    """Three communes with their own words on penalties and on a withdrawal."""
    own = (ClauseText(PENALTIES, OWN, amended=True), ClauseText("convention/14-retrait", "Nul ne part.", amended=True))
    return papers.dossier(3, amendments=own, **changes)


def test_a_version_keeps_no_late_word() -> None:
    kept = frozen(amended())
    assert {clause.code.partition("/")[0] for clause in kept.clauses} == {"convention", "cahier"}
    assert [clause.code for clause in kept.amendments] == ["convention/14-retrait"]
    assert agreed(kept) == kept.clauses == agreed(amended())
    assert dossiers.from_json(json.loads(json.dumps(dossiers.to_json(kept)))) == kept


def test_late_words_of_today_are_read_beside_those_of_the_freeze() -> None:
    text = {clause.code: clause.text for clause in sources(with_late(frozen(amended()), amended().amendments))}
    assert (text[PENALTIES], text["convention/14-retrait"]) == (OWN, "Nul ne part.")
    later = with_late(
        frozen(amended()), [ClauseText("convention/14-retrait", "Autre."), ClauseText(PENALTIES, "Rien.")]
    )
    text = {clause.code: clause.text for clause in sources(later)}
    assert (text[PENALTIES], text["convention/14-retrait"]) == ("Rien.", "Nul ne part.")
    assert with_late(later, ()) == frozen(amended())


def test_the_two_texts_are_worded_on_both_routes() -> None:
    for route in ("grouped_purchase", "shared_development"):
        dossier = papers.dossier(3, route=route, vehicle="co_funding")
        assert {"reglement", "ccap"} <= {model.part for model in models_for(dossier)}


# Until when -----------------------------------------------------------------------------------------------------------
def legal(project: Project, *, lead: bool = True) -> Actor:
    rows = project.participations.select_related("body")
    row = rows.get(body_id=project.lead_body_id) if lead else rows.exclude(body_id=project.lead_body_id).get()
    return makers.holder(row.body, Role.LEGAL)


def text_of(project: Project, code: str = PENALTIES) -> str:
    found = dossier_of(Project.objects.get(pk=project.pk))
    return next(clause.text for clause in sources(found) if clause.code == code)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuing, "render_pdf", lambda html: b"%PDF-1.7 tiny\n%%EOF\n")


BEFORE: list[tuple[str, dict[str, Any]]] = [
    (ProjectState.CALL, {}),
    (ProjectState.AGREEMENT, {}),
    (ProjectState.AGREEMENT, {"frozen": True}),
    (ProjectState.CONSTITUTED, {}),
]


@db
@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("state", "given"), BEFORE, ids=["call", "agreement", "frozen", "constituted"])
def test_until_the_launch_the_lead_body_words_them_and_goes_back_to_the_model(state: str, given: Any) -> None:
    project = makers.make_project(state, **given)
    version = project.current_version()
    model = text_of(project)
    made = drafting.amend(project, PENALTIES, OWN, actor=legal(project), seen=0, reason="séance du 3")
    assert made is not None
    assert text_of(project) == OWN
    assert Event.objects.get(step="clause").note == "CCAP, article 10. Pénalités : séance du 3"
    if version:
        kept = project.versions.get(pk=version.pk)
        assert (kept.facts, kept.sha256) == (version.facts, version.sha256)
        with pytest.raises(PermissionDenied, match="une version est figée"):
            drafting.amend(project, "convention/14-retrait", "Autre.", actor=legal(project), seen=0)
    drafting.back_to_model(project, PENALTIES, actor=legal(project))
    assert text_of(project) == model


@db
@pytest.mark.usefixtures("quick")
def test_the_coordinator_proposes_after_the_freeze_and_others_word_nothing() -> None:
    project = makers.make_project(ProjectState.CONSTITUTED)
    made = drafting.amend(project, PENALTIES, OWN, actor=makers.coordinator_of(project), seen=0)
    assert made is not None
    assert made.status == "proposed"
    assert "pour l'article 10 du CCAP, Pénalités." in Letter.objects.filter(code="clause_proposed").first().text  # type: ignore[union-attr]
    drafting.settle(project, made.pk, accept=True, actor=legal(project))
    assert text_of(project) == OWN
    for actor in (legal(project, lead=False), makers.characters(project).stranger):
        with pytest.raises((PermissionDenied, Http404)):
            drafting.amend(project, PENALTIES, "Autre.", actor=actor, seen=1)
    remark = remarks.comment(project, models()[PENALTIES], "Trop bas.", actor=legal(project, lead=False))
    assert ClauseComment.objects.get() == remark


@db
@pytest.mark.usefixtures("quick")
def test_once_launched_they_change_no_more_whoever_asks() -> None:
    project = makers.make_project(ProjectState.CONSTITUTED)
    made = drafting.amend(project, PENALTIES, OWN, actor=makers.coordinator_of(project), seen=0)
    assert made is not None
    makers.launch(project)
    for act in (
        lambda: drafting.amend(project, PENALTIES, "Autre.", actor=legal(project), seen=0),
        lambda: drafting.back_to_model(project, PENALTIES, actor=legal(project)),
        lambda: drafting.settle(project, made.pk, accept=True, actor=legal(project)),
    ):
        with pytest.raises(PermissionDenied, match="Le dossier de consultation est publié"):
            act()
    coordinator = makers.coordinator_of(project)
    perform(Project, project.pk, "no_award", actor=coordinator, ending="unsuccessful", note="aucune offre")
    drafting.settle(project, made.pk, accept=True, actor=legal(project))
    assert text_of(project) == OWN


@db
def test_an_abandoned_project_has_published_nothing() -> None:
    assert drafting.closed(makers.make_project(ProjectState.ABANDONED), PENALTIES) == drafting.GIVEN_UP


# Nobody agrees to them ------------------------------------------------------------------------------------------------
@db
def test_they_undo_no_agreement_and_hold_up_no_freeze() -> None:
    project = makers.make_project(ProjectState.AGREEMENT)
    review.open_review(project, answer_by=None, actor=makers.coordinator_of(project))
    draft = review.draft_digest(assemble(project))
    for lead in (True, False):
        actor = legal(project, lead=lead)
        assert actor.body is not None
        review.answer(project, actor.body, verdict="agreed", draft=draft, text="", actor=actor)
    drafting.amend(project, INVOICES, "Selon le tableau :\n\n{facturation}", actor=legal(project), seen=0)
    drafting.amend(project, "ccap/05-commandes", "Chacun commande.", actor=legal(project), seen=0)
    fresh = Project.objects.get(pk=project.pk)
    assert review.draft_digest(assemble(fresh)) == draft
    assert not UndoneAgreement.objects.exists()
    assert not Letter.objects.filter(code="draft_undone").exists()
    ClauseRevision.objects.filter(code="ccap/05-commandes").update(base="Un modèle d'un autre mandat.")
    perform(Project, project.pk, "freeze", actor=makers.coordinator_of(project))
    version = project.current_version()
    assert version is not None
    assert not [item for name in ("clauses", "amendments") for item in version.facts[name] if "ccap/" in item["code"]]
    assert text_of(project, "ccap/05-commandes") == "Chacun commande."


# What was issued ------------------------------------------------------------------------------------------------------
@pytest.fixture
def constituted(db: None, quick: None) -> Project:
    """All that candidates get is issued, and the convention long before."""
    project = makers.make_project(ProjectState.CONSTITUTED)
    for kind in FOR_CANDIDATES:
        issue_kind(project, kind, makers.coordinator_of(project))
    return project


def test_an_issue_whose_words_changed_is_out_of_date_and_says_which(constituted: Project) -> None:
    drafting.amend(constituted, PENALTIES, OWN, actor=legal(constituted), seen=0)
    project = Project.objects.get(pk=constituted.pk)
    documents = {item.kind: item for item in Document.objects.filter(project=project, body=None)}
    today = Today(project)
    changed = today.verdict(documents["ccap"])
    assert changed.stale
    assert changed.reissue
    assert any(change.label.startswith("Articles · Pénalités") for change in changed.changed)
    assert any("150\N{NO-BREAK SPACE}€" in change.after for change in changed.changed)
    for kind in ("consultation-rules", "convention", "specification"):
        assert not today.verdict(documents[kind]).changed
    marks = today.marks(documents.values())
    assert [kind for kind, item in documents.items() if marks[item.pk].stale] == ["ccap"]
    counting = Document.objects.filter(project=project).with_state()
    shown = [line for stage in stages(project, counting, [], today) for line in stage.lines]
    assert [line.kind.code for line in shown if line.standing.label == "Périmé"] == ["ccap"]
    held_up = [
        item.label for item in consultation_documents(Project.objects.get(pk=project.pk)) if "périmée" in item.label
    ]
    assert [documents["ccap"].reference in label for label in held_up] == [True]  # the launch waits for the next issue
    [second] = issue_kind(project, "ccap", makers.coordinator_of(project))
    assert "150\N{NO-BREAK SPACE}€" in json.dumps(second.context["prose"], ensure_ascii=False)


def test_an_issue_of_before_the_articles_is_not_out_of_date_for_what_it_alone_says(constituted: Project) -> None:
    """The context of release 1 named the licence and had no article: nothing that it says has changed."""
    document = Document.objects.get(project=constituted, kind="ccap")
    then = {name: value for name, value in document.context.items() if name not in ("prose", "annexes")}
    document.context = {**then, "licence": "EUPL-1.2", "va_days": "30"}
    document.context_sha256 = digest(document.context)
    assert not Today(constituted).verdict(document).stale
    document.context["lead"] = "Une autre"
    document.context_sha256 = digest(document.context)
    assert Today(constituted).verdict(document).stale


def test_a_draft_of_after_the_freeze_prints_the_words_of_today(constituted: Project) -> None:
    drafting.amend(constituted, CRITERIA, "Prix : **40 %**.", actor=legal(constituted), seen=0)
    subject = subject_of(Project.objects.get(pk=constituted.pk))
    assert "Article 7. Critères de choix Prix : 40 %. Article 8." in words.of_html(
        papers.issued_html(subject.dossier, "consultation-rules")
    )


# Pages ----------------------------------------------------------------------------------------------------------------
def at(project: Project, rest: str = "") -> str:
    return f"/projets/{project.reference}/clauses/{rest}"


def signed_in(browser: Browser, actor: Actor) -> None:
    assert actor.user is not None
    browser.sign_in(actor.user)


def test_after_the_freeze_they_alone_are_amended_on_their_pages(browser: Browser, constituted: Project) -> None:
    signed_in(browser, legal(constituted))
    page = browser.get(at(constituted)).content.decode()
    for title in ("Règlement de la consultation", "Cahier des clauses administratives particulières"):
        assert f"<h2>{title}</h2>" in page
    assert page.count("Modifiable jusqu") == 2
    assert ">Annexe. Protection des données personnelles</a>" in page
    assert "Modifier ce texte" not in browser.get(at(constituted, "convention/14-retrait/")).content.decode()
    assert "Modifier ce texte" in browser.get(at(constituted, f"{PENALTIES}/")).content.decode()
    browser.submit(at(constituted, f"{PENALTIES}/modifier/"), {"text": OWN, "reason": "barème"})
    page = browser.get(at(constituted, f"{PENALTIES}/")).content.decode()
    assert "[retiré :]" in page
    assert "barème" in page
    browser.submit(at(constituted, f"{PENALTIES}/"), to=at(constituted, f"{PENALTIES}/modele/"))
    assert "Retour au modèle" in browser.get(at(constituted, f"{PENALTIES}/")).content.decode()


def test_a_block_of_ours_is_named_on_the_page_and_must_stand_alone(browser: Browser, constituted: Project) -> None:
    signed_in(browser, legal(constituted))
    page = browser.get(at(constituted, f"{INVOICES}/")).content.decode()
    assert "[le tableau des données de facturation]" in page
    assert (
        "[les dates de la consultation et le délai minimal]"
        in browser.get(at(constituted, "reglement/10-delais/")).content.decode()
    )
    edit = at(constituted, f"{INVOICES}/modifier/")
    for text in ("Rien.", "Voir {facturation} ci-dessous."):
        assert browser.submit(edit, {"text": text}).status_code == 422
    assert browser.submit(edit, {"text": "Voir :\n\n{facturation}"}).status_code == 302


def test_once_launched_the_pages_say_why_nothing_changes(browser: Browser, constituted: Project) -> None:
    makers.launch(constituted)
    signed_in(browser, legal(constituted))
    assert browser.get(at(constituted)).content.decode().count("Le dossier de consultation est publié") == 2
    page = browser.get(at(constituted, f"{PENALTIES}/")).content.decode()
    assert "Le dossier de consultation est publié" in page
    assert "Modifier ce texte" not in page
    refused = browser.get(at(constituted, f"{PENALTIES}/modifier/"))
    assert refused.status_code == 403
    assert "Le dossier de consultation est publié" in refused.content.decode()
