"""The look: vendored files, the words of amounts and dates, fields tied to their labels, components."""

import datetime as dt
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

from procurement import clock, styles
from procurement.forms import DateField, Form, MoneyField
from procurement.models import User
from procurement.people.mail import send_account_mails
from procurement.templatetags import cordee
from tests.procurement.gallery.views import MISSING, SampleForm

STATIC = settings.ROOT / "procurement" / "static"
CSS = sorted((STATIC / "cordee" / "css").glob("*.css"))
TWICE = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)  # half past two, before the clock goes back
VENDORED = re.findall(r"^\| (\S+/\S+) \|.*\| ([0-9a-f]{64}) \|$", (STATIC / "vendor" / "README.md").read_text(), re.M)


def test_every_vendored_file_is_recorded() -> None:
    files = {path.relative_to(STATIC / "vendor").as_posix() for path in (STATIC / "vendor").rglob("*.*")}
    licences = {path.relative_to(STATIC / "vendor").as_posix() for path in (STATIC / "vendor").rglob("LICENSE")}
    assert files | licences == {name for name, _ in VENDORED} | {"README.md", "bootstrap/bootstrap.used.css"}


def test_bootstrap_is_kept_as_published_and_only_what_is_used_of_it_is_served() -> None:
    published = "9caac977a0af0c2229abd397eee3345899c4020da2a1a0b711c1cc543fe3719d"
    assert hashlib.sha256(styles.SOURCE.read_bytes()).hexdigest() == published
    assert styles.SERVED.read_text(encoding="utf-8") == styles.used(), "python manage.py trim_styles"
    assert styles.SERVED.stat().st_size < 40 * 1024


def test_what_is_kept_of_a_style_sheet_is_what_names_known_classes_only() -> None:
    css = ".a,.b:not(.c,.d){x:1}@media (min-width:1px){.b{x:2}.c-md{x:3}}.c-lg{x:4}@keyframes k{to{x:5}}p{x:6}.b{x:7}"
    kept = "".join(styles._kept(css, {"a", "c-", "md"}))
    assert kept == ".a{x:1}@media (min-width:1px){.c-md{x:3}}@keyframes k{to{x:5}}p{x:6}"


@pytest.mark.parametrize(("name", "digest"), VENDORED)
def test_a_vendored_file_is_as_published(name: str, digest: str) -> None:
    assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("path", CSS, ids=lambda path: path.name)
def test_what_our_style_sheets_load_is_shipped(path: Path) -> None:
    """No foreign address and no data: image, which the policy refuses; at most 300 lines."""
    text = path.read_text()
    named = re.findall(r'url\("?([^")]+)"?\)', text)
    assert [name for name in named if not (path.parent / name).is_file()] == []
    assert "@import" not in text
    assert len(text.splitlines()) <= 300


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (cordee.euros(123456), "1\u202f234,56\u00a0€"),
        (cordee.euros(None), "–"),
        (cordee.euros_short(5_000_000), "50\u202f000\u00a0€"),
        (cordee.euros_short(5_000_010), "50\u202f000,10\u00a0€"),
        (cordee.number(36512), "36\u202f512"),
        (cordee.french_date(dt.date(2026, 5, 1)), "1er mai 2026"),
        (cordee.french_date(dt.date(2026, 4, 30)), "30 avril 2026"),
        (cordee.french_date(dt.datetime(2026, 4, 30, 22, 30, tzinfo=dt.UTC)), "1er mai 2026"),
        (cordee.french_date(None), "–"),
        (cordee.french_datetime(dt.datetime(2026, 1, 2, 8, 5, tzinfo=dt.UTC)), "2 janvier 2026 à 9\u00a0h\u00a005"),
        (cordee.french_datetime(dt.date(2026, 1, 2)), "2 janvier 2026"),
        (cordee.french_datetime(TWICE), "25 octobre 2026 à 2\u00a0h\u00a030 (heure d'été)"),
        (cordee.french_datetime(TWICE + dt.timedelta(hours=1)), "25 octobre 2026 à 2\u00a0h\u00a030 (heure d'hiver)"),
        (cordee.plural(0, "organisme,organismes"), "0\u00a0organisme"),
        (cordee.plural(1, "organisme,organismes"), "1\u00a0organisme"),
        (cordee.plural(1200, "organisme,organismes"), "1\u202f200\u00a0organismes"),
    ],
)
def test_amounts_dates_and_counts_are_written_in_french(shown: str, expected: str) -> None:
    assert shown == expected


@pytest.mark.parametrize(
    ("day", "expected"), [(18, "J-12"), (30, "aujourd'hui")], ids=["twelve days before", "on the day"]
)
def test_days_left_are_counted_in_paris(day: int, expected: str) -> None:
    with clock.at(dt.date(2026, 4, day)):
        assert cordee.days_left(dt.date(2026, 4, 30)) == expected


def test_a_passed_deadline_says_since_when() -> None:
    with clock.at(dt.date(2026, 5, 1)):
        assert cordee.days_left(dt.date(2026, 4, 30)) == "passé depuis 1\u00a0jour"


@pytest.mark.parametrize(
    ("current", "threshold", "expected"),
    [
        (4_120_000, 5_000_000, ("82.40", "100.00", 82)),
        (4_999_999, 5_000_000, ("99.99", "100.00", 99)),  # rounded down: 100 % means reached
        (5_000_000, 5_000_000, ("100.00", "100.00", 100)),
        (10_000_000, 5_000_000, ("100.00", "50.00", 200)),
        (0, 0, ("0.00", "0.00", 100)),
    ],
)
def test_the_gauge_is_drawn_to_scale(current: int, threshold: int, expected: tuple[str, str, int]) -> None:
    assert cordee.gauge_numbers(current, threshold) == expected


def test_a_field_is_tied_to_its_label_hint_and_error() -> None:
    html = str(SampleForm({"maximum": "1.234"}))
    assert '<label for="id_title">' in html
    assert re.search(r'id="id_title"[^>]*aria-describedby="id_title_helptext id_title_error"', html) or re.search(
        r'aria-describedby="id_title_helptext id_title_error"[^>]*id="id_title"', html
    )
    assert '<ul class="field-error" id="id_title_error"><li>Remplissez ce champ.</li></ul>' in html
    assert html.count("(facultatif)") == 4  # description, end of contract, users, wants; the hidden field says nothing


def test_each_error_of_the_summary_leads_to_something_on_the_page() -> None:
    html = str(SampleForm({"maximum": "1.234"}))
    summary = html[html.index('<div class="errors"') : html.index("</div>")]
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert len(targets) == 5
    assert [target for target in targets if f'id="{target}"' not in html] == []
    assert 'tabindex="-1" autofocus' in summary


def test_what_was_typed_is_shown_again_and_never_as_markup() -> None:
    html = str(SampleForm({"title": '"><script>alert(1)</script>', "maximum": "1 000"}))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert 'value="1 000"' in html


class _Loan(Form):
    """An amount that may be left empty."""

    amount = MoneyField(label="Montant", required=False, min_cents=100)


@pytest.mark.parametrize(
    ("typed", "cents"), [("", None), ("1 234,56 €", 123456), ("1\u202f234,5", 123450), ("1234.56", 123456)]
)
def test_an_amount_cleans_to_cents(typed: str, cents: int | None) -> None:
    form = _Loan({"amount": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == cents


@pytest.mark.parametrize(
    ("typed", "reason"), [("beaucoup", "Ce n'est pas un montant"), ("-5", "positif"), ("0,50", "d'au moins 1,00")]
)
def test_an_amount_is_refused_with_a_reason(typed: str, reason: str) -> None:
    assert reason in _Loan({"amount": typed}).errors["amount"][0]


def test_an_amount_known_in_cents_is_shown_in_euros_and_two_spellings_are_no_change() -> None:
    assert 'value="1234,56"' in str(_Loan(initial={"amount": 123456}))
    assert not _Loan({"amount": "1 234,56"}, initial={"amount": 123456}).has_changed()
    assert _Loan({"amount": "n'importe"}, initial={"amount": 123456}).has_changed()


@pytest.mark.parametrize("typed", ["2026-04-30", "30/04/2026"])
def test_a_day_is_read_from_the_picker_and_from_the_keyboard(typed: str) -> None:
    assert DateField().clean(typed) == dt.date(2026, 4, 30)


def test_the_note_on_optional_fields_tells_the_truth() -> None:
    class Search(Form):
        q = forms.CharField(required=False)

    class Door(Form):
        name = forms.CharField()
        remember = forms.BooleanField(required=False)

    assert cordee.required_note(Search()) == ""
    assert cordee.required_note(Door()) == "Tous les champs sont obligatoires."
    assert "sauf ceux marqués" in cordee.required_note(SampleForm())


def _step(**more: Any) -> str:
    step = {"name": "close_call", "label": "Clore l'appel", "allowed": False, **more}
    return render_to_string("components/step_button.html", {"step": step, "csrf_token": "jeton"})


def test_a_step_that_is_not_possible_is_greyed_with_what_is_missing_and_posts_nothing() -> None:
    html = _step(missing=MISSING, post_url="/projets/P-1/clore/")
    assert "<form" not in html
    assert 'aria-disabled="true" aria-describedby="manque-close_call"' in html
    assert 'id="manque-close_call"' in html
    assert "Valmont" in html


def test_a_step_that_is_possible_posts_with_its_token_and_hidden_values() -> None:
    html = _step(allowed=True, post_url="/projets/P-1/clore/", hidden=[("key", "42")])
    assert '<form method="post" action="/projets/P-1/clore/">' in html
    assert 'name="csrfmiddlewaretoken" value="jeton"' in html
    assert 'name="key" value="42"' in html


def test_the_stepper_says_in_words_what_it_shows_by_colour() -> None:
    steps = [("Cadrage", "past"), ("Appel", "current"), ("Convention", "future")]
    html = render_to_string("components/stepper.html", {"steps": steps})
    assert 'Cadrage</span><span class="visually-hidden"> (fait)' in html
    assert html.count('aria-current="step"') == 1
    assert "(à venir)" in html


PUBLIC = """
/ /tableau-de-bord/ /besoins/ /projets/ /documents/ /annuaire/ /accessibilite/ /mentions-legales/
/comptes/connexion/ /comptes/mot-de-passe/oublie/ /comptes/inscription/ /rien/
""".split()


@pytest.mark.urls("tests.procurement.gallery.urls")
@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.django_db
def test_every_page_has_one_title_a_language_and_no_inline_code(address: str) -> None:
    html = Client(headers={"user-agent": "test"}).get(address).content.decode()
    assert '<html lang="fr">' in html
    assert len(re.findall(r"<h1\b", html)) == 1
    assert len(re.findall(r"<main\b", html)) == 1
    assert re.findall(r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=", html) == []
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("template", ["400.html", "403_csrf.html", "500.html"])
def test_an_error_page_needs_neither_request_nor_database(template: str) -> None:
    assert "<h1>" in render_to_string(template)


@pytest.mark.django_db
def test_the_reset_mail_is_in_french_and_carries_the_link(mailoutbox: list[Any]) -> None:
    User.objects.create_user("agent@example.org", "un mot de passe long")
    Client().post("/comptes/mot-de-passe/oublie/", {"email": "agent@example.org"})
    send_account_mails()
    assert "/comptes/mot-de-passe/nouveau/" in mailoutbox[0].body
    assert mailoutbox[0].body.startswith("Bonjour,\n\nQuelqu'un, vous sans doute")
    assert "Choisir un nouveau mot de passe" in mailoutbox[0].subject
