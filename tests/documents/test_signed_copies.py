"""What comes back signed: compared, listed, dated against the tracker, kept once, and never silently accepted."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from documents import issuing, store
from documents.copies import MOST_COPIES, accept, doubts, receive, set_aside, shown_name
from documents.issuing import bytes_of
from documents.models import CopyKind, Document, ReturnLink, SignedCopy
from documents.return_links import open_link, revoke_link
from documents.returned import returned
from documents.signatures.inspection import Unreadable, inspect, signature_of
from documents.signers import participation_of
from procurement import clock
from procurement.access import Actor
from procurement.letters import Letter
from procurement.models import Role
from projects.enums import ProjectState
from projects.models import Event, Participation
from tests import makers
from tests.documents import pdf, signing
from tests.documents.makers import dossier, issued_html
from tests.house.browser import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(monkeypatch: pytest.MonkeyPatch) -> Document:
    """A convention just issued; its bytes are a real PDF that names it, rendered once for all these tests."""
    project = makers.make_project(ProjectState.AGREEMENT, frozen=True)
    found: Document = Document.objects.with_state().get(project=project, kind="convention")
    page = issued_html(dossier(2, reference=project.reference))
    monkeypatch.setattr(issuing, "render_pdf", lambda html: pdf.pdf_of(page))
    bytes_of(found)
    return found


@pytest.fixture
def participation(document: Document) -> Participation:
    """Of the body that does not lead."""
    rows = document.project.participations.exclude(body_id=document.project.lead_body_id)
    found: Participation = rows.select_related("body", "project").get()
    return found


@pytest.fixture
def legal(participation: Participation) -> Actor:
    """Its legal officer."""
    return makers.holder(participation.body, Role.LEGAL)


def coordinator(participation: Participation) -> Actor:
    return makers.coordinator_of(participation.project)


def send(participation: Participation, document: Document, content: bytes, actor: Actor) -> SignedCopy:
    return receive(document, participation.body, content, "copie.pdf", actor=actor)


def test_an_electronic_signature_is_listed_with_its_signer_and_time(
    document: Document, participation: Participation, legal: Actor
) -> None:
    copy = send(participation, document, signing.signed(bytes_of(document)), legal)
    assert (copy.kind, copy.counts, copy.sender) == (CopyKind.SIGNED, True, str(legal.user))
    (item,) = copy.signed_by
    assert (item.signer, item.organisation, item.intact) == ("Anne Le Guen", "Commune de Valmont", True)
    assert "autorité que le site ne connaît pas" in item.verdict
    assert item.at is not None
    assert abs(item.at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)


def test_two_people_may_sign_one_after_the_other(
    document: Document, participation: Participation, legal: Actor
) -> None:
    twice = signing.signed(signing.signed(bytes_of(document)), "Luc Petit", field="Signature2")
    copy = send(participation, document, twice, legal)
    assert [item.signer for item in copy.signed_by] == ["Anne Le Guen", "Luc Petit"]
    assert copy.counts


def test_an_authority_the_operator_knows_is_said_to_be_known(tmp_path: Path, settings: Any, document: Document) -> None:
    (tmp_path / "autorite.pem").write_bytes(signing.key_pair(signing.SIGNER)[1])
    settings.TRUSTED_CERTIFICATES = str(tmp_path)
    (item,) = inspect(signing.signed(bytes_of(document))).found
    assert item["trusted"]
    assert "certificat reconnu" in signature_of(item).verdict


def test_a_scan_is_accepted_as_a_scan_and_said_to_be_so(
    document: Document, participation: Participation, legal: Actor
) -> None:
    copy = send(participation, document, signing.scanned(), legal)
    assert (copy.kind, copy.counts, copy.signed_by) == (CopyKind.SCAN, True, [])
    assert "ne peut pas être comparé" in copy.remark


def broken_inside(content: bytes) -> bytes:
    place = len(content) // 2
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def rewritten(content: bytes) -> bytes:
    out = io.BytesIO()
    pikepdf.open(io.BytesIO(content)).save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (broken_inside, "modifié"),
        (rewritten, "n'est pas la suite"),
        (lambda content: signing.signed(broken_inside(content)), ""),
        (signing.annotated, "sans signature électronique"),
    ],
    ids=["one byte", "the same pages written anew", "signed after a change", "annotated only"],
)
def test_another_file_is_flagged_and_counts_only_once_a_person_has_looked(
    document: Document,
    participation: Participation,
    legal: Actor,
    change: Callable[[bytes], bytes],
    said: str,
) -> None:
    copy = send(participation, document, change(bytes_of(document)), legal)
    assert (copy.kind, copy.counts) == (CopyKind.OTHER, False)
    assert said in copy.remark or "inconnu" in copy.remark or "modifié" in copy.remark
    with pytest.raises(PermissionDenied):
        accept(copy, actor=legal)
    accept(copy, actor=coordinator(participation))
    accept(copy, actor=coordinator(participation))
    copy = SignedCopy.objects.get(pk=copy.pk)
    assert copy.counts
    assert Event.objects.filter(step="copy_accepted").count() == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"bonjour", "n'est pas un PDF"),
        (b"", "n'est pas un PDF"),
        (b"PK\x03\x04", "n'est pas un PDF"),
        (b"%PDF-1.7\n%%EOF\n", "abîmé"),
        (b"%PDF-1.7\n" + b"1 0 obj" * 1000, "abîmé"),
        (b"%PDF-1.7" + b"\0" * (25 * 2**20 + 1), "25 Mio"),
    ],
)
def test_what_is_no_pdf_is_refused_in_one_line(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        inspect(content)
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_protected_pdf_is_refused(document: Document) -> None:
    out = io.BytesIO()
    pikepdf.open(io.BytesIO(signing.scanned())).save(out, encryption=pikepdf.Encryption(owner="x", user="y"))
    with pytest.raises(Unreadable, match="mot de passe"):
        inspect(out.getvalue())


def test_the_unsigned_issue_itself_and_another_issue_are_refused(
    document: Document, participation: Participation, legal: Actor
) -> None:
    with pytest.raises(Unreadable, match="sans signature"):
        send(participation, document, bytes_of(document), legal)
    other = Document.objects.get(project=document.project, kind="deliberation", body=participation.body)
    with pytest.raises(Unreadable, match=r"est P-.*/CONV-v1, et non"):
        send(participation, other, signing.signed(bytes_of(document)), legal)
    assert not SignedCopy.objects.exists()


def test_the_same_file_twice_is_one_copy_one_event_one_message(
    document: Document, participation: Participation, legal: Actor
) -> None:
    content = signing.scanned()
    assert send(participation, document, content, legal) == send(participation, document, content, legal)
    assert Event.objects.filter(step="copy").count() == 1
    assert [letter.user for letter in Letter.objects.filter(code="copy_received")] == [coordinator(participation).user]


def test_at_most_so_many_files(
    document: Document, participation: Participation, legal: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("documents.copies.MOST_COPIES", 2)
    for shade in (10, 20):
        send(participation, document, signing.scanned(shade), legal)
    refused = signing.scanned(30)
    with pytest.raises(Unreadable, match="déjà été déposés"):
        send(participation, document, refused, legal)
    assert not store.path_of(hashlib.sha256(refused).hexdigest()).exists()
    assert MOST_COPIES == 20


def test_dates_are_compared_with_the_tracker(document: Document, participation: Participation, legal: Actor) -> None:
    makers.authorise(participation)
    copy = send(participation, document, signing.signed(bytes_of(document)), legal)
    today = clock.today()
    fresh = participation_of(document, participation.body)
    assert list(doubts(copy, fresh)) == []
    fresh.act_enforceable_on = today + dt.timedelta(days=3)
    assert "antérieure au caractère exécutoire" in next(iter(doubts(copy, fresh))).label
    fresh.act_enforceable_on, fresh.signed_on = today, today - dt.timedelta(days=1)
    assert "alors que le suivi dit" in next(iter(doubts(copy, fresh))).label


def test_bytes_received_are_kept_as_they_came_and_rows_do_not_change(
    document: Document, participation: Participation, legal: Actor
) -> None:
    content = signing.scanned()
    copy = send(participation, document, content, legal)
    assert store.read(copy.sha256) == content
    with pytest.raises(AttributeError):
        copy.save()
    with pytest.raises(AttributeError):
        copy.delete()
    with pytest.raises(AttributeError):
        SignedCopy.objects.update(sha256="0")


def test_setting_aside_tells_the_body_why(document: Document, participation: Participation, legal: Actor) -> None:
    copy = send(participation, document, signing.scanned(), legal)
    set_aside(copy, "La page 3 manque.", actor=coordinator(participation))
    assert not SignedCopy.objects.get(pk=copy.pk).counts
    told = Letter.objects.filter(code="copy_set_aside")
    assert {letter.user for letter in told} >= {legal.user}
    assert all("La page 3 manque." in letter.text for letter in told)
    assert Event.objects.get(step="copy_set_aside").note == "La page 3 manque."


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\acte signé.pdf", "acte signé.pdf"),
        ("a\x00b\nc.pdf", "abc.pdf"),
        ("\u202egnp.pdf", "gnp.pdf"),
        ("", "sans nom"),
        ("..", "sans nom"),
        ("x" * 300, "x" * 120),
        ("<script>.pdf", "script.pdf"),
    ],
)
def test_names_are_for_people_only(given: str, kept: str) -> None:
    assert shown_name(given) == kept


def upload(content: bytes, name: str = "../copie.pdf") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content, "application/pdf")}


def address(document: Document, participation: Participation) -> str:
    return f"/documents/{document.reference}/copies/{participation.body_id}/"


def test_the_page_takes_a_copy_and_gives_it_back_to_those_concerned(
    document: Document, participation: Participation, legal: Actor
) -> None:
    assert legal.user
    browser, page = Browser().sign_in(legal.user), address(document, participation)
    assert browser.submit(page, upload(b"bonjour")).status_code == 422
    content = signing.signed(bytes_of(document))
    assert browser.submit(page, upload(content)).status_code == 302
    text = browser.get(page).content.decode()
    assert "Anne Le Guen" in text
    assert "Retournée" in text
    copy = SignedCopy.objects.get()
    response = browser.get(f"/documents/copies/{copy.pk}/")
    assert response.content == content
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_only_those_concerned_see_a_copy(document: Document, participation: Participation, legal: Actor) -> None:
    copy = send(participation, document, signing.scanned(), legal)
    lead = document.project.lead_body
    seen = {
        "own viewer": (makers.member(participation.body, Role.VIEWER), 200),
        "coordinator": (coordinator(participation), 200),
        "lead's legal": (makers.holder(lead, Role.LEGAL), 200),
        "lead's viewer": (makers.member(lead, Role.VIEWER), 404),
        "stranger": (makers.member(), 404),
        "steward": (makers.make_steward(), 404),
    }
    for who, (actor, status) in seen.items():
        assert actor.user
        browser = Browser().sign_in(actor.user)
        assert browser.get(f"/documents/copies/{copy.pk}/").status_code == status, who
        assert browser.get(address(document, participation)).status_code == status, who
    assert Browser().get(f"/documents/copies/{copy.pk}/").status_code == 302


def test_a_viewer_reads_but_returns_nothing(document: Document, participation: Participation) -> None:
    viewer = makers.member(participation.body, Role.VIEWER)
    assert viewer.user
    browser = Browser().sign_in(viewer.user)
    page = address(document, participation)
    text = browser.get(page).content.decode()
    assert "Déposer" not in text
    token = browser.cookies["csrf"].value if "csrf" in browser.cookies else ""
    response = browser.post(page, {**upload(signing.scanned()), "csrfmiddlewaretoken": token})
    assert response.status_code == 403
    assert not SignedCopy.objects.exists()


def test_the_board_reads_the_day_a_copy_came_back(
    document: Document, participation: Participation, legal: Actor
) -> None:
    copy = send(participation, document, signing.scanned(), legal)
    assert returned(document.project) == {participation.body_id: clock.today()}
    set_aside(copy, "Illisible.", actor=coordinator(participation))
    assert returned(document.project) == {}


def test_the_coordinator_sees_who_has_returned_what(
    document: Document, participation: Participation, legal: Actor, django_assert_max_num_queries: Any
) -> None:
    send(participation, document, signing.scanned(), legal)
    user = coordinator(participation).user
    assert user
    browser = Browser().sign_in(user)
    with django_assert_max_num_queries(20):
        text = browser.get(f"/documents/{document.reference}/copies/").content.decode()
    assert "1\u00a0copie retournée" in text
    assert "Pas encore" in text


def link_of(document: Document, participation: Participation, legal: Actor) -> tuple[ReturnLink, str]:
    return open_link(document, participation.body, "Secrétariat de la mairie", 14, actor=legal)


def test_a_personal_link_opens_one_document_and_takes_its_copy_without_account(
    document: Document, participation: Participation, legal: Actor
) -> None:
    link, secret = link_of(document, participation, legal)
    page, mayor = f"/retour/{secret}/", Browser()
    response = mayor.get(page)
    assert "Secrétariat de la mairie" in response.content.decode()
    assert (response["Referrer-Policy"], "no-store" in response["Cache-Control"]) == ("same-origin", True)
    assert mayor.get(f"{page}document.pdf").content == bytes_of(document)
    assert mayor.submit(page, upload(signing.scanned())).status_code == 302
    copy = SignedCopy.objects.get()
    assert (copy.link, copy.received_by, copy.sender) == (link, None, "Secrétariat de la mairie, par lien personnel")
    assert "Copie reçue" in mayor.get(page).content.decode()
    told = {letter.user for letter in Letter.objects.filter(code="copy_received")}
    assert {legal.user, coordinator(participation).user} <= told
    assert Event.objects.get(step="copy").facts["link"] == link.pk


def test_a_link_closes_with_its_last_day_or_its_revocation(
    document: Document, participation: Participation, legal: Actor, at: Any
) -> None:
    link, secret = link_of(document, participation, legal)
    page = f"/retour/{secret}/"
    with at(link.ends_on + dt.timedelta(days=1)):
        assert Browser().get(page).status_code == 410
        assert Browser().get(f"{page}document.pdf").status_code == 410
        with pytest.raises(PermissionDenied):
            receive(document, participation.body, signing.scanned(), "x.pdf", link=link)
    revoke_link(link, actor=legal)
    revoke_link(link, actor=legal)
    assert Browser().get(page).status_code == 410
    assert Event.objects.filter(step="link_revoked").count() == 1


def test_the_secret_is_nowhere_but_in_the_answer(document: Document, participation: Participation) -> None:
    agent = makers.holder(participation.body, Role.LEGAL)
    assert agent.user
    browser, page = Browser().sign_in(agent.user), address(document, participation)
    response = browser.submit(page, {"link-addressee": "Mairie", "link-days": "7"}, to=f"{page}lien/")
    text = response.content.decode()
    secret = text.partition("/retour/")[2].partition("/")[0]
    assert len(secret) > 40
    assert Browser().get(f"/retour/{secret}/").status_code == 200
    assert secret not in browser.get(page).content.decode()
    assert secret not in str(list(ReturnLink.objects.values())) + str(list(Event.objects.values()))


@pytest.mark.parametrize("secret", ["", "x", "0" * 43, "%00", "é"])
def test_a_wrong_secret_opens_nothing(secret: str, document: Document) -> None:
    assert Browser().get(f"/retour/{secret}/").status_code == 404
