"""Does an issue still say what is so? What it says is stored; what is so is read anew each time it is asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from documents.catalogue import Kind, UnknownKind, kind_of
from documents.changes import Change, as_issued, changes
from documents.clauses.printed import agreed
from documents.contexts.subject import Subject
from documents.due import STAGES, latest
from documents.facts import subject_of
from documents.models import Document, Waiver
from documents.printing import context_of, digest, facts_digest
from procurement.steps import Missing
from procurement.workflow import also_required
from projects import dossier as dossiers
from projects.agreement_terms import ClauseText
from projects.assembly import assemble
from projects.dossier import Dossier
from projects.enums import ProjectState
from projects.models import ConventionVersion, Participation, Project

NAMED = 3  # changes that a refusal names


@dataclass(frozen=True)
class Verdict:
    """What became of an issue. `changed` empty: it says what is so."""

    changed: tuple[Change, ...] = ()
    reissue: bool = False  # a new issue would say it; else the frozen version itself is behind the facts
    waived: Waiver | None = None
    context_sha256: str = ""  # what it would say today

    @property
    def stale(self) -> bool:
        """True when a fact behind the issue changed, and nobody found the change to be without effect."""
        return bool(self.changed) and self.waived is None


class Mark(Enum):
    """Where an issue stands beside the facts."""

    FRESH = "fresh"
    WAIVED = "waived"  # they changed, without effect on it
    REISSUE = "reissue"  # a new issue would say what is so
    REFREEZE = "refreeze"  # the frozen version is behind: the convention is to be drafted again
    LEFT = "left"  # its body is no longer in the project

    @property
    def stale(self) -> bool:
        """True for what must not be sent, voted or signed."""
        return self in (Mark.REISSUE, Mark.REFREEZE, Mark.LEFT)


FRESH = Verdict()


class Today:
    """What the documents of a project would be made from now. One reading of the facts, whatever is asked of it.

    Once a version is frozen, an issue is made from its facts; until the grouping is constituted, the facts of the
    project must still be those, or what is voted and signed is no longer true. After that the convention is what it
    is: only what was recorded since (acts, consultation) can make a later document say something else.
    """

    def __init__(self, project: Project, *, bare: bool = False) -> None:
        """`bare`: without acts, consultation and amendments, which the convention does not print."""
        self.project, self.bare = project, bare
        self.version: ConventionVersion | None = project.current_version()

    @cached_property
    def frozen(self) -> Subject:
        """What an issue of now would be made from."""
        if self.bare and self.version:
            return Subject(dossiers.from_json(self.version.facts))
        return subject_of(self.project, known=self.version)

    @cached_property
    def live(self) -> Subject:
        """The same with the facts of the project as they are now, under the number of the frozen version."""
        if self.version is None or self.project.state != ProjectState.AGREEMENT:
            return self.frozen
        number, frozen_on = self.version.number, self.version.frozen_on
        now = assemble(self.project, version=number, frozen_on=frozen_on, people=False)  # those of the freeze stay
        return dataclasses.replace(self.frozen, dossier=_with_words_of(self.frozen.dossier, now))

    def would_say(self, document: Document, *, frozen: bool = False) -> dict[str, Any] | None:
        """The context that the issue would have today; None for one that nothing is asked of (see `concerns`).

        `frozen`: from the facts of the version in force alone. Raises KeyError when its body left the project.
        """
        context = self._said_now(document, frozen=frozen)
        if context is None or digest(context) == document.context_sha256:
            return context
        return as_issued(document.context, context)

    def _said_now(self, document: Document, *, frozen: bool = False) -> dict[str, Any] | None:
        """The same with every field of today, and without reading what the issue says."""
        try:
            kind = kind_of(document.kind, document.route)
        except UnknownKind:
            return None  # no longer in the catalogue: nothing to compare with
        if not self.concerns(document, kind):
            return None
        siren = (document.body.siren or "") if document.body else ""
        return context_of(kind, dataclasses.replace(self.frozen if frozen else self.live, siren=siren))

    def verdict(self, document: Document) -> Verdict:
        """What changed behind an issue that counts."""
        try:
            context = self.would_say(document)
        except KeyError:
            return Verdict((Change("Organisme", str(document.body), "ne participe plus au projet"),))
        sha256 = digest(context) if context else ""
        if context is None or sha256 == document.context_sha256:
            return FRESH
        waived = Waiver.objects.filter(document=document, context_sha256=sha256).select_related("by").first()
        found = tuple(changes(document.context, context))
        return Verdict(found, self._reissue(document), waived, sha256)

    def marks(self, documents: Iterable[Document]) -> dict[int, Mark]:
        """Of each of these issues, where it stands; what they say is read of those that differ only. One query."""
        documents = list(documents)
        found = {document.pk: self._at_a_glance(document) for document in documents}
        behind = [document for document in documents if found[document.pk] is None]
        read = Document.objects.filter(pk__in=[item.pk for item in behind])
        said, waived = {}, set()
        for pk, context, sha256 in read.values_list("pk", "context", "waivers__context_sha256"):
            said[pk] = context
            waived.add((pk, sha256))
        for document in behind:
            document.context = said[document.pk]
        return {document.pk: found[document.pk] or self._mark(document, waived) for document in documents}

    @cached_property
    def _facts(self) -> str:
        return facts_digest(self.live)

    def _at_a_glance(self, document: Document) -> Mark | None:
        """Fresh or left, without reading what the issue says; None when it must be read."""
        if document.facts_sha256 == self._facts:
            return Mark.FRESH
        try:
            context = self._said_now(document)
        except KeyError:
            return Mark.LEFT
        return Mark.FRESH if context is None or digest(context) == document.context_sha256 else None

    def _mark(self, document: Document, waived: set[tuple[int, str]]) -> Mark:
        context = self.would_say(document)
        if context is None or (sha256 := digest(context)) == document.context_sha256:
            return Mark.FRESH
        if (document.pk, sha256) in waived:
            return Mark.WAIVED
        return Mark.REISSUE if self._reissue(document) else Mark.REFREEZE

    def _reissue(self, document: Document) -> bool:
        """True when an issue of today would differ from this one; else its very source, the version, is behind."""
        if self.live is self.frozen:
            return True
        try:
            context = self.would_say(document, frozen=True)
        except KeyError:
            return False
        return context is not None and digest(context) != document.context_sha256

    def concerns(self, document: Document, kind: Kind) -> bool:
        """True for an issue of the version in force, or made before any, whose stage is not past.

        A call or an amendment that another has followed is done: what it says is what was called or agreed then.
        """
        if self.project.state not in STAGES or self.project.state == ProjectState.CLOSED:
            return False
        if document.version_id != (self.version.pk if self.version else None):
            return False
        if document.series != kind.series(self.frozen):
            return False
        return kind.stage != ProjectState.CALL or self.project.state in (ProjectState.FRAMING, ProjectState.CALL)


def _with_words_of(frozen: Dossier, now: Dossier) -> Dossier:
    """Facts of now in the words of the freeze, with its people: those who act for a body come and go, and a later
    model of a clause is no fact; the text voted names and says those of its day, and stays true."""
    people = {party.siren: party.contacts for party in frozen.parties}
    parties = tuple(dataclasses.replace(item, contacts=people.get(item.siren, item.contacts)) for item in now.parties)
    now = dataclasses.replace(now, parties=parties, coordinator=frozen.coordinator, amendments=frozen.amendments)
    return dataclasses.replace(now, clauses=_clauses(frozen, now))


def _clauses(frozen: Dossier, now: Dossier) -> tuple[ClauseText, ...]:
    """The clauses as frozen, but for those of which the facts of now choose another variant of the model, or none."""
    if not frozen.clauses:
        return ()
    then, today = (
        {item.code: item for item in agreed(dataclasses.replace(facts, clauses=()))} for facts in (frozen, now)
    )
    words = {item.code: item for item in frozen.clauses}
    kept = {code: item for code, item in words.items() if code in today or code not in then}
    chosen = {code: item for code, item in today.items() if code not in then or then[code].text != item.text}
    order = [*words, *(code for code in today if code not in words)]
    return tuple((chosen.get(code) or kept[code]) for code in order if code in chosen or code in kept)


def in_words(changed: Iterable[Change]) -> str:
    """The first changes in one line, and how many more."""
    every = list(changed)
    said = " ; ".join(f"{item.label} : {item.before} → {item.after}" for item in every[:NAMED])
    more = len(every) - NAMED
    return said + (f" ; et {more} autre{'s' if more > 1 else ''}" if more > 0 else "")


def behind_convention(project: Project) -> Verdict:
    """What changed behind the convention that is voted and signed; read once for each project object at hand."""
    known: Any = project.__dict__.get("_behind_convention")
    if known is None:
        found = latest(project, "convention") if project.state == ProjectState.AGREEMENT else None
        known = Today(project, bare=True).verdict(found) if found else FRESH
        project.__dict__["_behind_convention"] = known
    return known


@also_required(Participation, "authorise")
@also_required(Participation, "sign")
def convention_says_what_is_so(participation: Participation, /) -> Iterable[Missing]:
    """Nobody votes or signs a text whose facts changed since the freeze (quality.md, D3)."""
    verdict = behind_convention(participation.project)
    if verdict.stale:
        label = f"une convention à jour : depuis qu'elle est figée, {in_words(verdict.changed)}"
        yield Missing(label, "../documents/")
