"""`make mutation`: does a test fail for every small wrong change of the money module? (quality.md, M3.)

    python -m bench.mutation [--only NAME.py …] [--list]

Survivors are compared with `bench/mutation_equivalents.txt`, where each stands with why it changes nothing.
Exit 1 when a survivor is not explained there, or an explained one is now killed or gone.

One process collects the tests and runs them once; each mutant is then a fork of it in which one function has other
code, or one constant another value: the tests start at once. What survives as a constant is confirmed by a whole run
of the tests on a copy of the tree, since a value may have been read when the modules were loaded.
"""

from __future__ import annotations

import argparse
import contextlib
import mmap
import os
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from bench.mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parents[1]
SOURCE, TESTS = Path("projects/costsharing"), "tests/projects/costsharing"
EQUIVALENTS = Path(__file__).with_name("mutation_equivalents.txt")
LONGEST = 25  # seconds of processor for one mutant's tests, five times what they take: beyond, it loops
KILLER = struct.Struct("I")
LAST = "test_properties"  # the slowest tests


def sources(only: Sequence[str] = ()) -> list[Path]:
    """The files that are mutated."""
    found = [path for path in sorted((ROOT / SOURCE).glob("*.py")) if path.name != "__init__.py"]
    return [path for path in found if not only or path.name in only]


def explained() -> dict[str, str]:
    """name of a mutant → why no test can fail; the file holds a name and an indented reason by turns."""
    found: dict[str, str] = {}
    name = ""
    for line in EQUIVALENTS.read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            found[name] = f"{found[name]} {line.strip()}".strip()
        elif line and not line.startswith("#"):
            name, found[line] = line, ""
    return found


class Runner:
    """The plugin in whose place of the test loop the mutants run."""

    def __init__(self, chosen: Sequence[Mutant]) -> None:
        self.chosen = chosen
        self.survivors: list[Mutant] = []
        self.killer = mmap.mmap(-1, KILLER.size)  # shared with the forks: the place of the test that failed
        self.sound = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Once without any change, then once per mutant."""
        items = sorted(session.items, key=lambda item: LAST in item.nodeid)
        for item in items:
            _do_not_shrink(item)
        self.sound = self._passes(items)
        began = time.monotonic()
        for number, mutant in enumerate(self.chosen if self.sound else (), start=1):
            if self._survives(mutant, items):
                self.survivors.append(mutant)
                say(f"  {mutant.name}")
            else:  # a test that notices one change often notices the next
                items.insert(0, items.pop(KILLER.unpack_from(self.killer)[0]))
            if number % 50 == 0:
                say(f"{number}/{len(self.chosen)}, {len(self.survivors)} survivants, {time.monotonic() - began:.0f} s")
        return True

    def _passes(self, items: Sequence[pytest.Item]) -> bool:
        """Session fixtures stay up for the next run: the item after the last is the first."""
        for place, (item, following) in enumerate(zip(items, [*items[1:], items[0]], strict=True)):
            KILLER.pack_into(self.killer, 0, place)
            if any(report.failed for report in runtestprotocol(item, nextitem=following, log=False)):
                return False
        return True

    def _survives(self, mutant: Mutant, items: Sequence[pytest.Item]) -> bool:
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
            KILLER.pack_into(self.killer, 0, 0)
            _quiet()
            code = 1
            with contextlib.suppress(BaseException):  # a change may make anything fail, and that is a failing test
                whole = _apply(mutant)
                code = (0 if whole else 2) if self._passes(items) else 1
            os._exit(code)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        return code == 0 or (code == 2 and _survives_for_good(mutant))


def _do_not_shrink(item: Any) -> None:
    """A failing example is enough: the smallest one would take seconds to find."""
    if hasattr(item.obj, "hypothesis"):
        library = import_module("hypothesis")  # after pytest's plugins, which rewrite its assertions
        phases = (library.Phase.explicit, library.Phase.generate)
        item.obj = library.settings(phases=phases)(item.obj)


def _quiet() -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nothing, stream)


def _apply(mutant: Mutant) -> bool:
    """Change the loaded module in place. False when the change may not reach what was computed at load time."""
    name = ".".join(mutant.path.relative_to(ROOT).with_suffix("").parts)
    module = import_module(name)
    before = _codes(compile(_as_compiled(mutant.path), name, "exec"))
    after = _codes(compile(mutant.source, name, "exec"))
    for place, code in after.items():
        function = _function(module, place)
        if function is not None and code != before[place]:
            function.__code__ = code
            return True
    namespace: dict[str, Any] = {"__name__": name}
    exec(compile(mutant.source, name, "exec"), namespace)  # noqa: S102 (our own source, changed by us)
    _rebind(module, namespace)
    return False


def _as_compiled(path: Path) -> str:
    """The source written as mutants are, so that only what changed differs."""
    import ast  # here alone

    return ast.unparse(ast.parse(path.read_text(encoding="utf-8")))


def _codes(code: CodeType) -> dict[str, CodeType]:
    """The code of each function by qualified name; what is inside a function belongs to it."""
    found = {}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found[constant.co_qualname] = constant
            found |= _codes(constant) if "<locals>" not in constant.co_qualname else {}
    return found


def _function(module: ModuleType, place: str) -> FunctionType | None:
    found: Any = module
    for part in place.split("."):
        found = vars(found).get(part) if hasattr(found, "__dict__") else None
    for wrapper in ("fget", "__func__", "__wrapped__"):
        found = getattr(found, wrapper, found)
    return found if isinstance(found, FunctionType) else None


def _rebind(module: ModuleType, namespace: dict[str, Any]) -> None:
    """New values under the names they have in every module that took them, and in the classes of this one."""
    users = [item for name, item in sys.modules.items() if name.startswith("projects.costsharing")]
    for name, new in namespace.items():
        old = vars(module).get(name)
        if isinstance(new, type) and isinstance(old, type) and new.__module__ == module.__name__:
            for attribute, value in vars(new).items():
                if isinstance(value, str | int | tuple | dict) and not attribute.startswith("__"):
                    setattr(old, attribute, value)
        elif not name.startswith("__") and not callable(new) and not isinstance(new, ModuleType):
            for user in users:
                if vars(user).get(name) is old:
                    setattr(user, name, new)


def _survives_for_good(mutant: Mutant) -> bool:
    """The tests on a copy of the tree that holds the mutated file."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("procurement", "projects", "documents", "templates", "tests"):
            shutil.copytree(ROOT / name, Path(folder, name), ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", folder)
        Path(folder, mutant.path.relative_to(ROOT)).write_text(mutant.source, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", TESTS]
        return (
            subprocess.run(command, cwd=folder, capture_output=True, timeout=10 * LONGEST, check=False).returncode == 0
        )


def say(line: str) -> None:
    """On the error stream, at once."""
    print(line, file=sys.stderr, flush=True)


def _report(chosen: Sequence[Mutant], survivors: Sequence[str], seconds: float) -> Iterator[str]:
    """What to print; the lines that begin with ! are faults."""
    reasons = explained()
    killed = len(chosen) - len(survivors)
    yield f"{len(chosen)} mutants, {killed} tués, {len(survivors)} survivants, {seconds:.0f} s"
    for name in survivors:
        yield f"  = {name} : {reasons[name]}" if name in reasons else f"! survivant sans explication : {name}"
    for name in reasons:
        if name in {mutant.name for mutant in chosen} and name not in survivors:
            yield f"! expliqué comme équivalent, et pourtant tué : {name}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; the exit code says whether every survivor is explained."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="*", default=[], metavar="FICHIER", help="par exemple vat.py reductions.py")
    parser.add_argument("--list", action="store_true", help="nommer les mutants sans les essayer")
    asked = parser.parse_args(arguments)
    chosen = [mutant for path in sources(asked.only) for mutant in mutants(path)]
    if asked.list:
        print("\n".join(mutant.name for mutant in chosen))
        return 0
    os.chdir(ROOT)
    runner, began = Runner(chosen), time.monotonic()
    pytest.main(["-q", "--tb=line", "-p", "no:cacheprovider", TESTS], plugins=[runner])
    if not runner.sound:
        say("Les tests échouent sans aucun changement : rien n'est prouvé.")
        return 1
    lines = list(_report(chosen, [mutant.name for mutant in runner.survivors], time.monotonic() - began))
    print("\n".join(lines))
    return int(any(line.startswith("!") for line in lines))


if __name__ == "__main__":
    sys.exit(main())
