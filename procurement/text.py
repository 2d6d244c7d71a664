"""Text made comparable: what is typed in a search box meets what is stored."""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_ACCENTS = re.compile(r"[\u0300-\u036f]+")
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Lower case, no accents, ligatures spelt out, anything but letters and digits a single space."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES)))
    return _BETWEEN_WORDS.sub(" ", bare).strip()
