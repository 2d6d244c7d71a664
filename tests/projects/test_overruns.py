"""Contracts above what was voted warn, at the cent: sum of the votes, framework maximum, each vote under M1."""

from __future__ import annotations

from typing import Any

import pytest

from projects.consultation.facts import ContractFacts
from projects.consultation.overruns import Vote, above, overruns
from projects.consultation.reading import current_facts
from projects.models import Participation, Project
from tests import makers
from tests.house.browser import Browser

VOTES = [Vote(1, "Valmont", 30_000_00), Vote(2, "Grandval", 70_000_00)]


class Facts:
    """What `above` reads of a consultation."""

    def __init__(self, *amounts: tuple[int, int], maximum_cents: int | None = None) -> None:
        self.framework, self.maximum_cents = maximum_cents is not None, maximum_cents
        self.awarded = [self._contract(*pair) for pair in amounts]
        self.awarded_cents = sum(amount for _, amount in amounts)

    def _contract(self, buyer: int, cents: int) -> ContractFacts:
        given: dict[str, Any] = dict.fromkeys(ContractFacts.__slots__, "")
        return ContractFacts(**{**given, "amount_cents": cents, "buyer_id": buyer})


def said(*amounts: tuple[int, int], subsidy: int = 0, each: bool = False, maximum: int | None = None) -> list[str]:
    found: Any = Facts(*amounts, maximum_cents=maximum)
    return [text.replace("\u202f", " ").replace("\u00a0", " ") for text in above(found, VOTES, subsidy, each=each)]


def test_the_sum_of_the_votes_is_passed_by_one_cent() -> None:
    assert said((1, 100_000_00)) == []
    assert said((1, 100_000_01)) == [
        "Les marchés (100 000,01 € HT) dépassent de 0,01 € HT la somme des maxima votés (100 000,00 € HT) : "
        "un nouvel acte est nécessaire avant la signature."
    ]


def test_a_subsidy_pays_what_nobody_votes() -> None:
    assert said((1, 105_000_00), subsidy=5_000_00) == []
    assert said((1, 105_000_01), subsidy=5_000_00) == [
        "Les marchés (105 000,01 € HT) dépassent de 0,01 € HT la somme des maxima votés, subventions de 5 000,00 € "
        "ajoutées, (105 000,00 € HT) : un nouvel acte est nécessaire avant la signature."
    ]


def test_the_maximum_of_a_framework_agreement_is_passed_by_one_cent() -> None:
    assert said((1, 50_000_00), (1, 40_000_00), maximum=90_000_00) == []
    found = said((1, 50_000_00), (1, 40_000_01), maximum=90_000_00)
    assert found == [
        "Les marchés (90 000,01 € HT) dépassent de 0,01 € HT le maximum de l'accord-cadre (90 000,00 € HT) "
        "(article R. 2162-4 du CCP)."
    ]


def test_where_each_signs_its_own_vote_counts_too() -> None:
    assert said((1, 30_000_00), (2, 70_000_00), each=True) == []
    found = said((1, 30_000_01), (2, 60_000_00), each=True)
    assert found == [
        "Le marché de Valmont (30 000,01 € HT) dépasse de 0,01 € HT le maximum voté par Valmont (30 000,00 € HT) : "
        "un nouvel acte est nécessaire avant la signature."
    ]
    assert said((1, 30_000_01), (2, 60_000_00)) == []  # the lead body signs for all: the sum alone
    assert said((1, 30_000_01), (2, 60_000_00), each=True, subsidy=1) == []


@pytest.mark.django_db
def test_the_award_and_the_consultation_warn_and_so_do_the_minutes() -> None:
    project = makers.make_project("tender")
    voted = sum(row.act_maximum_cents or 0 for row in project.listed_participations())
    makers.conclude(project, amount_cents=voted + 1)
    coordinator = makers.coordinator_of(project)
    assert coordinator.user is not None
    browser = Browser().sign_in(coordinator.user)
    for page in ("consultation/", "etape/award/"):
        shown = browser.get(f"/projets/{project.reference}/{page}").content.decode()
        assert "Au-dessus de ce qui est voté" in shown, page
    fresh = Project.objects.get(pk=project.pk)
    facts = current_facts(fresh)
    assert facts is not None
    assert len(overruns(fresh, facts)) == 1
    stranger = makers.member(makers.make_body()).user
    assert stranger is not None
    outside = Browser().sign_in(stranger).get(f"/projets/{project.reference}/consultation/").content.decode()
    assert "Au-dessus de ce qui est voté" not in outside
    row = project.listed_participations()[0]
    Participation.objects.filter(pk=row.pk).update(act_maximum_cents=(row.act_maximum_cents or 0) + 1)
    again = Project.objects.get(pk=project.pk)
    facts = current_facts(again)
    assert facts is not None
    assert overruns(again, facts) == ()
