"""Reminders: the coordinator's words, filled by no template engine; before a cut-off date; next round."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from procurement import clock
from procurement.letters import Letter
from procurement.models import Role
from procurement.placeholders import BLANK, fill, unknown
from procurement.workflow import perform
from projects.actions.reminders import edit_text, remind
from projects.models import Event, ExpectedBody, Participation, Project, ReminderSent
from projects.models.reminders import Awaited
from projects.notifications.reminders import BLANKS, WORDS, days_before
from tests import makers
from tests.house.browser import Browser
from tests.makers import P, coordinator_of, declare, holder, make_body, make_project, member

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 2)


def on(days: int) -> Any:
    """That many days after TODAY."""
    return clock.at(TODAY + dt.timedelta(days))


def three(state: str = P.CALL, **fields: Any) -> Project:
    return make_project(state, bodies=[make_body(name) for name in ("Grandval", "Rochebrune", "Valmont")], **fields)


def told(code: str) -> list[str]:
    return sorted(Letter.objects.filter(code=code).values_list("user__email", flat=True))


def email(body: Any, role: str = Role.AGENT) -> str:
    user = holder(body, role).user
    assert user is not None
    return user.email


# The words ------------------------------------------------------------------------------------------------------------
def test_the_coordinator_writes_the_words_and_blanks_are_filled() -> None:
    project = three()
    text = "Bonjour {organisme}, {projet} vous attend avant le {date} : {lien}. Merci {"
    edit_text(project, Awaited.INTENTION, text, actor=coordinator_of(project))
    remind(project, Awaited.INTENTION, actor=coordinator_of(project), body_id=project.participations.all()[2].body_id)
    said = Letter.objects.get(code="reminded").text
    assert said.startswith("Bonjour Valmont, État civil partagé vous attend avant le ")
    assert " : http://127.0.0.1:8000/projets/" in said
    assert said.endswith(". Merci {")
    edit_text(project, Awaited.INTENTION, " ", actor=coordinator_of(project))
    assert not project.reminder_texts.exists()


@pytest.mark.parametrize(
    "blank", ["nom", "organisme.siren", "organisme[0]", "organisme!r", "organisme:>10", "date ", "É"]
)
def test_an_unknown_blank_is_refused_at_save(blank: str, browser: Browser) -> None:
    project = three()
    with pytest.raises(ValidationError, match="Repère inconnu"):
        edit_text(project, Awaited.ACT, f"Bonjour {{{blank}}}", actor=coordinator_of(project))
    browser.sign_in(project.coordinator)
    page = f"/projets/{project.reference}/suivi/act/message/"
    answer = browser.submit(page, {"text": f"Bonjour {{{blank}}}"})
    assert answer.status_code == 422
    assert "Repère inconnu" in answer.content.decode()
    assert not project.reminder_texts.exists()


ENGINES = [
    "{{ 7*7 }}",
    "{{7*7}}",
    "{% debug %}",
    "{% load static %}",
    "{{ settings.SECRET_KEY }}",
    "{{ request.user.password }}",
    "{{ organisme.__class__ }}",
    "{% include '/etc/passwd' %}",
    "{# x #}",
    "{% templatetag openblock %}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "<% import os %>",
    "{0}",
    "{0.__class__}",
    "{}",
    "{!r}",
    "{:>10}",
    "{__class__}",
    "{_}",
    "{ organisme }",
    "{{organisme}}",
    "{{{organisme}}}",
    "%(organisme)s",
    "%s",
    "%n",
    "$organisme",
    "${organisme",
    "@(1+1)",
    "[[7*7]]",
    "{{constructor.constructor('x')()}}",
    "{{config}}",
    "{{''.__class__.__mro__[1].__subclasses__()}}",
    "{php}x{/php}"[:0] or "{/php}",
    "*{7*7}",
    "~{x",
    "x}",
    "{{",
    "}}",
    "{%",
    "%}",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt;",
    "javascript:alert(1)",
    "';DROP TABLE x;--",
    "\u202e{0}",
    "{\n}",
    "=cmd|' /C calc'!A0",
    "{{ 'a'|upper }}",
    "{7*'7'}",
]


def test_hostile_words_print_as_they_are() -> None:
    assert len(set(ENGINES)) >= 50
    values = dict.fromkeys(BLANKS, "VALEUR")
    for payload in ENGINES:
        assert unknown(payload, BLANKS) == [], payload
        assert fill(f"avant {payload} après", values) == f"avant {payload} après"


def test_hostile_words_reach_the_mail_as_they_are() -> None:
    project = three()
    for payload in ENGINES:
        edit_text(project, Awaited.INTENTION, f"avant {payload} après", actor=coordinator_of(project))
        ReminderSent.objects.all().delete()
        Letter.objects.all().delete()
        remind(project, Awaited.INTENTION, actor=coordinator_of(project))
        assert {letter.text for letter in Letter.objects.all()} == {f"avant {payload} après"}


def test_a_name_that_looks_like_a_blank_is_not_read_again() -> None:
    assert fill("{organisme}", {"organisme": "{lien}", "lien": "x"}) == "{lien}"
    assert all(not unknown(text, BLANKS) and BLANK.search(text) for text in WORDS.values())


# Before cut-off dates -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("left", "mark"), [(15, None), (14, 14), (8, 14), (7, 7), (3, 7), (2, 2), (0, 2), (-1, None)])
def test_which_reminder_is_due(left: int, mark: int | None) -> None:
    assert days_before(TODAY + dt.timedelta(left), TODAY) == mark


def run() -> int:
    call_command("remind", stdout=StringIO())
    return Letter.objects.filter(code__in=["cut_off_near", "draft_near"]).count()


def test_before_the_cut_off_each_silent_person_is_told_three_times_and_no_more() -> None:
    with on(0):
        project = three(cut_off=TODAY + dt.timedelta(30))
        declare(project.participations.all()[0])
        expected = member(make_body("Montfort"))
        ExpectedBody.objects.create(project=project, body=expected.body)
    counts = []
    for day in range(33):
        with on(day):
            counts.append((run(), run()))
    assert all(first == second for first, second in counts)
    reached = [day for day in range(1, 33) if counts[day][0] > counts[day - 1][0]]
    assert reached == [16, 23, 28]
    assert counts[-1][0] == 3 * 3  # two silent bodies and the expected one
    assert Event.objects.filter(project=project, step="remind", user=None).count() == 3


def test_a_day_that_was_missed_is_made_up_for_and_a_new_date_starts_anew() -> None:
    with on(0):
        project = three(cut_off=TODAY + dt.timedelta(30))
    with on(20):
        assert run() == 3
    with on(21):
        perform(
            Project,
            project.pk,
            "extend_call",
            actor=coordinator_of(project),
            note="les vacances",
            cut_off=TODAY + dt.timedelta(40),
        )
        assert run() == 3
    with on(30):
        assert run() == 6


def test_the_owner_of_a_draft_in_the_domain_is_told_and_nobody_else_reads_its_title() -> None:
    with on(0):
        three(cut_off=TODAY + dt.timedelta(10))
        draft = makers.make_need(title="Brouillon secret")
        elsewhere = makers.make_need(title="Autre domaine", domain=None)
        run()
    letters = Letter.objects.filter(code="draft_near")
    assert [letter.user.email for letter in letters] == [email(draft.body)]
    assert "Brouillon secret" in letters[0].text
    assert letters[0].link == f"/besoins/{draft.reference}/"
    assert not Letter.objects.exclude(code="draft_near").filter(text__contains="secret").exists()
    assert elsewhere.state == "draft"


def test_an_answer_given_in_between_ends_the_reminders() -> None:
    with on(0):
        project = three(cut_off=TODAY + dt.timedelta(30))
    with on(16):
        assert run() == 3
        for row in project.participations.all():
            declare(Participation.objects.get(pk=row.pk))
    with on(23):
        assert run() == 3


# The next procedure ---------------------------------------------------------------------------------------------------
def test_a_wish_is_told_to_the_coordinator_and_the_next_call_to_who_wished() -> None:
    project = make_project(P.CONSTITUTED, grouping="permanent")
    late = member(make_body("Tardive"))
    assert late.user is not None
    assert late.body is not None
    browser = Browser().sign_in(late.user)
    page = f"/projets/{project.reference}/"
    assert browser.submit(page, {"body": str(late.body.pk)}, to=f"{page}prochaine/").status_code == 302
    assert told("next_round_awaited") == [project.coordinator.email]
    make_project(P.CALL)  # another lead body: nothing to do with it
    assert told("next_round_opened") == []
    make_project(P.CALL, bodies=[project.lead_body, make_body()])
    assert late.user.email in told("next_round_opened")
