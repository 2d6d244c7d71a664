"""Reads the source with `ast` and lists what breaks the plan of the house (design §1)."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

APPS = ("procurement", "projects", "documents")  # the right one may import the left one, never the reverse
LAYERS = (  # inside an app: only leftward
    {"enums", "costsharing", "planning", "dossier", "requirements", "rules"},
    {"flows"},
    {"models"},
    {"queries", "contexts"},
    {"notifications"},
    {"actions"},
    {"forms", "resources"},
    {
        "views",
        "api",
        "admin",
        "management",
        "urls",
        "apps",
        "migrations",
        "templatetags",
        "middleware",
        "settings",
        "wsgi",
    },
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
PURE = ("projects.costsharing", "projects.planning")
ONLY_IMPORTER = {
    "django_fsm": ("procurement.workflow",),
    "weasyprint": ("documents.render",),
    "import_export": ("procurement.sheets",),
}
DOOR = "procurement.workflow"
HANDLES = {
    "file",
    "reader",
    "writer",
    "book",
    "connection",
    "stream",
    "pdf",
    "handle",
}  # `close` is also what one does to these


@dataclass
class Module:
    """One source file: its imports (target, line, kind) and its tree."""

    name: str
    path: Path
    names: set[str] = field(repr=False)  # of every module of the house

    @cached_property
    def source(self) -> str:
        """The text of the file."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.source)

    @property
    def app(self) -> str:
        """The package it belongs to."""
        return self.name.split(".")[0]

    @property
    def rank(self) -> int | None:
        """Its place along LAYERS; None for names that stand in no layer."""
        return RANK.get(self.name.split(".")[1]) if "." in self.name else None

    @cached_property
    def imports(self) -> list[tuple[str, int, str]]:
        """(dotted target, line, kind) where kind is `top`, `inside` a function, or `typing` only."""
        return list(self._imports(self.tree, "top"))

    def _imports(self, node: ast.AST, kind: str) -> Iterator[tuple[str, int, str]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from ((alias.name, child.lineno, kind) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                base = self._absolute(child)
                for alias in child.names:
                    full = f"{base}.{alias.name}"
                    yield (full if full in self.names else base), child.lineno, kind
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                yield from self._imports(ast.Module(child.body, []), "typing")
                yield from self._imports(ast.Module(child.orelse, []), kind)
            else:
                inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                yield from self._imports(child, "inside" if inside else kind)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        here = self.name.split(".") if self.path.name == "__init__.py" else self.name.split(".")[:-1]
        return ".".join([*here[: len(here) - node.level + 1], *filter(None, [node.module])])


def modules(root: Path) -> dict[str, Module]:
    """Every module of the three packages under `root`, by dotted name."""
    paths = {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for app in APPS
        for path in sorted((root / app).rglob("*.py"))
    }
    names = set(paths)
    return {name: Module(name, path, names) for name, path in paths.items()}


def violations(root: Path) -> list[str]:
    """All that breaks the plan under `root`, one line each; empty when the house stands."""
    house = modules(root)
    checks = (_app_order, _layers, _pure, _single_importers, _inside_functions, _state_writes, _step_calls)
    return [line for check in checks for line in check(house)] + _cycles(house)


def _app_order(house: dict[str, Module]) -> Iterator[str]:
    for module in house.values():
        for target, line, _ in module.imports:
            app = target.split(".")[0]
            if app in APPS and APPS.index(app) > APPS.index(module.app):
                yield f"{module.name}:{line} upward import of {target}"


def _layers(house: dict[str, Module]) -> Iterator[str]:
    def height(name: str, seen: frozenset[str]) -> int:
        """The layer of a module; a module in no layer is as high as the highest it imports."""
        module = house[name]
        if module.rank is not None or name in seen:
            return module.rank or 0
        return max((height(t, seen | {name}) for t, _, kind in module.imports if same_app(module, t, kind)), default=0)

    def same_app(module: Module, target: str, kind: str) -> bool:
        return kind == "top" and target in house and target != module.name and house[target].app == module.app

    for module in house.values():
        for target, line, kind in module.imports:
            if module.rank is not None and same_app(module, target, kind) and height(target, frozenset()) > module.rank:
                yield f"{module.name}:{line} rightward import of {target}"


def _pure(house: dict[str, Module]) -> Iterator[str]:
    for module in house.values():
        package = next((pure for pure in PURE if f"{module.name}.".startswith(f"{pure}.")), None)
        for target, line, _ in module.imports if package else ():
            own = f"{target}.".startswith(f"{package}.")
            if not own and target.split(".")[0] not in sys.stdlib_module_names:
                yield f"{module.name}:{line} impure import of {target}"


def _single_importers(house: dict[str, Module]) -> Iterator[str]:
    for module in house.values():
        for target, line, _ in module.imports:
            library = target.split(".")[0]
            allowed = ONLY_IMPORTER.get(library)
            resources = library == "import_export" and module.name.endswith(".resources")
            if allowed and not module.name.startswith(allowed) and not resources:
                yield f"{module.name}:{line} {library} has one importer: {allowed[0]}"


def _inside_functions(house: dict[str, Module]) -> Iterator[str]:
    for module in house.values():
        lines = module.source.splitlines()
        for target, line, kind in module.imports:
            if kind == "inside" and "#" not in lines[line - 1]:
                yield f"{module.name}:{line} import of {target} inside a function, with no comment to say why"


def _state_writes(house: dict[str, Module]) -> Iterator[str]:
    for module in house.values():
        if module.name == DOOR:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr == "state" and isinstance(node.ctx, ast.Store):
                yield f"{module.name}:{node.lineno} .state = outside {DOOR}"
            elif isinstance(node, ast.Call) and _writes_state(node):
                yield f"{module.name}:{node.lineno} state written by a call outside {DOOR}"


def _writes_state(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "update":
        return any(keyword.arg == "state" for keyword in call.keywords)
    words = [node.value for argument in call.args for node in ast.walk(argument) if isinstance(node, ast.Constant)]
    return name in ("setattr", "bulk_update") and "state" in words


def _step_calls(house: dict[str, Module]) -> Iterator[str]:
    steps = {
        node.name
        for module in house.values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(d, ast.Call) and ast.unparse(d.func).split(".")[-1] == "step" for d in node.decorator_list)
    }
    for module in house.values():
        imported = {alias.asname or alias.name.split(".")[-1] for alias in _aliases(module.tree)}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in steps:
                receiver = node.func.value
                word = getattr(receiver, "id", getattr(receiver, "attr", ""))
                # A module's function may share the name of a step (actions.publish); an object's method may not.
                if word not in imported and not (node.func.attr == "close" and word in HANDLES):
                    yield f"{module.name}:{node.lineno} step {node.func.attr} called without perform"


def _aliases(tree: ast.Module) -> Iterator[ast.alias]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from node.names


def _cycles(house: dict[str, Module]) -> list[str]:
    graph = {
        name: {target for target, _, kind in module.imports if kind == "top" and target in house and target != name}
        for name, module in house.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return ["import cycle: " + " → ".join(error.args[1])]
    return []
