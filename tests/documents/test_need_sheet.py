"""The sheet of a need prints its whole declaration, for its own body."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from documents.contexts.notes import need_sheet
from documents.contexts.subject import NO_PROJECT, Subject
from documents.facts import need_facts
from projects.models import Need
from tests.documents import odt_text, pdf
from tests.makers import N, make_need

pytestmark = pytest.mark.django_db


def of_odt(content: bytes) -> str:
    return " ".join(odt_text.blocks(content))


@pytest.mark.parametrize(("form", "read"), [("odt", of_odt), ("pdf", pdf.text_of)])
def test_every_answer_stands_in_its_chapter(tmp_path: Path, form: str, read: Callable[[bytes], str]) -> None:
    need = make_need(
        N.PUBLISHED,
        current_vendor="Éditeur B",
        notice_months=3,
        hosting="france",
        go_live=dt.date(2028, 1, 1),
        yearly_maximum_cents=500_000,
        free_stance="required",
        unknown=["sso", "data_takeover"],
        answers={"La commune est-elle raccordée à COMEDEC\u00a0?": "yes"},
        interfaces=[{"software": "Finances", "direction": "out", "protocol": "CSV"}],
    )
    sheet = tmp_path / f"fiche.{form}"
    call_command("print", need.reference, "need-sheet", "--preview", "--to", str(sheet))
    text = re.sub(r"\s+", " ", read(sheet.read_bytes()))
    for chapter, found in {
        "1. Organisme et correspondants": ("Métier ……", "Commande publique, juridique ……", "Finances ……"),
        "3. Solution actuelle": ("Éditeur actuel Éditeur B", "Préavis 3 mois", "Coût annuel actuel [à compléter]"),
        "4. Volumes": ("raccordée à COMEDEC ? Oui",),
        "6. Interfaces": ("Finances Sortante CSV",),
        "7. Données": ("Reprise des données Je ne sais pas",),
        "8. Hébergement": ("Privé en France", "Authentification Je ne sais pas"),
        "9. Budget": ("Maximum engageable par an 5 000,00 € HT", "Mise en service souhaitée 1er janvier 2028"),
        "10. Voie": ("Logiciel libre Exigé", "Voie souhaitée [à compléter]"),
    }.items():
        following = text.split(chapter)[1]
        assert [words for words in found if words not in following] == []


def test_a_sheet_without_answers_is_the_blank_form() -> None:
    facts = need_facts(Need.objects.get(pk=make_need().pk))
    assert need_sheet(Subject(NO_PROJECT)).route == ()
    assert len(facts.answers) == 25
    assert {text for _, _, text in facts.answers} == {""}
