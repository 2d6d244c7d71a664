"""The sheet of needs: in, out, refused at the cell."""

from __future__ import annotations

import time

import pytest

from procurement.access import Actor
from procurement.models import Role
from procurement.sheets import CONTENT_TYPES, Scope
from projects.enums import NeedState
from projects.models import Event, Need
from projects.resources import KINDS
from tests.makers import make_body, make_need, member
from tests.projects.sheet_tools import NEED, everything, load, reasons

pytestmark = pytest.mark.django_db
FORMS = list(CONTENT_TYPES)


@pytest.fixture
def agent() -> Actor:
    return member()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_export_then_import_changes_nothing(kind: str, form: str) -> None:
    mine = everything()
    for actor in (mine, None):
        before = Event.objects.count()
        data = KINDS[kind](Scope(actor=actor)).write(form)
        report = KINDS[kind](Scope(actor=actor)).read(data, check=False)
        assert report.counts["rows"] == report.counts["unchanged"] > 0
        assert Event.objects.count() == before


def test_a_new_need_has_a_draft_or_is_published(agent: Actor) -> None:
    more = {
        "fin du contrat en cours": "31/12/2027",
        "maximum engageable (€ HT)": "1 234,56",
        "volumes": "actes par an ; 1905 ; actes ; 2025\npostes ; 12,5 ; postes",
    }
    report = load("needs", [{**NEED, **more}, {**NEED, "publié": "OUI"}, {"intitulé": "Sans rien"}], actor=agent)
    assert report.counts["created"] == 3
    first, second, third = Need.objects.order_by("pk")
    assert [need.state for need in (first, second, third)] == ["draft", "published", "draft"]
    assert (first.maximum_cents, str(first.contract_end)) == (123_456, "2027-12-31")
    assert [(v.label, v.quantity, v.unit, v.year) for v in first.volumes.all()] == [
        ("actes par an", 1905, "actes", 2025),
        ("postes", 12.5, "postes", None),
    ]
    assert second.past_events().last().step == "publish"  # type: ignore[union-attr]


def test_a_change_keeps_what_has_no_column(agent: Actor) -> None:
    assert agent.body
    rows = [{"chapter": "C", "text": "T", "priority": "must", "source": "S"}]
    need = make_need(NeedState.PUBLISHED, body=agent.body, by=agent, requirements=rows)
    line = {**NEED, "référence": need.reference, "intitulé": "Autre titre", "publié": "oui", "organisme (SIREN)": ""}
    assert "ne change pas d'organisme" in reasons(load("needs", [line], actor=agent))
    line["organisme (SIREN)"] = agent.body.siren or ""
    [changed] = load("needs", [line], actor=agent).of("updated")
    assert [(change.before, change.after) for change in changed.changes] == [("Logiciel d'état civil", "Autre titre")]
    need.refresh_from_db()
    assert (need.title, need.requirements.count(), need.state) == ("Autre titre", 1, "published")


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"domaine": "Etat civile"}, "domaine", "Vouliez-vous « État civil » ?"),
        ({"domaine": "zzzz"}, "domaine", "Choix possibles"),
        ({"intitulé": ""}, "intitulé", "vide"),
        ({"fin du contrat en cours": "31/02/2027"}, "fin du contrat en cours", "calendrier"),
        ({"fin du contrat en cours": "demain"}, "fin du contrat en cours", "31/12/2027"),
        ({"fin du contrat en cours": "01/01/3027"}, "fin du contrat en cours", "entre 1990 et 2100"),
        ({"maximum engageable (€ HT)": "-5"}, "maximum engageable (€ HT)", "positif"),
        ({"maximum engageable (€ HT)": "1.234"}, "maximum engageable (€ HT)", "ambigu"),
        ({"maximum engageable (€ HT)": "9" * 300}, "maximum engageable (€ HT)", "n'est pas un montant"),
        ({"volumes": "actes ; -3 ; actes"}, "volumes", "négative"),
        ({"volumes": "actes ; 12345678901234 ; actes"}, "volumes", "12 chiffres au plus"),
        ({"volumes": "actes"}, "volumes", "par exemple"),
        ({"volumes": "actes ; 3 ; actes ; 1789"}, "volumes", "entre 1990 et 2100"),
        ({"publié": "peut-être"}, "publié", "oui ou non"),
        ({"publié": "oui", "description": "court"}, "publié", "Pour être publié, il manque"),
        ({"organisme (SIREN)": "123456789"}, "organisme (SIREN)", "d'aucun organisme"),
        ({"référence": "B-2020-0001"}, "référence", "inconnu ici"),
    ],
)
def test_a_wrong_need_is_refused_at_its_cell(agent: Actor, cells: dict[str, str], column: str, reason: str) -> None:
    report = load("needs", [NEED, {**NEED, **cells}], actor=agent)
    [refused] = report.to_json()["refused"]
    assert (refused["line"], refused["column"]) == (3, column)
    assert reason in str(refused["reason"])
    assert not Need.objects.exists()


def test_needs_of_others_are_neither_exported_nor_changed(agent: Actor) -> None:
    other = make_need(NeedState.PUBLISHED, title="Ailleurs", current_solution="canari-editeur")
    assert b"canari" not in KINDS["needs"](Scope(actor=agent)).write("csv")
    assert "inconnu ici" in reasons(load("needs", [{**NEED, "référence": other.reference}], actor=agent))
    assert "pas agent" in reasons(load("needs", [{**NEED, "organisme (SIREN)": other.body.siren or ""}], actor=agent))
    viewer = member(other.body, Role.VIEWER)
    line = {**NEED, "référence": other.reference, "organisme (SIREN)": other.body.siren or "", "publié": "oui"}
    assert "pas agent" in reasons(load("needs", [line], actor=viewer))


def test_a_pooled_need_no_longer_changes(agent: Actor) -> None:
    assert agent.body
    need = make_need(NeedState.POOLED, body=agent.body, by=agent)
    line = {**NEED, "référence": need.reference, "organisme (SIREN)": agent.body.siren or "", "publié": "oui"}
    assert load("needs", [line], actor=agent).counts["unchanged"] == 1
    assert "ne se modifie plus" in reasons(load("needs", [{**line, "intitulé": "Non"}], actor=agent))


def test_without_anybody_to_sign_nothing_is_written() -> None:
    assert "--by" in reasons(load("needs", [{**NEED, "organisme (SIREN)": make_body().siren or ""}]))


def test_one_bad_need_of_five_thousand_and_nothing_is_written(agent: Actor) -> None:
    rows = [{**NEED, "intitulé": f"Besoin {number}"} for number in range(4_999)]
    rows.insert(4_000, {**NEED, "fin du contrat en cours": "32/01/2027"})
    start = time.perf_counter()
    report = load("needs", rows, actor=agent)
    print(f"5 000 besoins jugés en {time.perf_counter() - start:.1f} s")  # noqa: T201  # what the issue asks to see
    assert report.counts == {"rows": 5_000, "created": 4_999, "updated": 0, "unchanged": 0, "refused": 1}
    assert (Need.objects.count(), Event.objects.count()) == (0, 0)
