"""Small wrong changes to a source file, one at a time: what a good test suite notices (quality.md, M3)."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
LONGEST = 110  # characters of an expression in a name
NAMED = (ast.FunctionDef, ast.ClassDef)

Change = Callable[[Any], ast.AST]
Site = tuple[ast.AST, ast.AST, str]  # the node, the expression that names it, the functions and classes around it


@dataclass(frozen=True)
class Mutant:
    """One change. `name` stays the same when lines move: file, place, what was there, what comes instead."""

    path: Path
    place: str  # qualified name of the function; "" at the level of the module or of a class body
    name: str
    source: str  # the whole file with the change


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of the source; docstrings and annotations are left alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    seen: Counter[str] = Counter()
    for index, (node, shown, place) in enumerate(_sites(tree)):
        for word, change in _changes(node):
            mutated = copy.deepcopy(tree)
            target = next(found for number, (found, _, _) in enumerate(_sites(mutated)) if number == index)
            _replace(mutated, target, change(target))
            name = f"{path.name} | {place or 'module'} | {_short(shown)} | {word}"
            seen[name] += 1
            number = f" ({seen[name]})" if seen[name] > 1 else ""
            yield Mutant(path, place, name + number, ast.unparse(ast.fix_missing_locations(mutated)))


def _sites(tree: ast.Module) -> Iterator[Site]:
    """Nodes that may change, each with the statement's or comparison's text that names it."""
    yield from _below(tree, tree, "")


def _below(node: ast.AST, shown: ast.AST, place: str) -> Iterator[Site]:
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params") or _is_docstring(node, name):
            value = _without_docstring(node, value) if name == "body" else []
        elif isinstance(node, ast.Subscript) and getattr(node.value, "id", "") == "Literal":
            value = []  # a type: the program never reads it
        elif isinstance(node, ast.keyword) and node.arg == "strict":
            value = []  # of `zip`: lists of one length are zipped as well without it, and a test cannot tell
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST):
                continue
            inside = _place(place, child)
            yield child, _named_by(child, shown), inside if not isinstance(child, NAMED) else place
            yield from _below(child, _named_by(child, shown), inside)


def _place(place: str, child: ast.AST) -> str:
    return f"{place}.{child.name}".lstrip(".") if isinstance(child, NAMED) else place


def _named_by(child: ast.AST, shown: ast.AST) -> ast.AST:
    if isinstance(child, ast.If | ast.While):
        return child.test
    own = (ast.Compare, ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.JoinedStr, ast.Return, ast.Raise, ast.Assign)
    return child if isinstance(child, (*own, ast.AugAssign, ast.AnnAssign, ast.IfExp, ast.Call, ast.Expr)) else shown


def _is_docstring(node: ast.AST, name: str) -> bool:
    return name == "body" and isinstance(node, (ast.Module, *NAMED)) and ast.get_docstring(node) is not None


def _without_docstring(node: ast.AST, body: Any) -> Any:
    return body[1:] if _is_docstring(node, "body") else body


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            yield f"{_word(operator)} → {_word(COMPARISONS[type(operator)]())}", _compare(place)
    elif isinstance(node, ast.BinOp | ast.AugAssign):
        other = ARITHMETIC[type(node.op)]
        yield f"{_word(node.op)} → {_word(other())}", _set("op", other)
    elif isinstance(node, ast.BoolOp):
        other_word = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"{_word(node.op)} → {_word(other_word())}", _set("op", other_word)
    elif isinstance(node, ast.UnaryOp):
        yield f"no {_word(node.op)}", lambda target: target.operand
    elif isinstance(node, ast.Constant):
        yield from _constants(node.value)
    elif isinstance(node, ast.IfExp | ast.If):
        yield "condition denied", _deny
    elif isinstance(node, ast.Return) and not (node.value is None or _is_none(node.value)):
        yield "returns None", _set("value", lambda: ast.Constant(None))
    elif isinstance(node, ast.Break | ast.Continue) or _does_something(node):
        yield "left out", lambda target: ast.Pass()


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _does_something(node: ast.AST) -> bool:
    """A statement that is a call, or yields what another yields."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.YieldFrom)


def _constants(value: object) -> Iterator[tuple[str, Change]]:
    if isinstance(value, bool):
        yield f"{value} → {not value}", lambda target: ast.Constant(not value)
    elif isinstance(value, int):
        yield f"{value} → {value + 1}", lambda target: ast.Constant(value + 1)
    elif isinstance(value, str):
        yield f"text {value[:30]!r} changed", lambda target: ast.Constant(f"XX{value}" if value.strip() else "XX")


def _compare(place: int) -> Change:
    def change(target: Any) -> ast.AST:
        target.ops[place] = COMPARISONS[type(target.ops[place])]()
        return target

    return change


def _set(name: str, made: Callable[[], ast.AST]) -> Change:
    def change(target: Any) -> ast.AST:
        setattr(target, name, made())
        return target

    return change


def _deny(target: Any) -> ast.AST:
    target.test = ast.UnaryOp(ast.Not(), target.test)
    return target


def _replace(tree: ast.AST, target: ast.AST, new: ast.AST) -> None:
    if new is target:
        return
    for node in ast.walk(tree):
        for name, value in ast.iter_fields(node):
            if value is target:
                setattr(node, name, new)
                return
            if isinstance(value, list) and any(item is target for item in value):
                value[[item is target for item in value].index(True)] = new
                return


def _word(operator: ast.AST) -> str:
    return type(operator).__name__
