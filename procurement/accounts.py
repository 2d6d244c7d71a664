"""What we change in allauth: limits on attempts, links built from BASE_URL, mails that are queued, places to go."""

from __future__ import annotations

import ipaddress
import unicodedata
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordForm
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from procurement.access import actor_for
from procurement.models import User
from procurement.people.addresses import mailbox
from procurement.people.mail import queue_mail


def own_path(address: str) -> bool:
    """True for a path of this site: `/…`, never `//…`, a scheme, a backslash or a control character (A10)."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)


def whole_address(path: str) -> str:
    """A link for a mail: never built from the Host header (F16)."""
    return settings.BASE_URL + path


def limited(request: HttpRequest, action: str, key: str = "") -> None:
    """Count one attempt at `action` (a key of ACCOUNT_RATE_LIMITS); over the limit the answer is 429 and no more.

    Whatever the method: some doors are opened by following a link.
    """
    if not _consume(request, action, key or None, limit_get=True):
        raise ImmediateHttpResponse(ratelimit.respond_429(request))


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by `procurement/people`, once an address is confirmed; allauth does the rest."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Not through allauth's own form, which would make an account before its address is confirmed."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only paths of this site."""
        return own_path(url)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The dashboard; whoever is waiting to be accepted sees where their request stands."""
        return reverse("dashboard" if actor_for(request.user).is_member else "join_status")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """The page of one's account."""
        return reverse("my_account")

    def get_client_ip(self, request: HttpRequest) -> str:
        """That of the connection, or the one said by the proxies the operator vouches for (TRUSTED_PROXIES)."""
        try:
            found = get_client_ip(request)
        except ImproperlyConfigured:  # a request that did not come through all the proxies
            found = None
        return found or request.META.get("REMOTE_ADDR") or str(ipaddress.IPv4Address(0))

    # Attempts to sign in (A1) -----------------------------------------------------------------------------------------
    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count an attempt before the password is looked at; over the limits the answer is 429.

        Ten failures on an account close it to whoever has failed on it, from any address; an address that has not yet
        failed keeps one try, so that the owner elsewhere gets in and a crowd of addresses gains one try each.
        """
        account = _account_key(credentials)
        pair = f"{account}|{self.get_client_ip(request)}"
        failed_here = not ratelimit.consume(request, action="login_failed_before", key=pair, dry_run=True)
        spent = not ratelimit.consume(request, action="login_failed_account", key=account, dry_run=True)
        usage = None if spent and failed_here else _consume(request, "login_failed", pair)
        if usage is None:
            raise ImmediateHttpResponse(ratelimit.respond_429(request))
        self._login_failed_rl_usage = usage

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Remember who failed, on which account."""
        account = _account_key(credentials)
        ratelimit.consume(request, action="login_failed_account", key=account)
        ratelimit.consume(request, action="login_failed_before", key=f"{account}|{self.get_client_ip(request)}")

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """A password just reset opens the account again."""
        account = _account_key(credentials)
        ratelimit.clear(request, action="login_failed_account", key=account)
        pair = f"{account}|{self.get_client_ip(request)}"
        ratelimit.clear(request, action="login_failed_before", key=pair)

    def logout(self, request: HttpRequest) -> None:
        """Leave on every device (A3)."""
        if isinstance(request.user, User):
            request.user.end_sessions()
        super().logout(request)

    # Mails ------------------------------------------------------------------------------------------------------------
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queued, like every message: a page waits for no mail server."""
        queue_mail(template_prefix, email, context)

    def send_password_reset_mail(self, user: AbstractBaseUser, email: str, context: dict[str, Any]) -> None:
        """To the address we keep, whatever look-alike was typed (F17)."""
        assert isinstance(user, User)
        self.send_mail("account/email/password_reset_key", user.email, context)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of the mail."""
        uid, _, token = key.partition("-")
        return whole_address(reverse("account_reset_password_from_key", args=[uid, token]))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The link of the mail."""
        return whole_address(reverse("account_confirm_email", args=[emailconfirmation.key]))


def _account_key(credentials: dict[str, Any]) -> str:
    typed = str(credentials.get("email") or credentials.get("username") or "")
    return unicodedata.normalize("NFKC", typed).strip().lower()


def _consume(request: HttpRequest, action: str, key: str | None, *, limit_get: bool = False) -> Any:
    """allauth's own count, which gives back what to undo when the password is right."""
    return ratelimit._impl.consume(request, app="allauth.account", action=action, key=key, limit_get=limit_get)


class ResetForm(ResetPasswordForm):
    """Asking for a new password: at most three mails an hour to one mailbox, whatever its spelling (A9)."""

    def clean_email(self) -> str:
        """Without the spaces that would make it another address."""
        email: str = super().clean_email()
        return email.strip()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Queue the link, for an account that exists; the answer says nothing of it."""
        limited(request, "reset_mailbox", mailbox(self.cleaned_data["email"]))
        saved: str = super().save(request, **kwargs)
        return saved
