"""The append-only journal: who did what for which body, chained so that tampering shows.

Each event holds the hash of the one before it in its chain. The head of the chain is a row of its own and is locked
before appending: a chain that locks its last row forks under load (quality.md, fact 7).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from procurement import clock

if TYPE_CHECKING:
    from procurement.access import Actor


STANDING_FOR = "standing_for"  # among the facts: the name of the person whose place the author took


class ChainHead(models.Model):
    """Where a chain ends: locked while an event is appended, compared when the journal is verified."""

    journal = models.CharField(max_length=40)  # database table of the events
    chain = models.CharField(max_length=40)
    position = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journal", "chain"], name="one_head_per_chain")]

    def __str__(self) -> str:
        return f"{self.journal}:{self.chain}@{self.position}"


class AbstractEvent(models.Model):
    """What both journals hold. Concrete models add foreign keys to what the event is about."""

    chain = models.CharField(max_length=40)
    position = models.PositiveIntegerField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    step = models.CharField(max_length=40)
    source = models.CharField(max_length=20, blank=True)
    target = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    happened_on = models.DateField()
    recorded_at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    body = models.ForeignKey("procurement.Body", models.PROTECT, null=True, related_name="+")

    # Names of the foreign keys that subclasses add and that the digest covers.
    subjects: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True
        ordering = ["chain", "position"]
        constraints = [models.UniqueConstraint(fields=["chain", "position"], name="%(class)s_%(app_label)s_position")]

    def __str__(self) -> str:
        return f"{self.chain}#{self.position} {self.step}"

    @property
    def author(self) -> str:
        """Who did it, for a sentence: « Anne, pour Bruno » when Anne stood in for Bruno."""
        name = str(self.user) if self.user else "la plateforme"
        absent = self.facts.get(STANDING_FOR) if isinstance(self.facts, dict) else None
        return f"{name}, pour {absent}" if absent else name

    @property
    def moment(self) -> str:
        """When it was recorded, Paris time, in words."""
        local = self.recorded_at.astimezone(clock.PARIS)
        which = f" ({said})" if (said := clock.which_hour(local)) else ""
        return f"{local:%d/%m/%Y} à {local:%H h %M}{which}"

    def compute_digest(self) -> str:
        """SHA-256 (hex) of the event and of the link to the one before it, from canonical JSON."""
        covered: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("chain", "position", "previous", "step", "source", "target", "note", "user_id", "body_id")
        }
        covered |= {f"{name}_id": getattr(self, f"{name}_id") for name in self.subjects}
        covered["happened_on"] = self.happened_on.isoformat()
        covered["recorded_at"] = self.recorded_at.astimezone(dt.UTC).isoformat(timespec="microseconds")
        covered["facts"] = self.facts
        text = json.dumps(covered, sort_keys=True, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
        return hashlib.sha256(text.encode()).hexdigest()


def append(event: AbstractEvent, *, actor: Actor) -> None:
    """Date, sign for and chain an event, then insert it. Must run in the transaction of what it tells about."""
    event.user_id = actor.user_id
    event.body_id = event.body_id or (actor.body.pk if actor.body else None)
    absent = actor.standing_for.get(event.body_id or 0)
    event.facts = _as_stored({**event.facts, STANDING_FOR: absent} if absent else event.facts)
    event.happened_on = clock.today()
    event.recorded_at = timezone.now()
    journal = event._meta.db_table
    heads = ChainHead.objects.select_for_update()
    head, _ = heads.get_or_create(journal=journal, chain=event.chain)
    event.position, event.previous = head.position + 1, head.digest
    event.digest = event.compute_digest()
    event.save(force_insert=True)
    head.position, head.digest = event.position, event.digest
    head.save(update_fields=["position", "digest"])


def _as_stored(facts: Mapping[str, Any]) -> Any:
    """Facts as the database gives them back, so that the digest is that of what will be read (keys are sorted text)."""
    return json.loads(json.dumps(facts, cls=DjangoJSONEncoder), parse_float=_no_float)


def _no_float(text: str) -> None:
    raise TypeError(f"{text} : un événement ne porte pas de nombre flottant, que les bases n'écrivent pas pareil.")


@dataclass(frozen=True, slots=True)
class Link:
    """An event as its chain sees it; `sound` when its digest is that of its content."""

    position: int
    previous: str
    digest: str
    sound: bool


def first_fault(chain: str, model: type[AbstractEvent]) -> str:
    """What is wrong with a chain, naming the first bad event in French; empty when nothing is."""
    events = model._default_manager.filter(chain=chain).order_by("position")
    links = [Link(e.position, e.previous, e.digest, e.digest == e.compute_digest()) for e in events.iterator()]
    head = ChainHead.objects.filter(journal=model._meta.db_table, chain=chain).first()
    if head is None and links:
        return f"{chain}, événement n° {len(links)} : la fin enregistrée du journal a été effacée"
    position, fault = broken_link(links, head.position if head else 0, head.digest if head else "")
    return f"{chain}, événement n° {position} : {fault}" if fault else ""


def broken_link(links: Sequence[Link], end: int, digest: str) -> tuple[int, str]:
    """The position of the first bad link and its fault, (0, "") if none; `end` and `digest` are what the head keeps.

    An event is vouched for by the one after it (the last by the head), which holds its digest. Where two neighbours
    disagree, that is what tells which of them was rewritten.
    """
    known = {link.digest for link in links}
    after = [*(link.previous for link in links[1:]), digest]
    before = ["", *(link.digest for link in links)]
    for index, link in enumerate(links):
        if link.position <= index:
            return link.position, "inséré"
        if link.position != index + 1:
            return index + 1, "manquant"
        if link.previous != before[index]:
            if index and len(links) > end and link.previous == before[index - 1]:
                return index, "inséré entre deux autres"
            if index and link.sound and link.digest == after[index]:
                return index, "modifié, avec son empreinte"
            return link.position, "déplacé : il suivait un autre événement" if link.previous in known else "modifié"
        if not link.sound:
            return link.position, "modifié"
        if index >= end:
            return link.position, "inséré : la fin enregistrée du journal est avant lui"
    if len(links) < end:
        return len(links) + 1, "manquant : la fin du journal a été coupée"
    return (0, "") if not links or links[-1].digest == digest else (len(links), "modifié, avec son empreinte")


class Event(AbstractEvent):
    """The site's own journal: people, bodies, memberships. One chain."""

    CHAIN = "site"

    class Meta(AbstractEvent.Meta):
        verbose_name = "événement du site"


def record(step: str, *, actor: Actor, note: str = "", **facts: Any) -> None:
    """Append an event of the site's journal."""
    append(Event(chain=Event.CHAIN, step=step, note=note, facts=facts), actor=actor)
