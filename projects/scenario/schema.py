"""The shape of a scenario file. Unknown fields are refused; whether the story is possible is for the steps to say."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from procurement.models import BodyKind, Role
from procurement.money import LIMIT
from procurement.validators import is_siren
from projects import costsharing, cpv
from projects.enums import ActKind, Committee, Grouping, Mandate, Priority, Route, SignatureMode


def _siren(value: str) -> str:
    if not is_siren(value):
        raise ValueError(f"« {value} » n'est pas un SIREN (neuf chiffres dont une clé de contrôle)")
    return value


def _day(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("une date s'écrit AAAA-MM-JJ")
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"« {value[:30]} » n'est pas une date AAAA-MM-JJ") from None


def _number(value: Any) -> Any:
    """A quantity or a percentage: an integer, a number or a decimal string, kept exact."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise ValueError("un nombre est attendu")
    try:
        number = Decimal(value)
    except ArithmeticError:
        raise ValueError(f"« {str(value)[:30]} » n'est pas un nombre") from None
    if not number.is_finite() or number < 0 or abs(number) >= 10**12:
        raise ValueError(f"« {str(value)[:30]} » n'est pas un nombre positif raisonnable")
    return number


def _percent(value: Any) -> str:
    return str(_number(value))


def _key(value: dict[str, Any]) -> dict[str, Any]:
    try:
        return costsharing.key_from_json(value).to_json()
    except costsharing.SharingError as error:
        raise ValueError(error.message) from None


def _cpv(value: str) -> str:
    return cpv.normalise(value) if value else ""


def _email(value: str) -> str:
    local, at, domain = value.strip().lower().partition("@")
    if not (local and at and "." in domain) or any(character.isspace() for character in value.strip()):
        raise ValueError(f"« {value[:60]} » n'est pas une adresse électronique")
    return f"{local}@{domain}"


Siren = Annotated[str, AfterValidator(_siren)]
Email = Annotated[str, Field(max_length=254), AfterValidator(_email)]
Day = Annotated[dt.date, BeforeValidator(_day)]
Number = Annotated[Decimal, BeforeValidator(_number)]
Percent = Annotated[str, Field(max_length=6), BeforeValidator(_percent)]
Cents = Annotated[int, Field(ge=0, le=LIMIT)]
Title = Annotated[str, Field(min_length=1, max_length=255)]
Short = Annotated[str, Field(min_length=1, max_length=120)]
Unit = Annotated[str, Field(min_length=1, max_length=40)]


class Part(BaseModel):
    """Base of every part: nothing unknown, nothing converted on the sly."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class BodyPart(Part):
    """A body; the name is needed when the registry does not hold it."""

    siren: Siren
    name: Title | None = None
    kind: Literal[tuple(BodyKind.values)] | None = None  # type: ignore[valid-type]
    population: Annotated[int, Field(ge=0, le=100_000_000)] | None = None
    department: Annotated[str, Field(max_length=3)] = ""


class MembershipPart(Part):
    """A role of a person in a body of the file."""

    body: Siren
    role: Literal[tuple(Role.values)]  # type: ignore[valid-type]


class PersonPart(Part):
    """A person, found by e-mail or created without a password."""

    email: Email
    first_name: Annotated[str, Field(max_length=150)] = ""
    last_name: Annotated[str, Field(max_length=150)] = ""
    memberships: list[MembershipPart] = []


class VolumePart(Part):
    """A volume of a need."""

    label: Short
    quantity: Number
    unit: Unit
    year: Annotated[int, Field(ge=1990, le=2100)] | None = None


class RequirementPart(Part):
    """A requirement of a need."""

    chapter: Short
    text: Annotated[str, Field(min_length=1, max_length=2_000)]
    priority: Literal[tuple(Priority.values)] = Priority.SHOULD.value  # type: ignore[valid-type]
    source: Annotated[str, Field(max_length=255)] = ""


class NeedPart(Part):
    """A need, published on its day by an agent of its body."""

    body: Siren
    title: Title
    domain: Short
    description: Annotated[str, Field(max_length=20_000)]
    by: Email | None = None
    on: Day | None = None
    volumes: list[VolumePart] = []
    current_solution: Annotated[str, Field(max_length=255)] = ""
    contract_end: Day | None = None
    maximum_cents: Cents | None = None
    requirements: list[RequirementPart] = []


class LotPart(Part):
    """A lot."""

    number: Annotated[int, Field(ge=1, le=999)]
    title: Title
    cpv: Annotated[str, AfterValidator(_cpv)] = ""


class CostLinePart(Part):
    """A cost and its key."""

    label: Title
    amount_cents: Cents
    vat_percent: Percent = "20"
    key: Annotated[dict[str, Any], AfterValidator(_key)]


class SubsidyPart(Part):
    """Outside money, taken off before the keys."""

    label: Title
    rate_percent: Percent
    eligible_cents: Cents
    cap_cents: Cents | None = None


class ProjectPart(Part):
    """The project, opened on `starts_on`, whose call ends on `cut_off`."""

    title: Title
    object: Annotated[str, Field(min_length=1, max_length=1_000)]
    route: Literal[tuple(Route.values)]  # type: ignore[valid-type]
    lead_body: Siren
    coordinator: Email
    cut_off: Day
    mandate: Literal[tuple(Mandate.values)] = Mandate.SIGNATURE.value  # type: ignore[valid-type]
    grouping: Literal[tuple(Grouping.values)] = Grouping.ONE_OFF.value  # type: ignore[valid-type]
    committee: Literal[tuple(Committee.values)] = Committee.LEAD.value  # type: ignore[valid-type]
    cpv: Annotated[str, AfterValidator(_cpv)] = "48000000"
    duration_months: Annotated[int, Field(ge=1, le=120)] = 48
    starts_on: Day | None = None
    threshold_cents: Cents | None = None
    ceiling_cents: Cents | None = None
    lots: list[LotPart] = []
    no_lots_reason: Annotated[str, Field(max_length=1_000)] = ""
    cost_lines: list[CostLinePart] = []
    subsidies: list[SubsidyPart] = []


class QuantityPart(Part):
    """What a body wants of a lot."""

    lot: int
    quantity: Number
    unit: Unit


class DeliberationPart(Part):
    """The act; `authorises_contract` is true for the lead body unless said otherwise."""

    number: Annotated[str, Field(min_length=1, max_length=60)]
    date: Day
    enforceable_on: Day
    kind: Literal[tuple(ActKind.values)] = ActKind.DELIBERATION.value  # type: ignore[valid-type]
    maximum_cents: Cents | None = None
    authorises_contract: bool | None = None


class SignaturePart(Part):
    """The signature."""

    date: Day
    signatory: Short
    capacity: Short = "Représentant légal"
    mode: Literal[tuple(SignatureMode.values)] = SignatureMode.HANDWRITTEN.value  # type: ignore[valid-type]


class ParticipationPart(Part):
    """A body in the project."""

    body: Siren
    on: Day | None = None
    by: Email | None = None
    weights: dict[Short, Annotated[str, BeforeValidator(_percent)]] = {}
    quantities: list[QuantityPart] = []
    maximum_cents: Cents | None = None
    deliberation: DeliberationPart | None = None
    signature: SignaturePart | None = None


class Scenario(Part):
    """The file."""

    reference: Annotated[str, Field(min_length=1, max_length=100)]
    bodies: list[BodyPart] = []
    people: list[PersonPart] = []
    needs: list[NeedPart] = []
    project: ProjectPart | None = None
    participations: list[ParticipationPart] = []
    until: Literal["framing", "call", "agreement", "constituted"] | None = None


_FRENCH = {
    "missing": "ce champ est obligatoire",
    "extra_forbidden": "champ inconnu",
    "string_type": "un texte est attendu",
    "int_type": "un nombre entier est attendu",
    "bool_type": "true ou false est attendu",
    "list_type": "une liste est attendue",
    "dict_type": "un objet est attendu",
    "model_type": "un objet est attendu",
    "model_attributes_type": "un objet est attendu",
    "string_too_short": "ce texte est vide",
    "string_too_long": "ce texte dépasse {max_length} caractères",
    "greater_than_equal": "cette valeur est inférieure à {ge}",
    "less_than_equal": "cette valeur dépasse {le}",
    "literal_error": "valeurs admises : {expected}",
}


def parse(data: Any) -> Scenario:
    """The scenario in `data`; ValueError with one French line that names the first wrong place and its value."""
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    context = first.get("ctx", {})
    said = str(context["error"]) if "error" in context else _FRENCH.get(first["type"], "valeur refusée").format(**context)
    shown = "" if first["type"] == "missing" or "error" in context else f" (valeur : {_short(first['input'])})"
    raise ValueError(f"{place(first['loc'])} : {said}{shown}")


def place(location: tuple[int | str, ...]) -> str:
    """`("needs", 3, "title")` as `needs[3].title`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.lstrip(".") or "fichier"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
