"""What is taken away from an object that lacks nothing, and what must then be named as missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from procurement.workflow import perform
from projects.models import CostLine, Participation, Project
from tests import makers

TODAY = dt.date(2026, 5, 20)
TOMORROW, YESTERDAY = TODAY + dt.timedelta(days=1), TODAY - dt.timedelta(days=1)


def update(obj: Any, **fields: Any) -> None:
    type(obj).objects.filter(pk=obj.pk).update(**fields)


def fewer_bodies(project: Project) -> None:
    last = project.participations.order_by("-id")[0]
    perform(Participation, last.pk, "withdraw", actor=makers.holder(last.body), note="autre solution")


def one_rich_body(project: Project) -> None:
    fewer_bodies(project)
    project.participations.update(maximum_cents=makers.COST)


def permit(project: Project, **terms: Any) -> None:
    """Write a term in the frozen text."""
    for version in project.versions.all():
        facts = {**version.facts, "terms": {**version.facts.get("terms", {}), **terms}}
        project.versions.filter(pk=version.pk).update(facts=facts)


# What stands on the object before any fact: (situation, step, what is taken away, the labels then missing) ------------
Spoil = Callable[[Any], object]


def agreed(project: Project) -> Project:
    for participation in project.participations.all():
        makers.authorise(participation)
        makers.sign(participation)
    return Project.objects.get(pk=project.pk)


def call_with_intentions(**fields: Any) -> Project:
    project = makers.make_project("call", **fields)
    for participation in project.participations.all():
        makers.declare(participation)
    return project


def last(project: Project) -> Participation:
    return project.participations.order_by("-id")[0]


SITUATIONS: dict[str, Callable[[], Any]] = {
    "need": makers.make_need,
    "framing": makers.make_project,
    "call": call_with_intentions,
    "agreement": lambda: makers.make_project("agreement"),
    "frozen": lambda: makers.make_project("agreement", frozen=True),
    "signed": lambda: agreed(makers.make_project("agreement", frozen=True)),
    "signed M1": lambda: agreed(makers.make_project("agreement", frozen=True, mandate="M1")),
    "signed development": lambda: agreed(
        makers.make_project("agreement", frozen=True, route="shared_development", threshold_cents=2 * makers.MAXIMUM)
    ),
    "interested": makers.make_participation,
    "listed": lambda: last(makers.make_project("agreement", frozen=True)),
    "authorised": lambda: makers.make_participation("authorised"),
    "bound": lambda: last(makers.make_project("constituted")),
    "leading": lambda: makers.make_project("constituted").listed_participations()[0],
    "tendering": lambda: last(makers.make_project("tender")),
    "owing": lambda: last(makers.make_project("running")),
}
MISSING: list[tuple[str, str, Spoil, str]] = [
    ("need", "publish", lambda need: update(need, title=" "), "un titre"),
    ("need", "publish", lambda need: update(need, domain=None), "un domaine"),
    (
        "need",
        "publish",
        lambda need: update(need, description=" " * 9 + "x" * 19),
        "une description d'au moins 20 caractères (19 aujourd'hui)",
    ),
    ("framing", "accept_lead", lambda p: None, "rien : accord donné le 20/05/2026"),
    ("framing", "accept_lead", lambda p: update(p, lead_body=None, lead_agreed_on=None), "un organisme coordonnateur"),
    ("framing", "open_call", lambda p: update(p, object=" "), "l'objet"),
    ("framing", "open_call", lambda p: update(p, lead_body=None), "un organisme coordonnateur"),
    ("framing", "open_call", lambda p: update(p, lead_agreed_on=None), "l'accord de {lead} pour être coordonnateur"),
    ("framing", "open_call", fewer_bodies, "au moins deux organismes intéressés (1 aujourd'hui)"),
    ("framing", "open_call", lambda p: update(p, cut_off=None), "la date limite de réponse"),
    (
        "framing",
        "open_call",
        lambda p: update(p, cut_off=YESTERDAY),
        "une date limite à venir (le 19/05/2026 est passé)",
    ),
    ("framing", "open_call", lambda p: CostLine.objects.all().delete(), "une estimation : au moins une ligne de coût"),
    ("call", "close_call", fewer_bodies, "au moins deux participations avec maximum (1 aujourd'hui)"),
    (
        "call",
        "close_call",
        lambda p: update(p, threshold_cents=2 * makers.MAXIMUM + 1),
        "le seuil de 10 000,01 € (10 000,00 € d'intentions)",
    ),
    ("signed", "reopen_call", lambda p: None, "que {lead} n'ait pas signé|que {last} n'ait pas signé"),
    ("frozen", "freeze", lambda p: None, "rien : la version 1 est déjà figée"),
    ("agreement", "freeze", one_rich_body, "au moins deux participations avec maximum (1 aujourd'hui)"),
    (
        "agreement",
        "freeze",
        lambda p: update(p, lead_body=makers.make_body("X")),
        "l'intention du coordonnateur, lui aussi membre",
    ),
    ("agreement", "freeze", lambda p: update(p, duration_months=None), "la durée en mois"),
    ("agreement", "freeze", lambda p: update(p, cpv=""), "le code CPV"),
    (
        "agreement",
        "freeze",
        lambda p: update(last(p), maximum_cents=makers.COST // 2 - 1),
        "un maximum d'au moins 3 000,00 € HT pour {last} (2 999,99 € aujourd'hui)",
    ),
    (
        "agreement",
        "freeze",
        lambda p: update(last(p).body, siren=None),
        "le SIREN de {last} : une partie à la convention en a un",
    ),
    ("agreement", "unfreeze", lambda p: None, "une version figée"),
    ("agreement", "constitute", lambda p: None, "une convention figée"),
    (
        "signed",
        "constitute",
        fewer_bodies,
        "la même liste de parties que la version figée : reprenez la rédaction",
    ),
    (
        "signed",
        "constitute",
        lambda p: makers.force_state(last(p), "authorised"),
        "la signature de {last} sur la version 1",
    ),
    (
        "signed",
        "constitute",
        lambda p: makers.force_state(last(p), "intended"),
        "l'acte autorisant {last} sur la version 1",
    ),
    (
        "signed",
        "constitute",
        lambda p: update(last(p), act_version=2, signed_version=2),
        "l'acte autorisant {last} sur la version 1",
    ),
    (
        "signed",
        "constitute",
        lambda p: p.participations.filter(body=p.lead_body).update(act_authorises_contract=False),
        "l'autorisation de signer le marché : {lead}",
    ),
    ("signed", "constitute", lambda p: update(last(p), act_authorises_contract=False), ""),
    (
        "signed M1",
        "constitute",
        lambda p: update(last(p), act_authorises_contract=False),
        "l'autorisation de signer le marché : {last}",
    ),
    (
        "signed development",
        "constitute",
        lambda p: update(last(p), act_maximum_cents=makers.MAXIMUM - 1),
        "le seuil de 10 000,00 € (9 999,99 € signés)",
    ),
    ("signed", "constitute", lambda p: update(p, threshold_cents=10**12), ""),
    (
        "interested",
        "declare",
        lambda q: makers.force_state(q.project, "agreement"),
        "un appel ouvert : le projet est à l'étape « Convention »",
    ),
    (
        "interested",
        "declare",
        lambda q: update(q.project, cut_off=YESTERDAY),
        "un appel en cours : la date limite du 19/05/2026 est passée",
    ),
    (
        "listed",
        "authorise",
        lambda q: q.project.versions.update(given_up_on=TODAY),
        "une convention figée : on ne délibère pas sur un texte qui peut encore changer",
    ),
    (
        "listed",
        "authorise",
        lambda q: q.project.versions.update(party_ids=[]),
        "une version figée dont {self} soit partie",
    ),
    (
        "authorised",
        "sign",
        lambda q: update(q, act_version=2),
        "un acte sur la version en vigueur de la convention",
    ),
    (
        "authorised",
        "sign",
        lambda q: q.project.versions.update(given_up_on=TODAY),
        "un acte sur la version en vigueur de la convention",
    ),
    (
        "tendering",
        "withdraw",
        lambda q: permit(q.project, leave_after_launch=False),
        "une convention qui permette de se retirer entre le lancement et l'attribution : celle-ci ne le prévoit pas, "
        "et la composition ne change plus une fois la consultation lancée (article L. 2113-7 du CCP)",
    ),
    ("tendering", "withdraw", lambda q: permit(q.project, leave_after_launch=True), ""),
    (
        "leading",
        "withdraw",
        lambda q: None,
        "un autre coordonnateur : celui-ci porte le mandat des autres, reprenez d'abord la rédaction",
    ),
    (
        "owing",
        "withdraw",
        lambda q: None,
        "un marché non attribué : après l'attribution, chaque membre reste tenu pour sa part",
    ),
    (
        "bound",
        "accede",
        lambda q: None,
        "un développement partagé : la composition d'un groupement ne change plus après la signature "
        "(QE n° 100136, 17 mai 2011)",
    ),
]
