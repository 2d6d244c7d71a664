"""What `make demo` loads: the project and the accounts, once, whatever version of the file it began with."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from documents.management.commands import load_demo
from procurement.letters import Letter
from procurement.models import User
from projects.models import LoadedScenario, Project

pytestmark = pytest.mark.django_db


def run(monkeypatch: pytest.MonkeyPatch) -> str:
    """The last line of standard output; the registry, which has its own tests, is left out."""
    out = io.StringIO()
    genuine = load_demo.call_command

    def without_registry(name: str, *args: object, **options: object) -> object:
        return None if name in ("load_registry", "migrate") else genuine(name, *args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(load_demo, "call_command", without_registry)
        call_command("load_demo", stdout=out, stderr=io.StringIO())
    return out.getvalue().splitlines()[-1]


def test_the_demonstration_loads_once_and_tells_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch) == Project.objects.get().reference
    accounts = User.objects.filter(email__endswith="@demo.example")
    assert {user.email.split("@")[0] for user in accounts if user.check_password("cordee-demo")} == {
        "coordination",
        "agent",
        "juriste",
        "etranger",
        "animation",
    }
    assert [user.email for user in accounts if user.is_steward] == ["animation@demo.example"]
    assert not Letter.objects.exists()
    LoadedScenario.objects.update(sha256="0" * 64)  # as after a change of the file
    assert run(monkeypatch) == Project.objects.get().reference
