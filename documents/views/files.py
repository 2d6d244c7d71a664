"""Files to keep: never shown inside the site, never sniffed as something else (quality.md, P5)."""

from __future__ import annotations

from django.http import HttpResponse


def pdf_file(content: bytes, name: str) -> HttpResponse:
    """A PDF to keep; `name` is ours, in ASCII."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
