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
LARGEST_BYTES = 25 * 2**20
TOO_BIG = f"Ce fichier dépasse {LARGEST_BYTES // 2**20} Mio : numérisez-le moins finement, ou en noir et blanc."


class Unreadable(Exception):
    """The file is not one that can be kept; the message is one French line with the way out."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One electronic signature. `trusted`: leads to an authority the operator chose to trust."""

    signer: str
    organisation: str
    at: dt.datetime | None  # of the time stamp when there is one, else what the signer's machine said
    stamped: bool
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
    def day(self) -> dt.date | None:
        """The day of the signature, in Paris."""
        return self.at.astimezone(clock.PARIS).date() if self.at else None


@dataclass(frozen=True, slots=True)
class Inspection:
    """A PDF that could be read. `text` is False for a scan, whose pages are pictures."""

    pages: int
    text: bool
    found: tuple[dict[str, Any], ...]  # one per signature, as the worker gave it: what is stored


def inspect(content: bytes) -> Inspection:
    """What the file holds. Raises Unreadable: too big, not a PDF, protected by a password, damaged."""
    if len(content) > LARGEST_BYTES:
        raise Unreadable(TOO_BIG)
    if not content.startswith(b"%PDF-"):
        raise Unreadable("Ce fichier n'est pas un PDF : enregistrez-le, ou numérisez-le, au format PDF.")
    found = _ask(content)
    if found["encrypted"]:
        raise Unreadable("Ce PDF est protégé par un mot de passe : déposez-le sans protection.")
    return Inspection(found["pages"], found["text"], tuple(found["signatures"]))


def _ask(content: bytes) -> dict[str, Any]:
    command = [sys.executable, "-m", "documents.signatures.worker", settings.TRUSTED_CERTIFICATES]
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
        intact=item.get("intact", False),
        trusted=item.get("trusted", False),
        whole=item.get("whole", False),
        changed_since=item.get("changed_since", False),
        problem=item.get("problem", ""),
    )
