"""Who signs, who pays and who orders, from the mandate, the matrix and the vehicle alike, whoever asks."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from projects.missions import level_of, members_sign
from projects.orders.rules import ordering_body
from projects.requirements import signs_contract

LEAD, MEMBER, THIRD = 1, 2, 3
GROUPED, SHARED = "grouped_purchase", "shared_development"


def a_project(route: str = GROUPED, vehicle: str = "", mandate: str = "M2", **missions: Any) -> Any:
    return SimpleNamespace(route=route, vehicle=vehicle, mandate=mandate, missions=missions, lead_body_id=LEAD)


@pytest.mark.parametrize(
    ("project", "level", "member_signs", "who_orders"),
    [
        (a_project(mandate="M1"), "M1", True, MEMBER),
        (a_project(mandate="M2"), "M2", False, MEMBER),
        (a_project(mandate="M3"), "M3", False, LEAD),
        (a_project(mandate=""), "", False, MEMBER),
        (a_project(mandate="M1", signature="lead"), "M2", False, MEMBER),  # one line of the matrix against its preset
        (a_project(mandate="M2", orders=str(THIRD)), "M2", False, THIRD),  # a member mandated for the orders of all
        (a_project(mandate="M3", orders="each"), "M3", False, MEMBER),
        (a_project(SHARED, "grouping", "M1"), "M1", True, MEMBER),
        (a_project(SHARED, "co_funding", "M1"), "M3", False, LEAD),  # no grouping: a mandate stored before says nothing
        (a_project(SHARED, "cooperation", "M2"), "M3", False, LEAD),
    ],
)
def test_mandate_matrix_and_vehicle_say_who_acts(project: Any, level: str, member_signs: bool, who_orders: int) -> None:
    row = SimpleNamespace(project=project, body_id=MEMBER)
    assert level_of(project) == level
    assert members_sign(project) is member_signs
    assert signs_contract(project, LEAD)
    assert signs_contract(project, MEMBER) is member_signs
    assert ordering_body(row) == who_orders
