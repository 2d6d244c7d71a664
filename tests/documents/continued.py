"""What may be appended to an issued PDF: changes of it, stamps, fields. Each a true incremental update."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

Box = tuple[int, int, int, int]
CORNER, TITLE = (560, 4, 594, 20), (60, 700, 330, 780)  # of a page: nothing is printed there; the title is


def updated(content: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """`content` continued by what `change` does to it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def page_of(writer: IncrementalPdfFileWriter, number: int = 0) -> Any:
    """A page, by reference."""
    return writer.find_page_for_modification(number)[0]


def _drawing(writer: IncrementalPdfFileWriter, shown: bytes) -> Any:
    return writer.add_object(generic.StreamObject(stream_data=shown))


def page_redrawn(writer: IncrementalPdfFileWriter) -> None:
    """Page 1 shows another amount."""
    page_of(writer).get_object()["/Contents"] = _drawing(writer, b"BT /F1 30 Tf 100 500 Td (MAXIMUM 900 000) Tj ET")
    writer.mark_update(page_of(writer))


def stream_replaced(writer: IncrementalPdfFileWriter) -> None:
    """The same object, drawn otherwise."""
    reference = page_of(writer).get_object().raw_get("/Contents").reference
    writer.objects[(reference.generation, reference.idnum)] = generic.StreamObject(stream_data=b"q Q")


def resources_replaced(writer: IncrementalPdfFileWriter) -> None:
    """Other fonts under the same names."""
    page_of(writer).get_object()["/Resources"] = generic.DictionaryObject()
    writer.mark_update(page_of(writer))


def page_taken_out(writer: IncrementalPdfFileWriter) -> None:
    """One page less."""
    pages = writer.root["/Pages"]
    pages["/Kids"].pop()
    writer.mark_update(writer.root.raw_get("/Pages"))


def table_replaced(writer: IncrementalPdfFileWriter) -> None:
    """Another CSV under the name of the one attached."""
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    names[1].get_object()["/EF"]["/F"] = _drawing(writer, b"Commune;Maximum\n001;1\n")
    writer.mark_update(names.raw_get(1) if isinstance(names.raw_get(1), generic.IndirectObject) else writer.root_ref)


def opened_elsewhere(writer: IncrementalPdfFileWriter) -> None:
    """The catalogue says how it opens."""
    writer.root["/PageMode"] = pdf_name("/UseOutlines")
    writer.update_root()


def annotation(kind: str, box: Box, **fields: Any) -> Callable[[IncrementalPdfFileWriter], None]:
    """An annotation drawn in `box` on page 1."""

    def add(writer: IncrementalPdfFileWriter) -> None:
        made = {"/Type": pdf_name("/Annot"), "/Subtype": pdf_name(kind), "/F": generic.NumberObject(4)}
        made["/Rect"] = generic.ArrayObject(map(generic.NumberObject, box))
        made["/AP"] = generic.DictionaryObject({pdf_name("/N"): _drawing(writer, b"0 0 99 99 re f")})
        made |= {f"/{name}": value for name, value in fields.items()}
        note = generic.DictionaryObject({pdf_name(name): value for name, value in made.items()})
        page = page_of(writer).get_object()
        page["/Annots"] = generic.ArrayObject([*page.get("/Annots", []), writer.add_object(note)])
        writer.mark_update(page_of(writer))

    return add


def text_field(writer: IncrementalPdfFileWriter) -> None:
    """A box to type in, filled in."""
    words = {"FT": pdf_name("/Tx"), "T": generic.TextStringObject("montant"), "V": generic.TextStringObject("1")}
    annotation("/Widget", CORNER, **words)(writer)


def form_in_place(writer: IncrementalPdfFileWriter) -> None:
    """An XFA form, that some readers show instead of the pages."""
    held = {pdf_name("/Fields"): generic.ArrayObject(), pdf_name("/XFA"): _drawing(writer, b"<xdp/>")}
    writer.root["/AcroForm"] = generic.DictionaryObject(held)
    writer.update_root()
