"""The board knows who returned a signed copy: one that counts, of the version in force."""

from __future__ import annotations

import datetime as dt

import pytest

from documents.models import CopyKind, Document, SignedCopy
from procurement import clock
from projects.awaited.board import board
from projects.enums import ProjectState
from projects.models import Participation, Project
from tests import makers

pytestmark = pytest.mark.django_db


def copy(participation: Participation, *, sound: bool = True) -> SignedCopy:
    """A returned file, as it is kept."""
    document = Document.objects.get(project=participation.project, kind="convention")
    made: SignedCopy = SignedCopy.objects.create(
        document=document,
        body=participation.body,
        kind=CopyKind.SCAN,
        sound=sound,
        name="copie.pdf",
        sha256="0" * 64,
        size=1,
        pages=1,
        received_by=participation.project.coordinator,
    )
    return made


def returned(project: Project) -> list[dt.date | None]:
    return [line.cell("copy").done_on for line in board(project)]


def test_a_copy_that_counts_is_on_the_board() -> None:
    project = makers.make_project(ProjectState.AGREEMENT, frozen=True)
    first, second = project.participations.select_related("project", "body").order_by("pk")
    made = copy(first)
    copy(second, sound=False)  # a person has not looked at it yet
    assert returned(project) == [clock.today(), None]
    SignedCopy.objects.filter(pk=made.pk).update(
        set_aside_on=clock.today(), set_aside_by=project.coordinator, set_aside_reason="illisible"
    )
    assert returned(project) == [None, None]
