"""What is still missing before a step, item by item. A leaf: it reads the object at hand and imports no model.

An anchor with a slash is an address below the object's page; a bare one is a field of the step's own form.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from procurement import clock
from procurement.access import Actor
from procurement.money import euros
from procurement.workflow import Missing
from projects import rules
from projects.enums import Mandate, ParticipationState, ProjectState, Route
from projects.intention_checks import consistent_intention, lots_settled

DESCRIPTION_MINIMUM = 20  # characters
LEAST_BODIES = 2  # a grouping joins several buyers (L. 2113-6 CCP)


def french(day: dt.date) -> str:
    """JJ/MM/AAAA, for a sentence."""
    return f"{day:%d/%m/%Y}"


# Needs ----------------------------------------------------------------------------------------------------------------
def to_publish_need(need: Any, /) -> Iterable[Missing]:
    """Body, domain, title and a description are enough; the rest may wait."""
    if not need.title.strip():
        yield Missing("un titre", "modifier/#id_title")
    if need.domain_id is None:
        yield Missing("un domaine", "modifier/#id_domain")
    length = len(need.description.strip())
    if length < DESCRIPTION_MINIMUM:
        label = f"une description d'au moins {DESCRIPTION_MINIMUM} caractères ({length} aujourd'hui)"
        yield Missing(label, "modifier/#id_description")


# Projects -------------------------------------------------------------------------------------------------------------
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
    intended = list(project.listed_participations())
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
    for participation in project.listed_participations():
        if participation.state == ParticipationState.SIGNED:
            yield Missing(f"que {participation.body} n'ait pas signé", f"participants/#p{participation.pk}")


def to_freeze(project: Any, /) -> Iterable[Missing]:
    """A version is frozen for parties that include the lead body, once at a time."""
    version = project.current_version()
    if version is not None:
        yield Missing(f"rien : la version {version.number} est déjà figée", "documents/")
    listed = list(project.listed_participations())
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
    participations = list(project.listed_participations())
    if {p.body_id for p in participations} != set(version.party_ids):
        yield Missing("la même liste de parties que la version figée : reprenez la rédaction", "etape/unfreeze/")
    for participation in participations:
        yield from unsigned(participation, version.number)
        if signs_contract(project, participation.body_id) and not participation.act_authorises_contract:
            label = f"l'autorisation de signer le marché : {participation.body}"
            yield Missing(label, f"participants/#p{participation.pk}")
    if project.route == Route.SHARED_DEVELOPMENT:
        signed = (p.act_maximum_cents or 0 for p in participations if p.state == ParticipationState.SIGNED)
        yield from below_threshold(project, sum(signed), "signés")


def signs_contract(project: Any, body_id: int) -> bool:
    """Who signs the contract: each member under M1, the lead body alone under M2 and M3 (domain.md §1.1)."""
    return project.mandate == Mandate.AWARD or body_id == project.lead_body_id


def unsigned(participation: Any, number: int) -> Iterable[Missing]:
    """What this body still owes on version `number`, dates compared and not only present."""
    anchor = f"participants/#p{participation.pk}"
    if participation.state == ParticipationState.INTENDED or participation.act_version != number:
        yield Missing(f"l'acte autorisant {participation.body} sur la version {number}", anchor)
    elif participation.state != ParticipationState.SIGNED or participation.signed_version != number:
        yield Missing(f"la signature de {participation.body} sur la version {number}", anchor)


# Participations -------------------------------------------------------------------------------------------------------
def proof(participation: Any, actor: Actor, note: str) -> Iterable[Missing]:
    """Who records for another body says on what proof; a mandate is one, and the journal names it."""
    if note or rules.works_for_body(participation, actor):
        return
    if rules.coordinates_participation(participation, actor) or not rules.holds_mandate(participation, actor):
        yield Missing("la preuve sur laquelle vous agissez pour cet organisme (courriel du…, copie reçue le…)", "note")


def proof_of_lead(project: Any, /, *, actor: Actor, note: str, **facts: Any) -> Iterable[Missing]:
    """The coordinator who records the lead body's agreement says on what proof."""
    if not actor.belongs_to(project.lead_body_id) and not note:
        yield Missing("la preuve de l'accord du coordonnateur (courriel du…)", "note")


def call_is_open(participation: Any, /) -> Iterable[Missing]:
    """Intentions are declared while the project calls for them, until the end of the cut-off day in Paris."""
    project = participation.project
    if not project.calls():
        yield Missing(f"un appel ouvert : le projet est à l'étape « {project.state_label} »", "../")
    elif project.cut_off and clock.now() > clock.end_of(project.cut_off):
        yield Missing(f"un appel en cours : la date limite du {french(project.cut_off)} est passée", "../")


def sound_intention(
    participation: Any, /, *, actor: Actor, note: str, maximum_cents: int, **facts: Any
) -> Iterable[Missing]:
    """Figures that agree; the sum of own maxima within the project's ceiling (framework agreement, R. 2162-4 CCP)."""
    yield from proof(participation, actor, note)
    project = participation.project
    yield from consistent_intention(project, maximum_cents=maximum_cents, **facts)
    if project.ceiling_cents is None:
        return
    others = sum(p.maximum_cents or 0 for p in project.listed_participations() if p.pk != participation.pk)
    left = project.ceiling_cents - others
    if maximum_cents > left:
        label = f"un maximum d'au plus {euros(max(left, 0))} : c'est ce qui reste sous le plafond du projet"
        yield Missing(label, "maximum_cents")


def version_is_frozen(participation: Any, /) -> Iterable[Missing]:
    """An act approves a frozen text to which the body is party."""
    version = participation.project.current_version()
    if version is None:
        yield Missing("une convention figée : on ne délibère pas sur un texte qui peut encore changer", "../documents/")
    elif participation.body_id not in version.party_ids:
        yield Missing(f"une version figée dont {participation.body} soit partie", "../documents/")


def sound_act(
    participation: Any,
    /,
    *,
    actor: Actor,
    note: str,
    act_date: dt.date,
    act_enforceable_on: dt.date,
    act_maximum_cents: int,
    act_version: int,
    **facts: Any,
) -> Iterable[Missing]:
    """Dates of an act: after the freeze, not in the future, enforceable on or after its date (L. 2131-1 CGCT)."""
    yield from proof(participation, actor, note)
    version = participation.project.current_version()
    if version and act_version != version.number:
        label = f"un acte sur la version {version.number}, en vigueur (version {act_version} donnée)"
        yield Missing(label, "act_version")
    if version and act_date < version.frozen_on:
        label = f"un acte postérieur à la version {version.number}, figée le {french(version.frozen_on)}"
        label += f" (acte du {french(act_date)})"
        yield Missing(label, "act_date")
    if act_date > clock.today():
        yield Missing(f"une date d'acte qui ne soit pas à venir (le {french(act_date)})", "act_date")
    if act_enforceable_on < act_date:
        label = f"une date exécutoire égale ou postérieure à l'acte du {french(act_date)}"
        label += f" (exécutoire le {french(act_enforceable_on)})"
        yield Missing(label, "act_enforceable_on")
    share = participation.frozen_share_cents()
    if act_maximum_cents < share:
        label = f"un montant voté d'au moins {euros(share)} HT : c'est la quote-part figée"
        yield Missing(f"{label} ({euros(act_maximum_cents)} voté)", "act_maximum_cents")


def act_on_current_version(participation: Any, /) -> Iterable[Missing]:
    """One signs the version one's act approved."""
    version = participation.project.current_version()
    if version is None or participation.act_version != version.number:
        yield Missing("un acte sur la version en vigueur de la convention", "etape/authorise/")


def sound_signature(
    participation: Any, /, *, actor: Actor, note: str, signed_on: dt.date, **facts: Any
) -> Iterable[Missing]:
    """A signature before its act is enforceable is irregular: dates are compared (domain.md §8, trap 4)."""
    yield from proof(participation, actor, note)
    enforceable = participation.act_enforceable_on
    if enforceable and signed_on < enforceable:
        label = f"une signature le {french(enforceable)} au plus tôt : l'acte n'est exécutoire qu'à cette date"
        yield Missing(f"{label} (signature du {french(signed_on)})", "signed_on")
    if signed_on > clock.today():
        yield Missing(f"une date de signature qui ne soit pas à venir (le {french(signed_on)})", "signed_on")


def proof_given(participation: Any, /, *, actor: Actor, note: str, **facts: Any) -> Iterable[Missing]:
    """Only the proof, for steps without other facts to check."""
    yield from proof(participation, actor, note)


def may_still_leave(participation: Any, /) -> Iterable[Missing]:
    """Leaving a constituted project follows the convention, not a button; after the award a body owes its share."""
    reason = why_not_leave(participation.project)
    if reason:
        yield Missing(reason, "../")


def why_not_leave(project: Any) -> str:
    """The French reason why no body leaves in this state, with its article; empty while one may (domain.md §1.1)."""
    if project.may_lose_members():
        return ""
    if project.state == ProjectState.ABANDONED:
        return "un projet en cours : celui-ci est abandonné, il n'engage plus personne"
    if project.state in (ProjectState.RUNNING, ProjectState.CLOSED):
        return "un marché non attribué : après l'attribution, chaque membre reste tenu pour sa part"
    return (
        "un projet non constitué : la convention est signée, le retrait suit désormais sa clause de sortie, "
        "après délibération (article L. 2113-7 du CCP)"
    )
