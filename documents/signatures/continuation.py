"""What was added to an issued PDF since its issue, and whether anything of it was changed or hidden. In the worker.

A signature vouches for what follows it, and for the whole file it is put on: not for what stood between the issue and
itself. So every object that was issued must be there unchanged, but those that a signing tool has to touch: the
catalogue, which names the form; the list of annotations of a page; the metadata. What is added must be a signature,
what time-stamps it or proves it later, or an annotation that covers no printed word.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf

from documents.signatures.drawn import area, box_of, overlap, shown

OF_CATALOGUE = {"/AcroForm", "/DSS", "/Extensions", "/Metadata", "/Perms", "/Version"}
OF_FORM = {"/Fields", "/SigFlags", "/DR", "/DA", "/Q", "/NeedAppearances"}  # not /XFA, which is shown in its place
OF_PAGE = {"/Annots"}
OF_FIELD = {"/V", "/AP", "/F", "/M", "/MK", "/DA"}  # of a signature field prepared empty
Place = tuple[int, int]  # number and generation of an object
NOWHERE: Place = (0, 0)  # of what stands within another
NOTES = {"/Text", "/Popup"}  # shown beside the page, by the reader's own means
STAMPS = {"/Stamp", "/FreeText", "/Ink"}  # drawn in their rectangle, when they bring their drawing
HIDDEN = 0b100010  # flags of an annotation: hidden, or never shown
SLIGHT = 4.0  # square points: less than a letter


def difference(issued: bytes, content: bytes) -> str:
    """What of the issue was altered in `content`, which begins with it, in a few French words; "" for nothing."""
    try:
        before = pikepdf.open(io.BytesIO(issued))
        after = pikepdf.open(io.BytesIO(content), attempt_recovery=False)
        found = next(_differences(before, after), "")
        return found or ("structure irrégulière" if after.get_warnings() else "")
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, NotImplementedError, RecursionError):
        return "ajout illisible"


def _differences(before: Any, after: Any) -> Iterator[str]:
    if after.is_encrypted or before.Root.objgen != after.Root.objgen:
        yield "structure remplacée"
    pages = {page.obj.objgen: number for number, page in enumerate(before.pages, 1)}
    free, partly = _touched(before), _partly(before)
    issued = {item.objgen for item in before.objects}
    for item in before.objects:
        where = item.objgen
        now = after.get_object(where)
        if where in pages:
            yield from _changed_keys(item, now, OF_PAGE, f"page {pages[where]}")
            yield from _annotations(item, now, pages[where], issued)
        elif where in partly:
            yield from _changed_keys(item, now, *partly[where])
        elif where not in free and not _same(item, now):
            yield "contenu remplacé"
    yield from _form(before.Root, after.Root)


def _touched(before: Any) -> set[Place]:
    """The objects that may be anything afterwards: lists that are compared elsewhere, metadata, proofs of validity."""
    form = before.Root.get("/AcroForm", {})
    held = [page["/Annots"] for page in before.pages if "/Annots" in page]
    held += [form[key] for key in ("/Fields", "/DR") if key in form]
    held += [before.Root[key] for key in ("/Metadata", "/Extensions", "/Perms") if key in before.Root]
    held += [before.trailer["/Info"]] if "/Info" in before.trailer else []
    found = {item.objgen for item in held} | set(_under(before.Root.get("/DSS")))
    return found - {NOWHERE}


def _partly(before: Any) -> dict[Place, tuple[set[str], str]]:
    """Those of which some keys may change, and what they are called: the catalogue, the form, fields not yet signed."""
    form = before.Root.get("/AcroForm", pikepdf.Dictionary())
    found = {form.objgen: (OF_FORM, "formulaire")}
    for item in form.get("/Fields", []):
        if _signs(item) and "/V" not in item:
            found[item.objgen] = (OF_FIELD, "champ de formulaire")
    return {place: what for place, what in found.items() if place != NOWHERE} | {
        before.Root.objgen: (OF_CATALOGUE, "catalogue du document")
    }


def _under(item: Any) -> Iterator[Place]:
    """The objects by which an entry of the catalogue is kept, four levels deep: a DSS, its lists, what they hold."""
    waiting = [(item, 4)]
    while waiting:
        held, depth = waiting.pop()
        if isinstance(held, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream):
            yield held.objgen
            if depth and not isinstance(held, pikepdf.Stream):
                inside = held if isinstance(held, pikepdf.Array) else held.values()
                waiting += [(value, depth - 1) for value in inside]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, pikepdf.Stream):
        if not isinstance(other, pikepdf.Stream) or one.read_raw_bytes() != other.read_raw_bytes():
            return False
        return _keys(one) == _keys(other)
    return bool(one.unparse(resolved=True) == other.unparse(resolved=True))


def _keys(item: Any) -> dict[str, bytes]:
    """The entries of a dictionary, or of that of a stream, each as it is written; references stay references."""
    return {key: pikepdf.Array([item[key]]).unparse() for key in item.keys()}  # noqa: SIM118


def _changed_keys(one: Any, other: Any, but: set[str], name: str) -> Iterator[str]:
    if not isinstance(other, pikepdf.Dictionary):
        yield name
        return
    old, new = _keys(one), _keys(other)
    if {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)} - but:
        yield name


def _annotations(page: Any, now: Any, number: int, issued: set[Place]) -> Iterator[str]:
    """Those of the issue are there still; each of the others is one that may be added, and covers no word."""
    held = {_name(item) for item in page.get("/Annots", [])}
    listed = list(now.get("/Annots", []))
    if not held <= {_name(item) for item in listed}:
        yield f"annotation retirée page {number}"
    added = [item for item in listed if _name(item) not in held]
    words = shown(page).texts if any(map(_visible, added)) else []
    for item in added:
        if item.objgen in issued or not _addable(item):
            yield f"ajout page {number} autre qu'une signature ou un tampon"
        if _visible(item) and any(area(overlap(box_of(item.get("/Rect")), word)) > SLIGHT for word in words):
            yield f"texte recouvert page {number}"


def _name(item: Any) -> Any:
    return item.objgen if item.is_indirect else item.unparse()


def _visible(item: Any) -> bool:
    return area(box_of(item.get("/Rect"))) > 0 and not int(item.get("/F", 0)) & HIDDEN


def _addable(item: Any) -> bool:
    if "/A" in item or "/AA" in item:
        return False
    if item.get("/Subtype") == "/Widget":
        return _signs(item)
    kind = str(item.get("/Subtype", ""))
    return kind in NOTES or (kind in STAMPS and "/AP" in item)


def _signs(item: Any) -> bool:
    """A signature field, or what shows one."""
    kind = item.get("/FT") or item.get("/Parent", {}).get("/FT")
    return bool(kind == "/Sig")


def _form(before: Any, after: Any) -> Iterator[str]:
    """The form that signatures bring holds signatures only."""
    form = after.get("/AcroForm", pikepdf.Dictionary())
    held = {_name(item) for item in before.get("/AcroForm", pikepdf.Dictionary()).get("/Fields", [])}
    if set(form.keys()) - OF_FORM or not held <= {_name(item) for item in form.get("/Fields", [])}:
        yield "formulaire"
    for item in form.get("/Fields", []):
        if _name(item) not in held and (not _signs(item) or "/AA" in item):
            yield "champ de formulaire"
