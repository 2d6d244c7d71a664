"""What a returned file holds, as plain values. Reading it happens in a child process with limits."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from procurement import clock

PATIENCE_SECONDS = 60  # of waiting, on a busy machine


def too_big() -> str:
    """What is said of a file above the limit."""
    most = settings.LARGEST_COPY_BYTES // 2**20
    return f"Ce fichier dépasse {most} Mio : numérisez-le moins finement, ou en noir et blanc."


class Unreadable(Exception):
    """The file is not one that can be kept; the message is one French line with the way out."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One electronic signature. `trusted`: leads to an authority the operator chose to trust."""

    signer: str
    organisation: str
    at: dt.datetime | None  # of the time stamp when there is one, else what the signer's machine said
    stamped: bool
    stamp_trusted: bool  # by an authority that the operator trusts; else the date is not established
    intact: bool
    trusted: bool
    whole: bool
    changed_since: bool
    problem: str

    @property
    def verdict(self) -> str:
        """One French sentence on its validity."""
        if self.problem:
            return "Signature illisible."
        if not self.intact:
            return "Signature invalide\u00a0: le contenu signé a été modifié."
        if self.changed_since:
            return "Signature intacte, mais le document a été modifié après elle."
        trust = "certificat reconnu" if self.trusted else "certificat d'une autorité que le site ne connaît pas"
        return f"Signature intacte, {trust}."

    @property
    def clock(self) -> str:
        """Who says the time."""
        if not self.stamped:
            return "selon le poste du signataire"
        return "horodatage" if self.stamp_trusted else "horodatage non vérifié"

    @property
    def day(self) -> dt.date | None:
        """The day of the signature, in Paris."""
        return self.at.astimezone(clock.PARIS).date() if self.at else None


@dataclass(frozen=True, slots=True)
class Inspection:
    """A PDF that could be read."""

    pages: int
    scan: bool  # every page is a picture
    altered: str  # what of the issue that the file continues was changed, in a few French words
    found: tuple[dict[str, Any], ...]  # one per signature, as the worker gave it: what is stored


def inspect(content: bytes, *, issued: int = 0) -> Inspection:
    """What the file holds; `issued`: how many of its first bytes are those of an issue that it continues.

    Raises Unreadable: too big, not a PDF, opens with a password only, damaged.
    """
    if len(content) > settings.LARGEST_COPY_BYTES:
        raise Unreadable(too_big())
    if not content.startswith(b"%PDF-"):
        raise Unreadable("Ce fichier n'est pas un PDF : enregistrez-le, ou numérisez-le, au format PDF.")
    found = _ask(content, issued)
    if found["encrypted"]:
        raise Unreadable("Ce PDF est protégé par un mot de passe : déposez-le sans protection.")
    return Inspection(found["pages"], found["scan"], found["altered"], tuple(found["signatures"]))


def _ask(content: bytes, issued: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "documents.signatures.worker", settings.TRUSTED_CERTIFICATES, str(issued)]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=PATIENCE_SECONDS, cwd=settings.ROOT, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("Ce PDF n'a pas pu être lu dans le temps permis : imprimez-le en PDF simple.") from None
    if done.returncode:
        raise Unreadable("Ce PDF est abîmé et ne peut pas être lu : enregistrez-le de nouveau.")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def signature_of(item: dict[str, Any]) -> Signature:
    """A signature as it was stored; what is missing is taken as not established."""
    return Signature(
        signer=item.get("signer", ""),
        organisation=item.get("organisation", ""),
        at=dt.datetime.fromisoformat(item["at"]) if item.get("at") else None,
        stamped=item.get("stamped", False),
        stamp_trusted=item.get("stamp_trusted", False),
        intact=item.get("intact", False),
        trusted=item.get("trusted", False),
        whole=item.get("whole", False),
        changed_since=item.get("changed_since", False),
        problem=item.get("problem", ""),
    )
