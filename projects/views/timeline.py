"""Events in words. Facts stay in the journal: they hold amounts that not everybody may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from procurement import clock
from procurement.access import Actor
from projects import rules
from projects.enums import MilestoneKind
from projects.models import Event, Need, Participation, Project

WRITTEN = {
    "create": "Création",
    "edit": "Modification",
    "join": "Organisme intéressé",
    "lots": "Lots enregistrés",
    "costs": "Coûts et clés enregistrés",
    "hand_over": "Changement de coordinateur",
    "lead_leaves": "Le coordonnateur quitte le collectif",
    "public_estimate": "Estimation publique ouverte ou fermée",
    "clause": "Article modifié",
    "clause_proposed": "Modification d'article proposée",
    "clause_refused": "Modification d'article écartée",
    "terms": "Réglages de la convention enregistrés",
    "review_open": "Relecture ouverte",
    "review_agree": "Accord sur le projet de texte",
    "review_remarks": "Projet de texte retourné avec remarques",
    "review_waived": "Relecture levée par le coordinateur",
    "issue": "Document émis",
    "waive": "Changement constaté sans effet sur un document",
    "movement": "Ce qui change pour tous",
    "mandated": "Déclaré sous mandat",
    "calendar": "Séances et fin de contrat enregistrées",
    "expect": "Organismes attendus ajoutés à la liste",
    "expect_no_more": "Organisme retiré de la liste des attendus",
    "order": "Commande enregistrée",
    "order_cancelled": "Commande annulée",
    "contract_term": "Durée du marché enregistrée",
    "renewal": "Reconduction décidée",
    "durations": "Durées du calendrier changées",
    "act_scale": "Barème des actes enregistré",
    "wish": "Attend la prochaine procédure",
    "remind": "Relance envoyée",
    "reminder_text": "Message de relance modifié",
    "copy": "Copie signée reçue",
    "copy_accepted": "Copie signée vérifiée",
    "copy_set_aside": "Copie signée écartée",
    "link": "Lien personnel donné",
    "link_revoked": "Lien personnel révoqué",
    "prepare_consultation": "Consultation préparée",
    "record_contract": "Titulaire enregistré",
    "amendment": "Avenant enregistré",
    "propose_lead": "Autre coordonnateur proposé",
    "accept_lead_change": "Accord du coordonnateur proposé",
    "refuse_lead": "Refus du coordonnateur proposé",
    "give_lead_up": "Proposition d'un autre coordonnateur retirée",
    "replace_lead": "Changement de coordonnateur",
    "settle": "Solde enregistré",
    "funds_plan": "Plan des appels de fonds enregistré",
    "funds_call": "Appel de fonds émis",
    "funds_received": "Versement reçu",
    "pilot": "Site pilote enregistré",
    "release_v1": "Version 1 publiée",
    "maintenance": "Maintenance enregistrée",
    "propose": "Décision proposée à une deuxième personne",
    "give_proposal_up": "Proposition retirée",
    "two_person_rule": "Règle de la décision à deux",
    "missions": "Missions réparties",
    **{f"tender_{kind.value}": kind.label for kind in MilestoneKind},
}


def timeline(events: Iterable[Event], project: Project, actor: Actor) -> list[dict[str, Any]]:
    """Inputs of `components/timeline.html`. A note of a body's step is read by that body and by the coordinator."""
    return [
        {
            "when": event.happened_on,
            "recorded": event.recorded_at if _recorded_on(event) != event.happened_on else None,
            "title": title(event),
            "who": event.author,
            "body": event.body.name if event.body else "",
            "note": event.note if may_read_note(event, project, actor) else "",
        }
        for event in events
    ]


def may_read_note(event: Event, project: Project, actor: Actor) -> bool:
    """A note of a body's step is read by that body and by the coordinator; the others by every member."""
    own = event.participation_id is None or actor.belongs_to(event.body_id)
    return own or rules.is_coordinator(project, actor)


def _recorded_on(event: Event) -> dt.date:
    """The day in Paris."""
    return event.recorded_at.astimezone(clock.PARIS).date()


def title(event: Event) -> str:
    """What happened, and to what."""
    model = Participation if event.participation_id else Need if event.need_id else Project
    words = WRITTEN.get(event.step) or model.step_label(event.step)
    if event.need is not None:
        return f"{words} · {event.need.title}"
    if event.participation is not None:
        return f"{words} · {event.participation.body}"
    return words
