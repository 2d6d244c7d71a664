"""A person takes everything along, or goes: what names them is erased, the journal stays whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.db.models import CharField, EmailField, JSONField, TextField

from procurement import events
from procurement.access import actor_for
from procurement.models import Event, JoinRequest, Letter, Role, User
from procurement.people import inviting, joining, own_data, rights
from procurement.people.journal import note_down
from tests.house.browser import Browser
from tests.makers import make_body, make_need, make_project, make_steward, make_user, member
from tests.procurement.people import text_of

pytestmark = pytest.mark.django_db
PASSWORD = "mot de passe"


def canary() -> User:
    """Somebody whose name is told from any other text, with something everywhere."""
    user = make_user("zyxcanari@grandval.example", first_name="Zyxprenom", last_name="Zyxnom")
    body, other = make_body(), make_body()
    actor = member(body, Role.AGENT, Role.LEGAL, user=user)
    colleague = member(body)
    make_need("published", body=body, by=actor)
    joining.ask(other, actor=actor, roles=["agent"], word="Zyxmot")
    inviting.invite(body, actor=colleague, email=user.email, roles=["viewer"])
    joining.ask_from_outside(
        other, email=user.email, first_name="Zyxprenom", last_name="Zyxnom", roles=["agent"], word=""
    )
    rights.open_file(body, "Une raison suffisante.", actor=make_steward())
    note_down("essai", body, actor=actor)
    return user


def told(value: str) -> list[str]:
    """Every column of the database, journals set apart, that holds `value`."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, CharField | TextField | EmailField | JSONField):
                rows = model._default_manager.filter(**{f"{field.name}__icontains": value})
                if rows.exists():
                    found.append(f"{model._meta.label_lower}.{field.name}")
    return found


def test_my_data_holds_every_row_that_points_at_me_and_no_secret() -> None:
    user = canary()
    browser = Browser().sign_in(user)
    held = json.loads(browser.get("/comptes/mes-donnees.json").content)
    assert held["compte"]["email"] == user.email
    text = json.dumps(held, ensure_ascii=False)
    assert user.password not in text
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is User:
                count = model._default_manager.filter(**{field.name: user}).count()
                key = f"{model._meta.verbose_name} ({field.verbose_name})"
                assert len(held.get(key, [])) >= count, key
    assert "Zyxmot" in text
    assert "Tout emporter" in text_of(browser.get("/comptes/mes-donnees/"))


def test_closing_an_account_erases_what_names_the_person_and_keeps_the_journal_whole() -> None:
    user = canary()
    other_tab = Browser().sign_in(user)
    browser = Browser().sign_in(user)
    assert browser.submit("/comptes/fermer/", {"password": "autre chose"}).status_code == 422
    steps = Event.objects.count()
    assert browser.submit("/comptes/fermer/", {"password": PASSWORD}).url == "/"
    assert other_tab.get("/comptes/").status_code == 302
    user.refresh_from_db()
    assert (user.is_active, str(user)) == (False, f"Compte fermé n° {user.pk}")
    assert told("zyx") == []
    assert not actor_for(user).is_member
    assert Event.objects.count() > steps
    assert events.first_fault(Event.CHAIN, Event) == ""
    assert not Letter.objects.filter(user=user).exists()
    assert JoinRequest.objects.filter(user=user).values_list("email", flat=True)[0].endswith("@cordee.invalid")


def test_a_coordinator_hands_over_before_closing_their_account() -> None:
    project = make_project("call")
    user = project.coordinator
    browser = Browser().sign_in(user)
    assert f"/projets/{project.reference}/coordinateur/" in browser.get("/comptes/fermer/").content.decode()
    assert browser.post("/comptes/fermer/", {"password": PASSWORD}).status_code in (403, 422)
    user.refresh_from_db()
    assert user.is_active


def test_my_account_leads_to_everything(browser: Any) -> None:
    page = browser.sign_in(make_user()).get("/comptes/").content.decode()
    for address in ("adresse/", "mot-de-passe/", "messages/", "mes-donnees/", "fermer/"):
        assert f'href="/comptes/{address}"' in page


def test_own_data_names_fields_that_exist() -> None:
    for label, names in own_data.IN_FULL.items():
        fields = {field.name for field in apps.get_model(label)._meta.concrete_fields}
        assert set(names) <= fields, label
