"""The Common Procurement Vocabulary: 9,454 codes, looked up (the check digit follows no formula for 532 of them)."""

import csv
import functools
import gzip
import io
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "data" / "cpv.csv.gz"


@functools.cache
def labels() -> dict[str, str]:
    """French label by eight-digit code."""
    with gzip.open(FILE, "rb") as raw:
        return {row["code8"]: row["label_fr"] for row in csv.DictReader(io.TextIOWrapper(raw, "utf-8"))}


def normalise(code: str) -> str:
    """The eight digits of a code written with or without its check digit; ValueError if there is no such code."""
    digits = code.strip().partition("-")[0]
    if digits not in labels():
        raise ValueError(
            f"« {code} » n'est pas un code CPV : cherchez-le par un mot, par exemple « logiciels » (48000000)."
        )
    return digits


def label(code: str) -> str:
    """The French label, or an empty string for no code."""
    return labels().get(code, "")
