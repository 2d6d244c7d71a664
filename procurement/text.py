"""Text made comparable: what is typed in a search box meets what is stored."""

import re
import unicodedata
from collections.abc import Mapping

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_ACCENTS = re.compile(r"[\u0300-\u036f]+")
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")


LONGEST_QUERY = 100  # characters kept of a search box


def typed(params: Mapping[str, str], name: str) -> str:
    """What somebody typed in a search box, read from the address: trimmed, cut, without what a database refuses."""
    return params.get(name, "").replace("\x00", "").strip()[:LONGEST_QUERY]


def fold(text: str) -> str:
    """Lower case, no accents, ligatures spelt out, anything but letters and digits a single space."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES)))
    return _BETWEEN_WORDS.sub(" ", bare).strip()
