"""Every kind previews before data exists, and what interfaces.md lists is there."""

from __future__ import annotations

import re

import pytest

from documents.catalogue import KINDS, Kind, UnknownKind, kind_of, kinds_for
from tests.documents import makers

STABLE = ("need-sheet", "opportunity-note", "intent-letter", "convention", "financial-annex", "needs-annex")
STABLE += ("deliberation", "accession-form", "certificate", "specification")


@pytest.mark.parametrize("code", STABLE)
def test_a_code_of_the_stable_interfaces_is_a_kind(code: str) -> None:
    assert kind_of(code).code == code


def test_codes_are_one_per_route_and_prefixes_one_per_kind() -> None:
    for route in ("grouped_purchase", "shared_development"):
        codes = [kind.code for kind in kinds_for(route)]
        assert len(codes) == len(set(codes))
    assert len({kind.prefix for kind in KINDS}) == len(KINDS)
    assert all(re.fullmatch(r"[A-Z]+", kind.prefix) for kind in KINDS)
    assert not any(re.search(r'["\\<]', kind.title) for kind in KINDS)  # titles stand in the style sheet as they are


def test_an_unknown_code_gets_the_list() -> None:
    with pytest.raises(UnknownKind, match="convention"):
        kind_of("inconnu")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.prefix)
def test_a_kind_is_printable_with_next_to_nothing(kind: Kind) -> None:
    facts = makers.empty(route=kind.routes[-1], parties=(makers.party(1, maximum_cents=None),) if kind.per_body else ())
    page = makers.issued(facts, kind.code)
    assert "<h1>" in page.html
    assert "None" not in page.html
