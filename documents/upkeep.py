"""Keeping the files and the queue in order: what is stored is what was issued, what nobody names goes away."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from documents import background, store
from documents.freshness import Today, in_words
from documents.models import Bundle, BundleStatus, Document, DocumentState, OutOfDate, SignedCopy
from documents.models.bundles import KEPT
from documents.telling import tell_behind
from procurement.access import ANONYMOUS
from projects.models import Project

ORPHAN_AFTER = dt.timedelta(hours=24)
PARTIAL_AFTER = dt.timedelta(hours=1)
CHUNK = 1 << 20  # bytes read at a time


# Verifying ------------------------------------------------------------------------------------------------------------
def named_files() -> Iterator[tuple[str, Path, str]]:
    """(what it is, file, hash) of every file that a row names."""
    issues = Document.objects.exclude(pdf_sha256="").order_by("pk").values_list("reference", "pdf_sha256")
    for reference, sha256 in issues.iterator():
        yield reference, store.path_of(sha256), sha256
    copies = SignedCopy.objects.order_by("pk").values_list("document__reference", "body__name", "sha256")
    for reference, body, sha256 in copies.iterator():
        yield f"{reference}, copie signée de {body}", store.path_of(sha256), sha256
    ready = Bundle.objects.filter(status=BundleStatus.READY).order_by("pk").values_list("name", "sha256")
    for name, sha256 in ready.iterator():
        yield f"archive {name}", store.archive_path(sha256), sha256


def fault_of(path: Path, sha256: str) -> str:
    """What is wrong with a stored file, in French; empty when it holds what its name says."""
    try:
        found = _digest(path)
    except FileNotFoundError:
        return "le fichier manque"
    except OSError as error:
        return f"le fichier ne se lit pas ({error.strerror})"
    return "" if found == sha256 else f"le fichier a été modifié (sha256 {found[:16]}… au lieu de {sha256[:16]}…)"


def _digest(path: Path) -> str:
    running = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            running.update(piece)
    return running.hexdigest()


# Sweeping -------------------------------------------------------------------------------------------------------------
def sweep(*, orphan_after: dt.timedelta = ORPHAN_AFTER, partial_after: dt.timedelta = PARTIAL_AFTER) -> dict[str, int]:
    """Take away what nobody names any more: expired archives, files without row, halves of files; revive dead tasks.

    A file may stand before its row (it is written first), so only those older than `orphan_after` go.
    """
    expired = Bundle.objects.filter(status=BundleStatus.READY, moved_at__lt=timezone.now() - KEPT)
    found = {"archives": expired.count()}
    for bundle in expired:  # the row first: an archive that is listed has its file
        bundle.delete()
    issued = set(Document.objects.exclude(pdf_sha256="").values_list("pdf_sha256", flat=True))
    named = issued | set(SignedCopy.objects.values_list("sha256", flat=True))
    kept = set(Bundle.objects.exclude(sha256="").values_list("sha256", flat=True))
    found["orphans"] = _unnamed(store.documents(), named, orphan_after) + _unnamed(store.archives(), kept, orphan_after)
    found["halves"] = _halves(store.documents(), partial_after) + _halves(store.archives(), partial_after)
    found["tasks"] = background.revive()
    return found


def _unnamed(folder: Path, named: set[str], after: dt.timedelta) -> int:
    old = [path for path in _older(folder, after) if not path.name.startswith(store.PARTIAL) and path.stem not in named]
    return _remove(old)


def _halves(folder: Path, after: dt.timedelta) -> int:
    return _remove([path for path in _older(folder, after) if path.name.startswith(store.PARTIAL)])


def _older(folder: Path, after: dt.timedelta) -> list[Path]:
    limit = time.time() - after.total_seconds()
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if path.stat().st_mtime <= limit]


def _remove(paths: list[Path]) -> int:
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)


# Watching -------------------------------------------------------------------------------------------------------------
def watch(project: Project) -> int:
    """Hold the issues that count against the facts, note those that are behind, tell the coordinator once of each.

    Returns how many are behind. Side effects: rows of OutOfDate written and taken away, messages.
    """
    today, behind = Today(project), 0
    issues = Document.objects.filter(project=project).with_state().select_related("body", "project", "version")
    for document in issues:
        counts = document.state in (DocumentState.ISSUED, DocumentState.IN_FORCE)
        verdict = today.verdict(document) if counts else None
        if verdict is None or not verdict.stale:
            OutOfDate.objects.filter(document=document).delete()
            continue
        behind += 1
        what = in_words(verdict.changed)
        with transaction.atomic():
            seen = OutOfDate.objects.filter(document=document, context_sha256=verdict.context_sha256)
            if not seen.exists():
                fields = {"context_sha256": verdict.context_sha256, "what": what, "seen_at": timezone.now()}
                OutOfDate.objects.update_or_create(document=document, defaults=fields)
                if document.kind == "convention" or document.body_id is None:
                    tell_behind(project, document, what, ANONYMOUS)
    return behind
