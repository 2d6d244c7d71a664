"""What a need answers, in French words: for its page, for its sheet, for two people who changed it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from procurement import money
from procurement.templatetags.cordee import french_date
from projects.enums import Priority
from projects.models import Domain, Need
from projects.needs.declaration import ASKED, PARTS, UNSURE, UNSURE_SAID, Asked, Direction

YES_NO = {True: "Oui", False: "Non"}
ANSWERS = {"yes": "Oui", "no": "Non", UNSURE: UNSURE_SAID}
HAVE = {"domain": "Domaine", "title": "Intitulé", "description": "Description", "answers": "Questions du domaine"}
ROWS_SAID = {"volumes": "Volumes", "requirements": "Exigences", "interfaces": "Interfaces"}


@dataclass(frozen=True)
class Said:
    """An answer as a page shows it. `known` is False for « je ne sais pas » and for no answer (`text` empty)."""

    asked: Asked
    text: str
    known: bool


def say(one: Asked, value: Any) -> str:
    """A value of this field in French, "" for none. Amounts in cents HT."""
    if value is None or value in ("", []):
        return ""
    choices = dict(one.choices.choices) if one.choices else {}
    words = {
        "day": lambda: french_date(value),
        "money": lambda: f"{money.euros(value)} HT",
        "months": lambda: f"{value} mois",
        "yes_no": lambda: YES_NO[value],
        "choice": lambda: str(choices.get(value, value)),
        "choices": lambda: ", ".join(str(label) for code, label in choices.items() if code in value),
    }
    return words[one.kind]() if one.kind in words else str(value)


def said_of(need: Need, part_code: str, *, confidential: bool) -> list[Said]:
    """The answers of a section that the reader may see, in order; those left empty have an empty text."""
    part = next(part for part in PARTS if part.code == part_code)
    seen = [one for one in part.asked if one.kind != "rows" and (confidential or not one.confidential)]
    found = []
    for one in seen:
        text = say(one, getattr(need, one.name))
        unsure = not text and one.name in need.unknown
        found.append(Said(one, UNSURE_SAID if unsure else text, bool(text)))
    return found


def domain_answers(need: Need) -> list[tuple[str, str]]:
    """(question, answer) of the need's domain, for those answered otherwise than by a volume."""
    asked = [question["label"] for question in (need.domain.questions if need.domain else ())]
    return [(label, ANSWERS[need.answers[label]]) for label in asked if need.answers.get(label) in ANSWERS]


def row_said(kind: str, row: Mapping[str, Any]) -> str:
    """A row of a need in a line."""
    if kind == "volumes":
        year = f" ({row['year']})" if row["year"] else ""
        return f"{row['label']} : {money.number(row['quantity'].normalize())} {row['unit']}{year}"
    if kind == "interfaces":
        protocol = f", {row['protocol']}" if row["protocol"] else ""
        return f"{row['software']} ({Direction(row['direction']).label.lower()}{protocol})"
    return f"{row['chapter']} : {row['text']} ({Priority(row['priority']).label.lower()})"


def value_said(name: str, value: Any) -> str:
    """Any field of a need in French, for the page that compares two versions of it."""
    if name in ASKED:
        return say(ASKED[name], value) or "rien"
    if name == "domain":
        return value.label if isinstance(value, Domain) else "rien"
    if name == "answers":
        return " ; ".join(f"{question} {ANSWERS.get(answer, answer)}" for question, answer in value.items()) or "rien"
    return str(value or "rien")
