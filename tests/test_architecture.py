"""The house keeps its plan, and the test that says so would see a breach."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.house.architecture import APPS, modules, violations

ROOT = Path(__file__).resolve().parent.parent
# Addresses whose views are not ours: the library that owns them decides who enters.
FOREIGN_VIEWS, FOREIGN_ADDRESSES = ("allauth.",), ("admin/",)


def test_the_house_keeps_its_plan() -> None:
    assert violations(ROOT) == []


def test_the_whole_house_is_read() -> None:
    found = modules(ROOT)
    assert {module.app for module in found.values()} == set(APPS)
    assert sum(len(module.imports) for module in found.values()) > 100


PLANTED = {
    "upward": ("procurement/planted.py", "from projects.models import Need", "upward import of projects.models"),
    "upward, in a function": (
        "projects/planted.py",
        "def f():\n    import documents.render  # because",
        "upward import of documents.render",
    ),
    "upward, for types only": (
        "projects/planted.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from documents import models",
        "upward import of documents.models",
    ),
    "rightward": ("projects/queries.py", "from projects.views import x", "rightward import of projects.views"),
    "rightward, by a name in no layer": (
        "projects/queries.py",
        "from projects import helper",
        "rightward import of projects.helper",
    ),
    "rightward, relative": ("projects/queries.py", "from .views import x", "rightward import of projects.views"),
    "impure": ("projects/costsharing/planted.py", "import django.db", "impure import of django.db"),
    "impure, from the house": (
        "projects/planning/planted.py",
        "import procurement.money",
        "impure import of procurement",
    ),
    "second importer of django_fsm": (
        "projects/flows.py",
        "from django_fsm import transition",
        "django_fsm has one importer",
    ),
    "second importer of weasyprint": ("documents/views/page.py", "import weasyprint", "weasyprint has one importer"),
    "second importer of import_export": (
        "projects/admin.py",
        "from import_export.admin import ImportMixin",
        "import_export has one importer",
    ),
    "import in a function": ("projects/views.py", "def f():\n    import json", "inside a function"),
    "state assigned": ("projects/actions.py", "def f(need):\n    need.state = 'met'", ".state = outside"),
    "state updated": ("projects/actions.py", "def f(needs):\n    needs.update(state='met')", "state written by a call"),
    "state set by name": (
        "projects/actions.py",
        "def f(n):\n    setattr(n, 'state', 'met')",
        "state written by a call",
    ),
    "state updated in bulk": ("projects/actions.py", "def f(n):\n    n.bulk_update([], ['state'])", "state written by"),
    "step called": ("projects/actions.py", "def f(need):\n    need.publish()", "step publish called without perform"),
    "cycle": ("projects/enums.py", "import projects.rules", "import cycle"),
}


@pytest.fixture
def small_house(tmp_path: Path) -> Path:
    """Three packages that keep the plan, with one of each thing a breach needs."""
    sources = {
        "procurement/money.py": "import decimal",
        "procurement/workflow.py": "import django_fsm\ndef perform(obj):\n    obj.state = 'x'",
        "projects/enums.py": "",
        "projects/rules.py": "import projects.enums",
        "projects/flows.py": "from procurement.workflow import step\n@step('', '', '')\ndef publish(s): ...\nFlow = 1",
        "projects/models.py": "from projects.flows import Flow",
        "projects/queries.py": "from projects.models import Flow",
        "projects/actions.py": "from projects import queries\nfrom procurement.workflow import perform",
        "projects/views.py": "from projects import actions\ndef f():\n    actions.publish(need=1)",
        "projects/helper.py": "import projects.views",
        "projects/resources.py": "from import_export.resources import Resource",
        "projects/costsharing/__init__.py": "from projects.costsharing.keys import Key",
        "projects/costsharing/keys.py": "import fractions\nKey = 1",
        "projects/planning/__init__.py": "",
        "documents/models.py": "from projects.models import Flow",
        "documents/render.py": "import weasyprint",
        "documents/views/page.py": "import documents.render",
    }
    for name, source in sources.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return tmp_path


def test_a_house_that_keeps_the_plan_is_found_sound(small_house: Path) -> None:
    assert violations(small_house) == []


@pytest.mark.parametrize(("name", "source", "expected"), PLANTED.values(), ids=PLANTED)
def test_a_planted_breach_is_found(small_house: Path, name: str, source: str, expected: str) -> None:
    path = small_house / name
    path.write_text(f"{path.read_text() if path.exists() else ''}\n{source}\n")
    assert [line for line in violations(small_house) if expected in line], violations(small_house)


@pytest.mark.parametrize("package", ["projects.costsharing", "projects.planning"])
def test_pure_packages_load_nothing_but_the_standard_library(package: str) -> None:
    code = (
        f"import sys, importlib.util\n"
        f"if importlib.util.find_spec({package!r}):\n    import {package}\n"
        f"print(sorted(m for m in sys.modules if m.split('.')[0] in ('django', 'procurement', 'pydantic')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def _views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.pattern}", entry.callback
        else:
            yield from _views(entry, f"{prefix}{entry.pattern}")


def test_every_address_leads_to_a_view_that_carries_an_access_rule() -> None:
    views = list(_views(get_resolver()))
    open_doors = [
        address
        for address, view in views
        if not callable(getattr(view, "access_rule", None))
        and not view.__module__.startswith(FOREIGN_VIEWS)
        and not address.startswith(FOREIGN_ADDRESSES)
    ]
    assert len(views) > 10
    assert open_doors == []
