"""Spreadsheets on the site: upload, preview, confirm; the file waits on the server for its sender."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from procurement import clock
from procurement.access import Actor
from procurement.models import Role
from procurement.sheets import Scope, writing
from projects.enums import NeedState
from projects.models import Need, SheetUpload, Solution
from projects.resources import KINDS
from tests.makers import DESCRIPTION, make_need, make_steward, member
from tests.projects.need_pages import said, sign_in, text_of

pytestmark = pytest.mark.django_db
NEEDS = "/besoins/tableur/"
NEED = {"intitulé": "Logiciel d'état civil", "domaine": "État civil", "description": DESCRIPTION}


@pytest.fixture
def agent() -> Actor:
    return member()


def sheet(kind: str, *rows: dict[str, str], form: str = "csv") -> SimpleUploadedFile:
    header = KINDS[kind](Scope()).header
    data = writing.write(form, "T", header, [[row.get(name, "") for name in header] for row in rows])
    return SimpleUploadedFile(f"besoins.{form}", data)


def send(actor: Actor, page: str, file: SimpleUploadedFile) -> Any:
    return sign_in(actor).submit(page, {"file": file})


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_a_sheet_is_seen_then_confirmed_once(agent: Actor, form: str) -> None:
    response = send(agent, NEEDS, sheet("needs", NEED, {**NEED, "intitulé": "Un autre"}, form=form))
    preview = response["Location"]
    assert not Need.objects.exists()
    page = text_of(sign_in(agent).get(preview))
    assert "Lignes créées" in page
    assert "Un autre" in page
    assert sign_in(agent).submit(preview)["Location"] == preview
    assert Need.objects.count() == 2
    again = sign_in(agent)
    again.get(NEEDS)
    response = again.post(preview, {"csrfmiddlewaretoken": again.cookies["csrf"].value})
    assert said(response) == ["C'est déjà fait."]
    assert Need.objects.count() == 2
    assert SheetUpload.objects.get().content in (b"", None)
    assert "C'est écrit" in text_of(again.get(preview))


def test_a_change_shows_before_and_after(agent: Actor) -> None:
    need = make_need(body=agent.body, by=agent)
    line = {**NEED, "référence": need.reference, "intitulé": "Tout neuf", "organisme (SIREN)": agent.body.siren or ""}  # type: ignore[union-attr]
    page = text_of(sign_in(agent).get(send(agent, NEEDS, sheet("needs", line))["Location"]))
    assert "Avant" in page
    assert "Logiciel d'état civil" in page
    assert "Tout neuf" in page


def test_refused_lines_are_listed_and_cannot_be_confirmed(agent: Actor) -> None:
    preview = send(agent, NEEDS, sheet("needs", NEED, {**NEED, "domaine": "Etat civile"}))["Location"]
    browser = sign_in(agent)
    page = text_of(browser.get(preview))
    assert "Ligne 3" in page
    assert "Vouliez-vous « État civil » ?" in page
    assert "Confirmer l'import" not in page
    response = browser.submit(preview)
    assert response.status_code == 409
    assert not Need.objects.exists()


def test_a_file_that_cannot_be_read_is_refused_on_the_form(agent: Actor) -> None:
    response = send(agent, NEEDS, SimpleUploadedFile("vieux.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600))
    assert response.status_code == 422
    assert "ancien .xls" in text_of(response)
    assert not SheetUpload.objects.exists()


def test_an_upload_is_its_senders_alone_and_lasts_a_day(agent: Actor) -> None:
    preview = send(agent, NEEDS, sheet("needs", NEED))["Location"]
    assert sign_in(member(agent.body)).get(preview).status_code == 404
    SheetUpload.objects.update(made_at=clock.now() - dt.timedelta(days=2))
    send(agent, NEEDS, sheet("needs", NEED))
    assert sign_in(agent).get(preview).status_code == 404


def test_what_changed_since_the_preview_stops_the_import(agent: Actor) -> None:
    solution = {"nom": "Nouvelle", "site": "https://example.org"}
    preview = send(agent, "/catalogue/tableur/", sheet("solutions", solution))["Location"]
    send_first = send(make_steward(), "/catalogue/tableur/", sheet("solutions", solution))["Location"]
    assert sign_in(SheetUpload.objects.first().user and _actor_of(send_first)).submit(send_first).status_code == 302
    response = sign_in(agent).submit(preview)
    assert response.status_code == 409
    assert Solution.objects.filter(name="Nouvelle").count() == 1


def _actor_of(preview: str) -> Actor:
    user = SheetUpload.objects.get(token=preview.strip("/").rpartition("/")[2]).user
    return Actor(user=user)


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods", "modele"])
def test_sheets_are_downloaded(agent: Actor, form: str) -> None:
    make_need(NeedState.PUBLISHED, title="Ailleurs", current_solution="canari-editeur")
    need = make_need(body=agent.body, by=agent)
    browser = sign_in(agent)
    for page in (NEEDS, f"/besoins/{need.reference}/exigences/tableur/", "/catalogue/tableur/"):
        response = browser.get(f"{page}{form}/")
        assert response.status_code == 200
        assert "attachment" in response["Content-Disposition"]
        assert b"canari" not in response.content


def test_the_template_offers_domains(agent: Actor) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sign_in(agent).get(f"{NEEDS}modele/").content))
    assert "État civil" in [cell.value for cell in book["Listes"]["C"]]
    headers = {cell.column_letter: cell.value for cell in book.worksheets[0][1]}
    rules = [str(rule.sqref) for rule in book.worksheets[0].data_validations.dataValidation]
    listed = [headers[where.partition("2:")[0]] for where in rules]
    assert len(listed) == 11
    assert listed[0] == "domaine"


def test_requirements_of_a_need_come_from_its_own_page(agent: Actor) -> None:
    need = make_need(body=agent.body, by=agent)
    page = f"/besoins/{need.reference}/exigences/tableur/"
    preview = send(agent, page, sheet("requirements", {"chapitre": "C", "exigence": "Rapide"}))["Location"]
    sign_in(agent).submit(preview)
    assert need.requirements.get().text == "Rapide"


def test_strangers_get_neither_page_nor_file(agent: Actor) -> None:
    need = make_need(NeedState.PUBLISHED)
    for page in (f"/besoins/{need.reference}/exigences/tableur/", f"/besoins/{need.reference}/exigences/tableur/csv/"):
        assert sign_in(agent).get(page).status_code == 404
    assert sign_in(member(None, Role.VIEWER)).get(NEEDS).status_code == 403
    assert sign_in(agent).get(f"{NEEDS}pdf/").status_code == 404


def test_more_lines_than_a_page_waits_for_are_refused(agent: Actor) -> None:
    response = send(agent, NEEDS, sheet("needs", *[NEED] * 501))
    assert response.status_code == 422
    assert "Plus de 500 lignes" in text_of(response)
    assert not SheetUpload.objects.exists()
