"""Looking into a PDF: its text, its structure, its fonts, and the three checkers."""

from __future__ import annotations

import functools
import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from page import ValidationProfile, validate_pdf_bytes

from documents.render import render_pdf

# Rules of page-validation that veraPDF has not (proto.md): the first is of PDF/A-1, the second wants no final CR.
FALSE_ALARMS = ("METADATA-FILTER", "STREAM-LENGTH")


@functools.lru_cache(maxsize=96)
def pdf_of(html: str) -> bytes:
    """Rendered once per test run for the same HTML."""
    return render_pdf(html)


def text_of(pdf: bytes, *options: str) -> str:
    """The text as `pdftotext` reads it, spaces and line ends made plain; a hyphen that ends a line is lost."""
    command = ["pdftotext", *options, "-", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def spoken(pdf: bytes) -> str:
    """The text in the order of the structure, as a screen reader meets it: no margin, no artifact, no space added.

    `pdfinfo -struct-text` says the same, in 17 s for thirty pages.
    """
    return said_under(pdf, opened(pdf).Root.StructTreeRoot)


def said_under(pdf: bytes, element: Any) -> str:
    """The same of one element."""
    return "".join(_said(element, _drawn(pdf)))


@functools.lru_cache(maxsize=4)
def _drawn(pdf: bytes) -> dict[tuple[Any, int], str]:
    pages = opened(pdf).pages
    return {(page.objgen, number): text for page in pages for number, text in _text_by_number(page).items()}


def pages_under(element: Any) -> Iterator[Any]:
    """The page of each piece of content of an element and of those it holds."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            yield element.Pg
        elif kid.get("/Type") == "/MCR":
            yield kid.get("/Pg", element.get("/Pg"))
        elif "/S" in kid:
            yield from pages_under(kid)


def _said(element: Any, drawn: dict[tuple[Any, int], str]) -> Iterator[str]:
    """The words under an element, its own and its children's as they follow each other."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            yield drawn.get((element.Pg.objgen, kid), "")
        elif kid.get("/Type") == "/MCR":
            yield drawn.get((kid.get("/Pg", element.get("/Pg")).objgen, int(kid.MCID)), "")
        elif "/S" in kid:
            yield from _said(kid, drawn)


def _text_by_number(page: Any) -> dict[int, str]:
    """What each numbered piece of marked content of a page shows."""
    found: dict[int, str] = {}
    letters: dict[int, str] = {}
    stack: list[int | None] = []
    fonts = page.Resources.get("/Font", {})
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            fields = operands[1] if name == "BDC" and isinstance(operands[1], pikepdf.Dictionary) else {}
            stack.append(int(fields["/MCID"]) if "/MCID" in fields else None)
        elif name == "EMC":
            stack.pop()
        elif name == "Tf":
            letters = _letters(fonts[str(operands[0])])
        elif name in ("Tj", "TJ") and (number := next((n for n in reversed(stack) if n is not None), None)) is not None:
            pieces = operands[0] if name == "TJ" else operands
            codes = b"".join(bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String))
            shown = (letters.get(int.from_bytes(codes[at : at + 2], "big"), "") for at in range(0, len(codes), 2))
            found[number] = found.get(number, "") + "".join(shown)
    return found


def _letters(font: Any) -> dict[int, str]:
    """The characters of a font's glyphs, from its ToUnicode table (two bytes a glyph, one line each)."""
    table = bytes(font.ToUnicode.read_bytes()).decode("ascii")
    pairs = re.findall(r"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", table)
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


def pages_of(pdf: bytes) -> list[str]:
    """The text page by page."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


@functools.lru_cache(maxsize=8)  # pikepdf forgets the objects of a file that nobody holds
def opened(pdf: bytes) -> pikepdf.Pdf:
    """The file opened by pikepdf."""
    return pikepdf.open(io.BytesIO(pdf))


def elements(pdf: bytes) -> Iterator[Any]:
    """Every structure element, in document order, which is the order of reading."""
    yield from below(opened(pdf).Root.StructTreeRoot)


def below(node: Any) -> Iterator[Any]:
    """The elements under one."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from below(kid)


def tags(pdf: bytes) -> list[str]:
    """The names of the elements: /H1, /P, /Table…"""
    return [str(element.S) for element in elements(pdf)]


def parents(pdf: bytes) -> Iterator[tuple[Any, Any]]:
    """Every structure element with the one that holds it."""
    waiting = [opened(pdf).Root.StructTreeRoot]
    while waiting:
        node = waiting.pop()
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                yield node, kid
                waiting.append(kid)


def marked(page: Any) -> Iterator[tuple[str, int | None, bool]]:
    """What a page draws: operator, number of the marked content it stands in, whether it is an artifact."""
    stack: list[tuple[int | None, bool]] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            fields = operands[1] if name == "BDC" and isinstance(operands[1], pikepdf.Dictionary) else {}
            number = fields.get("/MCID")
            stack.append((None if number is None else int(number), str(operands[0]) == "/Artifact"))
        elif name == "EMC":
            stack.pop()
        else:
            inside = next((number for number, _ in reversed(stack) if number is not None), None)
            yield name, inside, any(artifact for _, artifact in stack)


def fonts(pdf: bytes) -> dict[str, bool]:
    """Family of each font, without its subset prefix, and whether its glyphs are in the file."""
    found: dict[str, bool] = {}
    for thing in opened(pdf).objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
            name = re.sub(r"^/?[A-Z]{6}\+", "", str(thing.FontName))
            found[name] = any(key in thing for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    return found


def faults(pdf: bytes, profile: ValidationProfile) -> list[str]:
    """Rules of the profile that the file breaks, false alarms left out."""
    found = validate_pdf_bytes(pdf, profile=profile).failures
    return [f"{it.rule_id}: {it.message}" for it in found if not any(name in it.rule_id for name in FALSE_ALARMS)]


def is_sound(pdf: bytes, folder: Path) -> str:
    """What `qpdf --check` has against the file; empty when nothing."""
    file = folder / "checked.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr
