"""Human references: by kind and by Paris year, without gap."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from procurement import clock
from procurement.models import Counter
from procurement.references import next_reference
from tests import makers

pytestmark = pytest.mark.django_db


def test_numbers_follow_each_other_by_kind() -> None:
    with clock.at(dt.date(2026, 5, 1)):
        given = [next_reference(kind, digits=digits) for kind, digits in [("B", 4), ("P", 3), ("B", 4)]]
    assert given == ["B-2026-0001", "P-2026-001", "B-2026-0002"]


def test_numbers_begin_again_with_the_year_in_paris() -> None:
    eve = dt.datetime(2026, 12, 31, 22, 59, 59, tzinfo=dt.UTC)
    given = []
    for moment in (eve, eve + dt.timedelta(seconds=1)):
        with clock.at(moment):
            given.append(next_reference("P", digits=3))
    assert given == ["P-2026-001", "P-2027-001"]


def test_a_number_longer_than_its_width_is_written_whole() -> None:
    Counter.objects.create(kind="P", year=clock.today().year, last=999)
    assert next_reference("P", digits=3).endswith("-1000")


def test_a_number_not_used_is_given_back() -> None:
    first = next_reference("P", digits=3)
    with transaction.atomic():
        next_reference("P", digits=3)
        transaction.set_rollback(True)
    assert int(next_reference("P", digits=3)[-3:]) == int(first[-3:]) + 1


def test_a_need_that_could_not_be_made_leaves_no_gap() -> None:
    body = makers.make_body()
    with pytest.raises(Exception, match="255"):
        makers.make_need(body=body, title="x" * 256)
    assert makers.make_need(body=body).reference.endswith("-0001")
