"""The model texts, one file per clause: a header, then restricted Markdown in which facts choose variants.

    titre: Missions du coordonnateur
    fondement: article L. 2113-7 du code de la commande publique
    données: coordonnateur, membres
    exige: missions

    @si m3
    Le coordonnateur paie le titulaire…
    @sinon
    Chaque membre paie sa part…
    @fin

`@si a, non b` needs both. Names of facts and of data are closed lists (facts.py, values.py); a test compares.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
CONVENTION, AGREEMENT, SPECIFICATION = "convention", "accord", "cahier"
RULES, CCAP = "reglement", "ccap"
LATE = {RULES: "règlement de la consultation", CCAP: "CCAP"}  # worded until the launch, whatever is frozen (ADR 22)
ANNEX = "annexe"
COMMON = ("reference", "version", "projet", "coordonnateur", "duree", "objet")  # in every clause


@dataclass(frozen=True, slots=True)
class Model:
    """A clause of the product: its own French, the article it rests on, the data it may name."""

    code: str  # convention/06-missions
    number: str  # as printed: 6, 21 bis, 5.4 for a chapter, "" for an annex
    title: str
    basis: str
    data: tuple[str, ...]
    tables: tuple[str, ...]  # stand alone in a paragraph
    needed: tuple[str, ...]
    condition: str  # the clause is printed only then; "" for always
    body: str

    @property
    def part(self) -> str:
        """The text it belongs to: convention, accord, cahier, reglement or ccap."""
        return part_of(self.code)

    @property
    def late(self) -> bool:
        """See `is_late`."""
        return is_late(self.code)

    @property
    def noun(self) -> str:
        """What it is called: an agreement has articles, a specification chapters."""
        if not self.number:
            return ANNEX
        return "chapitre" if self.part == SPECIFICATION else "article"

    @property
    def heading(self) -> str:
        """« Article 6. Missions du coordonnateur »."""
        return f"{self._numbered.capitalize()}. {self.title}"

    @property
    def line(self) -> str:
        """« 6. Missions du coordonnateur », under the name of its text."""
        return f"{self.number}. {self.title}" if self.number else self.heading

    @property
    def entry(self) -> str:
        """Its heading where the text it belongs to is not told: the journal. « CCAP, article 10. Pénalités »."""
        if not self.late:
            return self.heading
        text = LATE[self.part]
        return f"{text[:1].upper()}{text[1:]}, {self._numbered}. {self.title}"

    @property
    def named(self) -> str:
        """« l'article 6, Missions du coordonnateur », in a sentence."""
        return self._after("l'", "le ")

    @property
    def of(self) -> str:
        """« de l'article 6, Missions du coordonnateur »."""
        return self._after("de l'", "du ")

    @property
    def _numbered(self) -> str:
        return f"{self.noun} {self.number}".strip()

    def _after(self, article: str, chapter: str) -> str:
        """« l'article 10 du CCAP, Pénalités »: three texts have an article 10."""
        text = f" du {LATE[self.part]}" if self.late else ""
        return f"{chapter if self.noun == 'chapitre' else article}{self._numbered}{text}, {self.title}"

    @property
    def known(self) -> tuple[str, ...]:
        """The inline data its text may name."""
        return tuple(dict.fromkeys((*COMMON, *self.data)))

    def text(self, facts: Collection[str]) -> str:
        """The variant that the facts choose, data still named."""
        return choose(self.body, facts)


def part_of(code: str) -> str:
    """The text that a clause belongs to."""
    return code.partition("/")[0]


def is_late(code: str) -> bool:
    """True for a clause that is put to candidates only: no member agrees to it, no version freezes it (ADR 22)."""
    return part_of(code) in LATE


def holds(condition: str, facts: Collection[str]) -> bool:
    """`a, non b`: a is a fact and b is not."""
    asked = [word.strip() for word in condition.split(",") if word.strip()]
    return all((word.removeprefix("non ") in facts) != word.startswith("non ") for word in asked)


def choose(body: str, facts: Collection[str]) -> str:
    """The lines whose conditions hold. Conditions do not nest."""
    kept: list[str] = []
    shown = True
    for line in body.splitlines():
        if line.startswith("@si "):
            shown = holds(line[4:], facts)
        elif line == "@sinon":
            shown = not shown
        elif line == "@fin":
            shown = True
        elif shown:
            kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


@functools.cache
def models() -> dict[str, Model]:
    """Every clause by code, in the order in which they are printed."""
    parts = (CONVENTION, AGREEMENT, SPECIFICATION, *LATE)
    files = [path for part in parts for path in sorted((FOLDER / part).glob("*.md"), key=_rank)]
    return {model.code: model for model in map(_read, files)}


def _rank(path: Path) -> tuple[bool, list[int], str]:
    """4 comes before 4.1, 21 before 21 bis, and an annex last."""
    found = re.match(r"\d+(-\d+)*", path.stem)
    return found is None, [int(number) for number in found[0].split("-")] if found else [], path.stem


def _read(path: Path) -> Model:
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    found = re.fullmatch(rf"(?:(\d+(?:-\d+)*)(bis)?|{ANNEX})-[a-z-]+", path.stem)
    assert found is not None, path  # our own files
    numbers = [str(int(number)) for number in (found[1] or "").split("-") if number]
    tables = _words(fields.get("tableaux", ""))
    return Model(
        code=f"{path.parent.name}/{path.stem}",
        number=".".join(numbers) + (" bis" if found[2] else ""),
        title=fields["titre"],
        basis=fields.get("fondement", ""),
        data=_words(fields.get("données", "")),
        tables=tables,
        needed=_words(fields.get("exige", "")),
        condition=fields.get("si", ""),
        body=body,
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
