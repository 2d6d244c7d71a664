"""Context → HTML → PDF or ODT. One renderer for every document; the PDF is made in a child process with limits."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from documents.catalogue import Kind
from documents.odt import render_odt
from documents.price_book import price_book
from documents.stamp import Page, Stamp
from documents.workbook import write_workbook

# Of processor time, so that a busy machine refuses nothing that a quiet one prints. A page grows with the number of
# members (1,000 of them: 1.9 MB, 429 pages), and so do its limits; what hangs is a small page, and is cut short.
LIMIT_SECONDS, SECONDS_PER_MEGABYTE, MOST_SECONDS = 30, 60, 240
LIMIT_MEBIBYTES, MEBIBYTES_PER_MEGABYTE, MOST_MEBIBYTES = 1024, 1024, 3072
PATIENCE = 4  # seconds of waiting for one of processor

TOO_LONG = "Le document n'a pas pu être mis en page dans le temps permis."
TOO_BIG = "Le document n'a pas pu être mis en page dans la mémoire permise."
FAILED = "Le document n'a pas pu être mis en page : "
# As Python, GLib, the loader of libraries and threads say it.
_OUT_OF_MEMORY = (
    "MemoryError",
    "failed to allocate",
    "Cannot allocate memory",
    "failed to map segment",
    "Error creating thread",
)


class RenderFailed(Exception):
    """The document could not be rendered; the message is one French line."""


def render_page(kind: Kind, context: dict[str, Any], stamp: Stamp) -> Page:
    """The document as one HTML page without outside reference. Text from users is escaped, never a template."""
    html = render_to_string(kind.template, {"c": context, "stamp": stamp, "title": kind.title})
    return Page(html, kind.title, stamp, context)


def write_as(page: Page, form: str) -> bytes:
    """The page as `pdf`, `odt` or `html`; the price schedule as `ods` or `xlsx` too. Raises RenderFailed."""
    if form == "pdf":
        return render_pdf(page.html)
    if form in ("ods", "xlsx"):
        return write_workbook(form, price_book(page))
    return render_odt(page) if form == "odt" else page.html.encode()


def limits(size: int) -> tuple[int, int]:
    """Seconds of processor and MiB of memory that a page of `size` bytes may take."""
    seconds = LIMIT_SECONDS + SECONDS_PER_MEGABYTE * size // 10**6
    mebibytes = LIMIT_MEBIBYTES + MEBIBYTES_PER_MEGABYTE * size // 10**6
    return min(seconds, max(MOST_SECONDS, LIMIT_SECONDS)), min(mebibytes, MOST_MEBIBYTES)


def render_pdf(html: str) -> bytes:
    """PDF/A-3a and PDF/UA-1 bytes of a page; the same page gives the same bytes.

    Runs `documents.render_worker` in a child process. Raises RenderFailed when it takes more than its limits of
    processor or memory, names an outside resource, or fails.
    """
    content = html.encode()
    seconds, mebibytes = limits(len(content))
    command = [sys.executable, "-m", "documents.render_worker", str(seconds), str(mebibytes)]
    try:
        done = subprocess.run(  # our own module, no shell
            command,
            input=content,
            capture_output=True,
            timeout=PATIENCE * seconds,
            cwd=settings.ROOT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RenderFailed(TOO_LONG) from None
    if done.returncode == -signal.SIGXCPU:
        raise RenderFailed(TOO_LONG)
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode and any(word in said for word in _OUT_OF_MEMORY):
        raise RenderFailed(TOO_BIG)
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise RenderFailed(f"{FAILED}{said.rpartition(chr(10))[2][:300] or 'le moteur de rendu s’est arrêté'}")
    return done.stdout
