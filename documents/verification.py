"""Comparing a file with what was issued: the same bytes, the same bytes continued by a signature, or something else."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from documents import store
from documents.catalogue import kind_of
from documents.models.issues import Document
from documents.signatures.inspection import Inspection, Unreadable, inspect, signature_of

REFERENCE = re.compile(rb"P-\d{4}-\d{3,}/[A-Z]+(?:-\d{1,6})?(?:-\d{9})?-v\d+")
UPDATE = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
TABLE = re.compile(rb"xref\b|\d+ \d+ obj\b")
END = re.compile(rb"%%EOF\r?\n?")
MOST_ENDS = 500  # signatures on one file; beyond, it is not a document that anybody signed


@dataclass(frozen=True, slots=True)
class Verdict:
    """`document` is the issue the file is or continues, or None; `reason` says what differs, or was added since.

    `sound`: it is the issue, as it was, or signed since and nothing else. `found`: what a continuation holds.
    """

    document: Document | None
    reason: str
    sound: bool = False
    found: Inspection | None = None


def verify(content: bytes) -> Verdict:
    """Whether `content` is an issue's bytes, or these bytes continued by an incremental update, and what this holds.

    Reads the file once whatever it holds, and asks the database twice at most.
    """
    document, end = _origin(content)
    if document is None:
        return Verdict(None, _difference(content))
    if end == len(content):
        return Verdict(document, "", sound=True)
    try:
        found = inspect(content, issued=end)
    except Unreadable:
        return Verdict(None, f"modifié : ce fichier commence comme {document.reference}, et sa suite est illisible.")
    reason, sound = _judged(found)
    return Verdict(document, reason, sound, found)


def _origin(content: bytes) -> tuple[Document | None, int]:
    """The issue that the file is or continues, and how many of its bytes are the issue's."""
    issued = Document.objects.exclude(pdf_sha256="").with_state().select_related("project")
    ends = _digests(content)
    found = {item.pdf_sha256: item for item in issued.filter(pdf_sha256__in=list(ends))}
    for digest, end in ends.items():
        if digest not in found:
            continue
        if end == len(content) or (store.read(digest) == content[:end] and _is_update(content, end)):
            return found[digest], end
    return None, 0


def _judged(found: Inspection) -> tuple[str, bool]:
    """What is said of an issue that is continued, and whether it is only signed."""
    if found.altered:
        return f"Le document émis, modifié après son émission : {found.altered}.", False
    if not found.found:
        return "Le document émis, complété depuis, mais sans signature électronique.", False
    broken = [item for item in map(signature_of, found.found) if not item.intact or item.changed_since]
    if broken:
        return broken[0].verdict, False
    return "Le fichier continue le document émis ; ses signatures sont intactes.", True


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
