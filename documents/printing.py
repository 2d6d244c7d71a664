"""From a context to a page: what is stored, its hash, and the page printed from it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

from documents import wording
from documents.catalogue import Kind, kind_of
from documents.contexts.subject import Subject
from documents.models import Document
from documents.render import render_page
from documents.stamp import Page, Stamp
from procurement import clock


def canonical(context: dict[str, Any]) -> str:
    """The one JSON text of a context."""
    return json.dumps(context, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(context: dict[str, Any]) -> str:
    """SHA-256 (hex) of the canonical JSON; its first 16 digits are the code in the footer."""
    return hashlib.sha256(canonical(context).encode()).hexdigest()


def context_of(kind: Kind, subject: Subject) -> dict[str, Any]:
    """What is stored and printed. The kind is in it: two documents made of the same facts have two codes."""
    subject = subject.amended() if kind.after_amendments else subject
    return {"kind": kind.code, **dataclasses.asdict(kind.build(subject))}


def facts_digest(subject: Subject) -> str:
    """SHA-256 (hex) of all that documents are built from, whichever body they are for."""
    return digest(dataclasses.asdict(dataclasses.replace(subject, siren="")))


def page_of(document: Document) -> Page:
    """An issue as a page, from its stored context and with the words of its day."""
    stamp = Stamp(document.reference, f"Émis le {document.issued_on:%d/%m/%Y}", document.code, document.issued_on)
    if wording.same_words(document):
        return render_page(kind_of(document.kind, document.route), document.context, stamp)
    return wording.page_as_issued(document, stamp)


def preview(kind: Kind, subject: Subject) -> Page:
    """A draft, with the watermark; possible in every state."""
    context = context_of(kind, subject)
    code = digest(context)[:16]
    suffix = f"-{subject.siren}" if subject.siren else ""
    reference = subject.need.reference if subject.need else f"{subject.dossier.reference}/{kind.prefix}{suffix}"
    stamp = Stamp(reference, "PROJET, ne pas signer", code, clock.today(), draft=True)
    return render_page(kind, context, stamp)
