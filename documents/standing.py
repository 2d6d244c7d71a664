"""Which documents of a project are due, issued or out of date, and what is to be done: the page and its list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from documents.catalogue import Kind, kind_of, kinds_for
from documents.due import EXPECTED, STAGES, needs_frozen_text, reached
from documents.freshness import Mark, Today
from documents.models import Document, DocumentState
from documents.models.issues import COUNTING
from procurement.models import Body
from projects.enums import ProjectState
from projects.models import Project


@dataclass(frozen=True)
class Standing:
    """Where a document is: the word of its badge, its tone, what is to be known, what the coordinator may press."""

    label: str
    tone: str
    note: str = ""
    button: str = ""
    urgent: bool = False  # the procedure waits for it


OUTSIDE = Standing("Hors du texte", "neutral", "L'organisme n'est pas partie au texte.")


@dataclass(frozen=True)
class Entry:
    """One document of a kind: the common one, or that of a body."""

    body: Body | None
    document: Document | None
    standing: Standing

    @property
    def previews(self) -> bool:
        """True when a draft can be printed for it: it is a party."""
        return self.standing is not OUTSIDE


@dataclass(frozen=True)
class Line:
    """One kind on the page: its common document, or a summary of those of the bodies."""

    kind: Kind
    entries: tuple[Entry, ...]
    standing: Standing

    @property
    def document(self) -> Document | None:
        """The common document, if it was issued."""
        return None if self.kind.per_body or not self.entries else self.entries[0].document


@dataclass(frozen=True)
class Stage:
    """The kinds of one stage of the project."""

    label: str
    lines: tuple[Line, ...]
    current: bool
    later: bool


def stages(project: Project, documents: Iterable[Document], bodies: list[Body], today: Today) -> list[Stage]:
    """Every kind of the route, by stage, with where it stands for these bodies; `documents` carry their state."""
    earlier = {document.pk for document in followed(documents, today)}
    documents = [item for item in documents if item.state in COUNTING and item.pk not in earlier]
    marks = today.marks(documents)
    known = {(item.kind, item.body_id): item for item in documents}
    found = []
    for state in STAGES:
        kinds = [kind for kind in kinds_for(project.route) if kind.stage == state and not kind.per_need]
        lines = tuple(_line(project, kind, bodies, known, marks, today) for kind in kinds)
        if lines:
            later = not reached(kinds[0], project.state)
            found.append(Stage(ProjectState(state).label, lines, state == project.state, later))
    return found


def followed(documents: Iterable[Document], today: Today) -> list[Document]:
    """The calls and amendments that stand and that another has followed: done, and still due or in force."""
    counting = [document for document in documents if document.series and document.state in COUNTING]
    return [item for item in counting if item.series != kind_of(item.kind, item.route).series(today.frozen)]


def _line(
    project: Project,
    kind: Kind,
    bodies: list[Body],
    known: dict[tuple[str, int | None], Document],
    marks: dict[int, Mark],
    today: Today,
) -> Line:
    entries = []
    parties = {party.siren for party in today.frozen.dossier.parties}
    for body in bodies if kind.per_body else [None]:
        document = known.get((kind.code, body.pk if body else None))
        mark = marks[document.pk] if document else Mark.FRESH
        outside = body is not None and document is None and body.siren not in parties
        standing = OUTSIDE if outside else _standing(project, kind, document, mark, today)
        entries.append(Entry(body, document, standing))
    standing = _summary(entries) if kind.per_body else entries[0].standing
    return Line(kind, tuple(entries), standing)


def _standing(project: Project, kind: Kind, document: Document | None, mark: Mark, today: Today) -> Standing:
    if document is None:
        return _not_issued(project, kind, today)
    if mark is Mark.REISSUE:
        note = "Des données ont changé depuis cette version."
        return Standing("Périmé", "bad", note, f"Émettre la version {document.number + 1}", urgent=True)
    if mark is Mark.REFREEZE:
        note = "La convention figée ne dit plus les données du projet : ni vote ni signature d'ici là."
        return Standing("Périmé", "bad", note, urgent=True)
    if mark is Mark.LEFT:
        return Standing("Sans objet", "neutral", "L'organisme a quitté le projet.")
    note = "Des données ont changé ; le coordinateur constate que c'est sans effet." if mark is Mark.WAIVED else ""
    in_force = document.state == DocumentState.IN_FORCE
    return Standing("En vigueur" if in_force else "À jour", "ok" if in_force else "info", note)


def _not_issued(project: Project, kind: Kind, today: Today) -> Standing:
    if not reached(kind, project.state):
        return Standing("Plus tard", "draft")
    if needs_frozen_text(kind) and today.version is None:
        return Standing("Après la convention figée", "draft")
    if kind.code in EXPECTED and kind.stage == project.state:
        return Standing("À émettre", "warn", "", "Émettre", urgent=True)
    return Standing("Non émis", "neutral", "Facultatif." if kind.code not in EXPECTED else "", "Émettre")


def _summary(entries: list[Entry]) -> Standing:
    """The bodies' own documents in one line: the worst of them gives the tone, their numbers the words."""
    if not entries:
        return Standing("Sans organisme", "neutral")
    entries = [entry for entry in entries if entry.previews] or entries
    issued = [entry for entry in entries if entry.document]
    if not issued:
        return entries[0].standing
    stale = [entry for entry in entries if entry.standing.label == "Périmé"]
    left = len(entries) - len(issued)
    label = f"{len(issued)} sur {len(entries)}"
    if stale:
        button = "Émettre les versions suivantes" if any(entry.standing.button for entry in stale) else ""
        return Standing("Périmé", "bad", f"{label} émis, dont {len(stale)} à refaire.", button, urgent=True)
    if left:
        return Standing(
            f"{label} émis", "warn", "", f"Émettre {'celui qui manque' if left == 1 else 'ceux qui manquent'}"
        )
    return issued[0].standing


def to_do(found: Iterable[Stage]) -> list[Line]:
    """What the procedure waits for, in the order of the stages."""
    return [line for stage in found for line in stage.lines if line.standing.urgent]
