"""A person finds their body: by name as they would write it, postal code, INSEE code, SIREN or SIRET."""

from __future__ import annotations

import re

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from procurement.models import Body, BodyKind
from procurement.text import LONGEST_QUERY, fold

FOUND, WEIGHED = 20, 100
SHORTEST = 2  # letters
# What people write and the registry does not, or writes in another way. Folded; applied in this order.
WRITTEN_AS = (
    (r"\b(mairie|ville|commune|villes|municipalite) (de la|de l|de|du|des|d)\b", ""),
    (r"\bmairie\b", ""),
    (r"\bcommunaute d agglomeration\b", "ca"),
    (r"\bcommunaute de communes\b", "cc"),
    (r"\bcommunaute urbaine\b", "cu"),
    (r"\bconseil (departemental|general)\b", "departement"),
    (r"\bconseil regional\b", "region"),
    (r"\bst\b", "saint"),
    (r"\bste\b", "sainte"),
)


def find_bodies(text: str, *, limit: int = FOUND) -> list[Body]:
    """The bodies that answer to `text`, likeliest first; none for less than two characters. One query.

    Dissolved bodies are left out. Median under 100 ms on SQLite with the whole registry (`python -m bench.joining`).
    """
    typed = fold(text.replace("\x00", "")[:LONGEST_QUERY])
    digits = typed.replace(" ", "")
    bodies = Body.objects.filter(closed_on=None)
    if digits.isdigit() and len(digits) in (9, 14):
        return list(bodies.filter(siren=digits[:9]))
    said = _as_registered(typed)
    words = [word for word in said.split() if len(word) > 2] or said.split()
    if len("".join(words)) < SHORTEST:
        return []
    for word in words:
        bodies = bodies.filter(search_text__contains=word)
    return sorted(_likeliest(bodies, typed, said), key=lambda body: _place(body, typed, said))[:limit]


def _as_registered(text: str) -> str:
    for pattern, instead in WRITTEN_AS:
        text = re.sub(pattern, instead, text)
    return " ".join(text.split())


def _likeliest(bodies: QuerySet[Body], typed: str, said: str) -> list[Body]:
    """Enough of them to choose from: those that begin as was typed, then the most populous."""
    begins = Case(
        When(Q(search_text__startswith=f"{said} ") | Q(search_text__startswith=f"{typed} "), then=Value(0)),
        When(search_text__startswith=said, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return list(bodies.order_by(begins, "-population", "pk")[:WEIGHED])


def _place(body: Body, typed: str, said: str) -> tuple[int, int, str]:
    name = fold(body.name)
    exact = 0 if name in (typed, said) else 1 if name.startswith(f"{said} ") else 2 if said in name else 3
    return exact + (0 if body.kind != BodyKind.SYNDICAT else 1), -(body.population or 0), name
