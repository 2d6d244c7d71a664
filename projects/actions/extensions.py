"""Extensions by amendment: the convention, the contract or both last longer, and what depends on the end follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum

from procurement import clock
from procurement.access import Actor
from procurement.workflow import Missing
from projects import rules
from projects.actions.amendments import add_amendment
from projects.actions.recording import act, project_in, refuse_if
from projects.consultation.reading import current_facts
from projects.enums import AmendmentKind, Extends, ProjectState
from projects.models import Amendment, ContractTerm, Project
from projects.models.projects import LONGEST_MONTHS
from projects.notifications.extensions import extended
from projects.planning.extension import Extension
from projects.requirements.leads import SIGNED
from projects.requirements.words import french

EXTENDED = act("extend", "Enregistrer une prolongation par avenant", SIGNED)


def extension_of(project: Project, *, extends: str, months: int, added_cents: int, ground: str) -> Extension:
    """What the amendment would change, for the advice and its warnings. A fixed number of queries."""
    facts = current_facts(project)
    before = project.amendments.aggregate(sum=Sum("added_cents"))["sum"] or 0
    term = ContractTerm.objects.filter(project=project).first()
    whole = term.term.months if term and extends != Extends.CONVENTION else project.duration_months or 0
    return Extension(
        need_cents=facts.value_cents if facts else project.need_cents(),
        counted_on=facts.counted_on if facts else clock.today(),
        contract_cents=facts.awarded_cents if facts else 0,
        added_before_cents=int(before),
        added_cents=added_cents,
        months=whole + months,
        framework=bool(facts and facts.framework) and extends != Extends.CONVENTION,
        ground=ground,
    )


def record_extension(project: Project, *, actor: Actor, note: str, seen: bool = False, **asked: Any) -> Amendment:
    """The signed amendment that adds months, recorded by the coordinator on proof (`note`). `seen`: warnings were read.

    `asked`: `extends`, `months`, `effective_on`, `reason`; for a contract `ground`, of planning.extension.GROUNDS
    (R. 2194-1 and following CCP), and `added_cents` (HT), what it gains: no member's maximum moves. A form sent twice
    makes one amendment. Raises Blocked, PermissionDenied, Refused. Side effects: the duration of the project, that of
    its contract, the amendment, its event, messages.
    """
    values = {"ground": "", "added_cents": 0, **asked, "reason": asked["reason"].strip()}
    with transaction.atomic():
        project = project_in(project, EXTENDED, actor)
        if not rules.is_coordinator(project, actor):
            raise PermissionDenied("Le coordinateur enregistre les avenants.")
        if known := project.amendments.filter(kind=AmendmentKind.EXTENSION, **values).first():
            return known
        term = ContractTerm.objects.select_for_update().filter(project=project).first()
        refuse_if(_wrong(project, term, note, **values), EXTENDED)
        names = ("extends", "months", "added_cents", "ground")
        if not seen and extension_of(project, **{name: values[name] for name in names}).warnings():
            refuse_if([Missing("la lecture des avertissements", "seen")], EXTENDED)
        of_contract = term is not None and values["extends"] == Extends.CONTRACT
        values["months_before"] = term.term.months if term and of_contract else project.duration_months
        values["contract_ends_on"] = _lengthen(project, term, values["extends"], values["months"], values["reason"])
        made = add_amendment(project, AmendmentKind.EXTENSION, None, actor, proof=note, **values)
        extended(made, actor)
    return made


def _wrong(
    project: Project,
    term: ContractTerm | None,
    proof: str,
    *,
    extends: str,
    months: int,
    effective_on: dt.date,
    reason: str,
    ground: str,
    added_cents: int,
) -> Iterator[Missing]:
    yield from _common(project, extends, months, effective_on, reason, proof)
    if extends == Extends.CONVENTION:
        yield from _convention_alone(ground, added_cents)
    else:
        yield from _contract(project, term, months, effective_on, ground)


def _common(
    project: Project, extends: str, months: int, effective_on: dt.date, reason: str, proof: str
) -> Iterator[Missing]:
    if months < 1:
        yield Missing("un mois de plus au moins", "months")
    if extends != Extends.CONTRACT:
        if project.duration_months is None:
            yield Missing("la durée du projet en mois", "months")
        elif project.duration_months + months > LONGEST_MONTHS:
            yield Missing(f"une durée de {LONGEST_MONTHS} mois au plus en tout", "months")
    if effective_on > clock.today():
        yield Missing(f"un effet qui ne soit pas à venir (le {french(effective_on)})", "effective_on")
    if not reason.strip():
        yield Missing("un motif", "reason")
    if not proof.strip():
        yield Missing("la preuve (avenant signé reçu le…, courriel du…)", "note")


def _convention_alone(ground: str, added_cents: int) -> Iterator[Missing]:
    if ground or added_cents:
        label = "la prolongation du marché : un fondement ou un montant ne concernent que lui"
        yield Missing(label, "extends")


def _contract(
    project: Project, term: ContractTerm | None, months: int, effective_on: dt.date, ground: str
) -> Iterator[Missing]:
    """A contract is extended while it runs: over, it is another contract."""
    if project.state != ProjectState.RUNNING:
        yield Missing("un marché en cours d'exécution", "extends")
        return
    if not ground:
        yield Missing("le fondement de la modification (articles R. 2194-1 à R. 2194-9 du CCP)", "ground")
    if term is None:
        yield Missing("la durée du marché, à enregistrer avec les commandes", "extends")
        return
    found = term.term
    if found.months + months > LONGEST_MONTHS:
        yield Missing(f"une durée de {LONGEST_MONTHS} mois au plus en tout", "months")
    if period := found.awaited(clock.today()):
        yield Missing(
            f"la décision sur la reconduction n° {period.number} : elle vient avant une prolongation", "extends"
        )
    elif effective_on > found.ends():
        label = f"un avenant d'effet le {french(found.ends())} au plus tard : le marché finit ce jour, ensuite on ne"
        yield Missing(f"{label} le prolonge plus", "effective_on")


def _lengthen(project: Project, term: ContractTerm | None, extends: str, months: int, reason: str) -> dt.date | None:
    """The new end of the contract, None when it keeps its own."""
    if extends != Extends.CONTRACT:
        project.duration_months = (project.duration_months or 0) + months
        project.save()
    if term is None or extends == Extends.CONVENTION:
        return None
    term.extension_months += months
    if term.term.too_long and not term.long_reason:
        term.long_reason = reason.strip()[:500]
    term.save()
    return term.term.ends()
