"""The index follows the needs, whatever happens to them, and holds nothing that is confidential."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from procurement.workflow import perform
from projects.actions.needs import edit_need
from projects.enums import NeedState
from projects.models import Need, NeedEntry, SearchWord
from projects.search import index
from projects.search.api import best_needs
from projects.search.vocabulary import ENTRIES
from tests.makers import N, holder, make_body, make_need, make_project, member

pytestmark = pytest.mark.django_db
CONFIDENTIAL: dict[str, Any] = {
    "current_solution": "Canarisoft Ultra",
    "contract_end": dt.date(2029, 4, 23),
    "maximum_cents": 98_765_43,
}


def kept() -> tuple[list[Any], dict[str, int]]:
    entries = list(NeedEntry.objects.order_by("pk").values_list())
    return entries, dict(SearchWord.objects.filter(needs__gt=0).values_list("word", "needs"))


def found(text: str) -> list[Need]:
    return best_needs(member(), text)


@pytest.mark.parametrize("state", [N.DRAFT, N.WITHDRAWN])
def test_a_hidden_need_has_no_entry(state: str) -> None:
    make_need(state)
    assert kept() == ([], {})


@pytest.mark.parametrize("state", [N.PUBLISHED, N.POOLED, N.MET])
def test_a_need_that_members_see_has_one(state: str) -> None:
    need = make_need(state, title="Suivi des tombes")
    assert [entry.pk for entry in NeedEntry.objects.all()] == [need.pk]
    assert found("tombe") == [need]


def test_the_index_follows_a_need_through_its_life() -> None:
    need = make_need(N.PUBLISHED, title="Suivi des tombes")
    agent = holder(need.body)
    edit_need(need, actor=agent, volumes=[], requirements=[], title="Suivi des crèches")
    assert (found("tombes"), found("crèche")) == ([], [need])
    for step, expected in (("withdraw", []), ("reopen", []), ("publish", [need]), ("satisfy", [need]), ("reopen", [])):
        perform(Need, need.pk, step, actor=agent)
        assert found("crèche") == expected, step
    assert kept() == ([], {})


def test_an_edited_draft_stays_out_of_the_index() -> None:
    need = make_need(title="Suivi des tombes")
    edit_need(need, actor=holder(need.body), volumes=[], requirements=[], title="Suivi des crèches")
    assert kept() == ([], {})


def test_what_is_kept_step_by_step_is_what_a_rebuild_makes() -> None:
    make_project("agreement")
    for number, title in enumerate(["GED", "Suivi des tombes", "Suivi des tombes", "Courrier et GED"]):
        need = make_need(N.PUBLISHED, title=title, body=make_body(f"Commune de Val {number}"))
        if number == 2:
            perform(Need, need.pk, "withdraw", actor=holder(need.body))
        else:
            edit_need(
                need, actor=holder(need.body), volumes=[], requirements=[], description=f"{title}, courrier arrivé."
            )
    step_by_step = kept()
    assert index.rebuild() == step_by_step[1][ENTRIES] == 5
    assert kept() == step_by_step


def test_a_rebuild_goes_through_several_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "BATCH", 2)
    needs = [make_need(N.PUBLISHED, title="Suivi des tombes") for _ in range(5)]
    done: list[int] = []
    assert index.rebuild(progress=done.append) == len(needs) == sum(done)
    assert len(found("tombes")) == len(needs)


def test_reindex_picks_up_a_new_name_of_the_body() -> None:
    need = make_need(N.PUBLISHED)
    type(need.body).objects.filter(pk=need.body_id).update(name="Saint-Quentin-Fallavier")
    assert found("fallavier") == []
    output = StringIO()
    call_command("reindex", verbosity=0, stdout=output)
    assert output.getvalue() == "Besoins trouvables\u00a0: 1.\n"
    assert found("fallavier") == [need]


def test_the_index_holds_no_confidential_field() -> None:
    need = make_need(N.PUBLISHED, **CONFIDENTIAL)
    edit_need(need, actor=holder(need.body), volumes=[], requirements=[], **CONFIDENTIAL)
    assert need.state == NeedState.PUBLISHED
    everything = str(kept())
    for canary in ("canarisoft", "canari", "ultra", "2029", "98765"):
        assert canary not in everything
    assert found("Canarisoft") == found("Canarisoft Ultra") == []
