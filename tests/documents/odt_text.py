"""Looking into an editable file: its parts, and the text of its headings and paragraphs in order."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from lxml import etree

NS = {prefix: f"urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0" for prefix in ("office", "text", "table", "style")}
NS["fo"] = "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"


def part(odt: bytes, name: str) -> Any:
    """A part of the file, parsed."""
    with zipfile.ZipFile(io.BytesIO(odt)) as file:
        return etree.fromstring(file.read(name))


def blocks(odt: bytes) -> list[str]:
    """The text of each heading and paragraph, in order, empty ones left out."""
    body = part(odt, "content.xml").find("office:body/office:text", NS)
    found = body.iter(f"{{{NS['text']}}}h", f"{{{NS['text']}}}p")
    texts = (" ".join(_lines(element)).split() for element in found)
    return [" ".join(text) for text in texts if text]


def _lines(element: Any) -> list[str]:
    """The pieces of a paragraph, a line break being a space."""
    pieces = [element.text or ""]
    for child in element:
        pieces.append(" " if child.tag.endswith("line-break") else "".join(child.itertext()))
        pieces.append(child.tail or "")
    return ["".join(pieces)]
