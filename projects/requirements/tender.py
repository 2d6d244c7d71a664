"""What is missing before a consultation is launched and awarded, read from its plain facts (design §2, domain.md §4.1).

Dates are compared, not only present. Every item leads to the form that records it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from procurement import clock
from procurement.money import euros
from procurement.workflow import Missing
from projects.consultation.facts import ConsultationFacts, ContractFacts, MilestoneFacts
from projects.enums import MilestoneKind as K
from projects.enums import Procedure
from projects.planning import Level, WorkCalendar, has_passed
from projects.planning.deadlines import PARIS
from projects.planning.procedure import OPEN_TENDER_DAYS
from projects.planning.timers import ANSWERS_DAYS, FRAMEWORK_MONTHS
from projects.requirements.words import french

PAGE = "consultation/"
PREPARE = "consultation/preparer/"
# Each stands on or after those before it, of the whole consultation or of the same contract.
IN_ORDER = (
    K.PUBLICATION,
    K.OPENING,
    K.ANALYSIS,
    K.COMMITTEE,
    K.DECISION,
    K.LETTERS,
    K.SIGNATURE,
    K.TRANSMISSION,
    K.NOTIFICATION,
)
# The lightest levels at which each procedure is enough (R. 2122-8, L. 2123-1 and L. 2124-1 CCP).
ENOUGH = {
    Procedure.DIRECT: (Level.EXEMPT,),
    Procedure.ADAPTED: (Level.EXEMPT, Level.ADAPTED, Level.ADAPTED_PUBLISHED),
}
A = {  # how each milestone is named in « il manque … »
    K.PUBLICATION: "la publication de l'avis",
    K.QUESTIONS: "les réponses aux questions",
    K.OPENING: "l'ouverture des plis",
    K.ANALYSIS: "le rapport d'analyse des offres",
    K.COMMITTEE: "la décision de la commission d'appel d'offres (article L. 1414-2 du CGCT)",
    K.DECISION: "la décision d'attribution",
    K.LETTERS: "l'envoi des lettres de rejet (articles R. 2181-3 et R. 2182-1 du CCP)",
    K.SIGNATURE: "la signature",
    K.TRANSMISSION: "le reçu du contrôle de légalité",
    K.NOTIFICATION: "la notification",
}


# Launch ---------------------------------------------------------------------------------------------------------------
def sound_preparation(facts: ConsultationFacts) -> Iterator[Missing]:
    """The procedure fits the sum of all members over the whole duration; a framework agreement has a maximum."""
    yield from procedure_fits(facts)
    if not facts.framework:
        return
    if facts.maximum_cents is None:
        yield Missing("le maximum de l'accord-cadre (article R. 2162-4 du CCP)", f"{PREPARE}#id_maximum_cents")
    elif facts.maximum_cents < facts.need_cents:
        label = f"un maximum d'accord-cadre d'au moins {euros(facts.need_cents)} HT, le besoin de tous les membres"
        yield Missing(f"{label} ({euros(facts.maximum_cents)} aujourd'hui)", f"{PREPARE}#id_maximum_cents")
    if (facts.duration_months or 0) > FRAMEWORK_MONTHS and not facts.long_reason.strip():
        label = f"la justification d'un accord-cadre de {facts.duration_months} mois : quatre ans au plus, sauf motif"
        yield Missing(f"{label} (article L. 2125-1 du CCP)", f"{PREPARE}#id_long_reason")


def procedure_fits(facts: ConsultationFacts) -> Iterator[Missing]:
    """A stricter procedure than the threshold asks for is always lawful; a lighter one needs its article."""
    enough = ENOUGH.get(Procedure(facts.procedure), tuple(Level))
    advice = facts.advice
    if advice.level in enough or facts.derogation.strip():
        return
    label = f"une procédure conforme au seuil : {euros(facts.value_cents)} HT pour tous les membres et toute la durée"
    yield Missing(f"{label} appellent « {advice.label} » ({advice.article})", f"{PREPARE}#id_procedure")


# Milestones -----------------------------------------------------------------------------------------------------------
def needed_before(facts: ConsultationFacts, kind: str) -> tuple[K, ...]:
    """What must have been recorded before this milestone."""
    letters = (K.LETTERS,) if facts.formal and facts.losers else ()
    committee = (K.COMMITTEE,) if facts.formal else ()
    table: dict[str, tuple[K, ...]] = {
        K.QUESTIONS: (K.PUBLICATION,),
        K.OPENING: (K.PUBLICATION,),
        K.ANALYSIS: (K.OPENING,),
        K.COMMITTEE: (K.ANALYSIS,),
        K.DECISION: (K.ANALYSIS, *committee) if facts.competitive else (),
        K.LETTERS: (K.DECISION,),
        K.SIGNATURE: (K.DECISION, *letters),
        K.TRANSMISSION: (K.SIGNATURE,),
        K.NOTIFICATION: (K.SIGNATURE, *((K.TRANSMISSION,) if facts.legality_control else ())),
        K.PREFECT: (K.NOTIFICATION,),
        K.NOTICE: (K.SIGNATURE,),
        K.ESSENTIAL_DATA: (K.NOTIFICATION,),
    }
    return table.get(kind, ())


def link(facts: ConsultationFacts, kind: str, contract: int = 0) -> str:
    """The address, below the project, of the form that records a milestone."""
    return f"consultation/marches/{contract}/{kind}/" if contract else f"consultation/etape/{kind}/"


def faults(facts: ConsultationFacts) -> Iterator[Missing]:
    """Everything that does not follow, milestone by milestone: absent before it, or dated after it."""
    for item in facts.milestones:
        yield from _fault(facts, item)


def _fault(facts: ConsultationFacts, item: MilestoneFacts) -> Iterator[Missing]:
    if item.day > clock.today():
        yield Missing(f"une date qui ne soit pas à venir (le {french(item.day)})", "day")
    for kind in needed_before(facts, item.kind):
        if _found(facts, kind, item.contract) is None:
            yield Missing(f"{A[kind]}{_of(facts, kind, item.contract)}, avant « {item.label} »", link(facts, kind))
    before = _latest_before(facts, item)
    if before and item.day < before.day:
        label = f"« {item.label} » le {french(before.day)} au plus tôt : c'est la date de « {before.label} »"
        yield Missing(f"{label} ({french(item.day)} donné)", "day")
    special = {K.PUBLICATION: _publication, K.QUESTIONS: _answers, K.OPENING: _opening, K.SIGNATURE: _signature}
    if check := special.get(K(item.kind)):
        yield from check(facts, item)


def _found(facts: ConsultationFacts, kind: str, contract: int) -> MilestoneFacts | None:
    return facts.milestone(kind) or (facts.milestone(kind, contract) if contract else None)


def _of(facts: ConsultationFacts, kind: str, contract: int) -> str:
    """« du lot 2 » when the milestone is that of a contract and there are several."""
    if kind not in (K.SIGNATURE, K.TRANSMISSION, K.NOTIFICATION) or not contract or len(facts.contracts) < 2:
        return ""
    return f" ({facts.contract(contract).name})"


def _latest_before(facts: ConsultationFacts, item: MilestoneFacts) -> MilestoneFacts | None:
    """The latest of those that come before in the order of the procedure."""
    after = {K.PREFECT: K.NOTIFICATION, K.ESSENTIAL_DATA: K.NOTIFICATION, K.NOTICE: K.SIGNATURE}
    if item.kind in after:
        kinds: tuple[str, ...] = (after[K(item.kind)],)
    elif item.kind == K.QUESTIONS:
        kinds = (K.PUBLICATION,)
    else:
        kinds = IN_ORDER[: IN_ORDER.index(K(item.kind))]
    known = [found for kind in kinds if (found := _found(facts, kind, item.contract))]
    return max(known, key=lambda each: each.day, default=None)


def _publication(facts: ConsultationFacts, item: MilestoneFacts) -> Iterator[Missing]:
    if facts.agreed_on and item.day < facts.agreed_on:
        label = f"une publication le {french(facts.agreed_on)} au plus tôt : la convention est signée de tous avant"
        yield Missing(f"{label} le lancement (article L. 2113-7 du CCP)", "day")
    if not facts.competitive:
        return
    if item.due_at is None:
        yield Missing("la date et l'heure limites de remise des offres", "due_day")
        return
    due = item.due_at.astimezone(PARIS).date()
    if due < item.day:
        yield Missing("une date limite des offres postérieure à la publication", "due_day")
    elif facts.procedure == Procedure.OPEN and not item.note.strip():
        least = WorkCalendar(frozenset({facts.department} - {""})).end_of_period(item.day, OPEN_TENDER_DAYS)
        if due < least:
            label = f"une date limite le {french(least)} au plus tôt : {OPEN_TENDER_DAYS} jours pour un appel d'offres"
            yield Missing(f"{label} ouvert (article R. 2161-3 du CCP), ou le motif d'urgence en précisions", "due_day")


def _answers(facts: ConsultationFacts, item: MilestoneFacts) -> Iterator[Missing]:
    """Six days before the deadline in a formal procedure (R. 2132-6 CCP); before it in any case."""
    if facts.due_at is None:
        return
    days = ANSWERS_DAYS if facts.formal else 0
    last = facts.due_at.astimezone(PARIS).date() - dt.timedelta(days=days)
    if item.day > last:
        label = f"des réponses le {french(last)} au plus tard, ou une date limite des offres reportée"
        yield Missing(label + (" (article R. 2132-6 du CCP)" if facts.formal else ""), "day")


def _opening(facts: ConsultationFacts, item: MilestoneFacts) -> Iterator[Missing]:
    """Nothing is opened before the deadline, to the second."""
    if item.count is None:
        yield Missing("le nombre d'offres reçues", "count")
    if facts.due_at is None:
        return
    due = facts.due_at.astimezone(PARIS)
    if item.day < due.date() or not has_passed(facts.due_at, clock.now()):
        label = f"une ouverture après la date limite des offres, le {french(due.date())} à {due:%H h %M}"
        yield Missing(f"{label} (heure de Paris)", "day")


def _signature(facts: ConsultationFacts, item: MilestoneFacts) -> Iterator[Missing]:
    """Eleven days after the letters, sixteen on paper, in a formal procedure with rejected candidates."""
    suspended = facts.standstill
    if suspended and facts.losers and item.day <= suspended.limit:
        letters = facts.day(K.LETTERS)
        assert letters is not None
        label = f"une signature après le {french(suspended.limit)} : les lettres de rejet sont du {french(letters)}"
        yield Missing(f"{label}, le délai de suspension court (article R. 2182-1 du CCP)", "day")


# Award ----------------------------------------------------------------------------------------------------------------
def complete_award(facts: ConsultationFacts) -> Iterator[Missing]:
    """Decision, standstill, signature, receipt where due, notification: there, dated, in that order; one per lot."""
    yield from _contracts(facts)
    whole = [kind for kind in IN_ORDER[:6] if kind in _required(facts)]
    for kind in whole:
        if facts.milestone(kind) is None:
            yield Missing(A[kind], link(facts, kind))
    suspended = facts.standstill
    if suspended and facts.losers and clock.today() <= suspended.limit:
        label = f"la fin du délai de suspension, le {french(suspended.limit)} (article R. 2182-1 du CCP)"
        yield Missing(label, PAGE)
    for contract in facts.awarded:
        yield from _of_contract(facts, contract)
    yield from faults(facts)
    yield from procedure_fits(facts)


def _required(facts: ConsultationFacts) -> set[str]:
    """Every milestone that a signature rests on."""
    found: set[str] = set()
    waiting: list[str] = [K.SIGNATURE]
    while waiting:
        more = set(needed_before(facts, waiting.pop())) - found
        found |= more
        waiting += more
    return found


def _contracts(facts: ConsultationFacts) -> Iterator[Missing]:
    known = {(contract.lot, contract.buyer_id) for contract in facts.contracts}
    for wanted in facts.expected:
        if (wanted.lot, wanted.buyer_id) not in known:
            yield Missing(f"le titulaire et le montant : {wanted.name}", f"{PAGE}#marches")
    if facts.contracts and not facts.awarded:
        yield Missing("au moins un marché attribué : sinon, la consultation se termine sans attribution", PAGE)
    for contract in facts.awarded:
        if not contract.holders:
            yield Missing(f"le titulaire, avec son identifiant : {contract.name}", f"{PAGE}#marches")


def _of_contract(facts: ConsultationFacts, contract: ContractFacts) -> Iterable[Missing]:
    due = [K.SIGNATURE, *([K.TRANSMISSION] if facts.legality_control else []), K.NOTIFICATION]
    several = f" : {contract.name}, {contract.buyer}" if len(facts.awarded) > 1 else ""
    for kind in due:
        if facts.milestone(kind, contract.number) is None:
            why = " (article D. 2131-5-1 du CGCT)" if kind == K.TRANSMISSION else ""
            yield Missing(f"{A[kind]}{why}{several}", link(facts, kind, contract.number))


def nothing_contracted(facts: ConsultationFacts) -> Iterator[Missing]:
    """A consultation is dropped before the signature; afterwards the contract is terminated, which is another act."""
    for contract in facts.awarded:
        if day := facts.day(K.SIGNATURE, contract.number):
            label = f"un marché non signé : {contract.name} l'est depuis le {french(day)}, on ne peut plus que résilier"
            yield Missing(f"{label} (article R. 2185-1 du CCP)", PAGE)
