"""What is told while the words are worked on: proposals, remarks, the review, agreements that a change undoes."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from documents.clauses.models import Model
from procurement.access import Actor
from procurement.models import Role
from procurement.notifications import message
from projects.models import ClauseComment, ClauseRevision, Project, Review, ReviewAnswer, RevisionState, Verdict
from projects.notifications.telling import people, tell

ClauseProposed = message("clause_proposed", "Une modification d'article est proposée")
ClauseSettled = message("clause_settled", "Votre proposition d'article est retenue ou écartée")
ClauseCommented = message("clause_commented", "Une remarque est faite sur un article")
DraftUndone = message("draft_undone", "Le texte change après votre accord")
ReviewOpened = message("review_opened", "Une relecture est ouverte")
ReviewAnswered = message("review_answered", "Un organisme a répondu à la relecture")
ReviewWaived = message("review_waived", "Le coordinateur passe outre la relecture")


def _listed(project: Project) -> list[int]:
    return list(project.listed_participations().values_list("body_id", flat=True))


def _writers(project: Project) -> list[int]:
    """Those who word the clauses: the coordinator, and the lead body's legal team."""
    lead = [project.lead_body_id] if project.lead_body_id else []
    return [project.coordinator_id, *people(lead, Role.LEGAL)]


def _clause(project: Project, model: Model) -> dict[str, object]:
    return {"link": reverse("clause", args=[project.reference, *model.code.split("/")]), "verb": "Voir l'article"}


def _board(project: Project) -> dict[str, object]:
    return {"link": reverse("clause_review", args=[project.reference]), "verb": "Voir la relecture"}


def tell_proposed(project: Project, model: Model, revision: ClauseRevision, actor: Actor) -> None:
    """The lead body's legal team, who decides."""
    text = f"{revision.made_by} propose un autre texte pour {model.named}. À vous de décider."
    lead = [project.lead_body_id] if project.lead_body_id else []
    tell(ClauseProposed, project, text, people(lead, Role.LEGAL), actor, **_clause(project, model))


def tell_settled(project: Project, model: Model, revision: ClauseRevision, actor: Actor) -> None:
    """Whoever proposed."""
    said = "retenu" if revision.status == RevisionState.ACCEPTED else "écarté"
    text = f"Le texte que vous proposiez pour {model.named}, est {said}."
    tell(ClauseSettled, project, text, [revision.made_by_id], actor, **_clause(project, model))


def tell_commented(project: Project, model: Model, remark: ClauseComment, actor: Actor) -> None:
    """Those who word the clause, and whoever began the thread."""
    who = f"{remark.author} ({remark.body})" if remark.body else str(remark.author)
    text = f"{who}, sur {model.named} : {remark.text[:300]}"
    told = _writers(project) + ([remark.answers.author_id] if remark.answers else [])
    tell(ClauseCommented, project, text, told, actor, **_clause(project, model))


def tell_changed(project: Project, body_ids: Iterable[int], what: str, actor: Actor) -> None:
    """The legal teams whose agreement was on the draft of before; `what` names what changed, without any amount."""
    text = "Le projet de texte a changé après votre accord : celui-ci ne vaut plus. "
    text += f"Ce qui change : {what}. " if what else ""
    text += "Relisez ce qui a changé et répondez."
    tell(DraftUndone, project, text, people(body_ids, Role.LEGAL), actor, **_board(project))


def tell_opened(project: Project, review: Review, actor: Actor) -> None:
    """Every listed body's legal team; its agents too, who may be all there is in a small commune."""
    text = "La relecture du projet de texte est ouverte : donnez l'accord de votre organisme, ou vos remarques."
    told = people(_listed(project), Role.LEGAL, Role.AGENT)
    tell(ReviewOpened, project, text, told, actor, deadline=review.answer_by, **_board(project))


def tell_answered(project: Project, answer: ReviewAnswer, actor: Actor) -> None:
    """Those who word the clauses."""
    said = "est d'accord avec le projet de texte" if answer.verdict == Verdict.AGREED else "retourne le projet de texte"
    text = f"{answer.body} {said}." + (f" {answer.text[:300]}" if answer.text else "")
    tell(ReviewAnswered, project, text, _writers(project), actor, body_name=answer.body.name, **_board(project))


def tell_waived(project: Project, review: Review, actor: Actor) -> None:
    """Every listed body's legal team."""
    text = f"Le coordinateur passe outre les accords qui manquent. Motif : {review.waived_reason}"
    tell(ReviewWaived, project, text, people(_listed(project), Role.LEGAL), actor, **_board(project))
