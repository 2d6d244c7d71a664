"""Files to keep: never shown inside the site, never sniffed as something else (quality.md, P5)."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from django.http import FileResponse, HttpResponse, HttpResponseBase

Response = TypeVar("Response", bound=HttpResponseBase)
TYPES = {
    "pdf": "application/pdf",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def file(content: bytes, name: str) -> HttpResponse:
    """Bytes to keep under `name`, which is ours, in ASCII; its ending says the type."""
    response = HttpResponse(content, content_type=TYPES[name.rpartition(".")[2]])
    return _kept(response, name)


def pdf_file(content: bytes, name: str) -> HttpResponse:
    """A PDF to keep; `name` is ours, in ASCII."""
    return file(content, name)


def stored_file(path: Path, name: str) -> FileResponse:
    """A file of ours, given piece by piece. Raises OSError when it is not there."""
    return _kept(FileResponse(path.open("rb"), content_type=TYPES[name.rpartition(".")[2]]), name)


def _kept(response: Response, name: str) -> Response:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
