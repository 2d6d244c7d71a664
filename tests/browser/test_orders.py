"""The pages of a running contract in Chromium: axe, nothing sideways, at the widths of a phone and of a desk."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from procurement import clock
from projects.actions.orders import record_order, set_term
from projects.models import Project
from tests.browser.visiting import visiting
from tests.makers import coordinator_of, holder, make_body, make_project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PAGES = (
    "commandes/",
    "commandes/nouvelle/",
    "commandes/duree/",
    "commandes/reconduction/1/",
    "couts/actes/?acts_naissances=160&acts_mariages=40&acts_deces=150&acts_reconnaissances=60",
    "couts/fonds-de-concours/",
    "calendrier/durees/",
)


def running() -> Project:
    names = ("Grandval", "Rochebrune", "Saint-Maurice-en-Trièves-et-du-Val-d'Oisans")
    project = make_project("running", bodies=[make_body(name) for name in names])
    given = {"firm_months": 24, "renewals": 2, "renewal_months": 12, "notice_months": 3, "tacit": True}
    set_term(project, actor=coordinator_of(project), starts_on=clock.today(), long_reason="", **given)
    rows = list(project.listed_participations())
    for row, cents in zip(rows, (5_000_00, 4_200_00, 12_34), strict=True):
        facts = {"reference": f"BC-{cents}", "ordered_on": clock.today(), "lot": project.lots.first()}
        record_order(row, actor=holder(row.body), amount_cents=cents, label="Postes et formation", **facts)
    return project


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark"), (1280, "light")])
def test_pages_are_accessible_quiet_and_fit(chromium: Browser, live_server: Any, width: int, scheme: Any) -> None:
    project = running()
    where = {"width": width, "scheme": scheme, "name": "orders"}
    with visiting(chromium, live_server, project.coordinator, **where) as visitor:
        visitor.goes_round(PAGES, f"/projets/{project.reference}/")
