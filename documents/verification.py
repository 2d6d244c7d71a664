"""Comparing a file with what was issued: the same bytes, the same bytes continued by a signature, or something else."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from documents import store
from documents.catalogue import kind_of
from documents.models.issues import Document

REFERENCE = re.compile(rb"P-\d{4}-\d{3,}/[A-Z]+(?:-\d{9})?-v\d+")
UPDATE = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
TABLE = re.compile(rb"xref\b|\d+ \d+ obj\b")
END = re.compile(rb"%%EOF\r?\n?")
MOST_ENDS = 500  # signatures on one file; beyond, it is not a document that anybody signed


@dataclass(frozen=True, slots=True)
class Verdict:
    """`document` is the issue the file is, or None; `reason` says what differs, or that it was signed since."""

    document: Document | None
    reason: str


def verify(content: bytes) -> Verdict:
    """Whether `content` is an issue's bytes, or these bytes continued by an incremental update (a signature).

    Reads the file once whatever it holds, and asks the database twice at most.
    """
    issued = Document.objects.exclude(pdf_sha256="").with_state().select_related("project")
    ends = _digests(content)
    found = {item.pdf_sha256: item for item in issued.filter(pdf_sha256__in=list(ends))}
    for digest, end in ends.items():
        document = found.get(digest)
        if document is None:
            continue
        if end == len(content):
            return Verdict(document, "")
        if store.read(digest) == content[:end] and _is_update(content, end):
            return Verdict(document, "Le fichier continue le document émis (signature ou annotation ajoutée).")
    return Verdict(None, _difference(content))


def title_of(document: Document) -> str:
    """What an issue is called, for a page."""
    return kind_of(document.kind, document.project.route).title


def _digests(content: bytes) -> dict[str, int]:
    """SHA-256 → length of the whole file, then of each beginning that ends where a PDF may end, in one reading."""
    running, last = hashlib.sha256(), 0
    beginnings: list[tuple[str, int]] = []
    for match in END.finditer(content):
        if len(beginnings) == MOST_ENDS:
            break
        running.update(memoryview(content)[last : match.end()])
        last = match.end()
        beginnings.append((running.hexdigest(), last))
    running.update(memoryview(content)[last:])
    return dict([(running.hexdigest(), len(content)), *beginnings])


def _is_update(content: bytes, start: int) -> bool:
    """Whether what follows byte `start` is an incremental update: it ends with the place of a table of its own."""
    end = UPDATE.search(content, start)
    return end is not None and start <= int(end[1]) < len(content) and TABLE.match(content, int(end[1])) is not None


def _difference(content: bytes) -> str:
    """Why the file is not an issue: not a PDF, unknown, or a changed copy of an issue that it names."""
    if not content.startswith(b"%PDF-"):
        return "inconnu : ce fichier n'est pas un PDF."
    named = REFERENCE.search(content)
    reference = named.group().decode() if named else ""
    document = Document.objects.filter(reference=reference).first() if reference else None
    if document is None:
        return "inconnu : aucun document émis n'a ce contenu."
    known = store.read(document.pdf_sha256) or b""
    where = next(
        (i for i, (a, b) in enumerate(zip(content, known, strict=False)) if a != b), min(len(content), len(known))
    )
    sizes = f"{len(content)} octets au lieu de {len(known)}" if len(content) != len(known) else "même taille"
    return f"modifié : ce fichier se dit {reference}, mais en diffère dès l'octet {where + 1} ({sizes})."
