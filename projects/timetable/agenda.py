"""The timetable as an iCalendar file, for people's own agendas (RFC 5545). The only importer of `icalendar`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from icalendar import Calendar, Event

from procurement import clock
from projects.awaited.reminders import Dated
from projects.models import Project
from projects.timetable.rows import Row

DAY = dt.timedelta(1)
Day = Any  # a whole day in an agenda: an icalendar.Event, which has no types


def agenda(project: Project, rows: Iterable[Row], dated: Iterable[Dated], address: str) -> bytes:
    """Whole-day events: what is left to do, at its last safe day, and the reminders. `address` is that of the page.

    A legal day is a day of Paris whatever the reader's zone, hence dates without hours. Identifiers stay the same from
    one export to the next, so that an agenda updates what it already holds.
    """
    return agenda_of(project.title, project_days(project, rows, dated, address))


def agenda_of(name: str, days: Iterable[Day]) -> bytes:
    """The days of several projects in one calendar called `name`."""
    calendar = Calendar()
    calendar.add("prodid", "-//Cordee//calendrier//FR")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    for day in days:
        calendar.add_component(day)
    found: bytes = calendar.to_ical()
    return found


def project_days(project: Project, rows: Iterable[Row], dated: Iterable[Dated], address: str) -> Iterator[Day]:
    """What is left to do, and the reminders."""
    for row in rows:
        if row.done_on is None:
            text = f"Dernier jour sûr. {row.reason} ({row.article}). Commandé par : {row.driver}."
            yield day_of(project, row.key, row.label, row.last_safe, text, address)
    for item in dated:
        reminder = item.reminder
        text = f"{reminder.reason} ({reminder.article})." + (" Date prévisionnelle." if item.planned else "")
        key = f"rappel-{reminder.code}"
        yield day_of(project, key, reminder.label, reminder.due, text, address)


def day_of(project: Project, key: str, label: str, day: dt.date, text: str, address: str) -> Day:
    """A whole day of a project. `key` tells it from the others of the project, for ever."""
    event = Event()
    event.add("uid", f"{project.reference}-{key.replace(':', '-')}@cordee")
    event.add("dtstamp", clock.now().astimezone(dt.UTC))
    event.add("dtstart", day)
    event.add("dtend", day + DAY)
    event.add("summary", f"{label} · {project.title}")
    event.add("description", text)
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    return event
