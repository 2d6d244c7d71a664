"""The registry page, and the administration site as staff and as attackers use it."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from procurement import models
from procurement.access import Actor
from procurement.models import Body, Event, Membership, Role, User
from projects.enums import NeedState
from projects.models import Domain, Need, Project
from projects.models import Event as BusinessEvent
from tests.house.browser import Browser
from tests.makers import declare, make_body, make_need, make_participation, make_user, member

pytestmark = pytest.mark.django_db
OURS = [
    model for model in admin.site._registry if model.__module__.startswith(("procurement", "projects", "documents"))
]
READ_ONLY = ("project", "need", "participation", "event")


def text_of(response: Any) -> str:
    return re.sub(r"\s", " ", html.unescape(response.content.decode()))


def reader() -> Browser:
    user = member().user
    assert user is not None
    return Browser().sign_in(user)


def names(response: Any) -> list[str]:
    return [body.name for body in response.context["page"]]


# The registry ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def registry() -> None:
    """Three bodies told apart by name, code, kind."""
    make_body("Saint-Étienne", siren="214202186")
    make_body("Évreux", kind="syndicat", siren=None)
    make_body("Œuilly", population=None)
    Body.objects.filter(name="Saint-Étienne").update(search_text="saint etienne 42000 42100 214202186 42218")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=saint etienne", ["Saint-Étienne"]),
        ("q=SAINT-ÉTIENNE", ["Saint-Étienne"]),
        ("q=42100", ["Saint-Étienne"]),
        ("q=214202186", ["Saint-Étienne"]),
        ("q=etienne saint", ["Saint-Étienne"]),
        ("q=oeuilly", ["Œuilly"]),
        ("q=%00", None),
        ("q=%27%20OR%201=1--", []),
        ("nature=syndicat", ["Évreux"]),
        ("nature=zzz", []),
    ],
)
@pytest.mark.usefixtures("registry")
def test_a_body_is_found_by_name_code_or_kind(query: str, found: list[str] | None) -> None:
    response = reader().get(f"/annuaire/?{query}")
    assert response.status_code == 200
    assert found is None or names(response) == found


@pytest.mark.usefixtures("registry")
def test_the_registry_tells_fictitious_bodies_and_what_it_does_not_know() -> None:
    browser = reader()
    page = text_of(browser.get("/annuaire/?q=saint"))
    assert "Fictif" not in page
    assert "214202186" in page
    assert "Fictif" in text_of(browser.get("/annuaire/?q=oeuilly"))
    assert "à compléter" in text_of(browser.get("/annuaire/?q=evreux"))
    assert "Voir tout l'annuaire" in text_of(browser.get("/annuaire/?q=introuvable"))


def test_the_registry_shows_what_was_typed_as_text() -> None:
    typed = '"><script>alert(1)</script>'
    make_body("<b>Gras</b>")
    page = reader().get("/annuaire/", {"q": typed}).content.decode() + reader().get("/annuaire/").content.decode()
    assert html.escape(typed) in page
    assert "&lt;b&gt;Gras" in page
    assert "<script>alert" not in page


def test_the_registry_goes_on_page_after_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procurement.views.PAGE_SIZE", 2)
    for number in range(5):
        make_body(f"Saint-{number}")
    browser, seen, query = reader(), [], "?q=saint"
    while query:
        response = browser.get(f"/annuaire/{query}")
        seen += names(response)
        query = response.context["page"].next_url
    assert seen == [f"Saint-{number}" for number in range(5)]


def test_the_registry_costs_the_same_with_one_and_three_rows() -> None:
    browser, counts = reader(), []
    for more in (1, 2):
        for _ in range(more):
            make_body()
        with CaptureQueriesContext(connection) as queries:
            browser.get("/annuaire/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


# Administration -------------------------------------------------------------------------------------------------------
def staff(**power: Any) -> tuple[User, Browser]:
    user = make_user(is_staff=True, **power)
    return user, Browser().sign_in(user)


def address(model: type[Any], below: str = "") -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/{below}"


def furnish() -> None:
    """One row at least of everything."""
    participation = make_participation()
    declare(participation, 98_765_432_10)
    make_need(NeedState.PUBLISHED, current_solution="canari-editeur", maximum_cents=98_765_432_10)
    make_need(title="canari-brouillon")
    models.events.record("essai", actor=Actor())


def sent_forms(model: type[Any], pk: Any) -> list[tuple[str, dict[str, Any]]]:
    """What an attacker posts: additions, changes, deletions, bulk actions, with every field named."""
    fields = {field.name: "1" for field in model._meta.fields if field.name != "id"}
    forged = {**fields, "state": "met", "email": "x@example.org", "name": "X", "code": "x", "label": "x", "_save": "1"}
    bulk = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
    return [("add/", forged), (f"{pk}/change/", forged), (f"{pk}/delete/", {"post": "yes"}), ("", bulk)]


def unchanged_by_forged_posts(user: User, kept: list[type[Any]]) -> None:
    client = Client()
    client.force_login(user)
    before = {model: list(model.objects.order_by("pk").values()) for model in kept}
    for model in kept:
        for below, form in sent_forms(model, before[model][-1]["id"]):
            status = client.post(address(model, below), form).status_code
            assert status in (200, 302, 403, 405), (model, below, status)
    assert {model: list(model.objects.order_by("pk").values()) for model in kept} == before


@pytest.mark.parametrize("reads", [True, False])
def test_a_forged_post_by_staff_who_may_at_most_read_changes_nothing(reads: bool) -> None:
    furnish()
    user, _ = staff()
    if reads:
        user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    unchanged_by_forged_posts(user, OURS)


def test_even_a_superuser_writes_neither_states_nor_journals() -> None:
    furnish()
    user, _ = staff(is_superuser=True)
    unchanged_by_forged_posts(user, [model for model in OURS if model._meta.model_name in READ_ONLY])


def test_every_page_of_the_administration_opens_without_confidential_fields() -> None:
    furnish()
    _, browser = staff(is_superuser=True, is_steward=True)
    pages = [address(model) for model in OURS]
    pages += [address(model, f"{row.pk}/change/") for model in OURS for row in model.objects.order_by("-pk")[:3]]
    for page in pages:
        response = browser.get(page, follow=True)
        assert response.status_code == 200, page
        assert not re.search(r"canari|98.?765.?432|argon2|md5\$", text_of(response)), page


GUESSES = (
    "need/?maximum_cents__gte=5",
    "need/?current_solution__startswith=c",
    "need/?declared_by__password__startswith=m",
    "participation/?maximum_cents__lt=5",
    "event/?facts__maximum_cents=5",
    "event/?note__contains=a",
)
FILTERS = {"need/?state__exact=published": 1, "need/?q=civil": 3, "project/?state__exact=call": 1}


def test_what_is_not_shown_is_not_guessed_by_filtering_but_the_filters_shown_work() -> None:
    furnish()
    _, browser = staff(is_superuser=True, is_steward=True)
    assert {browser.get(f"/admin/projects/{query}").status_code for query in GUESSES} == {400}
    found = {query: browser.get(f"/admin/projects/{query}").context["cl"].result_count for query in FILTERS}
    assert found == FILTERS


def test_only_staff_enter_and_by_the_sites_own_door() -> None:
    assert Client().get("/admin/", follow=True).redirect_chain[-1][0].startswith("/comptes/connexion/")
    assert reader().get("/admin/", follow=True).status_code == 403
    steward = Browser().sign_in(make_user(is_steward=True))
    assert steward.get("/admin/", follow=True).status_code == 403
    _, browser = staff()
    assert browser.get("/admin/").status_code == 200


def test_staff_do_not_give_themselves_power() -> None:
    user, browser = staff()
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    page = address(User, f"{user.pk}/change/")
    form = browser.forms(page)[-1]
    form = next(form for form in browser.forms(page) if "first_name" in form)
    assert "is_superuser" not in form
    browser.post(page, {**form, "first_name": "Ada", "is_superuser": "on", "is_steward": "on", "is_staff": "on"})
    user.refresh_from_db()
    assert (user.first_name, user.is_superuser, user.is_steward) == ("Ada", False, False)


def test_what_staff_change_is_in_the_journal_without_its_values() -> None:
    _, browser = staff(is_superuser=True)
    body = make_body("Avant", siren="000260380")
    page = address(Body, f"{body.pk}/change/")
    form = next(form for form in browser.forms(page) if "siren" in form)
    response = browser.post(page, {**form, "name": "Après-midi"})
    assert response.status_code == 302, re.findall(r'class="errorlist".*?</ul>', text_of(response))
    body.refresh_from_db()
    assert (body.name, body.search_text) == ("Après-midi", f"apres midi {body.siren}")
    event = Event.objects.get()
    assert (event.step, event.facts) == (
        "admin_change",
        {"model": "procurement.body", "id": body.pk, "changed": ["name"]},
    )


def test_a_membership_is_added_by_staff() -> None:
    _, browser = staff(is_superuser=True)
    user, body = make_user(), make_body()
    page = address(Membership, "add/")
    form = next(form for form in browser.forms(page) if "role" in form)
    filled = {**form, "user": user.pk, "body": body.pk, "role": Role.AGENT, "starts_on": "2026-01-01"}
    assert browser.post(page, filled).status_code == 302
    assert Membership.objects.get().role == Role.AGENT
    assert browser.post(page, filled).status_code == 200  # held already: refused in the form
    assert Membership.objects.count() == 1


MISSHAPEN = ("actes", "actes ;", "; actes", "a ; b ; c", "x" * 121 + " ; actes", "actes ; " + "u" * 41)


def test_a_domain_keeps_the_shape_that_the_pages_rely_on() -> None:
    _, browser = staff(is_superuser=True)
    domain = Domain.objects.get(code="etat-civil")
    page = address(Domain, f"{domain.pk}/change/")
    form = next(form for form in browser.forms(page) if "volumes" in form)
    for volumes in MISSHAPEN:
        assert "écrivez « actes par an ; actes »" in text_of(browser.post(page, {**form, "volumes": volumes}))
    sound = {**form, "volumes": "actes ; actes", "questions": "Et ? ; oui ou non", "code": "autre-code"}
    assert browser.post(page, sound).status_code == 302
    domain.refresh_from_db()
    assert (domain.code, domain.volumes) == ("etat-civil", [{"label": "actes", "unit": "actes"}])


def test_the_models_of_the_business_are_registered() -> None:
    assert {User, Body, Membership, Event, Domain, Need, Project, BusinessEvent} <= set(OURS)
