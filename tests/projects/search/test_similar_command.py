"""`similar TEXT`: one line of JSON, and a French line when it is refused."""

from __future__ import annotations

import datetime as dt
import json
import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from projects.search.similar import SOLUTION_SAID
from tests.makers import N, make_need, member

pytestmark = pytest.mark.django_db


def similar(*arguments: str) -> list[dict[str, Any]]:
    output = StringIO()
    call_command("similar", *arguments, stdout=output)
    assert output.getvalue().count("\n") == 1
    found: list[dict[str, Any]] = json.loads(output.getvalue())
    return found


def test_the_answer_is_one_line_of_json_best_first() -> None:
    need = make_need(N.PUBLISHED, title="Logiciel EC")
    make_need(N.DRAFT, title="Logiciel EC secret")
    [row] = similar("Outil pour l'état civil", "--domain", "etat-civil")
    assert list(row) == ["reference", "title", "score", "why"]
    assert (row["reference"], row["title"]) == (need.reference, "Logiciel EC")
    assert 0 < row["score"] <= 1
    assert row["why"][0] == "même domaine\u00a0: État civil"


def test_nothing_alike_is_an_empty_list() -> None:
    assert similar("hélicoptère") == similar("") == []


def test_the_limit_is_kept() -> None:
    for _ in range(7):
        make_need(N.PUBLISHED)
    assert len(similar("état civil")) == 5
    assert len(similar("état civil", "--limit", "2")) == 2


def test_it_sees_through_the_eyes_asked_for() -> None:
    owner = member()
    assert owner.user
    secret = {"current_solution": "Canarisoft", "contract_end": dt.date(2029, 4, 23)}
    make_need(N.PUBLISHED, body=owner.body, by=owner, **secret)
    for eyes in ([], ["--as", owner.user.email.upper()]):
        answer = json.dumps(similar("état civil Canarisoft", *eyes))
        assert "Canarisoft" not in answer
        assert SOLUTION_SAID not in answer


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--domain", "inconnu"], "Le domaine «\u00a0inconnu\u00a0» n'existe pas."),
        (["--as", "personne@example.org"], "Personne ne porte l'adresse «\u00a0personne@example.org\u00a0»."),
        (["--limit", "0"], "--limit va de 1 à 100."),
        (["--limit", "101"], "--limit va de 1 à 100."),
    ],
)
def test_what_cannot_be_asked_is_refused_in_french(arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=re.escape(message)) as refusal:
        similar("état civil", *arguments)
    assert refusal.value.returncode == 1
