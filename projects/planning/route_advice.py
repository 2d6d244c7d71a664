"""From answers to ranked routes with their reasons. An aid to think, never a legal opinion."""

from collections.abc import Mapping
from dataclasses import dataclass

from projects.planning.errors import PlanningError
from projects.planning.french import typeset
from projects.planning.route_questions import QUESTIONS, ROUTES, RULES, Answer, Effect, Question, RouteKind, Rule

CONFIRM = "à confirmer par un juriste"


@dataclass(frozen=True)
class RouteAdvice:
    """What the answers say of one route. `excluded` routes come last, with the reason that rules them out."""

    code: str
    label: str
    summary: str
    article: str
    excluded: bool
    score: int  # reasons for, less reasons against
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    caution: str
    to_confirm: str  # « à confirmer par un juriste », or empty
    open_questions: tuple[Question, ...]  # unanswered ones that could change this advice


def advise(answers: Mapping[str, Answer | str]) -> list[RouteAdvice]:
    """Routes from the most to the least fitting; equal ones keep the usual order, the grouping first.

    Answers are `yes`, `no` or `unknown` by question code; a question left out is unknown. Raises PlanningError
    `bad_answer` for a question or an answer that does not exist.
    """
    given = _checked(answers)
    advice = [_advice(route, given) for route in ROUTES]
    return sorted(advice, key=lambda route: (route.excluded, -route.score))


def _checked(answers: Mapping[str, Answer | str]) -> dict[str, Answer]:
    codes = {question.code for question in QUESTIONS}
    values = {str(answer) for answer in Answer}
    wrong = [f"{code} = {answer}" for code, answer in answers.items() if code not in codes or str(answer) not in values]
    if wrong:
        raise PlanningError("bad_answer", typeset(f"Réponse inconnue : {', '.join(wrong)}."))
    return {code: Answer(answer) for code, answer in answers.items()}


def _advice(route: RouteKind, answers: Mapping[str, Answer]) -> RouteAdvice:
    rules = [rule for rule in RULES if rule.route == route.code]
    said = [rule for rule in rules if answers.get(rule.question) == rule.answer]
    open_codes = {rule.question for rule in rules if answers.get(rule.question, Answer.UNKNOWN) == Answer.UNKNOWN}
    reasons_for = tuple(_reason(rule) for rule in said if rule.effect == Effect.FOR)
    against = [rule for rule in said if rule.effect != Effect.FOR]
    unsure = route.to_confirm or any(not rule.sure for rule in said)
    return RouteAdvice(
        code=route.code,
        label=route.label,
        summary=route.summary,
        article=route.article,
        excluded=any(rule.effect == Effect.EXCLUDES for rule in against),
        score=len(reasons_for) - len(against),
        reasons_for=reasons_for,
        reasons_against=tuple(map(_reason, against)),
        caution=route.caution,
        to_confirm=CONFIRM if unsure else "",
        open_questions=tuple(question for question in QUESTIONS if question.code in open_codes),
    )


def _reason(rule: Rule) -> str:
    """The reason with its article in brackets, where there is one."""
    return f"{rule.reason.removesuffix('.')} ({rule.article})." if rule.article else rule.reason
