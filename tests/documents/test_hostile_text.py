"""What people type comes out as text: no request, no attachment, no template, no style."""

from __future__ import annotations

import dataclasses
import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest

from documents.catalogue import KINDS, Kind
from documents.render import RenderFailed, render_pdf
from documents.render_worker import printable
from projects.dossier import Dossier, Subsidy
from tests.documents import makers, pdf, words

TEMPLATE = "{{ c.lead }}{% debug %}{% include 'print/style.css' %}{# x #}"


class _Sink(http.server.BaseHTTPRequestHandler):
    hits: list[str] = []

    def do_GET(self) -> None:
        self.hits.append(self.path)
        self.send_response(404)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


@pytest.fixture
def sink() -> Iterator[str]:
    """The address of a server that remembers every request."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Sink)
    _Sink.hits.clear()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
    assert _Sink.hits == []


def vectors(sink: str) -> list[str]:
    """Ways to reach out, or to break the page, from a text field."""
    return [
        f'<img src="{sink}/img">',
        f"<link rel=attachment href='{sink}/attachment'>",
        "<link rel=attachment href='file:///etc/passwd'>",
        f"<style>@import url({sink}/css); @font-face {{ src: url({sink}/font) }}</style>",
        f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{sink}/svg"/></svg>',
        f"<iframe src='{sink}/frame'></iframe><object data='{sink}/object'></object>",
        f'<embed src="{sink}/embed"><script src="{sink}/script"></script>',
        f'<p style="background:url({sink}/style)">',
        f"</style></title></table><base href='{sink}'>",
        f'"; }} @page {{ background: url({sink}/page) }} /*',
        "<table><tr><td colspan=1000000>",
        TEMPLATE,
    ]


def hostile(text: str, route: str = "grouped_purchase") -> Dossier:
    """A dossier whose every text is `text`."""
    facts = makers.dossier(2, route=route)
    parties = tuple(
        dataclasses.replace(
            party,
            name=f"{text} {index}",
            contacts=(text,),
            needs=(text,),
            quantities=tuple(dataclasses.replace(item, unit=text) for item in party.quantities),
            volumes=tuple(dataclasses.replace(item, label=text, unit=text) for item in party.volumes),
        )
        for index, party in enumerate(facts.parties)
    )
    lines = tuple(
        dataclasses.replace(
            line,
            label=text,
            key_label=text,
            key_rule=text,
            trace=(text,),
            shares=tuple(dataclasses.replace(share, explanation=text) for share in line.shares),
        )
        for line in facts.cost_lines
    )
    return dataclasses.replace(
        facts,
        title=text,
        object=text,
        cpv_label=text,
        coordinator=text,
        no_lots_reason=text,
        domain_label=text,
        parties=parties,
        cost_lines=lines,
        lots=tuple(dataclasses.replace(lot, title=text, cpv=text) for lot in facts.lots),
        subsidies=(Subsidy(text, "40", 100, 50, 40),),
        requirements=tuple(dataclasses.replace(item, chapter=text, text=text) for item in facts.requirements),
    )


@pytest.mark.parametrize("code", ["convention", "specification"])
def test_all_vectors_at_once_reach_nothing_and_attach_nothing(sink: str, code: str) -> None:
    """Save the two files of data that a convention carries."""
    file = pdf.opened(render_pdf(makers.issued_html(hostile(" ".join(vectors(sink))), code)))
    ours = ["annexe-financiere.csv", "besoins-et-maxima.csv"] if code == "convention" else []
    assert sorted(file.attachments) == ours
    found = [thing for thing in file.objects if isinstance(thing, pikepdf.Dictionary)]
    assert [str(thing.UF) for thing in found if thing.get("/Type") == "/Filespec"] == ours


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.per_need], ids=lambda kind: kind.prefix)
def test_each_vector_is_printed_as_it_was_typed(kind: Kind) -> None:
    for vector in vectors("http://exemple.invalid"):
        facts = hostile(vector, kind.routes[-1])
        assert " ".join(vector.split()) in words.of_html(makers.issued_html(facts, kind.code))


def test_a_page_that_names_an_outside_thing_is_refused(sink: str) -> None:
    """Even if a template of ours did."""
    for page in (f"<img src='{sink}/a.png'>", "<img src='file:///etc/passwd'>", "<img src='/etc/passwd'>"):
        with pytest.raises(RenderFailed, match="Error fetching"):
            render_pdf(f"<html lang=fr><title>x</title><h1>x</h1>{page}</html>")


def test_characters_that_no_bundled_font_has_are_replaced() -> None:
    facts = makers.dossier(2, title="Flèche → coche ☑ idéogramme 漢 émoji 🙂")
    text = pdf.text_of(pdf.pdf_of(makers.issued_html(facts)))
    assert "Flèche -> coche [x] idéogramme ? émoji ?" in text


PASTED = [
    ("alinéa,\tsuite", "alinéa, suite"),
    ("coop\u00adération\u200b", "coopération"),
    ("\ufeffMairie\u200e", "Mairie"),
    ("deux\u2003cadratins", "deux cadratins"),
    ("franc\u0327ais, e\u0301tat", "français, état"),
    ("o\ufb03ciel", "officiel"),
    ("12\u2032, ▪ 5 µs, 3 \u2126", "12', • 5 us, 3 ohm"),
    ("<p\u0338>", "<p>"),
]


@pytest.mark.parametrize(("typed", "shown"), PASTED)
def test_what_is_pasted_from_a_word_processor_is_printed_without_a_question_mark(typed: str, shown: str) -> None:
    assert printable(typed) == shown
