"""Receiving signed copies: compared with what was issued, kept, journalled; accepted or set aside by people."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf
from django.core.exceptions import PermissionDenied
from django.db import transaction

from documents import store
from documents.models import CopyKind, Document, ReturnLink, SignedCopy
from documents.models.copies import CopyQuerySet
from documents.notifications import tell_received, tell_set_aside
from documents.return_links import why_closed
from documents.returned import CONVENTION
from documents.signatures.inspection import Inspection, Unreadable, inspect
from documents.signers import RETURNED_KINDS, checks_copies, participation_of
from documents.verification import Verdict, verify
from procurement import clock
from procurement.access import ANONYMOUS, Actor
from procurement.events import AbstractEvent, append
from procurement.models import Body
from procurement.templatetags.cordee import plural
from procurement.workflow import Missing
from projects import rules
from projects.models import Event, Participation

__all__ = ["RETURNED_KINDS", "accept", "compare", "doubts", "receive", "set_aside", "shown_name"]
MOST_COPIES = 20  # by document and body: a person at a scanner needs a few, a program would fill the disk
SAFE = re.compile(r"[^\w .()’'-]")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a file is beside the issue: nature, whether a person must look at it, one French sentence."""

    kind: str
    sound: bool
    remark: str


def compare(document: Document, content: bytes, verdict: Verdict, found: Inspection) -> Comparison:
    """What the file is. Raises Unreadable for what cannot be a signed copy of this issue."""
    if document.pdf_sha256 and hashlib.sha256(content).hexdigest() == document.pdf_sha256:
        raise Unreadable("C'est le document émis lui-même, sans signature : signez-le, puis déposez-le.")
    if verdict.document is not None and verdict.document != document:
        raise Unreadable(f"Ce fichier est {verdict.document.reference}, et non {document.reference}.")
    if verdict.document is not None:
        signed = found.found and not found.altered
        return Comparison(CopyKind.SIGNED if signed else CopyKind.OTHER, verdict.sound, verdict.reason[:255])
    if verdict.reason.startswith("modifié"):
        return Comparison(CopyKind.OTHER, False, verdict.reason[:255])
    if found.scan:
        return _scan(found.pages, pages_of(document))
    return Comparison(CopyKind.OTHER, False, "Ce fichier n'est pas la suite du document émis, ni une numérisation.")


def _scan(pages: int, issued: int) -> Comparison:
    """A scan of the whole document is taken for what it is; a part of it may be a page of anything."""
    if pages < issued:
        remark = f"Numérisation de {plural(pages, 'page,pages')}, alors que le document émis en a {issued}."
        return Comparison(CopyKind.SCAN, False, remark)
    remark = "Numérisation : ses pages sont des images, leur contenu ne peut pas être comparé."
    return Comparison(CopyKind.SCAN, True, remark)


def pages_of(document: Document) -> int:
    """How many pages an issue has; 0 while it was never printed."""
    content = store.read(document.pdf_sha256) if document.pdf_sha256 else None
    if content is None:
        return 0
    try:
        with pikepdf.open(io.BytesIO(content)) as opened:
            return len(opened.pages)
    except pikepdf.PdfError:
        return 0


def receive(
    document: Document,
    body: Body,
    content: bytes,
    name: str,
    *,
    actor: Actor = ANONYMOUS,
    link: ReturnLink | None = None,
) -> SignedCopy:
    """Keep a returned file, by a member (`actor`) or by a personal `link`. The same file again is the same copy.

    Raises Unreadable (one French line), PermissionDenied. Side effects: the file, then one row and one event « copy ».
    """
    _refuse_closed(link)
    verdict = verify(content)
    found = verdict.found or inspect(content)
    compared = compare(document, content, verdict, found)
    earlier = SignedCopy.objects.filter(document=document, body=body)
    sha256 = hashlib.sha256(content).hexdigest()
    _refuse_too_many(earlier, sha256, document, actor)  # before anything is written: a link fills no disk
    store.keep(content)  # the file before the row, and before the lock
    with transaction.atomic():
        participation = participation_of(document, body, lock=True)
        _refuse_closed(link)
        known: SignedCopy | None = earlier.filter(sha256=sha256).first()
        if known is not None:
            return known
        _refuse_too_many(earlier, sha256, document, actor)
        copy: SignedCopy = SignedCopy.objects.create(
            document=document,
            body=body,
            name=shown_name(name),
            sha256=sha256,
            size=len(content),
            pages=found.pages,
            signatures=list(found.found),
            received_by=actor.user,
            link=link,
            **dataclasses.asdict(compared),
        )
        record(participation, "copy", copy, actor=actor)
        tell_received(copy, participation, actor)
    return copy


def _refuse_closed(link: ReturnLink | None) -> None:
    """Asked before the file is read, then under the lock."""
    if link is None:
        return
    if closed := why_closed(ReturnLink.objects.select_related("document").get(pk=link.pk)):
        raise PermissionDenied(f"Ce lien n'est plus valable. {closed}")


def _refuse_too_many(earlier: CopyQuerySet, sha256: str, document: Document, actor: Actor) -> None:
    """What was set aside does not count, and the coordinator, who sets aside, is not counted."""
    received = earlier.filter(set_aside_on=None).exclude(sha256=sha256).count()
    if received >= MOST_COPIES and not rules.is_coordinator(document.project, actor):
        raise Unreadable(f"{MOST_COPIES} fichiers ont déjà été déposés : écrivez au coordinateur du projet.")


def shown_name(name: str) -> str:
    """A file name as people may read it: no path, no control character, 120 at most. Storage never uses it."""
    last = re.split(r"[/\\]", name)[-1]
    return SAFE.sub("", last).strip(" .")[-120:] or "sans nom"


def record(participation: Participation, step: str, copy: SignedCopy, *, actor: Actor, note: str = "") -> AbstractEvent:
    """One event about a copy, in the project's chain."""
    event: Event = Event(chain=participation.project.reference, project=participation.project)
    event.participation, event.body, event.step, event.note = participation, participation.body, step, note
    event.facts = {"document": copy.document.reference, "sha256": copy.sha256, "kind": copy.kind}
    if copy.link_id and step == "copy":
        event.facts["link"] = copy.link_id
    append(event, actor=actor)
    return event


def accept(copy: SignedCopy, reason: str = "", *, actor: Actor) -> None:
    """A person vouches for a copy the machine could not. Side effect: event « copy_accepted ». Twice is once."""
    day = clock.today()
    _decide(copy, "copy_accepted", actor, reason, accepted_on=day, accepted_by=actor.user, accepted_reason=reason[:255])


def set_aside(copy: SignedCopy, reason: str, *, actor: Actor) -> None:
    """The copy no longer counts; it stays, with the reason. Side effect: event « copy_set_aside ». Twice is once."""
    day = clock.today()
    _decide(
        copy, "copy_set_aside", actor, reason, set_aside_on=day, set_aside_by=actor.user, set_aside_reason=reason[:255]
    )


def _decide(copy: SignedCopy, step: str, actor: Actor, note: str = "", **fields: object) -> None:
    with transaction.atomic():
        participation = participation_of(copy.document, copy.body, lock=True)
        if not checks_copies(participation, actor):
            raise PermissionDenied("Le coordinateur, ou un juriste du coordonnateur, vérifie les copies.")
        undecided = {"set_aside_on": None} | {name: None for name in fields if name.endswith("_on")}
        if SignedCopy.objects.filter(pk=copy.pk, **undecided).update(**fields):
            record(participation, step, copy, actor=actor, note=note)
            if step == "copy_set_aside":
                tell_set_aside(copy, participation, note, actor)


def doubts(copy: SignedCopy, participation: Participation) -> Iterator[Missing]:
    """What the dates of a copy have against the tracker: dates are compared, not only present (domain.md §8, 4).

    The convention is signed once the act that approves it is enforceable (L. 2131-1 CGCT), on the day recorded. Any
    document is signed between its issue and its return.
    """
    document, received = copy.document, copy.received_at.astimezone(clock.PARIS).date()
    binds = document.kind in CONVENTION
    enforceable, signed = participation.act_enforceable_on, participation.signed_on
    for day in copy.signed_days():
        if day < document.issued_on:
            yield Missing(f"signature du {day:%d/%m/%Y}, avant l'émission du document ({document.issued_on:%d/%m/%Y})")
        if day > received:
            yield Missing(f"signature du {day:%d/%m/%Y}, après le dépôt de la copie ({received:%d/%m/%Y})")
        if binds and enforceable and day < enforceable:
            label = f"signature du {day:%d/%m/%Y} antérieure au caractère exécutoire de l'acte ({enforceable:%d/%m/%Y})"
            yield Missing(label)
        if binds and signed and day != signed:
            yield Missing(f"signature du {day:%d/%m/%Y}, alors que le suivi dit {signed:%d/%m/%Y}")
