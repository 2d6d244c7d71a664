"""Table → bytes: CSV, XLSX, ODS. Nothing that leaves here runs when it is opened."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from procurement.sheets import ods, xlsx
from procurement.sheets.cells import Native, as_text, guarded

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": ods.MIMETYPE,
}


def write(form: str, title: str, header: Sequence[str], rows: Sequence[Sequence[Native]]) -> bytes:
    """The file in format `form`, a key of CONTENT_TYPES. CSV is UTF-8 with its mark and `;`, as Excel expects it."""
    if form == "csv":
        return _csv(header, rows)
    return (xlsx if form == "xlsx" else ods).write(title, header, rows)


def _csv(header: Sequence[str], rows: Sequence[Sequence[Native]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Native) -> str:
    return guarded(as_text(value)) if isinstance(value, str) else as_text(value)
