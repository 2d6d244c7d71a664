"""What is missing before a step of a project, up to the constituted grouping."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from procurement import clock
from procurement.access import Actor
from procurement.money import euros
from procurement.workflow import Missing
from projects.enums import Ending, ParticipationState, Route
from projects.missions import members_sign
from projects.pooling.intention_checks import lots_reasoned, lots_settled
from projects.requirements.movements import same_parties
from projects.requirements.words import LEAST_BODIES, french, row_of


def to_accept_lead(project: Any, /) -> Iterable[Missing]:
    """A lead body must have been proposed, and not have agreed already."""
    if project.lead_body_id is None:
        yield Missing("un organisme coordonnateur", "modifier/#id_lead_body")
    elif project.lead_agreed_on:
        yield Missing(f"rien : accord donné le {french(project.lead_agreed_on)}")


def to_open_call(project: Any, /) -> Iterable[Missing]:
    """Design §2, open_call."""
    if not project.object.strip():
        yield Missing("l'objet", "modifier/#id_object")
    if project.lead_body_id is None:
        yield Missing("un organisme coordonnateur", "modifier/#id_lead_body")
    elif project.lead_agreed_on is None:
        yield Missing(f"l'accord de {project.lead_body} pour être coordonnateur", "etape/accept_lead/")
    count = project.bodies_present()
    if count < LEAST_BODIES:
        yield Missing(f"au moins deux organismes intéressés ({count} aujourd'hui)", "besoins/")
    if project.cut_off is None:
        yield Missing("la date limite de réponse", "modifier/#id_cut_off")
    elif project.cut_off < clock.today():
        yield Missing(f"une date limite à venir (le {french(project.cut_off)} est passé)", "modifier/#id_cut_off")
    if project.estimate_cents() == 0:
        yield Missing("une estimation : au moins une ligne de coût", "couts/lignes/")


def later_cut_off(project: Any, /, *, cut_off: dt.date, **facts: Any) -> Iterable[Missing]:
    """A cut-off may only be put back, and to a day that is not over."""
    if cut_off < clock.today() or (project.cut_off and cut_off <= project.cut_off):
        yield Missing(f"une date postérieure au {french(max(project.cut_off, clock.today()))}", "cut_off")


def to_close_call(project: Any, /) -> Iterable[Missing]:
    """Two maxima at least, and the threshold if one is set (maxima HT, or promised contributions)."""
    intended = project.listed()
    if len(intended) < LEAST_BODIES:
        yield Missing(f"au moins deux participations avec maximum ({len(intended)} aujourd'hui)", "participants/")
    total = sum(participation.maximum_cents or 0 for participation in intended)
    yield from below_threshold(project, total, "d'intentions")


def below_threshold(project: Any, total: int, what: str) -> Iterable[Missing]:
    """The item to yield while `total` (cents HT) does not reach the project's threshold."""
    if project.threshold_cents is not None and total < project.threshold_cents:
        label = f"le seuil de {euros(project.threshold_cents)} ({euros(total)} {what})"
        yield Missing(label, "participants/")


def cut_off_passed_or_reason(project: Any, /, *, note: str, **facts: Any) -> Iterable[Missing]:
    """Before the end of the cut-off day in Paris, closing needs a reason."""
    if not note and project.cut_off and clock.now() <= clock.end_of(project.cut_off):
        label = f"un motif : la date limite du {french(project.cut_off)} à 23 h 59 (heure de Paris) n'est pas passée"
        yield Missing(label, "note")


def nothing_signed(project: Any, /) -> Iterable[Missing]:
    """A call is not reopened under a convention that somebody has signed."""
    for participation in project.listed():
        if participation.state == ParticipationState.SIGNED:
            yield Missing(f"que {participation.body} n'ait pas signé", f"participants/{row_of(participation.pk)}")


def to_freeze(project: Any, /) -> Iterable[Missing]:
    """A version is frozen for parties that include the lead body, once at a time."""
    version = project.current_version()
    if version is not None:
        yield Missing(f"rien : la version {version.number} est déjà figée", "documents/")
    listed = project.listed()
    if len(listed) < LEAST_BODIES:
        yield Missing(f"au moins deux participations avec maximum ({len(listed)} aujourd'hui)", "participants/")
    if project.lead_body_id not in {participation.body_id for participation in listed}:
        yield Missing("l'intention du coordonnateur, lui aussi membre", "participants/")
    if project.duration_months is None:
        yield Missing("la durée en mois", "modifier/#id_duration_months")
    if not project.cpv:
        yield Missing("le code CPV", "modifier/#id_cpv")
    yield from lots_settled(project)


def to_unfreeze(project: Any, /) -> Iterable[Missing]:
    """There must be a frozen version."""
    if project.current_version() is None:
        yield Missing("une version figée")


def to_constitute(project: Any, /) -> Iterable[Missing]:
    """Design §2, constitute: the same version authorised and signed by every listed participant.

    The convention travels to the prefecture attached to each deliberation (L. 2131-1 CGCT), so an enforceable act is
    what shows its transmission; contract signatories are authorised apart from the convention (domain.md §1.1).
    """
    version = project.current_version()
    if version is None:
        yield Missing("une convention figée", "etape/freeze/")
        return
    participations = project.listed()
    if {p.body_id for p in participations} != set(version.party_ids):
        yield Missing("la même liste de parties que la version figée : reprenez la rédaction", "etape/unfreeze/")
    for participation in participations:
        yield from unsigned(participation, version.number)
        if signs_contract(project, participation.body_id) and not participation.act_authorises_contract:
            label = f"l'autorisation de signer le marché : {participation.body}"
            yield Missing(label, f"participants/{row_of(participation.pk)}")
    if project.route == Route.SHARED_DEVELOPMENT:
        signed = (p.act_maximum_cents or 0 for p in participations if p.state == ParticipationState.SIGNED)
        yield from below_threshold(project, sum(signed), "signés")


def signs_contract(project: Any, body_id: int) -> bool:
    """Who signs the contract: each member under M1, the lead body alone under M2 and M3 (domain.md §1.1)."""
    return members_sign(project) or body_id == project.lead_body_id


def to_launch(project: Any, /) -> Iterable[Missing]:
    """Design §2, launch: what the project itself holds. The consultation's own facts are asked for beside it."""
    if not project.cpv:
        yield Missing("le code CPV", "modifier/#id_cpv")
    if project.duration_months is None:
        yield Missing("la durée en mois", "modifier/#id_duration_months")
    yield from lots_reasoned(project)
    yield from same_parties(project)


def why_no_award(project: Any, /, *, ending: str, **facts: Any) -> Iterable[Missing]:
    """Dropped or unsuccessful: the two have not the same consequences."""
    if ending not in (Ending.DROPPED, Ending.UNSUCCESSFUL):
        yield Missing("l'issue : sans suite, ou infructueux", "ending")


def unsigned(participation: Any, number: int) -> Iterable[Missing]:
    """What this body still owes on version `number`, dates compared and not only present."""
    anchor = f"participants/{row_of(participation.pk)}"
    if participation.state == ParticipationState.INTENDED or participation.act_version != number:
        yield Missing(f"l'acte autorisant {participation.body} sur la version {number}", anchor)
    elif participation.state != ParticipationState.SIGNED or participation.signed_version != number:
        yield Missing(f"la signature de {participation.body} sur la version {number}", anchor)


def proof_of_lead(project: Any, /, *, actor: Actor, note: str, **facts: Any) -> Iterable[Missing]:
    """The coordinator who records the lead body's agreement says on what proof."""
    if not actor.belongs_to(project.lead_body_id) and not note:
        yield Missing("la preuve de l'accord du coordonnateur (courriel du…)", "note")
