"""The aid to choose a route: usual situations, and no advice without its reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.planning import QUESTIONS, Answer, PlanningError, advise
from projects.planning.route_questions import ROUTES, RULES, Effect

SITUATIONS = [
    ({}, "grouping"),
    ({"outside_firm": "yes", "list_closed": "yes", "one_pays": "no"}, "grouping"),
    ({"in_catalogue": "yes", "list_closed": "no"}, "purchasing_body"),
    ({"outside_firm": "no", "own_agents": "yes", "common_service": "yes", "open_market": "no"}, "cooperation"),
    ({"one_pays": "yes", "list_closed": "no"}, "cofunding"),
    ({"one_territory": "yes", "lasting_team": "yes", "outside_firm": "no"}, "shared_service"),
]
ANSWERS = st.dictionaries(st.sampled_from([question.code for question in QUESTIONS]), st.sampled_from(Answer))


@pytest.mark.parametrize(("answers", "best"), SITUATIONS)
def test_a_usual_situation_leads_to_its_route(answers: dict[str, str], best: str) -> None:
    assert advise(answers)[0].code == best


@pytest.mark.parametrize(
    ("answers", "route"),
    [
        ({"common_service": "no"}, "cooperation"),
        ({"open_market": "yes"}, "cooperation"),
        ({"all_buyers": "no"}, "cooperation"),
        ({"one_territory": "no"}, "concours"),
        ({"one_territory": "no"}, "shared_service"),
        ({"in_catalogue": "no"}, "purchasing_body"),
    ],
)
def test_a_condition_of_the_law_that_fails_rules_a_route_out(answers: dict[str, str], route: str) -> None:
    found = next(advice for advice in advise(answers) if advice.code == route)
    assert found.excluded
    assert found.reasons_against


def test_a_fonds_de_concours_for_software_always_warns_and_asks_for_a_jurist() -> None:
    found = next(advice for advice in advise({"tangible": "no"}) if advice.code == "concours")
    assert "un logiciel n'est sans doute pas un équipement" in found.caution
    assert found.to_confirm == "à confirmer par un juriste"


@pytest.mark.parametrize("answers", [{"weather": "yes"}, {"tangible": "perhaps"}])
def test_an_unknown_question_or_answer_is_refused(answers: dict[str, str]) -> None:
    with pytest.raises(PlanningError) as caught:
        advise(answers)
    assert caught.value.code == "bad_answer"


def test_the_tables_agree_and_every_question_counts() -> None:
    assert {rule.question for rule in RULES} == {question.code for question in QUESTIONS}
    assert {rule.route for rule in RULES} == {route.code for route in ROUTES}
    assert len({(rule.question, rule.answer, rule.route) for rule in RULES}) == len(RULES)
    assert all(rule.answer != Answer.UNKNOWN for rule in RULES)


@given(ANSWERS)
def test_every_route_is_ranked_and_excluded_only_for_a_reason(answers: dict[str, Answer]) -> None:
    found = advise(answers)
    assert {advice.code for advice in found} == {route.code for route in ROUTES}
    assert [(a.excluded, -a.score) for a in found] == sorted((a.excluded, -a.score) for a in found)
    for advice in found:
        rules = [rule for rule in RULES if rule.route == advice.code and rule.effect == Effect.EXCLUDES]
        assert advice.excluded == any(answers.get(rule.question) == rule.answer for rule in rules)
        assert advice.reasons_against or not advice.excluded
        assert all(answers.get(question.code, "unknown") == "unknown" for question in advice.open_questions)
