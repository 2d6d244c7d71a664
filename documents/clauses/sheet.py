"""What the pages show of a project's clauses: state of each, text, difference, data that may be named."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from documents.clauses.difference import Piece, difference
from documents.clauses.facts import facts
from documents.clauses.markdown import Block, Run
from documents.clauses.models import AGREEMENT, CCAP, RULES, SPECIFICATION, Model
from documents.clauses.printed import models_for, said, sources
from documents.clauses.values import LABELS, TABLES, values
from projects.dossier import Dossier
from projects.models import ClauseComment, ClauseRevision, Project, RevisionState

PART_TITLES = {
    AGREEMENT: "Accord de développement partagé",
    SPECIFICATION: "Cahier des charges",
    RULES: "Règlement de la consultation",
    CCAP: "Cahier des clauses administratives particulières",
}
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
class Section:
    """The clauses of one text; a late one says until when it may be changed."""

    title: str
    late: bool
    lines: list[Line]


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
    blocks: tuple[Block, ...]  # a table of ours is named in its place
    pieces: tuple[tuple[Piece, ...], ...]  # against the model, when amended
    amended: bool
    outdated: bool
    seen: int  # number of the last accepted revision
    known: tuple[Known, ...]


def sections(project: Project, dossier: Dossier) -> list[Section]:
    """The clauses by text, with the state of each. Two queries."""
    revisions = list(ClauseRevision.objects.filter(project=project).order_by("number"))
    last = {row.code: row for row in revisions if row.status == RevisionState.ACCEPTED}
    waiting = {row.code for row in revisions if row.status == RevisionState.PROPOSED}
    open_threads = ClauseComment.objects.filter(project=project, answers=None, resolved_at=None)
    remarks = Counter(open_threads.values_list("code", flat=True))
    found, printed = facts(dossier), {clause.code for clause in sources(dossier)}
    parts: dict[str, Section] = {}
    for model in models_for(dossier):
        own = last.get(model.code)
        amended = own is not None and bool(own.text)
        outdated = not fixed(model, dossier) and own is not None and amended and own.base != model.text(found)
        line = Line(model, amended, outdated, model.code in waiting, remarks[model.code], model.code not in printed)
        parts.setdefault(model.part, Section(part_title(model, dossier), model.late, [])).lines.append(line)
    return list(parts.values())


def fixed(model: Model, dossier: Dossier) -> bool:
    """True for the words that the version in force keeps for ever."""
    return bool(dossier.clauses) and not model.late


def part_title(model: Model, dossier: Dossier) -> str:
    """The text that a clause belongs to, as the pages call it."""
    annexed = ANNEXED_TITLE if "annexe" in facts(dossier) else CONVENTION_TITLE
    return PART_TITLES.get(model.part, annexed)


def clause(model: Model, dossier: Dossier, own: ClauseRevision | None) -> Clause:
    """One clause of a dossier; `own` is the project's last accepted revision of it."""
    base = model.text(facts(dossier))
    words = {item.code: item.text for item in dossier.clauses}
    kept = words.get(model.code, "") if fixed(model, dossier) else own.text if own else ""
    amended = bool(own and own.text)
    text = kept or base
    data = values(dossier)
    return Clause(
        model=model,
        base=base,
        text=text,
        blocks=tuple(_named(block) for block in said(text, dossier)),
        pieces=difference(base, text) if amended else (),
        amended=amended,
        outdated=bool(not fixed(model, dossier) and own and amended and own.base != base),
        seen=own.number if own else 0,
        known=tuple(
            [Known(name, LABELS[name], data[name][:120]) for name in model.known]
            + [Known(name, TABLES[name], "seul dans son paragraphe") for name in model.tables]
        ),
    )


def _named(block: Block) -> Block:
    """A table of ours as the page tells it: what it is, for its rows are in the document alone."""
    return Block("table", (Run(f"[{TABLES[block.kind]}]"),)) if block.kind in TABLES else block
