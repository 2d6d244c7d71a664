"""What the tests of the sheets share: importing rows, the reasons of a refusal, a world to export."""

from __future__ import annotations

from typing import Any

from procurement.access import Actor
from procurement.sheets import Scope, writing
from procurement.sheets.report import Report
from projects.enums import NeedState, ProjectState
from projects.resources import KINDS
from tests.makers import DESCRIPTION, declare, make_need, make_project, member

NEED = {"intitulé": "Logiciel d'état civil", "domaine": "etat civil", "description": DESCRIPTION}


def load(kind: str, rows: list[dict[str, str]], *, check: bool = False, **scope: Any) -> Report:
    """Import rows whose missing cells are empty; the counts always add up."""
    resource = KINDS[kind](Scope(**scope))
    assert {name for row in rows for name in row} <= set(resource.header)
    data = writing.write("csv", "T", resource.header, [[row.get(name, "") for name in resource.header] for row in rows])
    report = resource.read(data, check=check)
    counts = report.counts
    assert counts["rows"] == len(rows) == sum(counts.values()) - counts["rows"]
    return report


def reasons(report: Report) -> str:
    return " / ".join(str(item["reason"]) for item in report.to_json()["refused"])


def everything() -> Actor:
    """One's own need with every field, in a project; one's draft; someone else's."""
    project = make_project(ProjectState.CALL)
    mine = member(project.lead_body)
    volumes = [{"label": "a;b\\c", "quantity": "12.50", "unit": "= 1", "year": 2025}]
    requirements = [{"chapter": "Délivrance", "text": "+ vite\net bien", "priority": "must", "source": ""}]
    make_need(
        body=project.lead_body,
        by=mine,
        title="=cmd()",
        volumes=volumes,
        requirements=requirements,
        maximum_cents=123_456,
        contract_end="2027-12-31",
    )
    make_need(NeedState.PUBLISHED, title="Ailleurs")
    for participation in project.participations.all():
        declare(participation, weights={"users": "41.5"})
    return mine
