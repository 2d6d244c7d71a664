"""What the pages show of a project's clauses: state of each, text, difference, data that may be named."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from documents.clauses.difference import Piece, difference
from documents.clauses.facts import facts
from documents.clauses.markdown import Block
from documents.clauses.models import AGREEMENT, SPECIFICATION, Model
from documents.clauses.printed import models_for, said, sources
from documents.clauses.values import LABELS, TABLES, values
from projects.dossier import Dossier
from projects.models import ClauseComment, ClauseRevision, Project, RevisionState

PART_TITLES = {AGREEMENT: "Accord de développement partagé", SPECIFICATION: "Cahier des charges"}
CONVENTION_TITLE, ANNEXED_TITLE = "Convention constitutive", "Convention du groupement, annexée"


@dataclass(frozen=True, slots=True)
class Line:
    """A clause in the list."""

    model: Model
    amended: bool
    outdated: bool  # its model has changed since it was amended
    proposed: bool
    remarks: int  # open ones
    empty: bool  # optional, and nobody has written it

    @property
    def state(self) -> tuple[str, str]:
        """Label and tone."""
        if self.outdated:
            return "À relire", "warn"
        if self.amended:
            return "Modifié", "info"
        return ("Facultatif", "draft") if self.empty else ("Modèle", "neutral")


@dataclass(frozen=True, slots=True)
class Known:
    """A datum that a clause may name."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause in full. Texts are Markdown with data named; `blocks` is what is printed."""

    model: Model
    base: str
    text: str
    blocks: tuple[Block, ...]
    pieces: tuple[tuple[Piece, ...], ...]  # against the model, when amended
    amended: bool
    outdated: bool
    seen: int  # number of the last accepted revision
    known: tuple[Known, ...]


def lines(project: Project, dossier: Dossier) -> list[tuple[str, list[Line]]]:
    """The clauses by text, with the state of each. Two queries."""
    revisions = list(ClauseRevision.objects.filter(project=project).order_by("number"))
    last = {row.code: row for row in revisions if row.status == RevisionState.ACCEPTED}
    waiting = {row.code for row in revisions if row.status == RevisionState.PROPOSED}
    open_threads = ClauseComment.objects.filter(project=project, answers=None, resolved_at=None)
    remarks = Counter(open_threads.values_list("code", flat=True))
    found, printed = facts(dossier), {clause.code for clause in sources(dossier)}
    parts: dict[str, list[Line]] = {}
    for model in models_for(dossier):
        own = last.get(model.code)
        amended = own is not None and bool(own.text)
        outdated = not dossier.clauses and own is not None and amended and own.base != model.text(found)
        line = Line(model, amended, outdated, model.code in waiting, remarks[model.code], model.code not in printed)
        parts.setdefault(part_title(model, dossier), []).append(line)
    return list(parts.items())


def part_title(model: Model, dossier: Dossier) -> str:
    """The text that a clause belongs to, as the pages call it."""
    annexed = ANNEXED_TITLE if "annexe" in facts(dossier) else CONVENTION_TITLE
    return PART_TITLES.get(model.part, annexed)


def clause(model: Model, dossier: Dossier, own: ClauseRevision | None) -> Clause:
    """One clause of a dossier; `own` is the project's last accepted revision of it."""
    base = model.text(facts(dossier))
    frozen = {item.code: item.text for item in dossier.clauses}
    kept = frozen.get(model.code, "") if dossier.clauses else own.text if own else ""
    amended = bool(own and own.text)
    text = kept or base
    data = values(dossier)
    return Clause(
        model=model,
        base=base,
        text=text,
        blocks=said(text, dossier),
        pieces=difference(base, text) if amended else (),
        amended=amended,
        outdated=bool(not dossier.clauses and own and amended and own.base != base),
        seen=own.number if own else 0,
        known=tuple(
            [Known(name, LABELS[name], data[name][:120]) for name in model.known]
            + [Known(name, TABLES[name], "seul dans son paragraphe") for name in model.tables]
        ),
    )
