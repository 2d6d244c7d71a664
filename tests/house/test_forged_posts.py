"""Every step that a page does not show, posted all the same: refused, and nothing is written (quality.md, S4)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from projects.models import Need, Participation, Project
from tests.house.access_table import ask
from tests.house.access_world import ROLES, World, world

pytestmark = pytest.mark.django_db
# What a person would type, whatever the step asks.
TYPED = {
    "note": "parce que",
    "proof": "courriel du 3 mars",
    "maximum_cents": "100,00",
    "act_number": "2026-47",
    "act_date": "2026-11-20",
    "act_enforceable_on": "2026-11-21",
    "act_maximum_cents": "100,00",
    "signed_on": "2026-11-22",
    "signatory": "Mme Le Guen",
    "signatory_capacity": "Maire",
    "cut_off": "2027-01-31",
}
# Who may never take any step of these. The others have their own lines in access_matrix.txt.
STRANGE_TO_PROJECT = "axovgsp"
STRANGE_TO_BODY = "axovsp"
STRANGE_TO_NEED = "axovlsp"


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield world()
        transaction.set_rollback(True)


def forged(made: World) -> Iterator[tuple[str, str]]:
    """(role, address) of every step of every object of the world, for those who may not take it."""
    for name in ("project", "frozen", "constituted", "running", "development"):
        project: Project = getattr(made.objects, name)
        for step in Project.steps():
            for role in STRANGE_TO_PROJECT:
                yield role, f"/projets/{project.reference}/etape/{step.name}/"
        row = project.participations.filter(body=made.objects.own).first()
        for step in Participation.steps() if row else []:
            for role in STRANGE_TO_BODY:
                assert row is not None
                yield role, f"/projets/{project.reference}/participants/{row.pk}/etape/{step.name}/"
    for name in ("need", "published", "draft"):
        for step in Need.steps():
            for role in STRANGE_TO_NEED:
                yield role, f"/besoins/{made.things[name]}/etape/{step.name}/"


def test_a_forged_step_is_refused_and_writes_nothing(made: World) -> None:
    passed, cells = [], 0
    for role, address in forged(made):
        answer = ask(made.cookies[role], "POST", address, TYPED)
        cells += 1
        if answer.code not in "LFN" or answer.writes:
            passed.append((ROLES[role], address, answer.code, answer.writes[:1]))
    sys.stdout.write(f"{cells} forged steps\n")
    assert cells > 500
    assert passed == []
