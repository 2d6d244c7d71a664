"""Joining: from the registry to a member's rights. Nobody has an account before their address is confirmed."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client

from procurement import clock
from procurement.access import actor_for
from procurement.models import AccountMail, Body, Event, Invitation, JoinRequest, Letter, Membership, Role, User
from procurement.people import inviting, joining
from procurement.people.finding import find_bodies
from tests.house.browser import Browser
from tests.makers import make_body, make_steward, make_user, member
from tests.procurement.people import PASSWORD, link_in, page_of, received, text_of, waiting_mails

pytestmark = pytest.mark.django_db
ASKED = {"first_name": "Ada", "last_name": "Byron", "email": "ada@grandval.example", "roles": "agent", "word": "DSI"}


def asks(body: Body, **given: Any) -> Browser:
    """Somebody without an account sends the form."""
    browser = Browser()
    response = browser.submit(f"/rejoindre/{body.public_ref}/", {**ASKED, **given})
    assert response.status_code == 302, text_of(response)
    assert response.url == "/rejoindre/envoye/"
    return browser


def confirms(browser: Browser, address: str = ASKED["email"]) -> Any:
    """They open the link and choose a password."""
    link = link_in(received(address)[-1])
    return browser.submit(link, {"password1": PASSWORD, "password2": PASSWORD})


def a_request(body: Body, **fields: Any) -> JoinRequest:
    user = make_user(first_name="Ada", last_name="Byron")
    return joining.ask(body, actor=actor_for(user), roles=["agent"], word="DSI", **fields)


# Finding --------------------------------------------------------------------------------------------------------------
@pytest.fixture
def registry() -> None:
    rows = [
        ("Saint-Étienne", "commune", "saint etienne 42000 42100 214202186 42218", 173_000, "214202186"),
        ("Saint-Étienne-de-Crossey", "commune", "saint etienne de crossey 38960 213803836 38383", 2_600, "213803836"),
        ("CC du Pays de Nérondes", "epci", "cc du pays de nerondes 200007177", 5_000, "200007177"),
        ("Ville-d'Avray", "commune", "ville d avray 92410 219200771 92077", 11_000, "219200771"),
        ("Avray-sous-Bois", "commune", "avray sous bois 01000 000000190", 100, None),
        ("Œuilly", "commune", "oeuilly 02160 210205423 02565", 293, "210205423"),
    ]
    for name, kind, search, population, siren in rows:
        Body.objects.create(name=name, kind=kind, search_text=search, population=population, siren=siren)


@pytest.mark.parametrize(
    ("typed", "first", "count"),
    [
        ("saint etienne", "Saint-Étienne", 2),
        ("St Etienne", "Saint-Étienne", 2),
        ("mairie de Saint-Étienne", "Saint-Étienne", 2),
        ("saint étienne de crossey", "Saint-Étienne-de-Crossey", 1),
        ("42100", "Saint-Étienne", 1),
        ("38383", "Saint-Étienne-de-Crossey", 1),
        ("214 202 186", "Saint-Étienne", 1),
        ("21420218600010", "Saint-Étienne", 1),
        ("communauté de communes nérondes", "CC du Pays de Nérondes", 1),
        ("ville d'avray", "Ville-d'Avray", 2),
        ("oeuilly", "Œuilly", 1),
        ("œuilly", "Œuilly", 1),
        ("e", None, 0),
        ("' OR 1=1 --", None, 0),
        ("\x00", None, 0),
        ("214202187", None, 0),
    ],
)
@pytest.mark.usefixtures("registry")
def test_a_body_is_found_as_people_write_it(typed: str, first: str | None, count: int) -> None:
    found = [body.name for body in find_bodies(typed)]
    assert found[:1] == ([first] if first else [])
    assert len(found) == count


@pytest.mark.usefixtures("registry")
def test_the_search_page_shows_what_was_typed_as_text_and_leads_to_the_form() -> None:
    page = Client().get("/rejoindre/", {"q": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.content.decode()
    found = Client().get("/rejoindre/", {"q": "st etienne"}).content.decode()
    assert 'href="/rejoindre/214202186/"' in found


@pytest.mark.parametrize("ref", ["000000000", "99999999999999999999", "abc", "²²²²²²²²²", "١٢٣٤٥٦٧٨٩"])
def test_a_body_that_does_not_exist_is_a_404(ref: str) -> None:
    for address in (f"/rejoindre/{ref}/", f"/annuaire/{ref}/"):
        assert Client().get(address).status_code == 404


# Asking ---------------------------------------------------------------------------------------------------------------
def test_no_account_exists_before_the_address_is_confirmed() -> None:
    body = make_body()
    asks(body)
    assert not User.objects.exists()
    assert not Letter.objects.exists()
    assert JoinRequest.objects.get().confirmed_at is None


def test_the_first_member_of_a_body_goes_from_the_form_to_a_first_need() -> None:
    steward, body = make_steward(), make_body("Grandval")
    browser = asks(body, roles=["agent", "legal"])
    response = confirms(browser)
    assert response.url == "/rejoindre/suivi/"
    assert "En attente" in text_of(browser.get(response.url))
    assert Letter.objects.get().user == steward.user
    wanted = JoinRequest.objects.get()
    answer = Browser().sign_in(steward.user).submit(f"/adhesions/{wanted.pk}/", {"decision": "accept"})
    assert answer.url == "/animation/"
    user = User.objects.get(email=ASKED["email"])
    assert user.check_password(PASSWORD)
    actor = actor_for(user)
    assert actor.holds(Role.AGENT, body.pk)
    assert actor.holds(Role.LEGAL, body.pk)
    told = Letter.objects.get(user=user)
    assert (told.link, told.verb) == ("/besoins/nouveau/", "Décrire mon premier besoin")
    assert browser.get("/tableau-de-bord/").status_code == 200
    assert "décrivez votre premier besoin" in told.text


def test_a_member_answers_the_next_one_and_the_steward_no_longer_does() -> None:
    steward, colleague = make_steward(), member()
    body = colleague.body
    assert body is not None
    confirms(asks(body))
    wanted = JoinRequest.objects.get()
    assert Letter.objects.get().user == colleague.user
    assert Browser().sign_in(steward.user).get(f"/adhesions/{wanted.pk}/").status_code == 404
    page = Browser().sign_in(colleague.user)
    assert "demande à rejoindre" in text_of(page.get(page_of(body)))
    page.submit(f"/adhesions/{wanted.pk}/", {"decision": "accept", "roles": ["viewer"]})
    user = User.objects.get(email=ASKED["email"])
    assert list(user.memberships.values_list("role", flat=True)) == ["viewer"]  # what was given, not what was asked
    steps = list(Event.objects.order_by("position").values_list("step", flat=True))
    assert steps == ["join_ask", "join_accept"]


def test_a_refusal_says_why_and_only_once() -> None:
    colleague = member()
    body = colleague.body
    assert body is not None
    wanted = a_request(body)
    browser = Browser().sign_in(colleague.user)
    address = f"/adhesions/{wanted.pk}/"
    assert "Dites pourquoi" in text_of(browser.submit(address, {"decision": "refuse"}))
    browser.submit(address, {"decision": "refuse", "reason": "Personne de ce nom chez nous."})
    with pytest.raises(joining.Settled):
        joining.accept(wanted, ["agent"], actor=colleague)
    assert not wanted.user.memberships.exists()
    assert "Personne de ce nom" in text_of(Browser().sign_in(wanted.user).get("/rejoindre/suivi/"))


@pytest.mark.parametrize("who", ["viewer", "stranger", "asker", "anonymous"])
def test_others_neither_see_nor_answer_a_request(who: str) -> None:
    body = make_body()
    member(body)
    wanted = a_request(body)
    users = {"viewer": member(body, Role.VIEWER).user, "stranger": member().user, "asker": wanted.user}
    client = Client()
    if who in users:
        client.force_login(users[who])
    expected = 404 if who in users else 302
    address = f"/adhesions/{wanted.pk}/"
    assert client.get(address).status_code == expected
    assert client.post(address, {"decision": "accept", "roles": ["agent"]}).status_code == expected
    assert not Membership.objects.filter(user=wanted.user).exists()


def test_a_partner_is_opened_by_a_steward_alone() -> None:
    body = make_body("DGFIP", kind="partenaire")
    inside = member(body)
    wanted = a_request(body)
    with pytest.raises(PermissionDenied):
        joining.accept(wanted, ["agent"], actor=inside)
    assert joining.accept(wanted, ["viewer"], actor=make_steward()) in (True, False)
    assert actor_for(wanted.user).belongs_to(body.pk)


def test_asking_twice_makes_one_request_and_it_may_be_taken_back() -> None:
    body = make_body()
    wanted = a_request(body)
    joining.ask(body, actor=actor_for(wanted.user), roles=["legal"], word="juriste")
    found = JoinRequest.objects.get()
    assert (found.roles, found.word) == (["legal"], "juriste")
    browser = Browser().sign_in(wanted.user)
    browser.submit("/rejoindre/suivi/", to=f"/rejoindre/suivi/{found.pk}/retirer/")
    found.refresh_from_db()
    assert found.outcome == "withdrawn"


def test_the_form_says_the_same_to_a_known_and_to_an_unknown_address() -> None:
    body = make_body()
    make_user("ada@grandval.example")
    pages = []
    for address in ("ada@grandval.example", "eva@grandval.example"):
        browser = asks(body, email=address)
        pages.append(browser.get("/rejoindre/envoye/").content)
    assert len(pages[0]) == len(pages[1])
    assert not JoinRequest.objects.filter(email="ada@grandval.example").exists()  # nobody asks in another's name
    assert "Elle a déjà un compte" in received("ada@grandval.example")[0].body


LINKS = ["early", "late", "twice", "forged"]


@pytest.mark.parametrize("case", LINKS)
def test_a_link_serves_three_days_and_once(case: str, at: Any) -> None:
    body = make_body()
    browser = asks(body)
    link = link_in(received(ASKED["email"])[0])
    if case == "late":
        with pytest.MonkeyPatch.context() as patch:
            import time

            later = time.time() + 4 * 86_400
            patch.setattr("django.core.signing.time.time", lambda: later)
            assert browser.get(link).status_code == 410
        return
    if case == "forged":
        assert Client().get(link[:-2] + "x/").status_code == 410
        return
    assert browser.get(link).status_code == 200
    if case == "twice":
        confirms(browser)
        for again in (browser, Client()):
            assert again.get(link).status_code == 410


@pytest.mark.parametrize(
    "password", ["court", "motdepasse2026", "azertyuiop123", "Grenoble-Mairie-38", "ada@grandval.example", "1" * 14]
)
def test_a_weak_password_opens_no_account(password: str) -> None:
    browser = asks(make_body())
    link = link_in(received(ASKED["email"])[0])
    assert browser.submit(link, {"password1": password, "password2": password}).status_code == 422
    assert not User.objects.exists()


def test_requests_never_confirmed_and_traces_of_mails_are_forgotten_by_send_messages() -> None:
    asks(make_body())
    for days, requests, mails in ((0, 1, 1), (4, 0, 1), (40, 0, 0)):
        with clock.at(clock.now() + dt.timedelta(days=days)):
            call_command("send_messages", stdout=io.StringIO())
        assert (JoinRequest.objects.count(), AccountMail.objects.count()) == (requests, mails)


# Invitations ----------------------------------------------------------------------------------------------------------
def invited(body: Body, by: User, address: str = "eva@grandval.example") -> str:
    browser = Browser().sign_in(by)
    browser.submit(page_of(body, "inviter/"), {"email": address, "roles": ["legal"], "word": "Bienvenue"})
    return link_in(received(address)[-1])


def test_an_invitation_opens_an_account_and_gives_the_role() -> None:
    host = member()
    link = invited(host.body, host.user)
    given = {"first_name": "Eva", "last_name": "Luhn", "password1": PASSWORD, "password2": PASSWORD}
    browser = Browser()
    assert browser.submit(link, given).url == "/tableau-de-bord/"
    user = User.objects.get(email="eva@grandval.example")
    assert actor_for(user).holds(Role.LEGAL, host.body.pk)
    assert browser.get("/tableau-de-bord/").status_code == 200
    assert Client().get(link).status_code == 410
    assert Letter.objects.filter(user=host.user, code="roles_changed").exists()


def test_an_invitation_to_somebody_known_is_accepted_by_them_alone() -> None:
    host, guest, other = member(), make_user("eva@grandval.example"), make_user()
    link = invited(host.body, host.user)
    assert "connectez-vous" in text_of(Client().get(link))
    assert "autre adresse" in text_of(Browser().sign_in(other).get(link))
    assert Browser().sign_in(other).post(link).status_code in (200, 403)
    assert not other.memberships.exists()
    Browser().sign_in(guest).submit(link)
    assert actor_for(guest).holds(Role.LEGAL, host.body.pk)
    assert not inviting.use(Invitation.objects.get(), guest)  # once


@pytest.mark.parametrize("why", ["revoked", "expired", "replaced", "host gone"])
def test_an_invitation_stops_serving(why: str) -> None:
    host = member()
    link = invited(host.body, host.user)
    found = Invitation.objects.get()
    moment = clock.now()
    if why == "revoked":
        browser = Browser().sign_in(host.user)
        browser.submit(page_of(host.body), to=page_of(host.body, f"invitations/{found.pk}/revoquer/"))
    elif why == "expired":
        moment += dt.timedelta(days=15)
    elif why == "replaced":
        assert invited(host.body, host.user) != link
    else:
        member(host.body)
        host.user.memberships.update(revoked_on=clock.today())
    with clock.at(moment):
        assert Client().get(link).status_code == 410


@pytest.mark.parametrize("role", [Role.VIEWER, None])
def test_only_those_who_manage_a_body_invite(role: str | None) -> None:
    body = make_body()
    member(body)
    user = member(body, role).user if role else member().user
    client = Client()
    client.force_login(user)
    assert client.get(page_of(body, "inviter/")).status_code == (403 if role else 404)
    assert client.post(page_of(body, "inviter/"), {"email": "x@y.example", "roles": "agent"}).status_code in (403, 404)
    assert not Invitation.objects.exists()


def test_the_inviter_is_told_the_same_whether_the_address_is_known() -> None:
    host = member()
    make_user("known1@grandval.example")
    pages = []
    for address in ("known1@grandval.example", "known2@grandval.example"):
        browser = Browser().sign_in(host.user)
        given = {"email": address, "roles": ["agent"]}
        answer = browser.submit(page_of(host.body, "inviter/"), given, follow=True)
        pages.append((answer.status_code, text_of(answer).replace(address, "")[:400]))
        Invitation.objects.all().delete()
    assert pages[0] == pages[1]


def test_a_mailbox_gets_few_mails_an_hour_whatever_asks_for_them() -> None:
    bodies = [make_body() for _ in range(10)]
    for number, body in enumerate(bodies):
        joining.ask_from_outside(body, **{**ASKED, "email": f"Ada+{number}@grandval.example", "roles": ["agent"]})
    assert AccountMail.objects.count() == 6


def test_a_broken_mail_server_loses_nothing_and_fails_no_page(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **options: Any) -> None:
        raise ConnectionRefusedError

    body = make_body()
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", broken)
        asks(body)
        assert received(ASKED["email"]) == []
        assert waiting_mails() == 1
    with clock.at(clock.now() + dt.timedelta(minutes=30)):
        assert len(received(ASKED["email"])) == 1
        assert len(received(ASKED["email"])) == 1
    assert AccountMail.objects.get().text == ""  # the link is not kept once it has left
