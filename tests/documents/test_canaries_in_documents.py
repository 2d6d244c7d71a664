"""What a body keeps to itself is in no document that another may take: words each time, PDF at night (P3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import models, transaction
from django.db.models import QuerySet
from django.test import Client

from documents.catalogue import kinds_for
from documents.facts import subject_of
from documents.models import Document
from documents.printing import page_of, preview
from documents.reserve import for_reader
from procurement.access import Actor
from procurement.models import Role
from projects.enums import ProjectState, Route
from projects.models import ClauseComment, Need, Participation, Project, Simulation
from projects.needs.declaration import CONFIDENTIAL
from tests import makers
from tests.conftest import NIGHTLY
from tests.documents import pdf
from tests.house.canaries import Canaries

pytestmark = pytest.mark.django_db
BEFORE, AFTER = ProjectState.CALL, ProjectState.RUNNING
SITUATIONS = [(BEFORE, Route.GROUPED_PURCHASE), (AFTER, Route.SHARED_DEVELOPMENT)]
SITUATIONS += [(AFTER, Route.GROUPED_PURCHASE), (BEFORE, Route.SHARED_DEVELOPMENT)] if NIGHTLY else []
AMOUNTS = ("maximum_cents", "yearly_maximum_cents", "in_kind_day_cents")  # everybody's once the annex is frozen


@dataclass
class Choir:
    """A project of three bodies, each with what it keeps to itself; the names of its canaries begin with its SIREN."""

    project: Project
    readers: list[Actor]
    sung: Canaries

    def leaks(self, reader: Actor, text: str) -> list[str]:
        """What a text tells this reader of another body."""
        return [name for name in self.sung.heard_in(text) if not name.startswith(siren_of(reader))]


def siren_of(actor: Actor) -> str:
    assert actor.body is not None
    return actor.body.siren or ""


def planted(it: Canaries, model: type[models.Model], names: tuple[str, ...], whose: str) -> dict[str, Any]:
    """A value that exists nowhere else for each of these fields, but for those whose values are few."""
    found: dict[str, Any] = {}
    for name in names:
        field: Any = model._meta.get_field(name)
        if isinstance(field, models.DateField):
            found[name] = it.day(f"{whose} {name}")
        elif name.endswith("_cents"):
            found[name] = it.cents(f"{whose} {name}")
        elif isinstance(field, models.CharField | models.TextField) and not field.choices:
            found[name] = it.text(f"{whose} {name}")
    return found


def choir(state: str, route: str) -> Choir:
    it, bodies = Canaries(), [makers.make_body() for _ in range(3)]
    project = makers.make_project(BEFORE, bodies=bodies, route=route)
    for body in bodies:
        whose = body.siren or ""
        needs = QuerySet(Need).filter(project=project, body=body)
        values = planted(it, Need, CONFIDENTIAL, whose)
        assert len(values) >= 10
        needs.update(**values)
        rows = QuerySet(Participation).filter(project=project, body=body)
        rows.update(**planted(it, Participation, ("contract_end",), whose))
        person = makers.holder(body).user
        said = {"project": project, "code": "convention/14-retrait", "body": body, "author": person}
        ClauseComment.objects.create(**said, text=it.text(f"{whose} remark"))
        Simulation.objects.create(project=project, made_by=person, name=it.text(f"{whose} simulation"), facts={})
    if state == BEFORE:
        for body in bodies:
            rows = QuerySet(Participation).filter(project=project, body=body)
            rows.update(in_kind_days=1, **planted(it, Participation, AMOUNTS, body.siren or ""))
    else:
        makers.take_on(project, state)
    return Choir(Project.objects.get(pk=project.pk), [makers.holder(body, Role.LEGAL) for body in bodies], it)


@pytest.fixture(scope="module", params=SITUATIONS, ids=lambda pair: f"{pair[1]}-{pair[0]}")
def sung(request: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[Choir]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield choir(*request.param)
        transaction.set_rollback(True)


def drafts(made: Choir, reader: Actor) -> Iterator[tuple[str, str]]:
    """Every kind as this reader may print it now, with the data that would be attached."""
    for kind in kinds_for(made.project.route):
        if not kind.per_need:
            subject = subject_of(made.project, siren=siren_of(reader) if kind.per_body else "")
            yield kind.code, preview(kind, for_reader(subject, made.project, reader)).html


def test_the_words_of_every_draft_and_issue_tell_nothing_of_another(sung: Choir) -> None:
    for reader in sung.readers[1:] if NIGHTLY else sung.readers[2:]:  # the first body coordinates, and sees all
        told = {code: sung.leaks(reader, html) for code, html in drafts(sung, reader)}
        assert len(told) > 25
        issued = Document.objects.visible_to(reader).select_related("project", "body", "wording")
        told |= {item.reference: sung.leaks(reader, page_of(item).html) for item in issued}
        assert {code: names for code, names in told.items() if names} == {}
        assert {item.body_id for item in issued} <= {None, reader.body.pk if reader.body else None}


def test_a_stranger_and_another_member_get_no_file(sung: Choir) -> None:
    documents = list(Document.objects.filter(project=sung.project).select_related("body"))
    assert bool(documents) == (sung.project.state != BEFORE)
    outsider = makers.holder(makers.make_body(), Role.LEGAL)
    for reader in (outsider, sung.readers[2]):
        assert reader.user is not None
        client = Client()
        client.force_login(reader.user)
        theirs = [item for item in documents if reader is outsider or item.body_id not in (None, reader.body.pk)]
        for item in theirs:
            project, _, name = item.reference.partition("/")
            for form in ("pdf", "odt"):
                assert client.get(f"/documents/{project}/{name}.{form}").status_code == 404, item.reference


def test_they_do_sing_for_the_coordinator(sung: Choir) -> None:
    """The check would see a leak: amounts that are not known to the others are printed for who sees them."""
    coordinator = makers.coordinator_of(sung.project)
    heard = {name for _, html in drafts(sung, coordinator) for name in sung.sung.heard_in(html)}
    assert bool(heard) == (sung.project.state == BEFORE)


@pytest.mark.slow
def test_the_pdf_of_every_kind_tells_nothing_of_another(sung: Choir) -> None:
    reader = sung.readers[1]
    for code, html in drafts(sung, reader):
        content = pdf.pdf_of(html)
        with pdf.opened(content) as opened:
            attached = [file.get_file().read_bytes().decode() for file in opened.attachments.values()]
        said = " ".join([pdf.text_of(content), *attached])
        assert len(said) > 200, code
        assert sung.leaks(reader, said) == [], code
