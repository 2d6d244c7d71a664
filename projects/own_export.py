"""« Tout exporter »: everything that is a body's own, as JSON and as one workbook with a sheet per kind.

Rows are found by what they point at, so that a new kind of row belongs to the export without being named here.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Field, FileField, Model, Q, QuerySet

from procurement import clock
from procurement.models import Body
from procurement.sheets import ods
from projects.models import Event, Need, Participation

# What leads from a row to the body that owns it: the name of its foreign key, then the way from there.
WAYS = {"body": "body", "need": "need__body", "participation": "participation__body", "buyer": "buyer"}
BOTH_WAYS = {"from_body": "donnés", "to_body": "reçus"}
# Rows that point at a body without being its own: journals (given apart), indexes, links that open a door, other
# people's requests, lists that coordinators keep.
NOT_OWN = frozenset(
    "procurement.event projects.event projects.needentry projects.sheetupload projects.expectedbody "
    "procurement.joinrequest procurement.invitation documents.returnlink documents.bundle documents.download "
    "projects.needfollow documents.document".split()
)
TITLES = {
    "projects.volume": "volume",
    "projects.lotquantity": "quantité par lot",
    "projects.lotmaximum": "maximum par lot",
    "projects.interface": "interface",
}
LEFT_OUT = frozenset("id search_text submission context session_salt token key digest previous position".split())

Rows = list[dict[str, Any]]
Section = Callable[[Body], Rows]
_more: dict[str, Section] = {}


def also_exports(title: str) -> Callable[[Section], Section]:
    """Register a kind of row that another package keeps for a body."""

    def register(section: Section) -> Section:
        _more[title] = section
        return section

    return register


def everything_of(body: Body) -> dict[str, Any]:
    """Plain values for JSON: amounts in cents, days in ISO 8601, decimals as text. Reads only."""
    found: dict[str, Any] = {"organisme": _row(body), "exporté le": clock.today().isoformat()}
    for title, rows in _kinds(body):
        found.setdefault(title, []).extend(_row(row) for row in rows)
    found["actes"], found["signatures"] = list(_acts(body)), list(_signatures(body))
    found["journal"] = [_event(event) for event in own_events(body)]
    for title, section in _more.items():
        found[title] = section(body)
    return found


def own_events(body: Body) -> QuerySet[Event]:
    """The events of its needs and participations, and those its people are the authors of, oldest first."""
    own = Q(body=body) | Q(need__body=body) | Q(participation__body=body)
    return Event.objects.filter(own).select_related("user", "need", "project").order_by("recorded_at", "id")


def _kinds(body: Body) -> Iterator[tuple[str, QuerySet[Any]]]:
    for model in apps.get_models():
        if model._meta.label_lower in NOT_OWN:
            continue
        for name, way in _ways(model):
            title = TITLES.get(model._meta.label_lower, str(model._meta.verbose_name))
            if name in BOTH_WAYS:
                title = f"{title} {BOTH_WAYS[name]}"
            rows = model._default_manager.filter(**{way: body}).order_by("pk")
            yield title, rows.select_related(*_named_by(model))


def _named_by(model: type[Model]) -> Iterator[str]:
    """The rows that a row of this kind names, and the project by which most of them are called."""
    for field in model._meta.concrete_fields:
        if field.is_relation and isinstance(field.related_model, type):
            yield field.name
            if any(far.name == "project" for far in field.related_model._meta.concrete_fields):
                yield f"{field.name}__project"


def _ways(model: type[Model]) -> Iterator[tuple[str, str]]:
    targets = {Body, Need, Participation}
    names = {field.name for field in model._meta.concrete_fields if field.related_model in targets}
    for name in (*WAYS, *BOTH_WAYS):
        if name in names:
            yield name, WAYS.get(name, name)
            if name in WAYS:
                return


def _acts(body: Body) -> Iterator[dict[str, Any]]:
    for taken in Participation.objects.filter(body=body).exclude(act_number="").select_related("project"):
        yield {
            "projet": taken.project.reference,
            "nature": taken.get_act_kind_display(),
            "numéro": taken.act_number,
            "date": _plain(taken.act_date),
            "exécutoire le": _plain(taken.act_enforceable_on),
            "montant voté HT (centimes)": taken.act_maximum_cents,
            "version": taken.act_version,
        }


def _signatures(body: Body) -> Iterator[dict[str, Any]]:
    for taken in Participation.objects.filter(body=body).exclude(signatory="").select_related("project"):
        yield {
            "projet": taken.project.reference,
            "signée le": _plain(taken.signed_on),
            "signataire": taken.signatory,
            "qualité": taken.signatory_capacity,
            "mode": taken.get_signature_mode_display(),
            "version": taken.signed_version,
        }


def _event(event: Event) -> dict[str, Any]:
    return {
        "chaîne": event.chain,
        "étape": event.step,
        "de": event.source,
        "vers": event.target,
        "le": _plain(event.happened_on),
        "enregistré": _plain(event.recorded_at),
        "par": event.author,
        "note": event.note,
        "faits": event.facts,
    }


def _row(row: Model) -> dict[str, Any]:
    return {name: value for field in row._meta.concrete_fields for name, value in _cell(row, field)}


def _cell(row: Model, field: Field) -> Iterator[tuple[str, Any]]:
    if field.name in LEFT_OUT or isinstance(field, FileField):
        return
    name = str(field.verbose_name) + (" (centimes)" if field.name.endswith("_cents") else "")
    value = getattr(row, field.name)
    if isinstance(value, Participation):
        value = value.project
    if isinstance(value, Model):
        value = getattr(value, "reference", None) or str(value)
    yield name, _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return value if isinstance(value, str | int | bool | list | dict | None) else str(value)


# The workbook ---------------------------------------------------------------------------------------------------------
def workbook_of(found: dict[str, Any]) -> bytes:
    """The same as an ODS workbook: one sheet per kind, amounts in euros, texts guarded against formulas."""
    sheets = []
    for title, rows in found.items():
        table = [rows] if isinstance(rows, dict) else rows if isinstance(rows, list) else []
        if table:
            header = list(dict.fromkeys(name for row in table for name in row))
            lines = [[_native(name, row.get(name)) for name in header] for row in table]
            sheets.append((title, [name.replace("(centimes)", "(€)") for name in header], lines))
    return ods.write_book(sheets)


def _native(name: str, value: Any) -> Any:
    if name.endswith("(centimes)") and isinstance(value, int):
        return Decimal(value).scaleb(-2)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return "" if value is None else value
