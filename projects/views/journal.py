"""The journal of a project: read, filtered, taken away. A file holds what its reader may read, and nothing more."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from procurement.access import Actor, ActorRequest, member, page
from procurement.keyset import keyset_page
from procurement.sheets.writing import CONTENT_TYPES, write
from projects import queries, rules
from projects.forms.journal import JournalFilters
from projects.models import Event, Project
from projects.views.frame import frame, project_or_404
from projects.views.timeline import may_read_note, timeline, title

PAGE_SIZE = 30
FORMS = ("json", "csv", "ods")
HEADER = ("N°", "Jour", "Saisi le", "Par", "Organisme", "Étape", "De", "Vers", "Note", "Empreinte")


@require_safe
@page(member)
def project_journal(request: ActorRequest, ref: str) -> HttpResponse:
    """Everything that happened, latest first."""
    project = project_or_404(request, ref)
    form = JournalFilters(request.GET, project=project)
    events = queries.project_events(project).filter(form.condition())
    rows = keyset_page(events, request.GET, order=("-position",), size=PAGE_SIZE)
    asked = request.GET.copy()
    asked.pop("apres", None)
    context = frame(project, request.actor, "project_journal") | {
        "page": rows,
        "form": form,
        "filtered": any(request.GET.get(name) for name in form.fields),
        "query": asked.urlencode(),
        "forms": FORMS,
        "events": timeline(rows.rows, project, request.actor),
    }
    return render(request, "projects/project_journal.html", context)


@require_safe
@page(member)
def journal_file(request: ActorRequest, ref: str, form: str) -> HttpResponse:
    """The journal, with the same filters, oldest first, as a file. JSON has the chain, so that it can be checked."""
    project = project_or_404(request, ref)
    if form not in FORMS:
        raise Http404("format inconnu")
    kept = JournalFilters(request.GET, project=project).condition()
    events = queries.project_events(project).filter(kept).order_by("position")
    if form == "json":
        content = json.dumps(as_json(events, project, request.actor), ensure_ascii=False, indent=1).encode()
    else:
        content = write(form, "Journal", HEADER, [as_row(event, project, request.actor) for event in events])
    kind = "application/json" if form == "json" else CONTENT_TYPES[form]
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="journal-{project.reference}.{form}"'
    return response


def as_row(event: Event, project: Project, actor: Actor) -> list[Any]:
    """The cells of one event."""
    return [
        event.position,
        event.happened_on,
        event.moment,
        event.author,
        event.body.name if event.body else "",
        title(event),
        event.source,
        event.target,
        event.note if may_read_note(event, project, actor) else "",
        event.digest,
    ]


def as_json(events: Iterable[Event], project: Project, actor: Actor) -> dict[str, Any]:
    """The chain as a list; notes and facts only where this reader may read them (facts hold amounts)."""
    found = []
    for event in events:
        item: dict[str, Any] = {
            "position": event.position,
            "happened_on": event.happened_on.isoformat(),
            "recorded_at": event.recorded_at.isoformat(),
            "by": event.author,
            "body": event.body.name if event.body else None,
            "step": event.step,
            "label": title(event),
            "from": event.source,
            "to": event.target,
            "previous": event.previous,
            "digest": event.digest,
        }
        if may_read_note(event, project, actor):
            item["note"] = event.note
        if rules.is_coordinator(project, actor) or (event.participation_id and actor.belongs_to(event.body_id)):
            item["facts"] = event.facts
        found.append(item)
    return {"chain": project.reference, "events": found}
