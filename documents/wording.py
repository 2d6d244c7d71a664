"""Printing with the words of the day of issue: what is stored of a document is enough to print it again, for ever."""

from __future__ import annotations

import functools
import hashlib
import json
from importlib import metadata

from django.conf import settings
from django.template import Context, Engine, engines

from documents.models import Document, Wording
from documents.stamp import Page, Stamp

FOLDER = settings.ROOT / "templates"
SUFFIXES = (".html", ".css", ".svg", ".txt")


def engine() -> str:
    """The layout engine and its version: only the same one is bound to give the same bytes."""
    return f"weasyprint {metadata.version('weasyprint')}"


def _read() -> dict[str, str]:
    files = (path for path in sorted((FOLDER / "print").rglob("*")) if path.suffix in SUFFIXES)
    return {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in files}


@functools.cache
def _read_once() -> dict[str, str]:
    return _read()


def current_files() -> dict[str, str]:
    """The print templates of today; read again each time when the site runs with DEBUG, as Django does."""
    return _read() if settings.DEBUG else _read_once()


def digest(files: dict[str, str]) -> str:
    """SHA-256 (hex) of names and texts."""
    return hashlib.sha256(json.dumps(files, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def current() -> Wording:
    """Today's wording, stored the first time that a document is issued with it."""
    files = current_files()
    found, _ = Wording.objects.get_or_create(sha256=digest(files), defaults={"packed": Wording.pack(files)})
    return found


def same_words(document: Document) -> bool:
    """True when the templates of today are those that the document was issued with, or when none were kept."""
    return document.wording is None or document.wording.sha256 == digest(current_files())


def page_as_issued(document: Document, stamp: Stamp) -> Page:
    """The page from the stored context and the stored templates, whatever the templates of today say."""
    assert document.wording is not None  # same_words() is true of the others
    template = _engine(document.wording).get_template(document.template)
    values = {"c": document.context, "stamp": stamp, "title": document.title}
    return Page(template.render(Context(values)), document.title, stamp, document.context)


def _engine(wording: Wording) -> Engine:
    """Django's own engine over the stored files, with our filters; nothing is read from today's folder."""
    site = engines["django"].engine  # type: ignore[attr-defined]  # Django's own backend has one
    return Engine(
        loaders=[("django.template.loaders.locmem.Loader", wording.files())],
        libraries=site.libraries,
        builtins=site.builtins,
        string_if_invalid=site.string_if_invalid,
    )
