"""A PDF on standard input, what it is signed with on standard output, as JSON. A program of its own.

It runs apart because the file comes from outside: one that hangs or eats memory harms nothing. Nothing is fetched:
a certificate is trusted only if it leads to one of the roots the operator keeps in a folder (first argument).
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


def describe(content: bytes, trusted: list[Any]) -> dict[str, Any]:
    """What the worker answers: pages, whether any page holds text, encrypted or not, one entry per signature."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # idem

    reader = PdfFileReader(io.BytesIO(content), strict=False)
    if reader.encrypted:
        return {"encrypted": True, "pages": 0, "text": False, "signatures": []}
    pages = int(reader.root["/Pages"]["/Count"])
    found = [_signature(embedded, trusted) for embedded in reader.embedded_regular_signatures]
    return {"encrypted": False, "pages": pages, "text": _holds_text(reader, pages), "signatures": found}


def _holds_text(reader: Any, pages: int) -> bool:
    """True when one of the first pages names a font: a scan holds pictures only."""
    for number in range(min(pages, 5)):
        page = reader.find_page_for_modification(number)[0].get_object()
        while "/Resources" not in page and "/Parent" in page:  # a page may inherit them
            page = page["/Parent"]
        if "/Resources" in page and "/Font" in page["/Resources"]:
            return True
    return False


def _signature(embedded: Any, trusted: list[Any]) -> dict[str, Any]:
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature  # idem
    from pyhanko_certvalidator import ValidationContext  # idem

    context = ValidationContext(trust_roots=trusted, allow_fetching=False)
    try:
        status = validate_pdf_signature(embedded, context)
    except Exception as error:  # whatever a hostile signature makes the library raise, it is one more unreadable one
        return {"signer": "", "organisation": "", "at": "", "stamped": False, "problem": type(error).__name__}
    subject = status.signing_cert.subject.native
    stamp = status.timestamp_validity
    at = stamp.timestamp if stamp is not None and stamp.valid else status.signer_reported_dt
    return {
        "signer": str(subject.get("common_name", "")),
        "organisation": str(subject.get("organization_name", "")),
        "at": at.isoformat() if at else "",
        "stamped": bool(stamp is not None and stamp.valid),
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
    try:
        found = describe(sys.stdin.buffer.read(), roots(sys.argv[1] if len(sys.argv) > 1 else ""))
    except BaseException as error:  # a full memory may raise anything
        print(type(error).__name__, file=sys.stderr)
        return 1
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
