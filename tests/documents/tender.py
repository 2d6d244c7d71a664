"""A consultation that went to its end, and the words of a document as its PDF and its ODT say them."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from lxml import etree

from documents.catalogue import kind_of
from documents.contexts.subject import Award, Entry, Settlement, Subject, Tender
from documents.odt import render_odt
from documents.printing import context_of
from documents.render import render_page
from documents.stamp import Page, Stamp
from procurement import clock
from projects.dossier import Dossier
from tests.documents import makers, pdf

HOLDER, SIRET = "Atelier du Libre", "73282932000074"
APART = "DOCUMENT SUIVANT"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def tender(facts: Dossier, **changes: Any) -> Tender:
    """Open tender no. 1, one contract, notified and settled."""
    given = {
        "number": 1,
        "procedure": "open",
        "formal": True,
        "form": "Accord-cadre à bons de commande",
        "framework": True,
        "maximum_cents": 270_000_00,
        "need_cents": 270_000_00,
        "legality_control": True,
        "published_on": "2026-07-01",
        "offers_due": "15 septembre 2026 à 12 h 00 (heure de Paris)",
        "offers": 4,
        "committee_on": "2026-10-05",
        "decided_on": "2026-10-05",
        "letters_on": "2026-10-06",
        "standstill_ends": "2026-10-17",
        "notified_on": "2026-10-27",
        "awards": (
            Award(
                1,
                facts.parties[0].siren,
                HOLDER,
                SIRET,
                123_456_78,
                "2026-10-19",
                "2026-10-22",
                "038-AR-1",
                "2026-10-27",
            ),
        ),
        "settlements": tuple(Settlement(party.siren, 41_000_00, "2028-11-30") for party in facts.parties if party.buys),
        "software": "Registre 1.0",
        "licence": "EUPL-1.2",
        "repository": "https://forge.example/registre",
        "archive": "swh:1:rel:0123",
        "released_on": "2028-06-01",
        "maintenance": HOLDER,
    }
    return Tender(**{**given, **changes})


def entry(facts: Dossier, kind: str = "joining", **changes: Any) -> Entry:
    """Amendment no. 2: Valmont joins (or the last party leaves)."""
    shares = tuple((party.siren, 40_000_00) for party in facts.parties)
    given = {
        "number": 2,
        "kind": kind,
        "siren": "000001248",
        "name": "Valmont",
        "effective_on": "2027-01-01",
        "reason": "délibération du 3 décembre",
        "rule": "Clé appliquée comme s'il avait été là",
        "fee_cents": 18_332_41,
        "refunds": ((facts.parties[0].siren, 18_332_41),),
        "shares": (*shares, ("000001248", 18_332_41)),
        "act_number": "2026-99",
        "act_date": "2026-12-03",
    }
    return Entry(**{**given, **changes})


def printed(facts: Dossier, code: str, *, siren: str = "", **subject: Any) -> Page:
    """An issue whose subject holds more than the dossier."""
    kind = kind_of(code, facts.route)
    stamp = Stamp(f"{facts.reference}/{kind.prefix}-v1", "Émis le 04/05/2026", "0123456789abcdef", clock.today())
    whole: Subject = dataclasses.replace(makers.subject(facts, code, siren), **subject)
    return render_page(kind, context_of(kind, whole), stamp)


def of_pdf(page: Page) -> str:
    """The words of the PDF, margins left out: `pdftotext` reads them between two halves of a sentence."""
    return _without_margins(pdf.text_of(pdf.pdf_of(page.html)), page)


def of_pdfs(pages: Sequence[Page]) -> list[str]:
    """The same of each of several documents laid out one after the other: starting the engine is most of the cost."""
    bodies = [page.html.partition("<body>")[2].partition("</body>")[0] for page in pages]
    apart = f'<p style="break-before: page">{APART}</p>'
    whole = pages[0].html.replace(bodies[0], "".join(apart + body for body in bodies))
    return _without_margins(pdf.text_of(pdf.pdf_of(whole)), pages[0]).split(APART)[1:]


def _without_margins(text: str, page: Page) -> str:
    foot = re.escape(f"{page.stamp.reference} · {page.stamp.state} · code {page.stamp.code} page ")
    head = f"{re.escape(page.title)} {re.escape(page.stamp.reference)} "
    return re.sub(rf"{foot}\d+ / \d+ (?:{head})?", "", text)


def missing(found: str, said: Iterable[str], unsaid: Iterable[str] = ()) -> list[str]:
    """What a text should say and does not, and what it says and should not."""
    return [word for word in said if word not in found] + [f"trop : {word}" for word in unsaid if word in found]


def of_odt(page: Page) -> str:
    """The words of the editable copy."""
    with zipfile.ZipFile(io.BytesIO(render_odt(page))) as file:
        tree = etree.fromstring(file.read("content.xml"))
    for pause in tree.iter(f"{TEXT}line-break"):
        pause.tail = f" {pause.tail or ''}"
    found = ("".join(block.itertext()) for block in tree.iter(f"{TEXT}h", f"{TEXT}p"))
    return " ".join(" ".join(found).split())


READERS = {"pdf": of_pdf, "odt": of_odt}
