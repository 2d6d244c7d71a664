"""Restricted Markdown → paragraphs and lists of plain runs: no HTML is ever made from text, so none can come out.

Everything is off in the parser but paragraphs, bold, italic, lists and the backslash: links, images, headings, tables,
code, references and raw HTML are words like any other. Placeholders are filled after parsing: no value is Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from projects.planning.french import typeset

LONGEST = 20_000  # characters of a clause
DEEPEST = 3  # lists within lists
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PARSER = MarkdownIt("zero").enable(["list", "emphasis", "escape"])
_LISTS = {"bullet_list_open": "ul", "ordered_list_open": "ol"}


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style."""

    text: str
    strong: bool = False
    em: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (`p`: runs), a list (`ul`, `ol`: items of blocks) or the place of a table of ours (its name)."""

    kind: str
    runs: tuple[Run, ...] = ()
    items: tuple[tuple[Block, ...], ...] = ()
    start: int = 1  # of a numbered list


class BadClause(ValueError):
    """The text cannot be kept; the message is a French sentence."""


def parse(source: str, deepest: int = DEEPEST) -> tuple[Block, ...]:
    """The blocks of a text; its length is bounded by who stores it. Lists deeper than `deepest` are flattened."""
    return tuple(_blocks(_Tokens(_PARSER.parse(source)), deepest))


class _Tokens:
    """The tokens of the parser, taken one by one."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens, self._at = tokens, 0

    def next(self) -> Token | None:
        """The next one, None at the end."""
        self._at += 1
        return self._tokens[self._at - 1] if self._at <= len(self._tokens) else None


def _blocks(tokens: _Tokens, deepest: int) -> Iterator[Block]:
    """Until the list item that holds these ends; `deepest` is how many levels of lists may still come."""
    while (token := tokens.next()) is not None and token.type != "list_item_close":
        if token.type == "inline":
            yield Block("p", _runs(token.children or []))
        elif token.type in _LISTS:
            items = tuple(_items(tokens, deepest - 1))
            if deepest > 0:
                yield Block(_LISTS[token.type], items=items, start=int(token.attrs.get("start", 1)))
            else:
                yield from (block for item in items for block in item)


def _items(tokens: _Tokens, deepest: int) -> Iterator[tuple[Block, ...]]:
    while (token := tokens.next()) is not None and token.type == "list_item_open":
        yield tuple(_blocks(tokens, deepest))


def _runs(children: list[Token]) -> tuple[Run, ...]:
    found: list[Run] = []
    strong = em = 0
    for child in children:
        if child.type.startswith("strong_"):
            strong += child.nesting
        elif child.type.startswith("em_"):
            em += child.nesting
        elif child.content:
            found.append(Run(" ".join(re.split(r"[ \t]*\n[ \t]*", child.content)), strong > 0, em > 0))
    return _joined(found)


def _joined(runs: list[Run]) -> tuple[Run, ...]:
    """Neighbours of one style made one, so that a placeholder never straddles two of them by accident."""
    found: list[Run] = []
    for run in runs:
        if found and (found[-1].strong, found[-1].em) == (run.strong, run.em):
            found[-1] = Run(found[-1].text + run.text, run.strong, run.em)
        else:
            found.append(run)
    return tuple(found)


# Placeholders ---------------------------------------------------------------------------------------------------------
def fill(blocks: tuple[Block, ...], values: Mapping[str, str], tables: Collection[str]) -> tuple[Block, ...]:
    """The blocks with the values of their placeholders; what no placeholder names is printed as it stands."""
    return tuple(_fill(block, values, tables) for block in blocks)


def _fill(block: Block, values: Mapping[str, str], tables: Collection[str]) -> Block:
    if block.kind != "p":
        return Block(block.kind, items=tuple(fill(item, values, ()) for item in block.items), start=block.start)
    if (name := _alone(block)) in tables:
        return Block(name)
    return Block("p", tuple(Run(_put(run.text, values), run.strong, run.em) for run in block.runs))


def _put(text: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), typeset(text))


def _alone(block: Block) -> str:
    """The name of the placeholder that is the whole paragraph, or an empty text."""
    found = PLACEHOLDER.fullmatch(block.runs[0].text.strip()) if len(block.runs) == 1 else None
    return found[1] if found else ""


def check(source: str, known: Collection[str], tables: Collection[str], needed: Collection[str]) -> None:
    """Refuse a text that is too long, nests lists too deep, or whose braces are not exactly known placeholders.

    `tables` stand alone in their paragraph; `needed` must be there. Raises BadClause.
    """
    if len(source) > LONGEST:
        raise BadClause(f"Ce texte compte {len(source)} caractères : {LONGEST} au plus.")
    blocks = parse(source, DEEPEST + 1)
    if not blocks:
        raise BadClause("Écrivez le texte, ou revenez au modèle.")
    if _depth(blocks) > DEEPEST:
        raise BadClause(f"Une liste compte {DEEPEST} niveaux au plus.")
    _refuse_unknown(PLACEHOLDER.findall(source), known, tables)  # as typed: « {x.__class__} » is bold once parsed
    used: set[str] = set()
    for block in blocks:
        if block.kind == "p" and (name := _alone(block)) in tables:
            used.add(name)
            continue
        for run in _words_of(block):
            used |= _names(run.text, known, tables)
    if missing := [name for name in needed if name not in used]:
        said = ", ".join(f"{{{name}}}" for name in missing)
        raise BadClause(f"Il manque {said} : ce texte ne vaut rien sans cela.")


def _names(text: str, known: Collection[str], tables: Collection[str]) -> set[str]:
    found = set(PLACEHOLDER.findall(text))
    _refuse_unknown(found, known, tables)
    if name := next((name for name in sorted(found) if name in tables), ""):
        raise BadClause(f"« {{{name}}} » tient la place d'un tableau : mettez-le seul dans son paragraphe.")
    if re.search(r"[{}]", PLACEHOLDER.sub("", text)):
        raise BadClause("Une accolade est seule : elles n'encadrent que le nom d'une donnée.")
    return found


def _refuse_unknown(names: Collection[str], known: Collection[str], tables: Collection[str]) -> None:
    for name in sorted(names):
        if name not in known and name not in tables:
            listed = ", ".join(f"{{{item}}}" for item in sorted({*known, *tables}))
            raise BadClause(f"« {{{name[:60]}}} » n'est pas connu ici. Données possibles : {listed}.")


def _words_of(block: Block) -> Iterator[Run]:
    yield from block.runs
    for item in block.items:
        for inside in item:
            yield from _words_of(inside)


def _depth(blocks: tuple[Block, ...]) -> int:
    """How deep the lists go."""
    return max((1 + max((_depth(item) for item in b.items), default=0) for b in blocks if b.items), default=0)
