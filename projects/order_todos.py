"""What a running contract waits for: its duration, the next renewal, the follow-up of a maximum nearly ordered.

Rows (text, verb, address, body, deadline) for `todo.py`. A fixed number of queries, none while no contract runs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Sum
from django.urls import reverse

from procurement import clock
from procurement.access import Actor
from projects import order_rules
from projects.consumption import GIVEN_UP, alert_of, annex_limit
from projects.models import Consultation, ContractTerm, ConventionVersion, Order, Participation, Project
from projects.planning import WorkCalendar

SOON = dt.timedelta(days=90)  # before a renewal is to be decided
FOLLOW_UP = dt.timedelta(days=270)  # before the end: a consultation takes five to nine months (domain.md §4)

Row = tuple[str, str, str, str, dt.date | None]


def order_todos(actor: Actor, own: Iterable[Participation], coordinated: Iterable[Project]) -> Iterator[Row]:
    """Of one's bodies and of the projects one animates, those that run."""
    mine = [row for row in own if order_rules.runs(row.project) and order_rules.records_orders(row, actor)]
    projects = [project for project in coordinated if order_rules.runs(project)]
    if mine:
        yield from _own_maxima(mine)
    if projects:
        yield from _durations(projects)
        yield from _frameworks(projects)


def _address(project: Project) -> str:
    return reverse("orders", args=[project.reference])


def _own_maxima(rows: Sequence[Participation]) -> Iterator[Row]:
    found = Order.objects.standing().filter(participation__in=[row.pk for row in rows]).order_by()
    sums = dict(found.values_list("participation_id").annotate(cents=Sum("amount_cents")))
    for row in rows:
        if percent := alert_of(int(sums.get(row.pk, 0)), order_rules.own_limit(row)):
            text = f"{percent}\u00a0% de votre maximum de « {row.project.title} » est commandé."
            yield text, "Voir les commandes", _address(row.project), row.body.name, None


def _durations(projects: Sequence[Project]) -> Iterator[Row]:
    rows = ContractTerm.objects.filter(project__in=[project.pk for project in projects]).prefetch_related("decisions")
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


def _frameworks(projects: Sequence[Project]) -> Iterator[Row]:
    ids = [project.pk for project in projects]
    found = Order.objects.standing().filter(participation__project__in=ids).order_by()
    sums = dict(found.values_list("participation__project_id").annotate(cents=Sum("amount_cents")))
    limits = {
        row.project_id: annex_limit(row) for row in ConventionVersion.objects.filter(project__in=ids, given_up_on=None)
    }
    announced = Consultation.objects.filter(project__in=ids, maximum_cents__isnull=False).exclude(ending__in=GIVEN_UP)
    limits |= {project: cents or 0 for project, cents in announced.values_list("project_id", "maximum_cents")}
    for project in projects:
        if percent := alert_of(int(sums.get(project.pk, 0)), limits.get(project.pk, 0)):
            what = f"{percent}\u00a0% du maximum de l'accord-cadre de « {project.title} »"
            yield f"{what} est commandé : préparez la suite.", "Voir les commandes", _address(project), "", None
