"""A PDF on standard input, what it is and what it is signed with on standard output, as JSON. A program of its own.

It runs apart because the file comes from outside: one that hangs or eats memory harms nothing. Nothing is fetched:
a certificate is trusted only if it leads to one of the roots the operator keeps in a folder (first argument). The
second argument is how many of the first bytes were issued by this site, 0 when they are not its.
"""

from __future__ import annotations

import io
import json
import logging
import resource
import sys
from pathlib import Path
from typing import Any

MEMORY_BYTES = 1024**3
SECONDS = 20  # of processor


def roots(folder: str) -> list[Any]:
    """The certificates (PEM or DER) of the operator's folder; none when there is no folder."""
    from pyhanko.keys import load_cert_from_pemder  # after the memory limit is set

    files = sorted(Path(folder).iterdir()) if folder else []
    read: Any = load_cert_from_pemder  # the library gives it no types
    return [read(str(file)) for file in files if file.suffix in (".pem", ".crt", ".cer", ".der")]


def describe(content: bytes, trusted: list[Any], issued: int = 0) -> dict[str, Any]:
    """What the worker answers: `encrypted` for what opens with a password only; pages, whether they are pictures,
    what of the issued beginning was altered, one entry per signature."""
    import pikepdf  # idem

    from documents.signatures.continuation import difference  # idem
    from documents.signatures.drawn import is_scan  # idem

    try:
        opened = pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError:
        return {"encrypted": True, "pages": 0, "scan": False, "altered": "", "signatures": []}
    pages = [page.obj for page in opened.pages]
    return {
        "encrypted": False,
        "pages": len(pages),
        "scan": not issued and is_scan(pages),
        "altered": difference(content[:issued], content) if issued else "",
        "signatures": [_signature(embedded, trusted, content) for embedded in _embedded(content)],
    }


def _embedded(content: bytes) -> list[Any]:
    from pyhanko.pdf_utils.reader import PdfFileReader  # idem

    reader = PdfFileReader(io.BytesIO(content), strict=False)
    if reader.encrypted:
        reader.decrypt(b"")  # many scanners protect a file with the password of its owner only: anybody may read it
    return list(reader.embedded_regular_signatures)


def _policy(embedded: Any, content: bytes) -> Any:
    """How what follows a signature is judged: as what follows an issue is. The library's own way reads every object
    again for each signature, for minutes in a long convention."""
    from pyhanko.sign.diff_analysis import DiffPolicy, DiffResult, ModificationLevel, SuspiciousModification  # idem

    from documents.signatures.continuation import difference  # idem

    class Since(DiffPolicy):
        def review_file(self, *_: Any, **__: Any) -> Any:
            _, _, start, length = embedded.byte_range
            found = difference(content[: int(start) + int(length)], content)
            return SuspiciousModification(found) if found else DiffResult(ModificationLevel.FORM_FILLING, set())

    return Since()


def _signature(embedded: Any, trusted: list[Any], content: bytes) -> dict[str, Any]:
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature  # idem
    from pyhanko_certvalidator import ValidationContext  # idem

    context = ValidationContext(trust_roots=trusted, allow_fetching=False)
    try:
        status = validate_pdf_signature(embedded, context, diff_policy=_policy(embedded, content))
    except Exception as error:  # whatever a hostile signature makes the library raise, it is one more unreadable one
        return {"signer": "", "organisation": "", "at": "", "stamped": False, "problem": type(error).__name__}
    subject = status.signing_cert.subject.native
    stamp = status.timestamp_validity if status.timestamp_validity and status.timestamp_validity.valid else None
    at = stamp.timestamp if stamp else status.signer_reported_dt
    return {
        "signer": str(subject.get("common_name", "")),
        "organisation": str(subject.get("organization_name", "")),
        "at": at.isoformat() if at else "",
        "stamped": stamp is not None,
        "stamp_trusted": bool(stamp and stamp.trusted),
        "intact": bool(status.intact and status.valid),
        "trusted": bool(status.trusted),
        "whole": status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        "changed_since": bool(status.modification_level and status.modification_level.name == "OTHER"),
        "problem": "",
    }


def main() -> int:
    """Exit status 0 with one line of JSON; 1 when the file is no PDF that can be read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    logging.disable(logging.CRITICAL)  # the library logs each certificate it cannot trust
    folder, issued = sys.argv[1:3]
    try:
        found = describe(sys.stdin.buffer.read(), roots(folder), int(issued))
    except BaseException as error:  # a full memory may raise anything
        print(type(error).__name__, file=sys.stderr)
        return 1
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
