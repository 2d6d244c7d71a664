"""Who signs and returns what, which scans and dates are doubted, when a personal link closes, what is logged."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from documents import copies, issuing
from documents.bulk import plan
from documents.catalogue import KINDS
from documents.copies import accept, doubts, receive, set_aside
from documents.issuing import bytes_of, issue_kind
from documents.models import CopyKind, Document, Download, SignedCopy
from documents.return_links import open_link
from documents.signatures.inspection import Unreadable, inspect
from documents.signatures.worker import describe
from documents.signers import RETURNED_KINDS, signs
from procurement.access import Actor
from procurement.models import Body, Role
from procurement.workflow import perform
from projects.enums import ProjectState
from projects.models import Event, Participation, Project
from tests import makers
from tests.documents import pdf, signing
from tests.documents.makers import dossier, issued_html
from tests.house.browser import Browser

pytestmark = pytest.mark.django_db


def printed(words: str = "Une page.") -> bytes:
    """A page of text, without the cost of a rendering."""
    out, made = io.BytesIO(), pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )
    page = made.add_blank_page(page_size=(595, 842))
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=made.make_indirect(font)))
    page.Contents = made.make_stream(f"BT /F1 12 Tf 80 700 Td ({words}) Tj ET".encode())
    made.save(out, static_id=True)
    return out.getvalue()


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Project:
    """An agreement, frozen; what it issues prints as one page."""
    monkeypatch.setattr(issuing, "render_pdf", lambda html: printed())
    return makers.make_project(ProjectState.AGREEMENT, frozen=True)


@pytest.fixture
def row(project: Project) -> Participation:
    """Of the body that does not lead."""
    rows = project.participations.exclude(body_id=project.lead_body_id)
    found: Participation = rows.select_related("body", "project").get()
    return found


@pytest.fixture
def legal(row: Participation) -> Actor:
    """Its legal officer."""
    return makers.holder(row.body, Role.LEGAL)


def convention(project: Project) -> Document:
    found: Document = Document.objects.with_state().get(project=project, kind="convention")
    bytes_of(found)
    return found


# Who signs ------------------------------------------------------------------------------------------------------------
def test_what_is_signed_is_said_once() -> None:
    assert {kind.code for kind in KINDS if kind.code.startswith("amendment")} < RETURNED_KINDS
    own = {"convention", "accession-form", "deliberation", "decision", "transmission-slip", "intent-letter"}
    assert {code for code in RETURNED_KINDS if not code.startswith("amendment")} == own | {"commitment-form"}


def test_the_package_to_sign_holds_what_comes_back(project: Project, row: Participation, legal: Actor) -> None:
    coordinator = makers.coordinator_of(project)
    for kind in ("decision", "transmission-slip", "accession-form"):
        issue_kind(project, kind, coordinator)
    package = plan(project, "signing", body=row.body)
    assert {item.kind for item in package} == {
        *("convention", "deliberation", "decision", "transmission-slip", "accession-form")
    }
    browser = Browser().sign_in(legal.user)
    for item in package:
        assert browser.get(f"/documents/{item.reference}/copies/{row.body_id}/").status_code == 200, item.kind


@pytest.mark.parametrize(("mandate", "each"), [("M1", True), ("M2", False)])
def test_the_contract_is_signed_by_whoever_signs_contracts(mandate: str, each: bool) -> None:
    project = makers.make_project(ProjectState.FRAMING)
    Project.objects.filter(pk=project.pk).update(mandate=mandate)
    project = Project.objects.get(pk=project.pk)
    form = Document(kind="commitment-form", route=project.route, project=project)
    found = {row.body_id: signs(form, project, row.body_id) for row in project.participations.all()}
    assert found == {body: each or body == project.lead_body_id for body in found}


def test_an_intent_is_signed_before_the_freeze_only(monkeypatch: pytest.MonkeyPatch) -> None:
    project = makers.make_project(ProjectState.CALL)
    [row, _] = project.participations.select_related("body")
    issue_kind(project, "intent-letter", makers.coordinator_of(project))
    assert [item.kind for item in plan(project, "signing", body=row.body)] == ["intent-letter"]
    makers.take_on(project, ProjectState.AGREEMENT, frozen=True)
    later = plan(Project.objects.get(pk=project.pk), "signing", body=row.body)
    assert "intent-letter" not in {item.kind for item in later}


def test_the_leads_legal_officer_checks_the_copies_of_each_body(
    project: Project, row: Participation, legal: Actor
) -> None:
    [form] = issue_kind(project, "accession-form", makers.coordinator_of(project), row.body)
    copy = receive(form, row.body, signing.scanned(), "x.pdf", actor=legal)
    page = f"/documents/{form.reference}/copies/{row.body_id}/"
    readers = [
        (makers.holder(project.lead_body, Role.LEGAL), 200),
        (makers.member(project.lead_body, Role.VIEWER), 404),
        (makers.member(makers.make_body(), Role.LEGAL), 404),
    ]
    for reader, status in readers:
        browser = Browser().sign_in(reader.user)
        assert browser.get(page).status_code == status
        assert browser.get(f"/documents/copies/{copy.pk}/").status_code == status


# Scans ----------------------------------------------------------------------------------------------------------------
def joined(*files: bytes) -> bytes:
    """The pages of these files, one after the other."""
    out, made = io.BytesIO(), pikepdf.new()
    for file in files:
        made.pages.extend(pikepdf.open(io.BytesIO(file)).pages)
    made.save(out)
    return out.getvalue()


def small(where: bytes = b"q 100 0 0 100 10 10 cm /Im0 Do Q") -> bytes:
    """One picture in the corner of a page."""
    out, made = io.BytesIO(), pikepdf.open(io.BytesIO(signing.scanned(pages=1)))
    page = made.pages[0]
    page.MediaBox = [0, 0, 595, 842]
    page.Resources.XObject = pikepdf.Dictionary(Im0=next(iter(page.Resources.XObject.values())))
    page.Contents = made.make_stream(where)
    made.save(out)
    return out.getvalue()


def within_a_form() -> bytes:
    """A whole page of text, drawn through a form, its resources on the form and not on the page."""
    out, made = io.BytesIO(), pikepdf.open(io.BytesIO(signing.scanned(pages=1)))
    text = pikepdf.open(io.BytesIO(printed()))
    form = made.copy_foreign(text.pages[0].as_form_xobject())
    made.pages[0].Resources.XObject.Fx = form
    made.pages[0].Contents = made.make_stream(made.pages[0].Contents.read_bytes() + b" /Fx Do")
    made.save(out)
    return out.getvalue()


SCANS: dict[str, tuple[Callable[[], bytes], bool]] = {
    "whole pages": (lambda: signing.scanned(pages=3), True),
    "in strips": (lambda: small(b"q 595 0 0 421 0 0 cm /Im0 Do Q q 595 0 0 421 0 421 cm /Im0 Do Q"), True),
    "a stamp-sized picture": (small, False),
    "pictures, then the text anew": (lambda: joined(signing.scanned(pages=6), printed()), False),
    "text within a form": (within_a_form, False),
}


@pytest.mark.parametrize(("make", "scan"), SCANS.values(), ids=SCANS)
def test_a_scan_is_pages_of_pictures_and_no_text(make: Callable[[], bytes], scan: bool) -> None:
    assert describe(make(), [])["scan"] == scan


def test_a_scan_of_fewer_pages_than_the_issue_is_looked_at(row: Participation, legal: Actor) -> None:
    document = convention(row.project)
    long = pdf.pdf_of(issued_html(dossier(2, reference=row.project.reference)))
    Document.objects.filter(pk=document.pk).update(pdf_sha256=issuing.store.keep(long))
    document.refresh_from_db()
    short = receive(document, row.body, signing.scanned(pages=2), "x.pdf", actor=legal)
    assert (short.kind, short.counts) == (CopyKind.SCAN, False)
    assert short.remark.startswith("Numérisation de 2\u00a0pages, alors que le document émis en a 9")
    assert receive(document, row.body, signing.scanned(), "x.pdf", actor=legal).counts


@pytest.mark.parametrize(("user", "opens"), [("", True), ("secret", False)])
def test_a_file_that_anybody_opens_is_taken(user: str, opens: bool) -> None:
    out = io.BytesIO()
    protection = pikepdf.Encryption(owner="propriétaire", user=user)
    pikepdf.open(io.BytesIO(signing.scanned(pages=2))).save(out, encryption=protection)
    if opens:
        found = inspect(out.getvalue())
        assert (found.pages, found.scan) == (2, True)
    else:
        with pytest.raises(Unreadable, match="mot de passe"):
            inspect(out.getvalue())


# Dates ----------------------------------------------------------------------------------------------------------------
DAY = dt.date(2026, 6, 1)  # of issue
DATES = [  # kind, day signed, what is said
    ("convention", 20, ""),
    ("convention", 9, "antérieure au caractère exécutoire"),
    ("convention", 21, "alors que le suivi dit"),
    ("accession-form", 9, "antérieure au caractère exécutoire"),
    ("deliberation", 5, ""),  # voted, then enforceable: L. 2131-1 CGCT is about what follows
    ("decision", 5, ""),
    ("intent-letter", 2, ""),
    ("amendment", 29, ""),  # its day is not that of the convention
    ("deliberation", -1, "avant l'émission"),
    ("convention", -1, "avant l'émission"),
    ("amendment", 40, "après le dépôt"),
]


@pytest.mark.parametrize(("kind", "after", "said"), DATES, ids=[f"{kind} {after}" for kind, after, _ in DATES])
def test_the_dates_compared_are_those_of_the_kind(kind: str, after: int, said: str) -> None:
    signed = dt.datetime.combine(DAY + dt.timedelta(days=after), dt.time(12), dt.UTC)
    document = Document(kind=kind, issued_on=DAY)
    copy = SignedCopy(document=document, received_at=dt.datetime(2026, 7, 1, tzinfo=dt.UTC))
    copy.signatures = [{"at": signed.isoformat()}]
    row = Participation(act_enforceable_on=DAY + dt.timedelta(days=10), signed_on=DAY + dt.timedelta(days=20))
    found = [item.label for item in doubts(copy, row)]
    assert any(said in label for label in found) if said else not found


# Links ----------------------------------------------------------------------------------------------------------------
def leave(row: Participation) -> None:
    perform(Participation, row.pk, "withdraw", actor=makers.holder(row.body), note="autre solution")


def redraft(row: Participation) -> None:
    perform(Project, row.project_id, "unfreeze", actor=makers.coordinator_of(row.project), note="montants")


def replace(row: Participation) -> None:
    first = Document.objects.get(project=row.project, kind="convention")
    values = {field.attname: getattr(first, field.attname) for field in Document._meta.fields}
    values |= {"id": None, "number": 2, "reference": f"{row.project.reference}/CONV-v2", "pdf_sha256": ""}
    Document.objects.create(**values)


def change_a_fact(row: Participation) -> None:
    Body.objects.filter(pk=row.body_id).update(name="Autre nom")


CLOSED = {
    "left": (leave, "ne participe plus"),
    "drafted again": (redraft, "caduc"),
    "replaced": (replace, "remplacé"),
    "out of date": (change_a_fact, "ne dit plus les données du projet"),
}


@pytest.mark.parametrize(("happens", "said"), CLOSED.values(), ids=CLOSED)
def test_a_link_closes_with_what_it_is_about(
    project: Project, row: Participation, legal: Actor, happens: Callable[[Participation], None], said: str
) -> None:
    document = convention(project)
    link, secret = open_link(document, row.body, "Mairie", 14, actor=legal)
    assert Browser().get(f"/retour/{secret}/").status_code == 200
    happens(row)
    answers = [Browser().get(f"/retour/{secret}/{path}") for path in ("", "document.pdf")]
    assert [answer.status_code for answer in answers] == [410, 410]
    assert said in answers[0].content.decode()
    with pytest.raises(PermissionDenied, match=said):
        receive(document, row.body, signing.scanned(), "x.pdf", link=link)
    assert not SignedCopy.objects.exists()


@pytest.mark.parametrize(("happens", "said"), [CLOSED["drafted again"], CLOSED["out of date"]])
def test_the_page_of_the_copies_says_what_the_document_is_worth(
    project: Project, row: Participation, legal: Actor, happens: Callable[[Participation], None], said: str
) -> None:
    document, browser = convention(project), Browser().sign_in(legal.user)
    page = f"/documents/{document.reference}/copies/{row.body_id}/"
    text = browser.get(page).content.decode()
    assert "callout-warn" not in text
    assert "Créer le lien" in text
    happens(row)
    text = browser.get(page).content.decode()
    assert said in text
    assert "Créer le lien" not in text


def test_an_act_recorded_leaves_the_link_of_the_deliberation_open(
    project: Project, row: Participation, legal: Actor
) -> None:
    document = Document.objects.get(project=project, kind="deliberation", body=row.body)
    _, secret = open_link(document, row.body, "Mairie", 14, actor=legal)
    makers.sign(makers.authorise(row))
    assert Browser().get(f"/retour/{secret}/").status_code == 200


# Limits, log, reasons -------------------------------------------------------------------------------------------------
def test_copies_set_aside_leave_room_and_the_coordinator_is_not_counted(
    project: Project, row: Participation, legal: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "MOST_COPIES", 1)
    document, coordinator = convention(project), makers.coordinator_of(project)
    first = receive(document, row.body, signing.scanned(1), "x.pdf", actor=legal)
    with pytest.raises(Unreadable, match="déjà été déposés"):
        receive(document, row.body, signing.scanned(2), "x.pdf", actor=legal)
    receive(document, row.body, signing.scanned(3), "x.pdf", actor=coordinator)
    for copy in SignedCopy.objects.all():
        set_aside(copy, "illisible", actor=coordinator)
    assert receive(document, row.body, signing.scanned(2), "x.pdf", actor=legal) != first


def test_what_leaves_of_a_copy_or_by_a_link_is_logged_with_its_reader(
    project: Project, row: Participation, legal: Actor
) -> None:
    document = convention(project)
    copy = receive(document, row.body, signing.scanned(), "x.pdf", actor=legal)
    Browser().sign_in(legal.user).get(f"/documents/copies/{copy.pk}/")
    _, secret = open_link(document, row.body, "Secrétariat", 14, actor=legal)
    Browser().get(f"/retour/{secret}/document.pdf")
    found = Download.objects.order_by("pk").values_list("user", "addressee", "body", "form", "sha256")
    assert list(found) == [
        (legal.user_id, "", row.body_id, "copie", copy.sha256),
        (None, "Secrétariat", row.body_id, "pdf", document.pdf_sha256),
    ]
    text = Browser().sign_in(legal.user).get(f"/documents/{document.reference}/").content.decode()
    assert "Secrétariat, par lien personnel" in text
    replace(row)  # nobody but people with an account is told


def test_whoever_vouches_may_say_what_they_saw(project: Project, row: Participation, legal: Actor) -> None:
    document, coordinator = convention(project), makers.coordinator_of(project)
    page = f"/documents/{document.reference}/copies/{row.body_id}/"
    copy = receive(document, row.body, printed("Deux pages."), "x.pdf", actor=legal)
    browser = Browser().sign_in(coordinator.user)
    browser.submit(page, {"reason": "Comparée page à page."}, to=f"/documents/copies/{copy.pk}/verifiee/")
    assert "Comparée page à page." in browser.get(page).content.decode()
    assert Event.objects.get(step="copy_accepted").note == "Comparée page à page."
    silent = receive(document, row.body, printed("Trois pages."), "y.pdf", actor=legal)
    accept(silent, actor=coordinator)
    assert SignedCopy.objects.get(pk=silent.pk).counts


def upload(content: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("x.pdf", content, "application/pdf")}


def test_too_long_a_file_is_refused_before_it_is_read(
    project: Project, row: Participation, legal: Actor, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = convention(project)
    _, secret = open_link(document, row.body, "Mairie", 14, actor=legal)
    settings.LARGEST_COPY_BYTES = 2**20
    doors = {
        "/verifier/": Browser(),
        f"/retour/{secret}/": Browser(),
        f"/documents/{document.reference}/copies/{row.body_id}/": Browser().sign_in(legal.user),
    }
    for page, browser in doors.items():
        refused = browser.submit(page, upload(b"%PDF-" + b"0" * (2**20 + 1)))  # the form says so
        assert (refused.status_code, "dépasse 1 Mio" in refused.content.decode()) == (422, True), page
    monkeypatch.setattr("django.http.HttpRequest._load_post_and_files", lambda self: pytest.fail("the body was read"))
    for page, browser in doors.items():
        refused = browser.post(page, upload(b"%PDF-" + b"0" * 2**21))
        assert (refused.status_code, "dépasse 1 Mio" in refused.content.decode()) == (413, True), page


def test_deposits_by_link_are_counted_whatever_is_sent(
    project: Project, row: Participation, legal: Actor, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "return_copy": "3/h/ip", "verify_file": "3/h/ip"}
    _, secret = open_link(convention(project), row.body, "Mairie", 14, actor=legal)
    for page in (f"/retour/{secret}/", "/verifier/"):
        found = [Browser().submit(page, {}).status_code for _ in range(5)]
        assert found == [422] * 3 + [429] * 2, page
