"""Columns of a declaration's answers: « je ne sais pas » may stand in any of them, which is not an empty cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from procurement.sheets import Amount, Choice, Column, Day, Kind, Listing, Text, Whole, YesNo
from procurement.sheets.columns import nearest
from procurement.text import fold
from projects.needs.declaration import ASKED, COLUMNS, LONGEST_NOTICE, UNSURE_SAID, Asked, Direction
from projects.resources.kinds import parts_of

MOST_INTERFACES, MOST_ANSWERS = 40, 60
UNSURE_CELL = UNSURE_SAID.lower()
HEADER_UNITS = {"money": " (€ HT)", "months": " (mois)"}
EXAMPLES = {
    "current_solution": "Logiciel X",
    "current_vendor": "Éditeur Y",
    "yearly_cost_cents": "12000,00",
    "contract_end": "31/12/2027",
    "notice_months": "3",
    "tacit_renewal": "oui",
    "change_reasons": "Fin de contrat ; Coût",
    "hosting": "Indifférent",
    "personal_data": UNSURE_CELL,
    "free_stance": "Préféré",
    "contributes": "Du temps d'agents ; Des essais",
    "maximum_cents": "20000,00",
    "route_wish": "Groupement de commandes",
    "go_live": "01/01/2028",
}


class Choices(Choice):
    """Several of a closed list, between « ; ». A cell of one may be typed as it stands in the list."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(values)
        self.labels, self.choices = list(self.choices), ()  # a drop-down list would hold one only
        self.type_label = "un ou plusieurs choix, séparés par « ; » : " + ", ".join(self.labels)

    def read(self, text: str) -> list[str]:  # type: ignore[override]
        """The values, each once, in the order of the list."""
        found = set()
        for word in filter(None, (part.strip() for part in text.split(";"))):
            if fold(word) not in self.known:
                raise ValueError(f"« {word[:60]} » n'est pas dans la liste. {nearest(word, self.labels)}")
            found.add(self.known[fold(word)])
        return [value for value in self.values if value in found]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Their labels."""
        return " ; ".join(label for code, label in self.values.items() if code in (value or ()))


class Answer(Column):
    """A column of projects.needs.declaration.ASKED: reads and writes « je ne sais pas » as `Need.unknown`."""

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Set the field of the need, and whether it is not known."""
        unsure = fold(str(row[self.column_name])) == fold(UNSURE_CELL)
        value = self.widget.clean("", row=row) if unsure else self.clean(row, **kwargs)
        setattr(instance, self.attribute, value)
        told = {*instance.unknown, self.asked} if unsure else {*instance.unknown} - {self.asked}
        instance.unknown = [name for name in ASKED if name in told]

    @property
    def asked(self) -> str:
        """The name in ASKED of what it holds."""
        return str(self.attribute).removeprefix("sheet_")

    def export(self, instance: Any, **kwargs: Any) -> Any:
        """The value, or « je ne sais pas »."""
        if self.asked in instance.unknown:
            return UNSURE_CELL
        return super().export(instance, **kwargs)


def header_of(one: Asked) -> str:
    """Its header: the label of the form, with its unit."""
    return one.label[0].lower() + one.label[1:] + HEADER_UNITS.get(one.kind, "")


def _kind(one: Asked) -> Kind:
    if one.kind == "text":
        return Text(one.longest)
    if one.choices is not None:
        values = {str(code): str(label) for code, label in one.choices.choices}
        return Choices(values) if one.kind == "choices" else Choice(values)
    plain = {"day": Day, "money": Amount, "yes_no": lambda: YesNo(default=None)}
    return plain[one.kind]() if one.kind in plain else Whole(0, LONGEST_NOTICE)


def answer_columns() -> dict[str, Column]:
    """One for each field of a declaration, in the order of the form."""
    return {
        one.name: Answer(
            header_of(one), _kind(one), attribute=one.name, example=EXAMPLES.get(one.name, ""), note=_note(one)
        )
        for one in COLUMNS
    }


def _note(one: Asked) -> str:
    return "confidentiel" if one.confidential else ""


class Interfaces(Listing):
    """Interfaces of a need: with what, which way, how."""

    parts = ("logiciel", "sens (entrante, sortante, dans les deux sens)", "protocole (facultatif)")
    _directions = Choice({str(code): str(label) for code, label in Direction.choices})

    def read(self, text: str) -> tuple[Any, ...]:
        """The interfaces, in order."""
        found = super().read(text)
        if len(found) > MOST_INTERFACES:
            raise ValueError(f"{len(found)} interfaces : {MOST_INTERFACES} au plus.")
        return found

    def one(self, parts: list[str]) -> Mapping[str, Any]:
        """One interface as a row of its model's fields."""
        software, direction, protocol = parts_of(parts, 3, "Finances ; sortante ; fichier CSV")
        if not software or len(software) > 120 or len(protocol) > 120:
            raise ValueError("Une interface s'écrit « Finances ; sortante ; fichier CSV » (120 caractères au plus).")
        return {"software": software, "direction": self._directions.read(direction) or "both", "protocol": protocol}

    def shown(self, thing: Mapping[str, Any]) -> Sequence[str]:
        """Its parts."""
        protocol = [thing["protocol"]] if thing["protocol"] else []
        return [thing["software"], Direction(thing["direction"]).label, *protocol]


class Answers(Listing):
    """What the domain asks and is answered by yes or no: question, answer."""

    parts = ("question", "oui, non ou je ne sais pas")
    _words = {"oui": "yes", "non": "no", fold(UNSURE_CELL): "?"}

    def read(self, text: str) -> tuple[Any, ...]:
        """The answers, each question once."""
        found = super().read(text)
        if len(found) > MOST_ANSWERS or len({question for question, _ in found}) < len(found):
            raise ValueError(f"Chaque question une fois, {MOST_ANSWERS} au plus.")
        return found

    def one(self, parts: list[str]) -> tuple[str, str]:
        """A question and its answer."""
        question, answer = parts_of(parts, 2, "La commune est-elle raccordée à COMEDEC ? ; oui")
        if fold(answer) not in self._words or not 0 < len(question) <= 255:
            raise ValueError(f"« {answer[:40]} » : répondez oui, non ou je ne sais pas.")
        return question, self._words[fold(answer)]

    def shown(self, thing: tuple[str, str]) -> Sequence[str]:
        """Its parts."""
        return [thing[0], {code: word for word, code in self._words.items()}.get(thing[1], thing[1])]
