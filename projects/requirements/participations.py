"""What is missing before a step of a body in a project."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from procurement import clock
from procurement.access import Actor
from procurement.money import euros
from procurement.workflow import Missing
from projects import rules
from projects.pooling.intention_checks import consistent_intention
from projects.requirements.words import french


def proof(participation: Any, actor: Actor, note: str) -> Iterable[Missing]:
    """Who records for another body says on what proof; a mandate is one, and the journal names it."""
    if note or rules.works_for_body(participation, actor):
        return
    if rules.coordinates_participation(participation, actor) or not rules.holds_mandate(participation, actor):
        yield Missing("la preuve sur laquelle vous agissez pour cet organisme (courriel du…, copie reçue le…)", "note")


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
    others = sum(p.maximum_cents or 0 for p in project.listed() if p.pk != participation.pk)
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
