"""docs/states.md: the state machines as they are declared, in French, with a diagram of each."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from procurement.access import Actor
from procurement.models import Role, User
from procurement.workflow import StatefulModel, Step, extra_requirements, nothing
from projects import rules
from projects.enums import ProjectState
from projects.models import Need, Participation, Project
from projects.requirements.leads import REPLACEABLE, SIGNED

MACHINES: tuple[type[StatefulModel], ...] = (Need, Project, Participation)

WHO: dict[Callable[..., bool], str] = {
    rules.is_agent_of_body: "un agent (DSI) de l'organisme",
    rules.coordinates_need: "le coordinateur du projet, par une autre étape",
    rules.coordinates_participation: "le coordinateur du projet, par une autre étape",
    rules.is_coordinator: "le coordinateur du projet",
    rules.decides: "le coordinateur du projet ; sous la règle des deux personnes, aussi un agent ou un juriste du "
    "coordonnateur",
    rules.accepts_lead: "un agent ou un juriste de l'organisme proposé ; à défaut le coordinateur, avec une preuve",
    rules.speaks_for_body: "un agent de l'organisme, ou de l'EPCI qui a son mandat ; à défaut le coordinateur, "
    "avec une preuve",
    rules.commits_body: "un juriste de l'organisme ; à défaut le coordinateur, avec une preuve",
    rules.may_leave: "un agent ou un juriste de l'organisme ; à défaut le coordinateur, avec une preuve",
}

# What each check asks for, in the words of docs/guide; a check without its words fails the generation.
ASKS: dict[str, str] = {
    "to_publish_need": "un titre, un domaine, une description d'au moins 20 caractères",
    "to_accept_lead": "un organisme coordonnateur proposé, qui n'a pas encore donné son accord",
    "proof_of_lead": "la preuve de l'accord, quand le coordinateur l'enregistre",
    "to_open_call": "l'objet, l'accord de l'organisme coordonnateur, deux organismes intéressés, "
    "une date limite à venir, une ligne de coût",
    "later_cut_off": "une date limite plus lointaine, pas encore passée",
    "to_close_call": "deux intentions, le seuil de déclenchement s'il y en a un",
    "cut_off_passed_or_reason": "la date limite passée (23:59:59 à Paris), ou un motif",
    "nothing_signed": "aucune signature",
    "to_freeze": "pas de version en vigueur, deux intentions dont celle du coordonnateur, la durée, le code CPV, "
    "le motif s'il y a moins de deux lots, des maxima par lot dont la somme est le maximum",
    "members_agree": "une fois la relecture ouverte, l'accord de chaque partie sur le même projet de texte, "
    "ou le motif du coordinateur pour passer outre",
    "clauses_follow_facts": "les articles modifiés relus quand leur modèle a changé depuis",
    "costs_are_shared": "chaque ligne de coût partagée, chaque partie avec un SIREN et une quote-part sous son maximum",
    "second_person_freezes": "une autre personne que celle qui a proposé, au-delà du montant de la règle à deux",
    "freeze_is_proposed": "au-delà de ce montant, une proposition qui dit encore ce qui serait figé",
    "to_unfreeze": "une version figée",
    "to_constitute": "la même version autorisée et signée par chaque partie ; les signataires du marché autorisés ; "
    "en développement partagé, le seuil atteint par les montants signés",
    "to_launch": "le code CPV, la durée, les lots ou leur motif ; les parties de la version figée, ou un départ que le "
    "texte figé permet et que les maxima votés couvrent",
    "consultation_documents": "cahier des charges, règlement, CCAP, acte d'engagement et bordereau des prix émis",
    "prepared_consultation": "une consultation préparée : procédure conforme au seuil de tous les membres sur toute la "
    "durée (ou l'article qui permet d'y déroger), maximum d'un accord-cadre, motif au-delà de quatre ans",
    "second_person_awards": "une autre personne que celle qui a proposé, au-delà du montant de la règle à deux",
    "complete_award": "un marché par lot (et par membre sous M1) avec titulaire identifié et montant ; la décision, la "
    "fin du délai de suspension, la signature, le reçu du contrôle de légalité s'il est dû, la notification, datés et "
    "dans cet ordre",
    "award_is_proposed": "au-delà du montant de la règle à deux, une proposition qui dit encore ce qui serait attribué",
    "why_no_award": "l'issue : sans suite ou infructueux",
    "nothing_contracted": "aucun marché signé",
    "to_close": "le solde de chaque membre qui achète ; en développement partagé, la publication de la version 1",
    "call_is_open": "un appel ouvert, la date limite non passée",
    "sound_intention": "des montants et des quantités qui s'accordent ; la somme des maxima par lot égale au maximum ; "
    "la somme des maxima sous le plafond du projet ; une preuve pour qui agit au nom de l'organisme",
    "version_is_frozen": "une version figée dont l'organisme est partie",
    "sound_act": "un acte sur la version en vigueur, daté après elle et pas à venir, exécutoire à sa date ou après, "
    "d'un montant qui couvre la quote-part ; une preuve pour qui agit au nom de l'organisme",
    "convention_says_what_is_so": "une convention à jour : ce qu'elle imprime n'a pas changé depuis",
    "act_on_current_version": "un acte sur la version en vigueur",
    "sound_signature": "une date de signature à partir du caractère exécutoire et pas à venir ; une preuve pour qui "
    "agit au nom de l'organisme",
    "proof_given": "une preuve pour qui agit au nom de l'organisme",
    "may_still_leave": "une consultation non lancée ; lancée, une convention qui permet de partir ; jamais après "
    "l'attribution ; le coordonnateur ne part pas d'un groupement constitué",
    "joins_by_amendment": "un développement partagé dont l'accord est signé",
    "sound_accession": "un acte sur la version en vigueur, exécutoire, puis la signature de l'avenant ; une preuve",
}


# What moves no state but changes who leads, or how long: in which states, by whom, what it asks for.
ACTS: tuple[tuple[str, Collection[str], str, str], ...] = (
    (
        "Proposer un autre coordonnateur",
        REPLACEABLE,
        "le coordinateur, un agent ou un juriste du coordonnateur, l'animation",
        "un autre membre, un motif, aucune proposition en cours ; pas entre la signature d'un marché et l'attribution",
    ),
    (
        "Accepter ou refuser",
        REPLACEABLE,
        "un agent ou un juriste de l'organisme proposé, qui n'a pas proposé lui-même",
        "un motif pour refuser ; l'accord prend effet aussitôt tant que rien n'est figé, à la version suivante si un "
        "texte est figé",
    ),
    (
        "Enregistrer l'avenant qui remplace le coordonnateur",
        SIGNED,
        "le coordinateur du projet",
        "l'accord ; les signatures que demande le texte figé ; l'acte exécutoire du nouveau coordonnateur et, si le "
        "marché reste à signer, son autorisation ; une preuve",
    ),
    (
        "Enregistrer une prolongation par avenant",
        SIGNED,
        "le coordinateur du projet",
        "un motif, une preuve ; pour un marché : qu'il soit en cours, sa durée, son fondement (R. 2194-1 et suivants "
        "du CCP), aucune reconduction à décider ; les avertissements lus",
    ),
)


def render() -> str:
    """The whole page, in Markdown."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# Les états et les étapes"
    yield ""
    yield "Page écrite par `python manage.py states --write` d'après le code : ne pas la modifier à la main."
    yield "Les tests passent chaque case (état × étape × rôle) du tableau par le site et comparent."
    yield ""
    yield "Une étape marquée *(suite)* est la conséquence d'une autre : elle n'a pas de bouton."
    for model in MACHINES:
        yield from _machine(model)
    yield from _acts()


def _acts() -> Iterator[str]:
    labels = dict(ProjectState.choices)
    yield from ("", "## Sans changer d'état", "", "| Acte | Quand | Qui | Il faut |", "|---|---|---|---|")
    for label, states, who, asked in ACTS:
        yield f"| {label} | {', '.join(str(labels[state]) for state in states)} | {who} | {asked} |"


def _machine(model: type[StatefulModel]) -> Iterator[str]:
    labels = dict(_field(model).flatchoices)
    steps = model.steps()
    name = str(model._meta.verbose_name)
    yield from ("", f"## {name[0].upper()}{name[1:]}", "", "```mermaid", "stateDiagram-v2")
    yield from (f"    {state} : {label}" for state, label in labels.items())
    default = _field(model).get_default()
    yield f"    [*] --> {default}"
    for step in steps:
        yield from (f"    {source} --> {step.target} : {step.name}" for source in step.sources)
    yield from (f"    {state} --> [*]" for state in final_states(model))
    yield from ("```", "", "| Étape | De | Vers | Qui | Il faut |", "|---|---|---|---|---|")
    for step in steps:
        sources = ", ".join(labels[source] for source in step.sources)
        what = f"{step.label} (`{step.name}`)" + (" *(suite)*" if step.internal else "")
        yield f"| {what} | {sources} | {labels[step.target]} | {WHO[step.rule]} | {_asks(model, step)} |"
    yield from ("", *_rights(steps))
    later = [labels[state] for state in labels if state not in reachable(model)]
    if later:
        yield from ("", f"États qu'aucune étape n'atteint encore : {', '.join(later)}.")


def _rights(steps: list[Step]) -> Iterator[str]:
    """What the rules answer to each kind of person, asked of stand-ins."""
    body, elsewhere, person, coordinator = 1, 2, 10, 11
    project = SimpleNamespace(lead_body_id=body, coordinator_id=coordinator)
    obj = SimpleNamespace(body_id=body, lead_body_id=body, coordinator_id=coordinator, project=project)
    obj.mandated_body_ids, obj.two_person_above_cents = set, None
    people: dict[str, Any] = {
        "lecture": _stand_in(person, {body: frozenset({Role.VIEWER})}),
        "agent": _stand_in(person, {body: frozenset({Role.AGENT})}),
        "juriste": _stand_in(person, {body: frozenset({Role.LEGAL})}),
        "coordinateur": _stand_in(coordinator, {}),
        "animation": _stand_in(person, {}, is_steward=True),
        "autre organisme": _stand_in(person, {elsewhere: frozenset(Role.values)}),
    }
    yield f"| Peut | {' | '.join(people)} |"
    yield "|---" * (len(people) + 1) + "|"
    for step in steps:
        answers = ("oui" if step.rule(obj, who) else "–" for who in people.values())
        yield f"| `{step.name}` | {' | '.join(answers)} |"


def _stand_in(user_id: int, roles: Mapping[int, frozenset[str]], *, is_steward: bool = False) -> Actor:
    return Actor(User(pk=user_id, is_steward=is_steward), roles=roles)


def _asks(model: type[StatefulModel], step: Step) -> str:
    checks: list[Any] = [step.missing, step.wrong, *extra_requirements(model, step)]
    asked = [ASKS.get(check.__name__, f"`{check.__name__}`") for check in checks if check is not nothing]
    if step.needs_note:
        asked.append("un motif")
    return " ; ".join(asked) or "rien"


def reachable(model: type[StatefulModel]) -> set[str]:
    """The states that steps lead to from the first one."""
    found = {str(_field(model).get_default())}
    edges = [(source, step.target) for step in model.steps() for source in step.sources]
    while more := {target for source, target in edges if source in found} - found:
        found |= more
    return found


def final_states(model: type[StatefulModel]) -> list[str]:
    """Reachable states that no step leaves, in declared order."""
    left = {source for step in model.steps() for source in step.sources}
    states = [str(state) for state, _ in _field(model).flatchoices]
    return [state for state in states if state in reachable(model) - left]


def _field(model: type[StatefulModel]) -> Any:
    return model._meta.get_field("state")  # type: ignore[misc]  # the abstract base leaves it to its subclasses


def undocumented() -> set[str]:
    """Names of checks whose words are missing here, or stand here for nothing."""
    used = {
        check.__name__
        for model in MACHINES
        for step in model.steps()
        for check in (step.missing, step.wrong, *extra_requirements(model, step))
        if check is not nothing and inspect.isfunction(check)
    }
    return used ^ set(ASKS)
