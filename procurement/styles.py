"""What the site uses of Bootstrap's style sheet: a tenth of it. The whole file is never served.

A rule stays when every class it names stands in a template, or in a string of the code or of a script; `btn-{{ tone }}`
keeps the classes that its prefix and such a word make together. Too much may stay, nothing that is used may go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "procurement" / "vendor" / "bootstrap.min.css"  # as published on npm
SERVED = ROOT / "procurement" / "static" / "vendor" / "bootstrap" / "bootstrap.used.css"
READ = ("templates", "procurement", "projects", "documents")
NESTING = ("@media", "@supports")
ATTRIBUTE = re.compile(r'class="([^"]*)"')
STRING = re.compile(r'"([a-z][a-z0-9 -]*)"')
WORD = re.compile(r"[a-zA-Z][\w-]*")
CLASS = re.compile(r"\.([a-zA-Z][\w-]*)")
ESCAPED = re.compile(r"\\.")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SELECTORS = re.compile(r",(?![^(]*\))")  # commas, but for those inside :is(…)


def used() -> str:
    """The rules of Bootstrap that the site uses, in their order, after its notice of licence."""
    whole = SOURCE.read_text(encoding="utf-8")
    notice = COMMENT.search(whole)
    assert notice is not None
    return notice[0] + "".join(_kept(COMMENT.sub("", whole), words())) + "\n"


def words() -> set[str]:
    """Every word that may be a class: of `class` attributes, and of the short strings of the code and of scripts."""
    found: set[str] = set()
    for path in _files():
        text = path.read_text(encoding="utf-8")
        said = ATTRIBUTE.findall(text) + (STRING.findall(text) if path.suffix != ".html" else [])
        found |= set(WORD.findall(" ".join(said)))
    return found


def _files() -> Iterator[Path]:
    for folder in READ:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".html", ".py", ".js") and not {"vendor", "migrations"} & set(path.parts):
                yield path


def _kept(css: str, known: set[str]) -> Iterator[str]:
    for head, body in _blocks(css):
        if head.startswith(NESTING):
            inside = "".join(_kept(body, known))
            yield f"{head}{{{inside}}}" if inside else ""
        elif head.startswith("@"):
            yield f"{head}{{{body}}}"
        else:
            selectors = [one for one in SELECTORS.split(head) if _is_used(one, known)]
            yield f"{','.join(selectors)}{{{body}}}" if selectors else ""


def _is_used(selector: str, known: set[str]) -> bool:
    return all(_is_known(name, known) for name in CLASS.findall(ESCAPED.sub("", selector)))


def _is_known(name: str, known: set[str]) -> bool:
    prefix, dash, word = name.rpartition("-")
    return name in known or (f"{prefix}{dash}" in known and word in known)


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    """(what stands before a brace, what stands between it and its own closing one), at the outer level."""
    place = 0
    while (opening := css.find("{", place)) >= 0:
        depth, end = 1, opening + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        yield css[place:opening].strip(), css[opening + 1 : end - 1]
        place = end
