"""The answers of a declaration in the sheet of needs: each kind, « je ne sais pas », wrong cells, there and back."""

from __future__ import annotations

import datetime as dt

import pytest

from procurement.access import Actor
from procurement.sheets import CONTENT_TYPES, Scope
from projects.models import Event, Need
from projects.needs.declaration import ASKED, COLUMNS
from projects.resources import KINDS
from projects.resources.need_columns import header_of
from tests.makers import make_need, member
from tests.projects.sheet_tools import NEED, load, reasons

pytestmark = pytest.mark.django_db
CELLS = {
    "current_solution": "Solution A",
    "current_vendor": "Éditeur B",
    "current_version": "4",
    "current_mode": "sur nos serveurs",
    "yearly_cost_cents": "12 000,50",
    "contract_end": "31/12/2027",
    "notice_months": "3",
    "tacit_renewal": "non",
    "change_reasons": "coût ; Fin de contrat",
    "hosting": "Privé en France",
    "sso": "saml; ProConnect",
    "data_takeover": "totale",
    "personal_data": "Oui dont des données sensibles",
    "free_stance": "exige",
    "contributes": "Du code",
    "estimate_min_cents": "10",
    "estimate_max_cents": "20",
    "maximum_cents": "15",
    "yearly_maximum_cents": "5",
    "budget_section": "Investissement",
    "nature": "Formation ; Hébergement",
    "route_wish": "Centrale d'achat",
    "ready_to_lead": "oui",
    "go_live": "2028-01-01",
    "latest_date": "01/06/2028",
}
VALUES = {
    "current_mode": "on_site",
    "yearly_cost_cents": 1_200_050,
    "contract_end": dt.date(2027, 12, 31),
    "tacit_renewal": False,
    "change_reasons": ["contract", "cost"],
    "sso": ["saml", "proconnect"],
    "free_stance": "required",
    "nature": ["hosting", "training"],
    "route_wish": "central",
    "ready_to_lead": True,
    "go_live": dt.date(2028, 1, 1),
}
HEADERS = {one.name: header_of(one) for one in COLUMNS}
COMEDEC = "La commune est-elle raccordée à COMEDEC ? ; oui"


@pytest.fixture
def agent() -> Actor:
    return member()


def row(**cells: str) -> dict[str, str]:
    return {**NEED, **{HEADERS.get(name, name): cell for name, cell in cells.items()}}


def test_every_answer_has_a_column_and_is_read(agent: Actor) -> None:
    assert set(CELLS) == {one.name for one in COLUMNS}
    lines = {"interfaces": "Finances ; sortante ; CSV\nAnnuaire ; ; LDAP", "questions du domaine": COMEDEC}
    assert load("needs", [row(**CELLS, **lines)], actor=agent).counts["created"] == 1
    need = Need.objects.get()
    assert {name: getattr(need, name) for name in VALUES} == VALUES
    assert need.to_complete() == []
    found = list(need.interfaces.values_list("software", "direction", "protocol"))
    assert found == [("Finances", "out", "CSV"), ("Annuaire", "both", "LDAP")]
    assert need.answers == {"La commune est-elle raccordée à COMEDEC ?": "yes"}


@pytest.mark.parametrize("cell", ["je ne sais pas", "Je ne sais pas", " JE NE SAIS PAS "])
def test_je_ne_sais_pas_may_stand_in_every_cell(agent: Actor, cell: str) -> None:
    unsure = dict.fromkeys(CELLS, cell)
    assert load("needs", [row(**unsure, interfaces=cell)], actor=agent).counts["created"] == 1
    need = Need.objects.get()
    assert set(need.unknown) == set(ASKED)
    assert all(getattr(need, name) in (None, "", []) for name in CELLS)


@pytest.mark.parametrize("form", list(CONTENT_TYPES))
def test_export_then_import_changes_nothing_and_a_cell_emptied_is_no_answer(agent: Actor, form: str) -> None:
    unsure = {"hosting": "je ne sais pas", "contract_end": "je ne sais pas", "interfaces": "je ne sais pas"}
    lines = {"questions du domaine": f"{COMEDEC[:-3]}je ne sais pas", "volumes": "actes par an ; 1905 ; actes ; 2025"}
    load("needs", [row(**{**CELLS, **unsure}, **lines), row(**CELLS)], actor=agent)
    before = Event.objects.count()
    report = KINDS["needs"](Scope(actor=agent)).read(KINDS["needs"](Scope(actor=agent)).write(form), check=False)
    assert report.counts == {"rows": 2, "created": 0, "updated": 0, "unchanged": 2, "refused": 0}
    assert Event.objects.count() == before
    first = Need.objects.earliest("pk")
    assert agent.body is not None
    line = row(**{**CELLS, **unsure, "hosting": ""}, **lines) | {"référence": first.reference}
    line["organisme (SIREN)"] = agent.body.siren or ""
    [changed] = load("needs", [line], actor=agent).of("updated")
    assert [(c.column, c.before, c.after) for c in changed.changes] == [("hébergement souhaité", "je ne sais pas", "")]
    assert Need.objects.get(pk=first.pk).unknown == ["contract_end", "interfaces"]


@pytest.mark.parametrize(
    ("name", "cell", "reason"),
    [
        ("hosting", "Sur la lune", "n'est pas dans la liste"),
        ("sso", "SAML ; pigeon", "« pigeon » n'est pas dans la liste"),
        ("notice_months", "61", "entre 0 et 60"),
        ("notice_months", "-1", "entre 0 et 60"),
        ("notice_months", "9" * 5000, "c'est trop"),
        ("tacit_renewal", "parfois", "oui ou non"),
        ("yearly_cost_cents", "-3", "positif"),
        ("estimate_max_cents", "1", "plus petite que la basse"),
        ("latest_date", "31/12/2027", "avant la mise en service"),
        ("current_vendor", "x" * 121, "120 au plus"),
        ("interfaces", "Finances ; en haut", "n'est pas dans la liste"),
        ("interfaces", "\n".join(["a ; entrante"] * 41), "40 au plus"),
        ("questions du domaine", "Et ?", "écrivez par exemple"),
        ("questions du domaine", "Et ? ; peut-être", "répondez oui, non"),
        ("questions du domaine", "Et ? ; oui\nEt ? ; non", "une fois"),
    ],
)
def test_a_wrong_answer_is_refused_at_its_cell(agent: Actor, name: str, cell: str, reason: str) -> None:
    report = load("needs", [row(**CELLS), row(**{**CELLS, name: cell})], actor=agent)
    [refused] = report.to_json()["refused"]
    assert (refused["line"], refused["column"]) == (3, HEADERS.get(name, name))
    assert reason in reasons(report)
    assert not Need.objects.exists()


def test_a_sheet_keeps_the_answers_it_does_not_change(agent: Actor) -> None:
    """What the form wrote and the sheet shows comes back the same, whatever else changes."""
    assert agent.body is not None
    kept = {"unknown": ["sso"], "answers": {"Et ?": "?"}, "notice_months": 4}
    need = make_need(
        body=agent.body, by=agent, interfaces=[{"software": "a;b", "direction": "in", "protocol": ""}], **kept
    )
    data = KINDS["needs"](Scope(actor=agent)).write("csv").decode("utf-8-sig")
    changed = data.replace("Logiciel d'état civil", "Autre titre").encode()
    assert KINDS["needs"](Scope(actor=agent)).read(changed, check=False).counts["updated"] == 1
    need = Need.objects.get(pk=need.pk)
    assert (need.title, need.unknown, need.answers, need.notice_months) == ("Autre titre", ["sso"], {"Et ?": "?"}, 4)
    assert [(one.software, one.direction) for one in need.interfaces.all()] == [("a;b", "in")]
