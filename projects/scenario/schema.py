"""The shape of a scenario file. Unknown fields are refused; whether the story is possible is for the steps to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from procurement.models import BodyKind, Role
from projects.enums import ActKind, Committee, Grouping, Mandate, Priority, Route, SignatureMode, Vehicle
from projects.scenario.costs import CostLinePart, InstalmentPart, SubsidyPart, refuse_plan, refuse_terms
from projects.scenario.values import (
    Cents,
    Day,
    Email,
    Part,
    Quantity,
    Short,
    Siren,
    Title,
    Unit,
    cpv_code,
    exact,
    short,
)


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
    quantity: Quantity
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
    cpv: Annotated[str, AfterValidator(cpv_code)] = ""


class ProjectPart(Part):
    """The project, opened on `starts_on`, whose call ends on `cut_off`."""

    title: Title
    object: Annotated[str, Field(min_length=1, max_length=1_000)]
    route: Literal[tuple(Route.values)]  # type: ignore[valid-type]
    lead_body: Siren
    coordinator: Email
    cut_off: Day
    vehicle: Literal[tuple(Vehicle.values)] = Vehicle.GROUPING.value  # type: ignore[valid-type]
    mandate: Literal[tuple(Mandate.values)] = Mandate.SIGNATURE.value  # type: ignore[valid-type]
    grouping: Literal[tuple(Grouping.values)] = Grouping.ONE_OFF.value  # type: ignore[valid-type]
    committee: Literal[tuple(Committee.values)] = Committee.LEAD.value  # type: ignore[valid-type]
    cpv: Annotated[str, AfterValidator(cpv_code)] = "48000000"
    duration_months: Annotated[int, Field(ge=1, le=120)] = 48
    starts_on: Day | None = None
    threshold_cents: Cents | None = None
    ceiling_cents: Cents | None = None
    lots: list[LotPart] = []
    no_lots_reason: Annotated[str, Field(max_length=1_000)] = ""
    cost_lines: list[CostLinePart] = []
    subsidies: list[SubsidyPart] = []
    instalments: Annotated[list[InstalmentPart], Field(max_length=12)] = []


class QuantityPart(Part):
    """What a body wants of a lot."""

    lot: int
    quantity: Quantity
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
    weights: dict[Short, Annotated[str, BeforeValidator(exact)]] = {}
    quantities: list[QuantityPart] = []
    maximum_cents: Cents | None = None
    in_kind_days: Quantity | None = None
    in_kind_day_cents: Cents | None = None
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
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    else:
        _refuse_twins(scenario)
        if part := scenario.project:
            lots = {lot.number for lot in part.lots}
            present = {row.body for row in scenario.participations} | {need.body for need in scenario.needs}
            refuse_terms(part.cost_lines, present, lots)
            refuse_plan(part.instalments)
        return scenario
    context = first.get("ctx", {})
    if "error" in context:
        raise ValueError(f"{place(first['loc'])} : {context['error']}")
    said = _FRENCH.get(first["type"], "valeur refusée").format(**context)
    if first["type"] == "literal_error":
        said = said.replace(" or ", " ou ")
    shown = "" if first["type"] == "missing" else f" (valeur : {short(first['input'])})"
    raise ValueError(f"{place(first['loc'])} : {said}{shown}")


def place(location: tuple[int | str, ...]) -> str:
    """`("needs", 3, "title")` as `needs[3].title`."""
    parts = (part for part in location if part != "[key]")
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{short(part)}" for part in parts)
    return text.lstrip(".") or "fichier"


def _refuse_twins(scenario: Scenario) -> None:
    """One body, person, lot or participation stands in one place: two would contradict each other."""
    lists: list[tuple[str, str, Sequence[Any]]] = [
        ("bodies", "siren", scenario.bodies),
        ("people", "email", scenario.people),
        ("participations", "body", scenario.participations),
        ("project.lots", "number", scenario.project.lots if scenario.project else []),
    ]
    for where, name, parts in lists:
        seen = set()
        for index, part in enumerate(parts):
            value = getattr(part, name)
            if value in seen:
                raise ValueError(f"{where}[{index}].{name} : « {value} » figure deux fois")
            seen.add(value)
