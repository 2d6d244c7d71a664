"""Issuing documents, and getting their bytes."""

from __future__ import annotations

import dataclasses
import hashlib
import logging
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from documents import store, wording
from documents.catalogue import Kind, kind_of, kinds_for
from documents.contexts.subject import Subject
from documents.due import latest, not_due
from documents.facts import acts_of, dossier_of, subject_of
from documents.models import Document
from documents.printing import context_of, digest, facts_digest, page_of
from documents.render import RenderFailed, render_pdf
from documents.telling import tell_holders, tell_issued
from procurement import clock
from procurement.access import Actor
from procurement.events import AbstractEvent, append
from procurement.models import Body
from procurement.steps import Blocked, Missing, Step
from procurement.workflow import after_step, locked
from projects import rules
from projects.models import ConventionVersion, Project

ON_FREEZE = ("convention", "specification")
PER_BODY_ON_FREEZE = ("deliberation",)  # voted by each body: rendered when it is first downloaded
log = logging.getLogger(__name__)


# Issuing --------------------------------------------------------------------------------------------------------------
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
    document = _store(project, kind, subject, actor=actor, version=version, body=body, printed=_printed(kind, subject))
    _record(project, [document], actor=actor)
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
    printed: dict[str, Any],
) -> Document:
    series = kind.series(subject)
    earlier = Document.objects.filter(project=project, kind=kind.code, body=body, series=series)
    number = 1 + max(earlier.values_list("number", flat=True), default=0)
    suffix = (f"-{series}" if series else "") + (f"-{body.siren}" if body else "")
    context = context_of(kind, subject)
    printed = {**printed, "title": f"{kind.title} n°\u00a0{series}" if series else kind.title}
    return Document.objects.create(
        project=project,
        kind=kind.code,
        body=body,
        series=series,
        number=number,
        reference=f"{project.reference}/{kind.prefix}{suffix}-v{number}",
        version=version,
        context=context,
        context_sha256=digest(context),
        route=project.route,
        issued_on=clock.today(),
        issued_by=actor.user,
        **printed,
    )


def _printed(kind: Kind, subject: Subject) -> dict[str, Any]:
    """What the issues of a kind share, whichever body they are for."""
    return {
        "facts_sha256": facts_digest(subject),
        "template": kind.template,
        "template_version": kind.template_version,
        "wording": wording.current(),
        "engine": wording.engine(),
    }


def _record(project: Project, documents: Sequence[Document], *, actor: Actor) -> None:
    """One event « issue » for one document, or for one kind and all its bodies."""
    first, *others = documents
    event = project.new_event()
    event.step, event.facts = "issue", {"document": first.reference, "sha256": first.context_sha256}
    if others:
        event.facts["others"] = {document.reference: document.context_sha256 for document in others}
    append(event, actor=actor)


def issue_for_each(
    project: Project,
    kind: Kind,
    subject: Subject,
    *,
    actor: Actor,
    version: ConventionVersion | None,
    bodies: Iterable[Body],
) -> list[Document]:
    """The issues of a per-body kind for these parties, with one event; nothing is rendered until it is downloaded."""
    printed = _printed(kind, subject)
    issued = [
        _store(
            project,
            kind,
            dataclasses.replace(subject, siren=body.siren or ""),
            actor=actor,
            version=version,
            body=body,
            printed=printed,
        )
        for body in bodies
    ]
    if issued:
        _record(project, issued, actor=actor)
    return issued


def issue_kind(project: Project, code: str, actor: Actor, body: Body | None = None) -> list[Document]:
    """Issue a kind by hand, by the coordinator: for every party when it is per body, for `body` alone if given.

    Gives the new issues: none when the present ones still say today's facts, so that a form sent twice issues once.
    Raises PermissionDenied, UnknownKind, Blocked (what is missing before it is due).
    Side effects: rows, one event « issue », messages to those concerned and to whoever had the earlier issue; the
    bytes of a common document are rendered after the commit.
    """
    with transaction.atomic():
        project = locked(Project, project.pk, actor)
        if not rules.is_coordinator(project, actor):
            raise PermissionDenied("Les documents sont émis par le coordinateur du projet.")
        kind = kind_of(code, project.route)
        version = project.current_version()
        refuse(kind, not_due(kind, project, frozen=version is not None))
        subject = subject_of(project)
        parties = _parties(project, subject, body) if kind.per_body else [None]
        refuse(kind, [] if parties else [Missing("un organisme partie au projet, avec un SIREN", "participants/")])
        wanted = [party for party in parties if not says_today(project, kind, subject, version, party)]
        if kind.per_body:
            bodies = [party for party in wanted if party is not None]
            issued = issue_for_each(project, kind, subject, actor=actor, version=version, bodies=bodies)
        else:
            issued = [issue(project, kind, subject, actor=actor, version=version) for _ in wanted]
        tell_issued(project, issued, actor)
    return issued


def refuse(kind: Kind, missing: list[Missing]) -> None:
    """Raise Blocked with what stands before the issue of `kind`, if anything does."""
    if missing:
        raise Blocked(Step("issue", f"Émettre : {kind.title}", (), "", rules.is_coordinator), missing)


def _parties(project: Project, subject: Subject, body: Body | None = None) -> list[Body | None]:
    """The parties that a per-body kind is issued for, in the order of the dossier."""
    rows = project.participations.present().select_related("body")
    known = {row.body.siren: row.body for row in rows if row.body.siren}
    found = [known[party.siren] for party in subject.dossier.parties if party.siren in known]
    return [party for party in found if body is None or party == body]


def says_today(
    project: Project, kind: Kind, subject: Subject, version: ConventionVersion | None, body: Body | None
) -> bool:
    """True when the last issue is of this version and was made with the same words from the same facts."""
    document = latest(project, kind.code, body, kind.series(subject))
    if document is None or document.version != version or document.template_version != kind.template_version:
        return False
    own = dataclasses.replace(subject, siren=body.siren or "") if body else subject
    return document.context_sha256 == digest(context_of(kind, own))


# Bytes ----------------------------------------------------------------------------------------------------------------
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
        raise RenderFailed(
            f"{document.reference} : le fichier manque et le rendu d'aujourd'hui en diffère.{_why(document)}"
        )
    store.keep(content)
    Document.objects.filter(pk=document.pk, pdf_sha256="").update(pdf_sha256=sha256)
    document.pdf_sha256 = sha256
    return content


def _why(document: Document) -> str:
    """What is known to have changed since the issue, for the person who must restore the file."""
    if document.engine and document.engine != wording.engine():
        return f" Émis avec {document.engine}, aujourd'hui {wording.engine()} : restaurez le fichier d'une sauvegarde."
    return ""


def _produce_quietly(document: Document) -> None:
    """After the commit: a failure leaves the issue without bytes, to be rendered at the first download."""
    try:
        produce(document)
    except (RenderFailed, OSError) as error:
        log.error("%s: not rendered: %s", document.reference, error)


@after_step(Project, "freeze")
def issue_on_freeze(project: Project, actor: Actor, event: AbstractEvent) -> None:
    """The frozen version becomes a convention, a specification, and a model deliberation for each party.

    The step tells the parties; whoever holds an earlier version is told here, party or not.
    """
    version = project.current_version()
    assert version is not None  # the freeze has just stored it: documents is loaded after projects
    subject = Subject(dossier_of(project, known=version))
    issued: list[Document] = []
    for kind in kinds_for(project.route):
        if kind.code in ON_FREEZE:
            issued.append(issue(project, kind, subject, actor=actor, version=version))
        elif kind.code in PER_BODY_ON_FREEZE:
            parties = [body for body in _parties(project, subject) if body is not None]
            issued += issue_for_each(project, kind, subject, actor=actor, version=version, bodies=parties)
    tell_holders(project, issued, actor)


@after_step(Project, "constitute")
def certify(project: Project, actor: Actor, event: AbstractEvent) -> None:
    """The certificate that the grouping is constituted, with every act and signature."""
    version = project.current_version()
    assert version is not None  # the step requires it
    subject = Subject(dossier_of(project, known=version), acts=acts_of(project))
    certificate = issue(project, kind_of("certificate", project.route), subject, actor=actor, version=version)
    tell_holders(project, [certificate], actor)
