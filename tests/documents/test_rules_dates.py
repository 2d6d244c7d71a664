"""The rules of a consultation print the recorded days, else the planned ones and say so, else blanks; minutes warn."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from documents.tender_facts import tender_of
from procurement import clock
from projects.agreement_terms import Terms
from projects.models import Project
from tests import makers as site
from tests.documents import makers, tender, words

PLANNED = (("publication", "2026-07-01"), ("offers", "2026-08-05"), ("award", "2026-10-01"))


def rules(terms: Terms | None = None, **changes: Any) -> str:
    facts = makers.dossier(3, **({"terms": terms} if terms else {}))
    nothing = {"published_on": "", "offers_due": "", "decided_on": "", "awards": ()}
    return words.of_html(
        tender.printed(facts, "consultation-rules", tender=tender.tender(facts, **{**nothing, **changes})).html
    )


def test_recorded_days_are_printed_with_the_hour() -> None:
    found = rules(
        published_on="2026-07-01",
        offers_due="15 septembre 2026 à 12 h 00 (heure de Paris)",
        opened_on="2026-09-16",
        planned=PLANNED,
    )
    assert "Date d'envoi de l'avis : 1er juillet 2026. " in found
    assert "remise des offres : 15 septembre 2026 à 12 h 00 (heure de Paris). " in found
    assert "Les plis sont ouverts le 16 septembre 2026." in found


def test_planned_days_say_that_they_are_planned() -> None:
    found = rules(planned=PLANNED)
    assert "Date d'envoi de l'avis : 1er juillet 2026 (date prévue). " in found
    assert "remise des offres : 5 août 2026 (date prévue), heure : [à compléter]. " in found
    assert "Attribution : 1er octobre 2026 (date prévue)." in found


def test_what_nobody_knows_is_a_blank_and_the_launch_agreed_on_is_used() -> None:
    found = rules()
    assert "Date d'envoi de l'avis : …… / …… / …………. " in found
    assert "à …… h ……, heure de Paris" in found
    assert "Attribution :" not in found
    assert "Date d'envoi de l'avis : 3 mars 2027 (date prévue)" in rules(Terms(launch_on="2027-03-03"))


@pytest.mark.django_db
def test_the_days_come_from_the_timetable_and_do_not_move_from_day_to_day() -> None:
    project = site.make_project("constituted", service_on=clock.today() + dt.timedelta(days=500))
    planned = dict(tender_of(Project.objects.get(pk=project.pk)).planned)
    assert set(planned) == {"publication", "offers", "award"}
    assert planned["publication"] < planned["offers"] < planned["award"]
    with clock.at(clock.today() + dt.timedelta(days=3)):
        assert dict(tender_of(Project.objects.get(pk=project.pk)).planned) == planned


def test_minutes_say_what_to_check_before_the_signature() -> None:
    facts = makers.dossier(3)
    sentence = "Les marchés dépassent de 0,01 € HT la somme des maxima votés."
    found = words.of_html(
        tender.printed(facts, "award-minutes", tender=tender.tender(facts, overruns=(sentence,))).html
    )
    assert f"Points à vérifier avant la signature {sentence}" in found
    assert "Points à vérifier" not in words.of_html(
        tender.printed(facts, "award-minutes", tender=tender.tender(facts)).html
    )
