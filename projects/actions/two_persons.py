"""The two-person rule: a first person proposes to freeze or to award, another one confirms by taking the step."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from procurement.access import Actor
from procurement.events import AbstractEvent
from procurement.money import euros
from procurement.workflow import Missing, after_step, also_required, locked, missing_before
from projects import dossier, rules
from projects.actions.conventions import digest
from projects.actions.recording import act, project_in, refuse_if, tell
from projects.assembly import assemble
from projects.consultation.reading import current_facts
from projects.enums import ProjectState
from projects.models import Event, Project, Proposal
from projects.requirements.two_persons import AWARD, FREEZE, at_stake, two_persons_due

STATES = {FREEZE: [ProjectState.AGREEMENT], AWARD: [ProjectState.TENDER]}
WITHOUT_END = 10**18  # cents: a rule that is off is the loosest of all


def fingerprint(project: Project, step: str) -> str:
    """What is proposed, as a hash: the facts about to be frozen, or the consultation about to be awarded."""
    if step == FREEZE:
        return digest(dossier.to_json(assemble(project)))
    facts = current_facts(project)
    return digest({"consultation": repr(dataclasses.astuple(facts)) if facts else ""})


def propose(project: Project, step: str, *, actor: Actor) -> Proposal:
    """Propose a step that another person must confirm. The same again by the same person does nothing.

    A proposal of something else, or of what has changed since, is replaced. Raises Blocked (something else is missing,
    or the rule does not apply), PermissionDenied, Refused. One event.
    """
    wanted = Project.step(step)
    asked = act(f"propose_{step}", f"Proposer : {wanted.label}", STATES[step])
    with transaction.atomic():
        project = project_in(project, asked, actor)
        if not rules.decides(project, actor):
            raise PermissionDenied("Le coordinateur et l'organisme coordonnateur proposent et confirment.")
        if not two_persons_due(project, step):
            refuse_if([Missing("un montant au-delà duquel deux personnes décident", "regles/")], asked)
        known, sha256 = project.open_proposal(step), fingerprint(project, step)
        if known and known.sha256 == sha256:
            if known.made_by_id != actor.user_id:
                refuse_if([Missing("rien : la proposition attend votre confirmation", f"etape/{step}/")], asked)
            return known
        if known:
            _end(known)
        refuse_if([item for item in missing_before(project, wanted) if item.anchor != _anchor(step)], asked)
        assert actor.user is not None
        amount = at_stake(project, step)
        made = Proposal.objects.create(
            project=project, step=step, amount_cents=amount, sha256=sha256, made_by=actor.user, made_at=timezone.now()
        )
        tell(project, "propose", actor, {"proposed": step, "amount_cents": amount})
    return made


def give_proposal_up(project: Project, step: str, *, actor: Actor, note: str) -> None:
    """Take a proposal back, by whoever may propose, with a reason. One event; nothing when there is none."""
    asked = act("give_proposal_up", "Retirer la proposition", STATES[step])
    with transaction.atomic():
        project = project_in(project, asked, actor)
        if not rules.decides(project, actor):
            raise PermissionDenied("Le coordinateur et l'organisme coordonnateur proposent et confirment.")
        refuse_if([Missing("un motif", "note")] if not note.strip() else [], asked)
        if known := project.open_proposal(step):
            _end(known)
            tell(project, "give_proposal_up", actor, {"proposed": step}, note=note)


def set_two_person_rule(project: Project, *, actor: Actor, above_cents: int | None, note: str = "") -> None:
    """Above how much (cents HT) two persons decide; None for never. One event.

    The coordinator may make it stricter; to loosen it is for somebody of the lead body who did not set it, with a
    reason: otherwise one person alone could set the rule aside. Raises Blocked, PermissionDenied.
    """
    wanted = act("two_person_rule", "Régler la décision à deux")
    with transaction.atomic():
        project = locked(Project, project.pk, actor)
        before = project.two_person_above_cents
        if above_cents == before:
            return
        if not rules.runs_consultation(project, actor):
            raise PermissionDenied("Le coordinateur et l'organisme coordonnateur règlent la décision à deux.")
        looser = before is not None and (WITHOUT_END if above_cents is None else above_cents) > before
        if looser:
            last = Event.objects.filter(project=project, step="two_person_rule").order_by("-position").first()
            if last is not None and last.user_id == actor.user_id:
                label = "une autre personne : qui a posé la règle ne la desserre pas seul"
                refuse_if([Missing(label, "above_cents")], wanted)
            refuse_if([Missing("un motif", "note")] if not note.strip() else [], wanted)
        project.two_person_above_cents = above_cents
        project.save()
        tell(project, "two_person_rule", actor, {"before": before, "after": above_cents}, note=note)


def _anchor(step: str) -> str:
    return f"decision/{step}/"


def _end(proposal: Proposal, confirmed_by: int | None = None) -> None:
    proposal.ended_at, proposal.confirmed_by_id = timezone.now(), confirmed_by
    proposal.save()


@also_required(Project, "freeze")
def freeze_is_proposed(project: Project, /) -> Iterable[Missing]:
    """Above the amount of the two-person rule, a proposal that still says what would be frozen."""
    return _proposed(project, FREEZE)


@also_required(Project, "award")
def award_is_proposed(project: Project, /) -> Iterable[Missing]:
    """Above the amount of the two-person rule, a proposal that still says what would be awarded."""
    return _proposed(project, AWARD)


def _proposed(project: Project, step: str) -> Iterable[Missing]:
    if not two_persons_due(project, step):
        return
    known = project.open_proposal(step)
    bound = euros(project.two_person_above_cents)
    if known is None:
        yield Missing(f"la proposition d'une première personne : au-delà de {bound} HT, deux décident", _anchor(step))
    elif known.sha256 != fingerprint(project, step):
        label = f"une nouvelle proposition : celle de {known.made_by} ne dit plus ce qui serait décidé"
        yield Missing(label, _anchor(step))


@after_step(Project, "freeze")
@after_step(Project, "award")
def _confirmed(project: Project, actor: Actor, event: AbstractEvent) -> None:
    if known := project.open_proposal(event.step):
        _end(known, actor.user_id)
