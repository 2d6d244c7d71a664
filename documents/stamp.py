"""What the margins of a document say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Stamp:
    """Reference, state, verification code, day of issue (the file's own date), draft or not."""

    reference: str
    state: str
    code: str
    day: dt.date
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A document as HTML, from which the PDF and the editable text are made; a workbook is made of the context."""

    html: str
    title: str
    stamp: Stamp
    context: dict[str, Any] = field(default_factory=dict)
