"""What a page of a PDF shows and where: enough to tell a scan from a text, and a stamp from a patch over a text.

Runs in the worker, on files from outside: nothing here opens a font or an image, it only reads where they are put.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

Box = tuple[float, float, float, float]  # left, bottom, right, top, in points of the page
Matrix = tuple[float, float, float, float, float, float]
PLAIN: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
DEEPEST = 8  # forms within forms; nobody's scanner goes beyond two
LETTER = 0.6  # of its size: about the widest average letter of a text face
COVERED = 0.8  # of a page, by its pictures, for it to be a scan: some scanners leave margins


@dataclass
class Shown:
    """Where the pictures and the lines of text of a page are."""

    pictures: list[Box] = field(default_factory=list)
    texts: list[Box] = field(default_factory=list)


def names_a_font(page: Any) -> bool:
    """True when the page, its forms or its patterns have a font at hand: a scan shows pictures only."""
    seen: set[tuple[int, int]] = set()
    waiting = [_inherited(page, "/Resources")]
    while waiting:
        resources = waiting.pop()
        if not isinstance(resources, pikepdf.Dictionary):
            continue
        states: Any = resources.get("/ExtGState", {})
        if len(resources.get("/Font", {})) or any("/Font" in states[name] for name in states.keys()):  # noqa: SIM118
            return True
        for group in ("/XObject", "/Pattern"):
            held: Any = resources.get(group, {})
            for name in held.keys():  # noqa: SIM118  # iterating a pikepdf dictionary needs it
                item = held[name]
                if isinstance(item, pikepdf.Stream) and item.objgen not in seen:
                    seen.add(item.objgen)
                    waiting.append(item.get("/Resources"))
    return False


def is_scan(pages: list[Any]) -> bool:
    """True when every page is a picture, or several side by side, and no text."""
    return bool(pages) and not any(map(names_a_font, pages)) and all(map(_pictured, pages))


def _pictured(page: Any) -> bool:
    frame = box_of(_inherited(page, "/MediaBox"))
    pictures = [overlap(frame, item) for item in shown(page).pictures]
    return sum(map(area, pictures)) >= COVERED * area(frame) > 0


def shown(page: Any) -> Shown:
    """What a page shows. Text is placed by its first letter and the number of its codes, which is near enough."""
    found = Shown()
    _walk(page, _inherited(page, "/Resources"), PLAIN, found, DEEPEST)
    return found


def _walk(content: Any, resources: Any, start: Matrix, found: Shown, depth: int) -> None:
    now, line, size = start, PLAIN, 0.0
    saved: list[Matrix] = []
    for operands, operator in _instructions(content):
        name = str(operator)
        if name == "q":
            saved.append(now)
        elif name == "Q" and saved:
            now = saved.pop()
        elif name == "cm":
            now = _times(_matrix(operands), now)
        elif name == "Tm":
            line = _matrix(operands)
        elif name == "BT":
            line = PLAIN
        elif name in ("Td", "TD"):
            line = _times((1, 0, 0, 1, float(operands[0]), float(operands[1])), line)
        elif name == "Tf":
            size = float(operands[1])
        elif name in ("Tj", "TJ", "'", '"'):
            width = LETTER * size * _letters(operands[-1])
            found.texts.append(_placed((0, -0.2 * size, width, 0.8 * size), _times(line, now)))
        elif name == "INLINE IMAGE":
            found.pictures.append(_placed((0, 0, 1, 1), now))
        elif name == "Do" and depth:
            _do(resources, str(operands[0]), now, found, depth)


def _instructions(content: Any) -> Iterator[tuple[Any, Any]]:
    for item in pikepdf.parse_content_stream(content):
        yield item.operands, item.operator


def _do(resources: Any, name: str, now: Matrix, found: Shown, depth: int) -> None:
    held: Any = resources.get("/XObject", {}) if isinstance(resources, pikepdf.Dictionary) else {}
    item = held.get(name)
    if not isinstance(item, pikepdf.Stream):
        return
    if item.get("/Subtype") == "/Image":
        found.pictures.append(_placed((0, 0, 1, 1), now))
    elif item.get("/Subtype") == "/Form":
        matrix = _matrix(item["/Matrix"]) if "/Matrix" in item else PLAIN
        _walk(item, item.get("/Resources", resources), _times(matrix, now), found, depth - 1)


def _letters(operand: Any) -> int:
    """How many letters a text operand shows: two bytes each in the fonts of an issue, at most one elsewhere."""
    pieces = operand if isinstance(operand, pikepdf.Array) else [operand]
    return sum(len(bytes(piece)) for piece in pieces if isinstance(piece, pikepdf.String)) // 2


def _inherited(page: Any, key: str) -> Any:
    """An attribute of a page, or of the nearest of its parents that has it."""
    for _ in range(50):  # a tree that loops ends here
        if key in page:
            return page[key]
        if "/Parent" not in page:
            break
        page = page["/Parent"]
    return None


def _matrix(numbers: Any) -> Matrix:
    a, b, c, d, e, f = (float(number) for number in numbers)
    return a, b, c, d, e, f


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _placed(box: Box, by: Matrix) -> Box:
    """The upright rectangle around a box once placed."""
    a, b, c, d, e, f = by
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in box[::2] for y in box[1::2]]
    across, up = zip(*corners, strict=True)
    return min(across), min(up), max(across), max(up)


def box_of(numbers: Any) -> Box:
    """A rectangle of a PDF, its corners in whatever order; nothing for what is none."""
    if not isinstance(numbers, pikepdf.Array) or len(numbers) != 4:
        return 0, 0, 0, 0
    x, y, u, v = (float(number) for number in numbers)
    return min(x, u), min(y, v), max(x, u), max(y, v)


def overlap(one: Box, other: Box) -> Box:
    """What two boxes share; empty (of no area) when they are apart."""
    left, bottom = max(one[0], other[0]), max(one[1], other[1])
    return left, bottom, max(left, min(one[2], other[2])), max(bottom, min(one[3], other[3]))


def area(box: Box) -> float:
    """In square points."""
    return (box[2] - box[0]) * (box[3] - box[1])
