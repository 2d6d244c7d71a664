"""Issuing documents, and getting their bytes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
from functools import partial
from typing import Any

from django.db import transaction

from documents import store
from documents.catalogue import Kind, kind_of, kinds_for
from documents.contexts.subject import Subject
from documents.facts import acts_of
from documents.models import Document
from documents.render import RenderFailed, render_page, render_pdf
from documents.stamp import Page, Stamp
from procurement import clock
from procurement.access import Actor
from procurement.events import AbstractEvent, append
from procurement.models import Body
from procurement.workflow import after_step
from projects import dossier as dossiers
from projects.models import ConventionVersion, Project

ON_FREEZE = ("convention", "specification")
PER_BODY_ON_FREEZE = ("deliberation",)  # voted by each body: rendered when it is first downloaded
log = logging.getLogger(__name__)


def canonical(context: dict[str, Any]) -> str:
    """The one JSON text of a context."""
    return json.dumps(context, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def context_of(kind: Kind, subject: Subject) -> dict[str, Any]:
    """What is stored and printed. The kind is in it: two documents made of the same facts have two codes."""
    return {"kind": kind.code, **dataclasses.asdict(kind.build(subject))}


def issue(
    project: Project,
    kind: Kind,
    subject: Subject,
    *,
    actor: Actor,
    version: ConventionVersion | None = None,
    body: Body | None = None,
) -> Document:
    """Store the next issue of a document. The caller holds the project's lock, in a transaction.

    Side effects: one row, one event « issue »; the bytes are rendered just after the commit and can always be
    rendered again from the stored context.
    """
    document = _store(project, kind, subject, actor=actor, version=version, body=body)
    _tell(project, [document], actor=actor)
    transaction.on_commit(partial(_produce_quietly, document))
    return document


def _store(
    project: Project,
    kind: Kind,
    subject: Subject,
    *,
    actor: Actor,
    version: ConventionVersion | None,
    body: Body | None,
) -> Document:
    earlier = Document.objects.filter(project=project, kind=kind.code, body=body)
    number = 1 + max(earlier.values_list("number", flat=True), default=0)
    suffix = f"-{body.siren}" if body else ""
    context = context_of(kind, subject)
    return Document.objects.create(
        project=project,
        kind=kind.code,
        body=body,
        number=number,
        reference=f"{project.reference}/{kind.prefix}{suffix}-v{number}",
        version=version,
        context=context,
        context_sha256=hashlib.sha256(canonical(context).encode()).hexdigest(),
        template_version=kind.template_version,
        issued_on=clock.today(),
        issued_by=actor.user,
    )


def _tell(project: Project, documents: list[Document], *, actor: Actor) -> None:
    """One event « issue » for one document, or for one kind and all its bodies."""
    first, *others = documents
    event = project.new_event()
    event.step, event.facts = "issue", {"document": first.reference, "sha256": first.context_sha256}
    if others:
        event.facts["others"] = {document.reference: document.context_sha256 for document in others}
    append(event, actor=actor)


def issue_for_each(
    project: Project, kind: Kind, subject: Subject, *, actor: Actor, version: ConventionVersion
) -> list[Document]:
    """The issues of a per-body kind for every party, with one event; nothing is rendered until it is downloaded."""
    bodies = {body.siren: body for body in Body.objects.filter(pk__in=version.party_ids)}
    issued = [
        _store(
            project,
            kind,
            dataclasses.replace(subject, siren=party.siren),
            actor=actor,
            version=version,
            body=bodies[party.siren],
        )
        for party in subject.dossier.parties
    ]
    _tell(project, issued, actor=actor)
    return issued


def page_of(document: Document) -> Page:
    """An issue as a page, from its stored context."""
    stamp = Stamp(document.reference, f"Émis le {document.issued_on:%d/%m/%Y}", document.code, document.issued_on)
    return render_page(kind_of(document.kind, document.project.route), document.context, stamp)


def bytes_of(document: Document) -> bytes:
    """The bytes of an issue: those on disk, else rendered again from the context.

    Raises RenderFailed when they cannot be rendered, or when they come out other than they were issued.
    """
    known = store.read(document.pdf_sha256) if document.pdf_sha256 else None
    return known if known is not None else produce(document)


def produce(document: Document) -> bytes:
    """Render, write the file, then the hash on the row: a row with a hash always has its file."""
    content = render_pdf(page_of(document).html)
    sha256 = hashlib.sha256(content).hexdigest()
    if document.pdf_sha256 and document.pdf_sha256 != sha256:
        raise RenderFailed(f"{document.reference} : le fichier manque et le rendu d'aujourd'hui en diffère.")
    store.keep(content)
    Document.objects.filter(pk=document.pk, pdf_sha256="").update(pdf_sha256=sha256)
    document.pdf_sha256 = sha256
    return content


def preview(kind: Kind, subject: Subject) -> Page:
    """A draft, with the watermark; possible in every state."""
    context = context_of(kind, subject)
    code = hashlib.sha256(canonical(context).encode()).hexdigest()[:16]
    suffix = f"-{subject.siren}" if subject.siren else ""
    reference = subject.need.reference if subject.need else f"{subject.dossier.reference}/{kind.prefix}{suffix}"
    stamp = Stamp(reference, "PROJET, ne pas signer", code, clock.today(), draft=True)
    return render_page(kind, context, stamp)


def _produce_quietly(document: Document) -> None:
    """After the commit: a failure leaves the issue without bytes, to be rendered at the first download."""
    try:
        produce(document)
    except (RenderFailed, OSError) as error:
        log.error("%s: not rendered: %s", document.reference, error)


@after_step(Project, "freeze")
def issue_on_freeze(project: Project, actor: Actor, event: AbstractEvent) -> None:
    """The frozen version becomes a convention, a specification, and a model deliberation for each party."""
    version = project.current_version()
    assert version is not None  # the freeze has just stored it: documents is loaded after projects
    subject = Subject(dossiers.from_json(version.facts))
    for kind in kinds_for(project.route):
        if kind.code in ON_FREEZE:
            issue(project, kind, subject, actor=actor, version=version)
        elif kind.code in PER_BODY_ON_FREEZE:
            issue_for_each(project, kind, subject, actor=actor, version=version)


@after_step(Project, "constitute")
def certify(project: Project, actor: Actor, event: AbstractEvent) -> None:
    """The certificate that the grouping is constituted, with every act and signature."""
    version = project.current_version()
    assert version is not None  # the step requires it
    subject = Subject(dossiers.from_json(version.facts), acts=acts_of(project))
    issue(project, kind_of("certificate", project.route), subject, actor=actor, version=version)
