"""Reading a `publiccode.yml` (versions 0.x): the part of YAML that such files use, and no other.

Maps, lists, plain and quoted texts, folded (`>`) and literal (`|`) blocks. No anchor, no alias, no tag: nothing that
multiplies, nothing that builds an object.
"""

from __future__ import annotations

import json
import re
from typing import Any

MAX_BYTES = 2**20
DEEPEST = 20
_KEY = re.compile(r"""("[^"]*"|'[^']*'|[^\s#'"\[\]{}&*!|>%@`,-][^:#]*|-[^\s:][^:#]*)\s*:(?:\s+(.*)|)$""")
_BLOCK = re.compile(r"([|>])[+-]?\d?\s*(?:#.*)?$")


class NotPubliccode(ValueError):
    """The text is not one we can read; the message is a French line."""


def read_publiccode(text: str) -> dict[str, Any]:
    """The file as maps, lists and texts. Raises NotPubliccode."""
    if len(text) > MAX_BYTES:
        raise NotPubliccode("Ce fichier publiccode.yml dépasse 1 Mio.")
    reader = _Reader(text.removeprefix("\ufeff").splitlines())
    found = reader.node(0, 0)
    if reader.peek() is not None:
        raise reader.fault("l'indentation n'est pas celle qu'on attend")
    if not isinstance(found, dict) or "publiccodeYmlVersion" not in found:
        raise NotPubliccode("Ce n'est pas un publiccode.yml : il y manque « publiccodeYmlVersion ».")
    return found


class _Reader:
    """The lines, and how far they are read."""

    def __init__(self, lines: list[str]) -> None:
        self.lines, self.at = lines, 0

    def fault(self, what: str) -> NotPubliccode:
        """A refusal that names the line."""
        return NotPubliccode(f"publiccode.yml, ligne {self.at + 1} : {what}.")

    def peek(self) -> tuple[int, str] | None:
        """Indentation and content of the next line that says something."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            content = line.strip()
            if content and not content.startswith("#") and content not in ("---", "..."):
                indent = len(line) - len(line.lstrip(" "))
                if line[indent] == "\t":
                    raise self.fault("une tabulation sert d'indentation")
                return indent, content
            self.at += 1
        return None

    def node(self, least: int, depth: int) -> Any:
        """What starts at the next line, if it is indented by `least` at least; else an empty text."""
        following = self.peek()
        if following is None or following[0] < least:
            return ""
        if depth > DEEPEST:
            raise self.fault("trop de niveaux imbriqués")
        indent, content = following
        if content == "-" or content.startswith("- "):
            return self.sequence(indent, depth)
        return self.mapping(indent, depth)

    def sequence(self, indent: int, depth: int) -> list[Any]:
        """The items of a list."""
        items: list[Any] = []
        while (following := self.peek()) and following[0] == indent and re.match(r"-(\s|$)", following[1]):
            rest = following[1][1:].strip()
            if not rest or rest.startswith("#"):
                self.at += 1
                items.append(self.node(indent + 1, depth + 1))
            elif _KEY.match(rest) or rest.startswith("- "):
                inside = indent + len(following[1]) - len(following[1][1:].lstrip())
                self.lines[self.at] = " " * inside + rest
                items.append(self.node(inside, depth + 1))
            else:
                self.at += 1
                items.append(self.value(rest, indent))
        return items

    def mapping(self, indent: int, depth: int) -> dict[str, Any]:
        """The keys and values of a map."""
        found: dict[str, Any] = {}
        while (following := self.peek()) and following[0] == indent:
            match = _KEY.match(following[1])
            if match is None:
                raise self.fault("on attend « clé: valeur »")
            key, rest = match[1].strip("'\"").strip(), (match[2] or "").strip()
            if key in found:
                raise self.fault(f"« {key[:40]} » figure deux fois")
            self.at += 1
            if rest and not rest.startswith("#"):
                found[key] = self.value(rest, indent)
                continue
            after = self.peek()
            least = indent if after and after[0] == indent and after[1].startswith("-") else indent + 1
            found[key] = self.node(least, depth + 1)
        return found

    def value(self, text: str, indent: int) -> Any:
        """A value that starts on the line just read; it may run over the next ones."""
        if block := _BLOCK.match(text):
            return self.block(indent, folded=block[1] == ">")
        if text[0] in "&*!%@`":
            self.at -= 1
            raise self.fault("ancres, renvois et types ne sont pas acceptés")
        if text[0] in "\"'":
            return self.quoted(text)
        if text[0] in "[{":
            return self.flow(text)
        while self.at < len(self.lines) and self._continues(indent):
            if _KEY.match(self.lines[self.at].strip()):
                raise self.fault("une clé ne peut pas suivre un texte sur la même valeur")
            text += " " + self.lines[self.at].strip()
            self.at += 1
        return re.split(r"\s#", text, maxsplit=1)[0].strip()

    def _continues(self, indent: int) -> bool:
        line = self.lines[self.at]
        inside = len(line) - len(line.lstrip(" ")) > indent
        return bool(line.strip()) and inside and not line.strip().startswith("#")

    def block(self, indent: int, *, folded: bool) -> str:
        """The lines of a `>` or `|` block: those that are blank or indented further."""
        lines: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
                break
            lines.append(line.strip() if folded else line.rstrip())
            self.at += 1
        if not folded:
            margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line), default=0)
            return "\n".join(line[margin:] for line in lines).strip("\n")
        paragraphs = re.split(r"\n{2,}", "\n".join(lines).strip())
        return "\n".join(paragraph.replace("\n", " ") for paragraph in paragraphs)

    def quoted(self, text: str) -> str:
        """A text between quotes, which may run over several lines."""
        mark = text[0]
        whole = r'"(?:[^"\\]|\\.)*"' if mark == '"' else r"'(?:[^']|'')*'"
        while not re.match(whole, text):
            if self.at >= len(self.lines):
                raise self.fault("un guillemet n'est pas refermé")
            text += " " + self.lines[self.at].strip()
            self.at += 1
        inside = re.match(whole, text)[0]  # type: ignore[index]  # the loop ends when it matches
        if mark == "'":
            return inside[1:-1].replace("''", "'")
        try:
            return str(json.loads(inside, strict=False))
        except ValueError:
            return inside[1:-1]

    def flow(self, text: str) -> Any:
        """`[a, b]`, `[]`, `{}` on one line."""
        inside = re.split(r"\s#", text, maxsplit=1)[0].strip()
        if inside == "{}":
            return {}
        if not (inside.startswith("[") and inside.endswith("]")) or re.search(r"[\[\]{}]", inside[1:-1]):
            self.at -= 1
            raise self.fault("cette écriture n'est pas acceptée : une valeur par ligne")
        return [part.strip().strip("'\"") for part in inside[1:-1].split(",") if part.strip()]


def text_at(data: Any, *path: str) -> str:
    """The text at the end of a path of keys, or an empty one."""
    for key in path:
        data = data.get(key, "") if isinstance(data, dict) else ""
    return data.strip() if isinstance(data, str) else ""
