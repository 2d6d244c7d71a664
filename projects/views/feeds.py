"""What programs read: the days of a person's projects (iCalendar), the public projects (Atom)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_http_methods, require_safe

from procurement import clock
from procurement.access import Actor, ActorRequest, actor_for, anyone, page, signed_in
from procurement.templatetags.cordee import french_date
from projects import queries, rules
from projects.actions.feeds import drop_agenda_key, renew_agenda_key
from projects.awaited.reminders import reminders
from projects.enums import ProjectState
from projects.models import Project
from projects.models.feeds import AgendaKey
from projects.models.reading import with_project
from projects.timetable import schedule
from projects.timetable.agenda import Day, agenda_of, day_of, project_days
from projects.timetable.rows import rows_for

MOST_PROJECTS = 30
MOST_ENTRIES = 50
PUBLIC = [state for state in ProjectState if state not in (ProjectState.FRAMING, ProjectState.ABANDONED)]
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@require_http_methods(["GET", "POST"])
@page(signed_in)
def agenda_key(request: ActorRequest) -> HttpResponse:
    """Make, renew or drop the secret address of my agenda. It is shown once, by the answer to the form itself."""
    user = request.actor.user
    assert user is not None
    address = ""
    if request.method == "POST" and "drop" in request.POST:
        drop_agenda_key(user)
        messages.success(request, "L'adresse de votre agenda ne répond plus.")
        return redirect("agenda_key")
    if request.method == "POST":
        address = settings.BASE_URL + reverse("agenda", args=[renew_agenda_key(user)])
    key = AgendaKey.objects.filter(user=user).first()
    return render(request, "projects/agenda_key.html", {"key": key, "address": address})


@require_safe
@page(anyone)
def agenda(request: ActorRequest, secret: str) -> HttpResponse:
    """The days of the projects of whoever holds the key, as that person may read them today; 404 for any other key."""
    key = AgendaKey.objects.filter(secret_sha256=AgendaKey.hash_of(secret)).select_related("user").first()
    actor = actor_for(key.user) if key else None
    if actor is None or not actor.is_member:
        raise Http404("agenda inconnu")
    content = agenda_of("Cordée", _days(actor))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="cordee.ics"'
    add_never_cache_headers(response)
    return response


def _days(actor: Actor) -> Iterator[Day]:
    """The cut-off dates, and what the calendar of each project shows to this person."""
    for project in queries.projects_of(actor)[:MOST_PROJECTS]:
        address = settings.BASE_URL + reverse("project_calendar", args=[project.reference])
        if project.calls() and project.cut_off:
            text = "Dernier jour pour répondre à l'appel, jusqu'à 23 h 59, heure de Paris."
            yield day_of(project, "cut-off", "Date limite de réponse", project.cut_off, text, address)
        sees_all = rules.is_coordinator(project, actor)
        rows = schedule.planned_rows(project)
        amount = schedule.amount_of(project, rows, sees_all=sees_all)
        plan = schedule.plan(project, rows, amount, told=schedule.ends_told(rows, actor, sees_all=sees_all))
        shown = rows_for(plan.table, actor, sees_all=sees_all) if plan.table else []
        contract = with_project(project, "contract_term")
        dated = reminders(project, plan, schedule.work_calendar(row.body for row in rows), contract)
        yield from project_days(project, shown, dated, address)


@require_safe
@page(anyone)
def project_feed(request: ActorRequest) -> HttpResponse:
    """Projects whose call has opened: title, object, route, state, cut-off date. Nothing of any body."""
    here = settings.BASE_URL + reverse("project_feed")
    feed = Atom1Feed(
        title="Cordée : projets ouverts",
        link=settings.BASE_URL + reverse("home"),
        description="",
        feed_url=here,
        language="fr",
        feed_guid=here,
    )
    for project in Project.objects.filter(state__in=PUBLIC).order_by("-pk")[:MOST_ENTRIES]:
        opened = dt.datetime.combine(project.starts_on, dt.time(), clock.PARIS)
        feed.add_item(
            title=_plain(project.title),
            link=settings.BASE_URL + reverse("project_detail", args=[project.reference]),
            description=_plain(_facts(project)),
            unique_id=f"{settings.BASE_URL}/projets/{project.reference}/",
            pubdate=opened,
            updateddate=project.updated_at,
            categories=[str(project.get_route_display()), str(project.get_state_display())],
        )
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    feed.write(response, "utf-8")
    return response


def _facts(project: Project) -> str:
    """Public facts in words."""
    said = [project.object, project.get_route_display(), project.state_label]
    if project.calls() and project.cut_off:
        said.append(f"réponses jusqu'au {french_date(project.cut_off)}")
    return " · ".join(part for part in said if part)


def _plain(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return CONTROL.sub(" ", text)
