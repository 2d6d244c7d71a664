"""Refuses the passwords that a French speaker tries first: the common words, names and runs of a keyboard."""

from __future__ import annotations

import functools
import re

from django.conf import settings
from django.core.exceptions import ValidationError

from procurement.text import fold

MOST_WORDS = 2  # of the list, that is; three of them, or one that is not in it, is a pass phrase
_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})


@functools.cache
def common_words() -> frozenset[str]:
    """The list shipped with the product, folded: one word a line."""
    path = settings.ROOT / "procurement" / "data" / "common_passwords_fr.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(fold(line).replace(" ", "") for line in lines if line and not line.startswith("#"))


def is_common(password: str) -> bool:
    """True when nothing remains of it but one or two words of the list, digits, signs and repetitions."""
    plain = password[:1_000].lower()
    core = re.sub(r"^[^a-z@$]+|[^a-z@$]+$", "", plain)  # a year and a sign at the end are no letters in disguise
    candidates = {fold(text) for text in (plain, plain.translate(_LEET), core.translate(_LEET))}
    return any(_made_of_common(re.sub(r"[^a-z]", "", text)) for text in candidates)


def _made_of_common(letters: str) -> bool:
    if len(set(letters)) <= 2:
        return True
    words = common_words()
    longest = max(map(len, words))
    # best[i]: the smallest set of distinct words that spell the first i letters
    best: list[frozenset[str] | None] = [frozenset()] + [None] * len(letters)
    for end in range(1, min(len(letters), 200) + 1):
        for start in range(max(0, end - longest), end):
            before, word = best[start], letters[start:end]
            if before is not None and word in words:
                found = before | {word}
                current = best[end]
                if current is None or len(found) < len(current):
                    best[end] = found
    last = best[len(letters)] if len(letters) <= 200 else None
    return last is not None and len(last) <= MOST_WORDS


class FrenchPasswordValidator:
    """One of AUTH_PASSWORD_VALIDATORS (A8)."""

    def validate(self, password: str, user: object = None) -> None:
        """Refuse in a sentence that says what to do."""
        if is_common(password):
            raise ValidationError(
                "Ce mot de passe est de ceux qu'on essaie en premier. Prenez plutôt quatre mots sans lien entre eux.",
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        """Shown under the field."""
        return "Quatre mots sans lien entre eux font un bon mot de passe ; « motdepasse2026 » n'en est pas un."
