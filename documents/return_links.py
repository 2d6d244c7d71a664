"""Personal links: one addressee, without account, reads one document and returns it signed. Opened, closed, told."""

from __future__ import annotations

import datetime as dt
import secrets

from django.core.exceptions import PermissionDenied
from django.db import transaction

from documents.freshness import Today
from documents.models import Document, DocumentState, Download, ReturnLink
from documents.signers import participation_of, returns_copies
from procurement import clock
from procurement.access import Actor
from procurement.events import append
from procurement.models import Body
from projects.models import Event, Participation
from projects.models.reading import WITH_PROJECT

LINK_DAYS = (7, 14, 30)


def not_to_sign(document: Document) -> str:
    """Why an issue is no longer to be signed, in one line; "" while it is. The issue carries its state."""
    if document.state == DocumentState.REVOKED:
        return "Ce document est caduc : il ne se signe plus."
    if document.state == DocumentState.SUPERSEDED:
        return "Ce document est remplacé par une version plus récente : c'est elle qui se signe."
    if Today(document.project).verdict(document).stale:
        return "Ce document ne dit plus les données du projet : il ne se signe pas en l'état."
    return ""


def why_closed(link: ReturnLink) -> str:
    """Why a link opens nothing, in one line; "" while it opens its document."""
    if link.revoked_on:
        return f"Il a été révoqué le {link.revoked_on:%d/%m/%Y}."
    if not link.open:
        return f"Il était valable jusqu'au {link.ends_on:%d/%m/%Y}."
    taking_part = Participation.objects.filter(project=link.document.project_id, body=link.body_id).present()
    if not taking_part.exists():
        return "L'organisme ne participe plus au projet."
    around = [f"project__{name}" for name in WITH_PROJECT]
    document: Document = (
        Document.objects.with_state().select_related(*around, "body", "version").get(pk=link.document_id)
    )
    document.project.at_rest()  # only read here
    return not_to_sign(document)


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


def log_taken(link: ReturnLink, sha256: str) -> None:
    """Write down that the addressee of a link took these bytes."""
    Download.objects.create(
        document_id=link.document_id, body_id=link.body_id, addressee=link.addressee, form="pdf", sha256=sha256
    )
