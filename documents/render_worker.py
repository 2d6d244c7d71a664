"""HTML on standard input, PDF on standard output. A program of its own, and the only importer of WeasyPrint.

It runs apart so that a page which hangs or eats memory harms nothing (measured: `colspan=1000000` never ends), and it
knows nothing of Django, of the database or of the network: what it may read is the dictionary `ASSETS` below.
The same input gives the same bytes in any process: no clock, no system font, no hash order.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import html as markup
import io
import logging
import os
import re
import resource
import sys
import tempfile
import unicodedata
import warnings
from pathlib import Path
from typing import Any

FONTS = Path(__file__).resolve().parent.parent / "procurement" / "static" / "cordee" / "fonts"
BASE_URL = "https://assets.invalid/"  # .invalid never resolves, and custom schemes break urljoin
DRAWINGS = Path(__file__).resolve().parent / "assets"
TYPES = {".woff2": "font/woff2", ".svg": "image/svg+xml"}
ASSETS = {BASE_URL + file.name: file for file in sorted([*FONTS.glob("*.woff2"), *DRAWINGS.glob("*.svg")])}
SECONDS, MEBIBYTES = 30, 1024  # of processor, of memory, when the caller says nothing
# What people type and our fonts lack, in words of ASCII; anything else that is missing becomes a question mark.
SUBSTITUTES = {"→": "->", "←": "<-", "↔": "<->", "⇒": "=>", "≥": ">=", "≤": "<=", "≠": "=/=", "≈": "~"}
ATTACHMENT = re.compile(
    r'<meta name="attachment" title="([^"]*)" data-description="([^"]*)" data-day="([^"]*)" content="([^"]*)">'
)
SUBSTITUTES |= {
    "‐": "-",
    "‑": "-",
    "′": "'",
    "″": '"',
    "▪": "•",
    "▫": "-",
    "□": "[ ]",
    "Ω": "ohm",
    "\u2126": "ohm",
    "µ": "u",
    "μ": "u",
}
ACCENTED = re.compile(r"[^\W\d_][\u0300-\u036f]+")  # never a sign of the page itself, which an accent would change
SUBSTITUTES |= {"☐": "[ ]", "☑": "[x]", "☒": "[x]", "✓": "[x]", "✔": "[x]", "●": "•", "■": "•", "№": "n°", "‾": "-"}
UA_METADATA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of the PDF/UA standard</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def no_system_fonts(folder: Path) -> None:
    """Point fontconfig at an empty configuration: a missing glyph must never bring in a font of the machine."""
    config = folder / "fonts.conf"
    config.write_text(f"<fontconfig><cachedir>{folder}/cache</cachedir></fontconfig>", encoding="ascii")
    os.environ["FONTCONFIG_FILE"] = str(config)


def no_clock() -> None:
    """Each instance of a variable font is stamped with the hour it was cut, unless this variable says another one."""
    os.environ["SOURCE_DATE_EPOCH"] = "0"


def _codes(file: Path) -> set[int]:
    from fontTools.ttLib import TTFont  # after the memory limit is set

    return set(TTFont(file).getBestCmap())


@functools.cache
def _glyphs() -> frozenset[int]:
    serif, sans = (
        {code for file in FONTS.glob(f"{family}*.woff2") if "Italic" not in file.name for code in _codes(file)}
        for family in ("SourceSerif4", "AtkinsonHyperlegibleNext")
    )
    return frozenset(serif & sans | {0x0A, 0x202F})  # HarfBuzz draws U+202F as a narrower space


def printable(html: str) -> str:
    """Replace what the bundled fonts cannot draw, so that no page holds an empty box or a foreign font.

    What people paste from a word processor or a page: letters with a separate accent are composed, blanks of any width
    are spaces, marks without a drawing (soft hyphen, zero width) go, ligatures and old signs become their letters.
    """
    known = _glyphs()
    html = ACCENTED.sub(lambda found: unicodedata.normalize("NFC", found[0]), html)
    return "".join(char if ord(char) in known else _instead(char, known) for char in html)


def _instead(char: str, known: frozenset[int]) -> str:
    if char in SUBSTITUTES:
        return SUBSTITUTES[char]
    if unicodedata.category(char) in ("Cf", "Mn", "Me"):  # not drawn: formats, and accents left alone
        return ""
    plain = unicodedata.normalize("NFKC", char)
    if char.isspace() or plain.isspace():
        return " "
    return plain if all(ord(letter) in known for letter in plain) else "?"


def attached(html: str) -> tuple[str, list[tuple[str, str, dt.datetime, bytes]]]:
    """The page without the files that its head holds, and these: name, description, day, content in UTF-8.

    Only our own template can write such a line: in what users type, `<` and `"` are escaped.
    """
    files = []
    for found in ATTACHMENT.finditer(html):
        name, description, day, text = map(markup.unescape, found.groups())
        when = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), dt.UTC)
        files.append((name, description, when, text.encode("utf-8-sig")))
    return ATTACHMENT.sub("", html), files


def _reference(value: Any) -> int:
    return int(bytes(value).split()[0])


def finish(document: Any, pdf: Any) -> None:
    """Make a PDF/A-3a also a PDF/UA-1 (WeasyPrint 70 writes one of them) and give header cells their `/Scope`."""
    for element in pdf.objects:
        if not isinstance(element, dict) or element.get("S") != "/TH":
            continue
        row = pdf.objects[_reference(element["P"])]
        section = pdf.objects[_reference(row["P"])]
        element["A"]["Scope"] = "/Column" if section["S"] == "/THead" else "/Row"
    if "AF" in pdf.catalog:
        # WeasyPrint 70 lists each attachment twice.
        pdf.catalog["AF"] = type(pdf.catalog["AF"])(dict.fromkeys(pdf.catalog["AF"]))
    metadata = pdf.objects[_reference(pdf.catalog["Metadata"])]
    metadata.compress = False  # PDF/A archives read it without a PDF library
    metadata.stream = [part.replace(b"</rdf:RDF>", UA_METADATA + b"</rdf:RDF>") for part in metadata.stream]


def write_pdf(html: str) -> bytes:
    """Render `html`; any address that is not a bundled asset ends the program with its name."""
    from weasyprint import HTML, Attachment  # after fontconfig and the limits: the library reads them when imported
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # idem

    class Bundled(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if url not in ASSETS:
                raise ValueError(f"not a bundled asset: {url}")
            file = ASSETS[url]
            return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": TYPES[file.suffix]})

    fetcher = Bundled(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
    page, files = attached(html)
    document = HTML(string=printable(page), base_url=BASE_URL, url_fetcher=fetcher).render()
    attachments = [
        Attachment(
            file_obj=io.BytesIO(content),
            name=name,
            description=description,
            relationship="Data",
            created=day,
            modified=day,
        )
        for name, description, day, content in files
    ]
    pdf = document.write_pdf(finisher=finish, pdf_variant="pdf/a-3a", attachments=attachments)
    return bytes(pdf)


def main() -> int:
    """Exit status 0 with the PDF on standard output, or 1 with one line of reason on standard error."""
    given = [int(text) for text in sys.argv[1:3]]
    seconds, mebibytes = [*given, *(SECONDS, MEBIBYTES)[len(given) :]]
    resource.setrlimit(resource.RLIMIT_AS, (mebibytes * 2**20, mebibytes * 2**20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    warnings.filterwarnings("ignore", message="No fonts configured")  # on purpose: see no_system_fonts
    complaints = io.StringIO()
    logging.getLogger("weasyprint").addHandler(logging.StreamHandler(complaints))
    logging.getLogger("weasyprint").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="cordee-print-") as folder:
        no_system_fonts(Path(folder))
        no_clock()
        try:
            pdf = write_pdf(sys.stdin.buffer.read().decode())
        # Not `Exception`: FatalURLFetchingError derives from BaseException, and a full memory may raise anything.
        except BaseException as error:
            print(re.sub(r"\s+", " ", f"{type(error).__name__}: {error}")[:300], file=sys.stderr)
            return 1
    sys.stderr.write(complaints.getvalue())
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
