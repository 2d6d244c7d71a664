"""Playing a scenario through the site's own actions and steps, at the file's dates, in one transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404

from procurement import clock
from procurement.notifications import muted
from procurement.workflow import Blocked, Refused, perform
from projects.actions.needs import declare_need
from projects.models import Domain, LoadedScenario, Need
from projects.scenario.cast import Cast, Misplaced
from projects.scenario.project import ProjectPlayer
from projects.scenario.schema import NeedPart, Scenario, parse

LONGEST = 1_000  # characters of a refusal


class ScenarioRefused(Exception):
    """The scenario is wrong or impossible; the message is one French line that names the place and the value."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.splitlines())[:LONGEST])


def load(data: Any) -> str:
    """Load a scenario (the parsed JSON of a file) and return the reference of its project.

    Returns the scenario's own reference when it has no project. The same content again writes nothing.
    Raises ScenarioRefused, and then nothing was written. Sends no message.
    """
    try:
        scenario = parse(data)
    except ValueError as error:
        raise ScenarioRefused(str(error)) from None
    sha256 = _digest(data)
    with transaction.atomic():
        # The row comes first: the same file loaded twice at once waits here for the first to end.
        known, new = LoadedScenario.objects.get_or_create(reference=scenario.reference, defaults={"sha256": sha256})
        if known.sha256 != sha256:
            line = f"reference : « {scenario.reference} » est déjà chargé avec un autre contenu"
            raise ScenarioRefused(f"{line} : changez de référence pour charger ce fichier.")
        if new:
            with muted():
                known.result = _play(scenario)
            known.save(update_fields=["result"])
    return known.result


def _digest(data: Any) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _play(scenario: Scenario) -> str:
    with _refusing("bodies"):
        cast = Cast(scenario, first_day(scenario))
    needs = [_publish(scenario, cast, index, part) for index, part in _by_day(scenario)]
    if scenario.project is None:
        if scenario.participations or scenario.until:
            raise ScenarioRefused("project : participations et until n'ont de sens qu'avec un projet.")
        return scenario.reference
    player = ProjectPlayer(scenario, cast, needs)
    for where, act in player.acts():
        with _refusing(where):
            act()
    return player.reference


def first_day(scenario: Scenario) -> dt.date:
    """The file's first date, when memberships start; today for a file without any."""
    days = [need.on for need in scenario.needs] + [part.on for part in scenario.participations]
    if scenario.project:
        days += [scenario.project.starts_on, scenario.project.cut_off]
    return min((day for day in days if day), default=clock.today())


def _by_day(scenario: Scenario) -> list[tuple[int, NeedPart]]:
    start = scenario.project.starts_on if scenario.project else None
    default = start or first_day(scenario)
    return sorted(enumerate(scenario.needs), key=lambda item: (item[1].on or default, item[0]))


def _publish(scenario: Scenario, cast: Cast, index: int, part: NeedPart) -> Need:
    start = scenario.project.starts_on if scenario.project else None
    day = part.on or start or first_day(scenario)
    with _refusing(f"needs[{index}]"):
        if start and day > start:
            raise Misplaced("on", f"le besoin est publié le {day}, après l'ouverture du projet le {start}")
        domain = Domain.objects.filter(code=part.domain).first()
        if domain is None:
            raise Misplaced("domain", f"« {part.domain} » n'est pas un domaine de la liste (« autre » existe toujours)")
        with clock.at(day):
            actor = cast.speaker(part.body, part.by)
            need = declare_need(
                actor=actor,
                body=cast.body(part.body),
                domain=domain,
                title=part.title,
                description=part.description,
                current_solution=part.current_solution,
                contract_end=part.contract_end,
                maximum_cents=part.maximum_cents,
                volumes=[volume.model_dump() for volume in part.volumes],
                requirements=[item.model_dump() for item in part.requirements],
            )
            return perform(Need, need.pk, "publish", actor=actor)


@contextmanager
def _refusing(where: str) -> Iterator[None]:
    """Turn whatever the site refuses into one line that names the place in the file."""
    try:
        yield
    except Misplaced as error:
        place = f"{where}.{error.field} : " if error.field else ""
        raise ScenarioRefused(f"{place}{error}") from None
    except Blocked as error:
        raise ScenarioRefused(f"{where} : {error}") from None
    except Refused as error:
        raise ScenarioRefused(f"{where} : {error}") from None
    except PermissionDenied as error:
        raise ScenarioRefused(f"{where} : {error}") from None
    except ValidationError as error:
        raise ScenarioRefused(f"{where} : {' ; '.join(error.messages)}") from None
    except Http404:
        raise ScenarioRefused(f"{where} : introuvable pour la personne qui agit") from None
