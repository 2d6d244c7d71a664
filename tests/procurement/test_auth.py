"""Getting in (quality.md, group A): attempts, what an answer tells, sessions, links, passwords, mails, redirections."""

from __future__ import annotations

import datetime as dt
import re
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import identify_hasher
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client

from procurement import clock
from procurement.accounts import own_path
from procurement.models import AccountMail, Membership, Role, User
from procurement.people.addresses import mailbox
from procurement.people.passwords import is_common
from tests.conftest import NIGHTLY
from tests.house.browser import Browser
from tests.makers import make_body, make_user, member
from tests.procurement.people import PASSWORD, link_in, page_of, received, text_of

pytestmark = pytest.mark.django_db
LOGIN, RESET = "/comptes/connexion/", "/comptes/mot-de-passe/oublie/"
OLD = "mot de passe"


def tries(address: str, password: str, ip: str = "192.0.2.1", **headers: str) -> Any:
    """One attempt to sign in."""
    return Client(REMOTE_ADDR=ip, headers=headers).post(LOGIN, {"login": address, "password": password})


# A1: attempts ---------------------------------------------------------------------------------------------------------
def test_ten_failures_close_an_account_to_the_address_that_failed_and_to_no_other() -> None:
    user = make_user()
    assert [tries(user.email, "faux").status_code for _ in range(12)] == [200] * 10 + [429] * 2
    assert tries(user.email, OLD).status_code == 429
    assert tries(user.email, OLD, ip="198.51.100.7").status_code == 302


def test_a_crowd_of_addresses_gets_ten_tries_and_one_each() -> None:
    user = make_user()
    for number in range(10):
        assert tries(user.email, "faux", ip=f"198.51.100.{number}").status_code == 200
    answers = [tries(user.email, "faux", ip="203.0.113.1").status_code for _ in range(3)]
    assert answers == [200, 429, 429]
    assert tries(user.email, "faux", ip="198.51.100.3").status_code == 429
    assert tries(user.email, OLD, ip="203.0.113.2").status_code == 302


def test_fifty_failures_close_the_door_to_an_address_whatever_the_account() -> None:
    answers = [tries(f"personne{number}@example.org", "faux").status_code for number in range(52)]
    assert answers == [200] * 50 + [429] * 2
    assert tries("encore@example.org", "faux", ip="198.51.100.7").status_code == 200


SPOOFS = ("x-forwarded-for", "x-real-ip", "forwarded", "client-ip", "true-client-ip", "x-client-ip")


@pytest.mark.parametrize("header", SPOOFS)
def test_a_forged_header_does_not_move_the_limit(header: str) -> None:
    user = make_user()
    for number in range(10):
        tries(user.email, "faux", **{header: f"203.0.113.{number}"})
    assert tries(user.email, OLD, **{header: "203.0.113.200"}).status_code == 429


def test_behind_the_proxies_one_vouches_for_the_last_address_they_saw_counts(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    user = make_user()
    for number in range(10):
        tries(user.email, "faux", ip="10.0.0.1", **{"x-forwarded-for": f"203.0.113.{number}, 198.51.100.9"})
    forged = {"x-forwarded-for": "203.0.113.99, 198.51.100.9"}
    assert tries(user.email, OLD, ip="10.0.0.1", **forged).status_code == 429
    assert tries(user.email, OLD, ip="10.0.0.1", **{"x-forwarded-for": "192.0.2.55"}).status_code == 302
    assert tries(user.email, OLD, ip="10.0.0.1").status_code == 302  # not through the proxy: the connection's own


@pytest.mark.parametrize("spelling", ["  {}", "{}  ", "upper"])
def test_another_spelling_of_the_address_is_the_same_account(spelling: str) -> None:
    user = make_user()
    for _ in range(10):
        tries(user.email, "faux")
    other = user.email.upper() if spelling == "upper" else spelling.format(user.email)
    assert tries(other, OLD).status_code == 429


def test_the_limit_is_over_after_a_quarter_of_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    user, real = make_user(), time.time
    for _ in range(11):
        tries(user.email, "faux")
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: real() + 901)
    assert tries(user.email, OLD).status_code == 302


def test_the_administration_site_has_no_door_of_its_own() -> None:
    assert Client().get("/admin/login/").status_code == 302
    assert Client().post("/admin/login/", {"username": "a", "password": "b"}).status_code in (302, 403)


# A2: the same answer --------------------------------------------------------------------------------------------------
def _login(address: str) -> Any:
    return tries(address, "faux et long")


def _reset(address: str) -> Any:
    return Client().post(RESET, {"email": address}, follow=True)


def _join(address: str) -> Any:
    body = make_body()
    form = {"first_name": "A", "last_name": "B", "email": address, "roles": "agent", "word": "DSI"}
    return Client().post(f"/rejoindre/{body.public_ref}/", form, follow=True)


def _invite(address: str) -> Any:
    host = member(make_body("Grandval"))
    form = {"email": address, "roles": "agent"}
    client = Client()
    client.force_login(host.user)
    return client.post(page_of(host.body, "inviter/"), form)


FORMS: dict[str, Callable[[str], Any]] = {"login": _login, "reset": _reset, "join": _join, "invite": _invite}
CASES = {"known": {}, "inactive": {"is_active": False}, "unknown": None}


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_does_not_tell_whether_an_address_has_an_account(form: str) -> None:
    answers = set()
    for number, (case, fields) in enumerate(CASES.items()):
        address = f"personne-{number}@example.org"
        if fields is not None:
            make_user(address, **fields)
        response = FORMS[form](address)
        shown = re.sub(r'value="[^"]*"', "", response.content.decode())
        answers.add((response.status_code, len(shown), len(response.content)))
        assert response.status_code in (200, 302), case
    assert len(answers) == 1
    waiting = AccountMail.objects.exclude(kind="x").count()
    assert waiting == {"login": 0, "reset": 3, "join": 3, "invite": 3}[form]


@pytest.mark.slow
@pytest.mark.parametrize("form", ["login", "reset", "join"])
def test_the_time_of_an_answer_does_not_tell_either(form: str, settings: Any) -> None:
    """Median gap of at most 20 ms over 200 answers each way, with the real hash of passwords."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    gap = abs(_gap(FORMS[form], 200))
    assert gap <= 0.020, f"{gap * 1000:.1f} ms"


def test_the_time_of_an_answer_in_small(settings: Any) -> None:
    """Eight each way: enough to see a hash that is made for known addresses only (some 50 ms)."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    assert abs(_gap(_login, 8)) <= (0.020 if NIGHTLY else 0.060)


def _gap(ask: Callable[[str], Any], times: int) -> float:
    """Difference of the medians, in seconds: known minus unknown, taken in turn so that both meet the same noise."""
    taken: dict[bool, list[float]] = {True: [], False: []}
    for number in range(times):
        make_user(f"connu{number}@example.org")
        for known in (True, False):
            start = time.perf_counter()
            ask(f"{'connu' if known else 'autre'}{number}@example.org")
            taken[known].append(time.perf_counter() - start)
    return statistics.median(taken[True]) - statistics.median(taken[False])


# A3: sessions ---------------------------------------------------------------------------------------------------------
def signs_in(user: User, password: str = OLD) -> Browser:
    browser = Browser()
    browser.get("/")
    assert browser.submit(LOGIN, {"login": user.email, "password": password}).status_code == 302
    return browser


def inside(browser: Client) -> bool:
    return browser.get("/comptes/").status_code == 200


def key(browser: Client) -> str:
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def test_signing_in_gives_another_session_key_and_a_planted_one_is_worth_nothing() -> None:
    user, planted = make_user(), Browser()
    session = planted.session
    session["planted"] = True
    session.save()
    before = key(planted)
    planted.submit(LOGIN, {"login": user.email, "password": OLD})
    assert inside(planted)
    assert key(planted) != before
    assert not Session.objects.filter(session_key=before).exists()


def test_signing_out_closes_the_other_sessions_too() -> None:
    user = make_user()
    here, there = signs_in(user), signs_in(user)
    assert inside(there)
    here.submit("/comptes/deconnexion/")
    assert not inside(here)
    assert not inside(there)
    assert inside(signs_in(user))


def test_a_new_password_closes_the_other_sessions_and_leaves_this_one() -> None:
    user = make_user()
    here, there = signs_in(user), signs_in(user)
    given = {"oldpassword": OLD, "password1": PASSWORD, "password2": PASSWORD}
    assert here.submit("/comptes/mot-de-passe/", given).status_code == 302
    assert inside(here)
    assert not inside(there)
    assert inside(signs_in(user, PASSWORD))


def test_a_password_chosen_by_a_link_closes_every_session() -> None:
    user = make_user()
    there = signs_in(user)
    resets(user)
    assert not inside(there)


def test_an_account_made_inactive_dies_on_its_next_request() -> None:
    user = make_user()
    browser = signs_in(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not inside(browser)
    assert tries(user.email, OLD).url == "/comptes/inactif/"


def test_rights_that_change_give_the_session_another_key_and_leave_it_open() -> None:
    user = make_user()
    browser = signs_in(user)
    before = key(browser)
    assert inside(browser)
    assert key(browser) == before
    Membership.objects.create(user=user, body=make_body(), role=Role.AGENT)
    assert browser.get("/tableau-de-bord/").status_code == 200
    assert key(browser) != before
    assert not Session.objects.filter(session_key=before).exists()
    after = key(browser)
    assert inside(browser)
    assert key(browser) == after


# A7: links to choose a password ---------------------------------------------------------------------------------------
def asks_reset(user: User) -> str:
    Client().post(RESET, {"email": user.email})
    return link_in(received(user.email)[-1])


def opens(link: str) -> tuple[Browser, Any]:
    browser = Browser()
    return browser, browser.get(link, follow=True)


def works(link: str) -> bool:
    return "ne vaut plus" not in text_of(opens(link)[1])


def resets(user: User, link: str = "") -> None:
    browser, page = opens(link or asks_reset(user))
    form = browser.submit(page.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    assert form.status_code == 302


@pytest.mark.parametrize("why", ["used", "an hour", "e-mail", "password", "forged", "another's"])
def test_a_link_to_choose_a_password_stops_serving(why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user()
    link = asks_reset(user)
    assert works(link)
    if why == "used":
        resets(user, link)
    elif why == "an hour":
        later = dt.datetime.now() + dt.timedelta(seconds=3_601)  # noqa: DTZ005  # Django's own clock is naive here
        monkeypatch.setattr("django.contrib.auth.tokens.PasswordResetTokenGenerator._now", lambda self: later)
    elif why == "e-mail":
        user.email = "nouvelle@example.org"
        user.save()
        EmailAddress.objects.filter(user=user).update(email=user.email)
    elif why == "password":
        user.set_password("un autre encore plus long")
        user.save()
    elif why == "forged":
        link = link[:-3] + "aa/"
    else:
        other = make_user()
        link = re.sub(r"nouveau/\w+-", f"nouveau/{other.pk:x}-", link)
    assert not works(link)


def test_a_look_alike_address_gets_nothing_of_the_account(mailoutbox: list[Any]) -> None:
    user = make_user("mike@example.org")
    for look_alike in ("m\u0131ke@example.org", "mike@ex\u0430mple.org", "mike@example.org\u200b"):
        Client().post(RESET, {"email": look_alike})
    assert received(user.email) == []
    assert not any("/mot-de-passe/nouveau/" in mail.body for mail in mailoutbox)
    Client().post(RESET, {"email": " MIKE@example.org "})
    assert [mail.to for mail in mailoutbox + received(user.email) if "/nouveau/" in mail.body][:1] == [[user.email]]


HOSTS = ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "testserver@evil.example", "evil.example#x", "")


@pytest.mark.parametrize("host", HOSTS)
def test_a_forged_host_is_refused(host: str) -> None:
    user = make_user()
    response = Client().post(RESET, {"email": user.email}, headers={"host": host or "[::evil]"})
    assert response.status_code == 400
    assert not AccountMail.objects.exists()


@pytest.mark.parametrize("header", ["x-forwarded-host", "x-forwarded-server", "x-host", "forwarded"])
def test_links_of_mails_come_from_base_url_alone(header: str) -> None:
    user = make_user()
    Client().post(RESET, {"email": user.email}, headers={header: "evil.example", "host": "localhost"})
    body = received(user.email)[0].body
    assert "evil.example" not in body
    assert set(re.findall(r"https?://[^/\s]+", body)) == {settings.BASE_URL}


# A8: passwords --------------------------------------------------------------------------------------------------------
WEAK = (
    "azertyuiop12 motdepasse2026 bonjour12345 M@rseille-2026! Nicolas&Julie38 mairie-mairie-1 123456789012 "
    "aaaaaaaaaaaaaaa abcabcabcabc12 olympiquedemarseille password12345 mairiegrenoble38 jetaimemonamour "
    "qwertyuiop!! Soleil2026!!! AZERTYazerty1"
).split()
STRONG = ("quatre chevaux agrafent un nuage", "tr4verse-le-guidon", "é" * 3 + "palissandre-ventouse", "x7!Kq" * 13)


@pytest.mark.parametrize("password", WEAK)
def test_what_a_french_speaker_tries_first_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, make_user())


@pytest.mark.parametrize("password", [*STRONG, "ventouse palissandre " * 12])
def test_long_and_unrelated_words_are_taken_up_to_hundreds_of_characters(password: str) -> None:
    validate_password(password, make_user())
    user = make_user()
    given = {"oldpassword": OLD, "password1": password, "password2": password}
    assert signs_in(user).submit("/comptes/mot-de-passe/", given).status_code == 302
    assert tries(user.email, password).status_code == 302


def test_a_very_long_password_is_judged_in_no_time() -> None:
    start = time.perf_counter()
    for text in ("a" * 100_000, "azerty" * 20_000, "motdepasse" * 10_000):
        is_common(text)
    assert time.perf_counter() - start < 1


def test_eleven_characters_are_too_few_and_argon2_keeps_them() -> None:
    with pytest.raises(ValidationError):
        validate_password("xK7!vZ2#qPw")
    from procurement import settings as ours

    assert ours.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_a_password_is_kept_with_argon2(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert identify_hasher(make_user().password).algorithm == "argon2"


def test_pasting_is_allowed_and_managers_are_told_what_a_field_is() -> None:
    page = Client().get(LOGIN).content.decode()
    assert "onpaste" not in page
    assert 'autocomplete="current-password"' in page
    assert 'autocomplete="email"' in page or 'autocomplete="username"' in page


# A9: mails ------------------------------------------------------------------------------------------------------------
SAME = ("ada@example.org", " ada@example.org", "ADA@example.org", "ada+1@example.org", "ada+2@EXAMPLE.org")


def test_three_mails_an_hour_to_one_mailbox_whatever_its_spelling() -> None:
    make_user("ada@example.org")
    answers = [Client(REMOTE_ADDR=f"192.0.2.{n}").post(RESET, {"email": SAME[n % 5]}).status_code for n in range(8)]
    assert answers == [302] * 3 + [429] * 5
    assert AccountMail.objects.count() == 3
    assert {mailbox(address) for address in SAME} == {"ada@example.org"}


def test_ten_mails_an_hour_from_one_address() -> None:
    answers = [Client().post(RESET, {"email": f"p{number}@example.org"}).status_code for number in range(12)]
    assert answers == [302] * 10 + [429] * 2


def test_the_form_to_join_is_no_way_round() -> None:
    body = make_body()
    form = {"first_name": "A", "last_name": "B", "roles": "agent", "word": "DSI"}
    answers = []
    for number in range(5):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        given = {**form, "email": f"ada+{number}@example.org"}
        answers.append(client.post(f"/rejoindre/{body.public_ref}/", given).status_code)
    assert answers == [302] * 3 + [429] * 2


# A10: redirections ----------------------------------------------------------------------------------------------------
AWAY = [
    *(
        "https://evil.example http://evil.example //evil.example ///evil.example ////evil.example /\\evil.example "
        "\\\\evil.example \\/evil.example /\\/evil.example http:evil.example http:/evil.example https:///evil.example "
        "javascript:alert(1) JaVaScRiPt:alert(1) data:text/html,x vbscript:x ftp://evil.example //evil.example/%2e%2e "
        "//testserver@evil.example http://testserver@evil.example http://testserver.evil.example //localhost "
        "http://localhost/ http://127.0.0.1:8000/ %2f%2fevil.example /%09/evil.example //%0d%0aevil.example ./x ?x ../x"
    ).split(),
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    " //evil.example",
    "\x00//evil.example",
]
ACTIONS = ("login", "logout", "switch", "login get")


@pytest.mark.parametrize("away", AWAY)
def test_next_never_leads_away(away: str) -> None:
    me = member()
    member(make_body(), user=me.user)
    for action in ACTIONS:
        response = _follow_next(action, me.user, away)
        place = response.get("Location", "/")
        assert own_path(place), (action, away, place)
        assert "evil" not in place.split("?")[0] or place.startswith("/%"), (action, away, place)


def _follow_next(action: str, user: User | None, away: str) -> Any:
    client = Client()
    assert user is not None
    if action == "login":
        return client.post(LOGIN, {"login": user.email, "password": OLD, "next": away})
    client.force_login(user)
    if action == "logout":
        return client.post("/comptes/deconnexion/", {"next": away})
    if action == "switch":
        return client.post("/agir-pour/", {"body": str(user.memberships.all()[0].body_id), "next": away})
    return client.get(LOGIN, {"next": away})


def test_a_path_of_the_site_is_followed() -> None:
    user = member().user
    assert user is not None
    assert _follow_next("login", user, "/besoins/?q=a").url == "/besoins/?q=a"


# Existing accounts ----------------------------------------------------------------------------------------------------
def test_accounts_opened_by_others_are_not_asked_to_confirm_their_address() -> None:
    user = make_user()
    assert tries(user.email, OLD).status_code == 302
    assert EmailAddress.objects.get(user=user).verified


def test_somebody_whose_address_is_not_confirmed_does_not_get_in() -> None:
    user = make_user()
    EmailAddress.objects.filter(user=user).update(verified=False)
    assert tries(user.email, OLD).url == "/comptes/adresse/envoye/"


def test_an_address_changes_once_the_new_one_is_confirmed() -> None:
    user = make_user("ancienne@example.org")
    browser = signs_in(user)
    asked = browser.submit("/comptes/adresse/", {"email": "nouvelle@example.org", "action_add": ""})
    browser.submit(asked.url, {"password": OLD}, to="/comptes/verification/")  # one's password again, then it goes on
    user.refresh_from_db()
    assert user.email == "ancienne@example.org"
    browser.submit(link_in(received("nouvelle@example.org")[-1]))
    user.refresh_from_db()
    assert user.email == "nouvelle@example.org"
    assert any("a changé" in mail.subject for mail in received("ancienne@example.org"))
    assert tries("ancienne@example.org", OLD).status_code == 200
    assert tries("nouvelle@example.org", OLD).status_code == 302
    assert clock.today()
