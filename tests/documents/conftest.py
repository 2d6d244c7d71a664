"""The demo's frozen facts, loaded once for all document tests."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction

from projects import dossier as dossiers
from projects.dossier import Dossier
from projects.models import ConventionVersion
from projects.scenario import load
from tests.conftest import ROOT


@pytest.fixture(scope="session")
def demo(django_db_setup: None, django_db_blocker: Any) -> Dossier:
    """What the demo scenario froze: twelve communes and their agglomération. Leaves no row."""
    data = json.loads((ROOT / "demo" / "etat-civil.json").read_text(encoding="utf-8"))
    with django_db_blocker.unblock(), transaction.atomic():
        load(data)
        facts = ConventionVersion.objects.get().facts
        transaction.set_rollback(True)
    return dossiers.from_json(json.loads(json.dumps(facts)))
