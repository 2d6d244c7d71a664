"""Who is the majority for the award committee (L. 1414-3 CGCT)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from projects.enums import Committee
from projects.pooling.committee import majority, mismatch


def body(kind: str, name: str = "X", legal_form: str = "") -> Any:
    return SimpleNamespace(kind=kind, name=name, legal_form=legal_form)


TOWN, STATE = body("commune"), body("partenaire")


@pytest.mark.parametrize(
    ("members", "local", "holds"),
    [
        ([TOWN], 1, True),
        ([TOWN, STATE], 1, False),  # half is not a majority
        ([TOWN, TOWN, STATE], 2, True),
        ([TOWN, body("autre", "CCAS de Grandval"), STATE], 1, False),
        ([TOWN, body("autre", "Centre intercommunal d'action sociale du Haut-Rocher")], 1, False),
        ([TOWN, body("autre", "Habitat 38", "OPH")], 1, False),
        ([TOWN, body("autre", "Office public de l'habitat du Pays")], 1, False),
        ([body(kind) for kind in ("epci", "ept", "departement", "region", "syndicat", "sdis")], 6, True),
        ([], 0, False),
    ],
)
def test_social_and_housing_establishments_and_partners_do_not_count(
    members: list[Any], local: int, holds: bool
) -> None:
    found = majority(members)
    assert (found.local, found.members, found.holds) == (local, len(members), holds)
    assert ("C'est la majorité" in found.text) == holds


def test_an_establishment_of_unknown_nature_counts_and_is_named() -> None:
    assert majority([TOWN, body("autre", "Régie des eaux")]).to_check == ("Régie des eaux",)


def test_a_committee_of_the_grouping_needs_the_majority() -> None:
    assert mismatch(Committee.GROUPING, majority([TOWN, STATE]))
    assert not mismatch(Committee.GROUPING, majority([TOWN]))
    assert not mismatch(Committee.LEAD, majority([TOWN, STATE]))
