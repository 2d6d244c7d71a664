"""What the product imports is what its users install: nothing of the tests' environment stands in for a dependency."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions

import pytest

from tests.conftest import ROOT

OURS = ("procurement", "projects", "documents")


def imported() -> set[str]:
    """First names of every module that our packages import, wherever in the file."""
    found: set[str] = set()
    for package in OURS:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module.partition(".")[0])
    return found - set(OURS) - set(sys.stdlib_module_names)


def locked(name: str) -> set[str]:
    """The packages of a lock file, in their canonical spelling."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return {re.sub(r"[-_.]+", "-", found).lower() for found in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}


@pytest.mark.parametrize("module", sorted(imported()))
def test_each_imported_module_comes_with_the_product(module: str) -> None:
    known = packages_distributions().get(module, [])
    names = {re.sub(r"[-_.]+", "-", name).lower() for name in known}
    assert names & (locked("base.txt") | locked("postgres.txt")), (
        f"{module} : {sorted(names)} n'est que de développement"
    )
