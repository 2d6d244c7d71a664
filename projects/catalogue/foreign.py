"""Solutions described elsewhere: the JSON export of the Comptoir du Libre, and `publiccode.yml`.

Both only speak of free software. What the catalogue knows from another source (same name and publisher, or same
source code) is left as it is; what came from the same source is brought up to date.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from procurement.jsonfile import Unreadable, read_json
from procurement.sheets import Refusal
from procurement.sheets.report import CREATED, REFUSED, UNCHANGED, UPDATED, Change, Line, Report
from projects.actions.catalogue import keep_solution
from projects.catalogue.publiccode import NotPubliccode, read_publiccode, text_at
from projects.models import Domain, Solution
from projects.models.catalogue import identity_of, web_address

COMPTOIR, PUBLICCODE = "Comptoir du Libre", "publiccode.yml"
LONGEST = {
    "name": 120,
    "publisher": 120,
    "licence": 60,
    "website": 255,
    "source_url": 255,
    "purpose": 255,
    "description": 5_000,
}


@dataclass(frozen=True)
class Described:
    """A solution as the other catalogue says it; `place` is its rank in the file, from 1."""

    place: int
    fields: dict[str, str]
    origin: str


def read_catalogue(path: Path) -> list[Described]:
    """What the file describes. Raises Unreadable (procurement.jsonfile) when it is neither kind."""
    if path.suffix.lower() in (".yml", ".yaml"):
        return [_publiccode(path)]
    data = read_json(path)
    softwares = data.get("softwares") if isinstance(data, dict) else None
    if not isinstance(softwares, list) or not all(isinstance(item, dict) for item in softwares):
        raise Unreadable(f"{path} : ce n'est pas l'export du Comptoir du Libre (il y manque « softwares »).")
    return [Described(place, _comptoir(item), COMPTOIR) for place, item in enumerate(softwares, 1)]


def _publiccode(path: Path) -> Described:
    try:
        data = read_publiccode(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise Unreadable(f"{path} : fichier illisible, ou qui n'est pas en UTF-8.") from None
    except NotPubliccode as reason:
        raise Unreadable(str(reason)) from None
    described = data.get("description")
    spoken = described if isinstance(described, dict) else {}
    language = next((code for code in ("fr", "fr-FR", "en", *spoken) if code in spoken), "")
    fields = {
        "name": text_at(data, "name"),
        "publisher": text_at(data, "organisation", "name") or text_at(data, "legal", "repoOwner"),
        "licence": text_at(data, "legal", "license"),
        "website": text_at(data, "landingURL"),
        "source_url": text_at(data, "url"),
        "purpose": text_at(spoken, language, "shortDescription"),
        "description": text_at(spoken, language, "longDescription"),
    }
    return Described(1, fields, PUBLICCODE)


def _comptoir(item: dict[str, Any]) -> dict[str, str]:
    return {
        "name": text_at(item, "name"),
        "publisher": "",
        "licence": text_at(item, "licence"),
        "website": text_at(item, "external_resources", "website") or text_at(item, "url"),
        "source_url": text_at(item, "external_resources", "repository"),
        "purpose": "",
        "description": "",
    }


def bring_in(found: Iterable[Described], *, check: bool = False) -> Report:
    """Create or update solutions, all or nothing; rows = created + updated + unchanged + refused.

    Side effects unless `check` or a refusal: those of `keep_solution`.
    """
    seen: dict[str, int] = {}
    judged = [_judge(item, seen) for item in found]
    report = Report([line for line, _, _ in judged])
    if check or report.refused:
        return report
    other = Domain.objects.filter(code="autre")
    with transaction.atomic():
        for line, solution, item in judged:
            if line.outcome != UNCHANGED:
                domains = list(solution.domains.all()) if solution else other
                facts: dict[str, Any] = {**item.fields, "free": True, "origin": item.origin}
                keep_solution(solution, actor=None, domains=domains, **facts)
    return report


def _judge(item: Described, seen: dict[str, int]) -> tuple[Line, Solution | None, Described]:
    fields = item.fields
    line = Line(item.place, CREATED, fields["name"])
    line.refusals = list(_faults(item))
    identity = identity_of(fields["name"], fields["publisher"])
    if identity in seen:
        line.refusals.append(Refusal(item.place, "name", f"Déjà à la place {seen[identity]} de ce fichier."))
    seen[identity] = item.place
    if line.refusals:
        line.outcome = REFUSED
        return line, None, item
    known = Solution.objects.filter(identity=identity).first()
    if known is None and fields["source_url"]:
        known = Solution.objects.filter(source_url=fields["source_url"]).first()
    if known is not None:
        line.changes = [
            Change(name, str(getattr(known, name)), value)
            for name, value in fields.items()
            if known.origin == item.origin and getattr(known, name) != value
        ]
        line.outcome = UPDATED if line.changes else UNCHANGED
    return line, known, item


def _faults(item: Described) -> Iterable[Refusal]:
    if not item.fields["name"]:
        yield Refusal(item.place, "name", "Le nom manque.")
    for name, longest in LONGEST.items():
        if len(item.fields[name]) > longest:
            yield Refusal(item.place, name, f"{len(item.fields[name])} caractères : {longest} au plus.")
    for name in ("website", "source_url"):
        try:
            if item.fields[name]:
                web_address(item.fields[name])
        except ValidationError:
            reason = f"« {item.fields[name][:60]} » n'est pas une adresse qui commence par https://."
            yield Refusal(item.place, name, reason)


def as_line(report: Report) -> str:
    """The report as one JSON line."""
    return json.dumps(report.to_json())
