"""What a running contract waits for: its duration, the next renewal, the follow-up of a maximum nearly ordered.

Rows (text, verb, address, body, deadline) for `todo.py`. A fixed number of queries, none while no contract runs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from django.db import models
from django.db.models import Sum
from django.urls import reverse

from procurement import clock
from procurement.access import Actor
from projects.models import ContractTerm, ConventionVersion, Order, Participation, Project
from projects.models.reading import with_project
from projects.orders import rules as order_rules
from projects.orders.consumption import GIVEN_UP, alert_of, annex_limit
from projects.planning import WorkCalendar

SOON = dt.timedelta(days=90)  # before a renewal is to be decided
FOLLOW_UP = dt.timedelta(days=270)  # before the end: a consultation takes five to nine months (domain.md §4)

Row = tuple[str, str, str, str, dt.date | None]


def order_todos(actor: Actor, own: Iterable[Participation], coordinated: Iterable[Project]) -> Iterator[Row]:
    """Of one's bodies and of the projects one animates, those that run."""
    mine = [row for row in own if order_rules.runs(row.project) and order_rules.records_orders(row, actor)]
    projects = [project for project in coordinated if order_rules.runs(project)]
    if not mine and not projects:
        return
    sums = _ordered(mine, projects)
    yield from _own_maxima(mine, sums)
    if projects:
        yield from _durations(projects)
        yield from _frameworks(projects, sums)


def _address(project: Project) -> str:
    return reverse("orders", args=[project.reference])


def _ordered(rows: Iterable[Participation], projects: Iterable[Project]) -> list[tuple[int, int, int]]:
    """(project, participation, cents HT ordered). One query."""
    ids = {row.project_id for row in rows} | {project.pk for project in projects}
    found = Order.objects.standing().filter(participation__project__in=ids).order_by()
    return list(found.values_list("participation__project_id", "participation_id").annotate(cents=Sum("amount_cents")))


def _own_maxima(rows: Iterable[Participation], sums: Iterable[tuple[int, int, int]]) -> Iterator[Row]:
    ordered = {participation: cents for _, participation, cents in sums}
    for row in rows:
        if percent := alert_of(ordered.get(row.pk, 0), order_rules.own_limit(row)):
            text = f"{percent}\u00a0% de votre maximum de « {row.project.title} » est commandé."
            yield text, "Voir les commandes", _address(row.project), row.body.name, None


def _durations(projects: Sequence[Project]) -> Iterator[Row]:
    rows = _terms(projects)
    models.prefetch_related_objects(rows, "decisions")
    terms = {row.project_id: row.term for row in rows}
    today, calendar = clock.today(), WorkCalendar()
    for project in projects:
        term, title, base = terms.get(project.pk), project.title, _address(project)
        if term is None:
            text = f"Enregistrez la durée du marché de « {title} » : sans elle, rien ne se rappelle."
            yield text, "Enregistrer la durée", f"{base}duree/", "", None
            continue
        for reminder in term.reminders(today, calendar):
            if reminder.code == "renewal" and reminder.due - SOON <= today:
                awaited = term.awaited(today)
                assert awaited is not None
                verb, address = "Décider", f"{base}reconduction/{awaited.number}/"
                yield f"Décidez de la reconduction n° {awaited.number} de « {title} ».", verb, address, "", reminder.due
            elif reminder.code == "end_of_term" and today <= reminder.limit and reminder.limit - FOLLOW_UP <= today:
                yield (
                    f"Le marché de « {title} » prend fin : préparez la suite.",
                    "Voir la durée",
                    base,
                    "",
                    reminder.limit,
                )


def _terms(projects: Sequence[Project]) -> list[ContractTerm]:
    """Of one project, what came with it."""
    if len(projects) == 1:
        own: ContractTerm | None = with_project(projects[0], "contract_term")
        return [own] if own else []
    return list(ContractTerm.objects.filter(project__in=[project.pk for project in projects]))


def _frameworks(projects: Sequence[Project], sums: Iterable[tuple[int, int, int]]) -> Iterator[Row]:
    """Consultations come prefetched with the projects one animates (`todo.py`)."""
    ids = [project.pk for project in projects]
    if len(projects) == 1:
        versions = [version for project in projects if (version := project.current_version())]
    else:
        versions = list(ConventionVersion.objects.filter(project__in=ids, given_up_on=None))
    limits = {row.project_id: annex_limit(row) for row in versions}
    for project in projects:
        held = [row.maximum_cents for row in project.consultations.all() if row.ending not in GIVEN_UP]
        limit = next((cents for cents in held if cents), limits.get(project.pk, 0))
        ordered = sum(cents for project_id, _, cents in sums if project_id == project.pk)
        if percent := alert_of(ordered, limit):
            what = f"{percent}\u00a0% du maximum de l'accord-cadre de « {project.title} »"
            yield f"{what} est commandé : préparez la suite.", "Voir les commandes", _address(project), "", None
