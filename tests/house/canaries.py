"""Forty strings planted in what one body keeps to itself, or a project to those who take part in it."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import zipfile
from typing import Any

from django.db.models import QuerySet

from documents.models import CopyKind, Document, ReturnLink, SignedCopy
from procurement.models import Body
from projects.models import (
    BodyMandate,
    ClauseComment,
    ClauseRevision,
    Interface,
    Need,
    Participation,
    Requirement,
    ReviewAnswer,
    Simulation,
    Volume,
)
from projects.models.clauses import Review, RevisionState, Verdict
from tests.house.access_world import World

OWN, MEMBERS = "own", "members"  # who may read it: the body itself (and the coordinator), or all who take part
EUROS = 765_432  # of every amount; its cents tell them apart
DAY = dt.date(2041, 7, 1)  # the day of the month tells the dates apart


class Canaries:
    """Names the strings, and finds them again in any text."""

    def __init__(self) -> None:
        self.found_by: dict[str, tuple[re.Pattern[str], str]] = {}

    def text(self, name: str, readers: str = OWN) -> str:
        """A word that exists nowhere else."""
        word = f"canari{len(self.found_by):02d}x"
        self.found_by[name] = re.compile(word), readers
        return word

    def cents(self, name: str, readers: str = OWN) -> int:
        """An amount that exists nowhere else, in cents."""
        number = len(self.found_by)
        self.found_by[name] = re.compile(rf"{EUROS}[.,]?{number:02d}(?!\d)"), readers
        return EUROS * 100 + number

    def day(self, name: str, readers: str = OWN) -> dt.date:
        """A date that exists nowhere else."""
        day = DAY + dt.timedelta(sum("2041" in one.pattern for one, _ in self.found_by.values()))
        said = f"{day.day}{'er' if day.day == 1 else ''}juillet2041|{day:%d/%m/%Y}|{day:%Y-?%m-?%d}"
        self.found_by[name] = re.compile(said), readers
        return day

    def heard_in(self, text: str) -> dict[str, str]:
        """Name → readers of each canary that `text` holds."""
        plain = re.sub(r"\s", "", html.unescape(text))
        return {name: readers for name, (pattern, readers) in self.found_by.items() if pattern.search(plain)}


def plant(made: World) -> Canaries:
    """In the body of the viewer, the agent and the legal officer, and in the project whose call is open."""
    it, own = Canaries(), made.objects.own
    for reference in (made.things[name] for name in ("need", "published", "draft")):
        _need(it, Need.objects.get(reference=reference))
    _participation(it, made)
    _talk(it, made)
    _returned(it, made)
    QuerySet.update(Simulation.objects.filter(pk=made.things["simulation"]), name=it.text("simulation"))
    QuerySet.update(BodyMandate.objects.filter(from_body=own), act_reference=it.text("mandate"))
    return it


def _need(it: Canaries, need: Need) -> None:
    of = need.state
    secret: dict[str, Any] = {
        "current_solution": it.text(f"{of} solution"),
        "current_vendor": it.text(f"{of} vendor"),
        "current_version": it.text(f"{of} version"),
        "yearly_cost_cents": it.cents(f"{of} yearly cost"),
        "contract_end": it.day(f"{of} contract end"),
        "maximum_cents": it.cents(f"{of} maximum"),
        "yearly_maximum_cents": it.cents(f"{of} yearly maximum"),
    }
    if of == "draft":
        secret |= {"title": it.text("draft title"), "description": it.text("draft description")}
        Requirement.objects.create(need=need, chapter=it.text("draft chapter"), text=it.text("draft requirement"))
        unit, label = it.text("draft unit"), it.text("draft volume")
        Volume.objects.create(need=need, label=label, quantity=1, unit=unit, year=2025)
        Interface.objects.create(need=need, software=it.text("draft interface"), protocol=it.text("draft protocol"))
    QuerySet.update(Need.objects.filter(pk=need.pk), **secret)


def _participation(it: Canaries, made: World) -> None:
    row = Participation.objects.filter(pk=made.things["part"])
    QuerySet.update(
        row,
        maximum_cents=it.cents("own maximum"),
        yearly_maximum_cents=it.cents("own yearly maximum"),
        in_kind_days=1,
        in_kind_day_cents=it.cents("day in kind"),
        contract_end=it.day("contract end of the participation"),
        weights={"users": "7", it.text("weight"): "3"},
    )
    for quantity in row.get().quantities.all():
        type(quantity).objects.filter(pk=quantity.pk).update(unit=it.text("unit wanted", MEMBERS))


def _talk(it: Canaries, made: World) -> None:
    """Remarks on the text: between those who take part."""
    agent, project, own = made.people["g"], made.objects.project, made.objects.own
    assert agent is not None
    by = {"project": project, "code": "convention/14-retrait"}
    ClauseComment.objects.create(**by, body=own, author=agent.user, text=it.text("clause comment", MEMBERS))
    ClauseRevision.objects.create(
        **by,
        number=1,
        text=it.text("clause proposed", MEMBERS),
        reason=it.text("clause reason", MEMBERS),
        status=RevisionState.PROPOSED,
        made_by=agent.user,
        made_for=own,
    )

    assert made.people["c"] is not None
    review = Review.objects.create(project=project, opened_by=made.people["c"].user)
    said = {"verdict": Verdict.REMARKS, "draft": "0" * 64, "text": it.text("review answer", MEMBERS)}
    ReviewAnswer.objects.create(review=review, body=own, made_by=agent.user, **said)


def _returned(it: Canaries, made: World) -> None:
    """A signed copy, and a link for the mayor's office."""
    document = Document.objects.get(project=made.objects.frozen, kind="convention")
    agent = made.people["g"]
    assert agent is not None
    assert agent.user is not None
    own: Body = made.objects.own
    SignedCopy.objects.create(
        document=document,
        body=own,
        kind=CopyKind.OTHER,
        sound=False,
        name=it.text("copy name") + ".pdf",
        remark=it.text("copy remark"),
        sha256="0" * 64,
        size=1,
        pages=1,
        received_by=agent.user,
    )
    ReturnLink.objects.create(
        document=document,
        body=own,
        addressee=it.text("link addressee"),
        secret_sha256="0" * 64,
        made_by=agent.user,
        ends_on=DAY,
    )


def text_of(content: bytes) -> str:
    """What a page or a file says: archives (ODT, ODS, XLSX) are opened."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist() if name.endswith(".xml")]
    return re.sub(r"<[^>]*>", "", " ".join(parts))
