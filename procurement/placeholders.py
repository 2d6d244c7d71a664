"""Named blanks in a text that people write: {organisme}, {date}… No template engine ever sees such a text.

A blank is a word in single braces. What else stands in braces ({{ x }}, {% x %}, {0}) is text, and prints as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

BLANK = re.compile(r"(?<!\{)\{([^\W\d_][^{}]*)\}(?!\})")


def unknown(text: str, names: Collection[str]) -> list[str]:
    """The blanks of `text` that are not among `names`, once each, in order: what a form refuses."""
    return [name for name in dict.fromkeys(BLANK.findall(text)) if name not in names]


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with each known blank replaced, in one pass: a value that looks like a blank stays as it is."""
    return BLANK.sub(lambda found: values.get(found[1], found[0]), text)
