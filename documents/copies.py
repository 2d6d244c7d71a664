"""Receiving signed copies: compared with what was issued, kept, journalled; and the personal links for it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from documents import store
from documents.models import CopyKind, Document, ReturnLink, SignedCopy
from documents.notifications import tell_received, tell_set_aside
from documents.signatures.inspection import Inspection, Unreadable, inspect, signature_of
from documents.verification import verify
from procurement import clock
from procurement.access import ANONYMOUS, Actor
from procurement.events import AbstractEvent, append
from procurement.models import Body, Role
from procurement.workflow import Missing
from projects import rules
from projects.models import Event, Participation

RETURNED_KINDS = ("convention", "accession-form", "deliberation", "intent-letter", "commitment-form", "amendment")
LINK_DAYS = (7, 14, 30)
MOST_COPIES = 20  # by document and body: a person at a scanner needs a few, a program would fill the disk
SAFE = re.compile(r"[^\w .()’'-]")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a file is beside the issue: nature, whether a person must look at it, one French sentence."""

    kind: str
    sound: bool
    remark: str


def returns_copies(participation: Participation, actor: Actor) -> bool:
    """An agent or legal officer of the body, or the coordinator: those who may leave may also return a copy."""
    return rules.may_leave(participation, actor)


def checks_copies(participation: Participation, actor: Actor) -> bool:
    """The coordinator, or the lead body's legal officer, looks at what the machine could not vouch for."""
    project = participation.project
    return rules.is_coordinator(project, actor) or actor.holds(Role.LEGAL, project.lead_body_id)


def compare(document: Document, content: bytes, found: Inspection) -> Comparison:
    """What the file is. Raises Unreadable for what cannot be a signed copy of this issue."""
    if document.pdf_sha256 and hashlib.sha256(content).hexdigest() == document.pdf_sha256:
        raise Unreadable("C'est le document émis lui-même, sans signature : signez-le, puis déposez-le.")
    verdict = verify(content)
    if verdict.document is not None and verdict.document != document:
        raise Unreadable(f"Ce fichier est {verdict.document.reference}, et non {document.reference}.")
    if verdict.document is not None:
        return _continuation(found)
    if verdict.reason.startswith("modifié"):
        return Comparison(CopyKind.OTHER, False, verdict.reason[:255])
    if not found.text:
        remark = "Numérisation : ses pages sont des images, leur contenu ne peut pas être comparé."
        return Comparison(CopyKind.SCAN, True, remark)
    return Comparison(CopyKind.OTHER, False, "Ce fichier n'est pas la suite du document émis, ni une numérisation.")


def _continuation(found: Inspection) -> Comparison:
    if not found.found:
        return Comparison(CopyKind.OTHER, False, "Le document émis, annoté, mais sans signature électronique.")
    broken = [item for item in map(signature_of, found.found) if not item.intact or item.changed_since]
    if broken:
        return Comparison(CopyKind.SIGNED, False, broken[0].verdict)
    return Comparison(CopyKind.SIGNED, True, "Le fichier continue le document émis ; ses signatures sont intactes.")


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
    found = inspect(content)
    compared = compare(document, content, found)
    earlier = SignedCopy.objects.filter(document=document, body=body)
    sha256 = hashlib.sha256(content).hexdigest()
    _refuse_too_many(earlier.exclude(sha256=sha256).count())  # before anything is written: a link fills no disk
    store.keep(content)  # the file before the row, and before the lock
    with transaction.atomic():
        participation = participation_of(document, body, lock=True)
        if link is not None and not ReturnLink.objects.get(pk=link.pk).open:
            raise PermissionDenied("Ce lien n'est plus valable.")
        known: SignedCopy | None = earlier.filter(sha256=sha256).first()
        if known is not None:
            return known
        _refuse_too_many(earlier.count())
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


def _refuse_too_many(received: int) -> None:
    if received >= MOST_COPIES:
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


def accept(copy: SignedCopy, *, actor: Actor) -> None:
    """A person vouches for a copy the machine could not. Side effect: event « copy_accepted ». Twice is once."""
    _decide(copy, "copy_accepted", actor, accepted_on=clock.today(), accepted_by=actor.user)


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
            if note:
                tell_set_aside(copy, participation, note, actor)


def participation_of(document: Document, body: Body, *, lock: bool = False) -> Participation:
    """The participation that a copy is about; DoesNotExist for a body that never took part."""
    rows = Participation.objects.select_for_update(of=("self",)) if lock else Participation.objects.all()
    return rows.select_related("project", "body").get(project_id=document.project_id, body=body)


def open_link(document: Document, body: Body, addressee: str, days: int, *, actor: Actor) -> tuple[ReturnLink, str]:
    """A personal link and its secret, shown this once. Side effect: a row, an event « link » (never the secret)."""
    assert actor.user is not None  # the page asked for a member
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        participation = participation_of(document, body, lock=True)
        if not returns_copies(participation, actor):
            raise PermissionDenied("Un agent ou un juriste de l'organisme, ou le coordinateur, donne ce lien.")
        link = ReturnLink.objects.create(
            document=document,
            body=body,
            addressee=addressee,
            secret_sha256=ReturnLink.hash_of(secret),
            made_by=actor.user,
            ends_on=clock.today() + dt.timedelta(days=days),
        )
        _tell_link(participation, "link", link, actor)
    return link, secret


def revoke_link(link: ReturnLink, *, actor: Actor) -> None:
    """The link opens nothing from now on. Side effect: an event « link_revoked ». Twice is once."""
    with transaction.atomic():
        participation = participation_of(link.document, link.body, lock=True)
        if not returns_copies(participation, actor):
            raise PermissionDenied("Un agent ou un juriste de l'organisme, ou le coordinateur, révoque ce lien.")
        if ReturnLink.objects.filter(pk=link.pk, revoked_on=None).update(revoked_on=clock.today()):
            _tell_link(participation, "link_revoked", link, actor)


def _tell_link(participation: Participation, step: str, link: ReturnLink, actor: Actor) -> None:
    event: Event = Event(chain=participation.project.reference, project=participation.project)
    event.participation, event.body, event.step = participation, participation.body, step
    event.facts = {"document": link.document.reference, "link": link.pk, "until": link.ends_on.isoformat()}
    append(event, actor=actor)


def doubts(copy: SignedCopy, participation: Participation) -> Iterator[Missing]:
    """What the dates of a copy have against the tracker: dates are compared, not only present (domain.md §8, 4)."""
    enforceable, signed = participation.act_enforceable_on, participation.signed_on
    for item in copy.signed_by:
        day = item.day
        if day and enforceable and day < enforceable:
            label = f"signature du {day:%d/%m/%Y} antérieure au caractère exécutoire de l'acte ({enforceable:%d/%m/%Y})"
            yield Missing(label)
        if day and signed and day != signed:
            yield Missing(f"signature du {day:%d/%m/%Y}, alors que le suivi dit {signed:%d/%m/%Y}")
