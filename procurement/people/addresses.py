"""Electronic addresses: which are the same box, which are not professional, which we vouch for."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from procurement.models import User

# Providers whose addresses anybody may open. Small town halls do use them: such a request is told apart, not refused.
CONSUMER = frozenset(
    "aliceadsl.fr aol.com bbox.fr club-internet.fr free.fr gmail.com gmx.com gmx.fr googlemail.com hotmail.com "
    "hotmail.fr icloud.com laposte.net live.com live.fr mac.com mail.com me.com msn.com neuf.fr numericable.fr "
    "orange.fr outlook.com outlook.fr proton.me protonmail.com sfr.fr wanadoo.fr yahoo.com yahoo.fr yandex.com "
    "ymail.com zoho.com".split()
)


def typed_address(text: str) -> str:
    """An address as it is kept: without spaces around, in lower case."""
    return text.strip().lower()


def mailbox(address: str) -> str:
    """What two spellings of one mailbox share: case, compatible characters and `+tag` do not count (F26)."""
    local, _, domain = unicodedata.normalize("NFKC", typed_address(address)).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"[:254]


def is_consumer(address: str) -> bool:
    """True for an address of a provider open to anybody."""
    return typed_address(address).rpartition("@")[2] in CONSUMER


def vouch(user: User) -> None:
    """Say that the address of this account is known to be theirs: they sign in without confirming it.

    For accounts opened by a steward, a command, the demonstration, or through a link sent to the address itself.
    Side effects: rows of allauth's EmailAddress; the user's other addresses are forgotten.
    """
    addresses = apps.get_model("account", "EmailAddress")
    addresses.objects.filter(user=user).exclude(email=user.email).delete()
    addresses.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
