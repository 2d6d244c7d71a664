"""Comparing a file with what was issued: the same bytes, the same bytes continued by a signature, or something else."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from documents import store
from documents.models import Document

REFERENCE = re.compile(rb"P-\d{4}-\d{3,}/[A-Z]+(?:-\d{9})?-v\d+")
UPDATE = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
TABLE = re.compile(rb"xref\b|\d+ \d+ obj\b")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`document` is the issue the file is, or None; `reason` says what differs, or that it was signed since."""

    document: Document | None
    reason: str


def verify(content: bytes) -> Verdict:
    """Whether `content` is an issue's bytes, or these bytes continued by an incremental update (a signature)."""
    issued = Document.objects.exclude(pdf_sha256="").with_state()
    same = issued.filter(pdf_sha256=hashlib.sha256(content).hexdigest()).first()
    if same is not None:
        return Verdict(same, "")
    for start in _beginnings(content):
        found = issued.filter(pdf_sha256=hashlib.sha256(start).hexdigest()).first()
        if found is not None and store.read(found.pdf_sha256) == start and _is_update(content, len(start)):
            return Verdict(found, "Le fichier continue le document émis (signature ou annotation ajoutée).")
    return Verdict(None, _difference(content))


def _beginnings(content: bytes) -> list[bytes]:
    """The parts of the file that end where a PDF may end: each could be the issued document."""
    ends = [match.end() for match in re.finditer(rb"%%EOF\r?\n?", content)]
    return [content[:end] for end in ends if end < len(content)]


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
