"""Archives: what is in them, who gets them, and what a kill or a failure leaves behind."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from documents import background, bulk, issuing, store
from documents.archive import ascii_name, file_name
from documents.bulk import ask, plan, print_slice, progress, restart
from documents.issuing import bytes_of, issue_kind
from documents.management.commands import work as work_command
from documents.models import Bundle, BundleKind, Document, Download, OutOfDate
from documents.render import RenderFailed
from documents.upkeep import sweep
from procurement.letters import Letter
from procurement.models import Body, Role
from projects.enums import ProjectState
from projects.models import Project
from tests import makers
from tests.house.browser import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A renderer whose bytes are those of its page, so that nothing is taken for another."""
    monkeypatch.setattr(issuing, "render_pdf", lambda html: b"%PDF-1.7 " + html.encode() + b"\n%%EOF\n")


@pytest.fixture
def project() -> Project:
    """Frozen, two bodies whose names are hard on file systems."""
    bodies = [makers.make_body("Saint-Cœur d'Æther/../Évian"), makers.make_body("=CMD|' /C calc'!A0")]
    return makers.make_project(ProjectState.AGREEMENT, bodies=bodies, frozen=True)


def work(bundle: Bundle) -> Bundle:
    """What the workers would do."""
    left = bundle.documents.filter(pdf_sha256="").values_list("pk", flat=True)
    print_slice.call(str(bundle.pk), list(left))
    bundle.refresh_from_db()
    return bundle


def made(project: Project, kind: str, body: Body | None = None) -> Bundle:
    documents = plan(project, kind, body=body)
    return work(ask(project, kind, documents, actor=makers.coordinator_of(project), body=body))


def opened(bundle: Bundle) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(store.archive_path(bundle.sha256).read_bytes()))


# What is in them ------------------------------------------------------------------------------------------------------
def test_the_archive_of_every_body_holds_what_was_issued_under_sensible_names(project: Project) -> None:
    issue_kind(project, "accession-form", makers.coordinator_of(project))
    bundle = made(project, BundleKind.BODIES)
    archive = opened(bundle)
    assert archive.testzip() is None
    names = archive.namelist()
    assert all(name.isascii() and ".." not in name and not name.startswith("/") for name in names)
    lead = project.lead_body
    assert lead is not None
    assert f"modele-de-deliberation/saint-coeur-d-aether-evian-{lead.siren}-DELIB-v1.pdf" in names
    assert len([name for name in names if name.endswith(".pdf")]) == 4
    for document in bundle.documents.all():
        assert archive.read(file_name(document)) == bytes_of(document)
    rows = list(csv.reader(io.StringIO(archive.read("sommaire.csv").decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 5
    assert "'=CMD|' /C calc'!A0" in {row[3] for row in rows}  # a name that a spreadsheet would run


def test_the_same_documents_give_the_same_bytes(project: Project) -> None:
    first = made(project, BundleKind.BODIES)
    restart(first)
    assert work(first).sha256 == first.sha256
    assert hashlib.sha256(store.archive_path(first.sha256).read_bytes()).hexdigest() == first.sha256


def test_the_bundle_of_a_body_holds_the_common_documents_and_its_own(project: Project) -> None:
    row = project.participations.exclude(body_id=project.lead_body_id).get()
    bundle = made(project, BundleKind.BODY, row.body)
    kinds = {(item.kind, item.body_id) for item in bundle.documents.all()}
    assert kinds == {("convention", None), ("specification", None), ("deliberation", row.body_id)}


def test_the_package_to_sign_says_what_tools_ask_for_and_leaves_blank_what_is_the_bodys(project: Project) -> None:
    row = project.participations.exclude(body_id=project.lead_body_id).get()
    makers.authorise(row, act_number="2026-47")
    archive = opened(made(project, BundleKind.SIGNING, row.body))
    about = {
        json.loads(archive.read(name))["nature_document"]: json.loads(archive.read(name))
        for name in archive.namelist()
        if name.endswith(".json")
    }
    assert set(about) == {"convention", "deliberation"}
    convention, act = about["convention"], about["deliberation"]
    document = Document.objects.get(project=project, kind="convention")
    assert (convention["reference"], convention["sha256"]) == (document.reference, document.pdf_sha256)
    assert (convention["version"], convention["code_verification"]) == (1, document.code)
    assert convention["octets"] == len(archive.read(convention["fichier"]))
    assert set(convention["signataire"].values()) == {""}
    assert act["transmission"]["numero"] == "2026-47"
    assert act["transmission"]["transmis_le"] == ""
    assert "Cordée ne signe pas" in archive.read("LISEZ-MOI.txt").decode()


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Grandval", "grandval"), ("L'Haÿ-les-Roses", "l-hay-les-roses"), ("Œuilly", "oeuilly"), ("///", "sans-nom")],
)
def test_names_are_ascii(name: str, expected: str) -> None:
    assert ascii_name(name) == expected
    assert len(ascii_name("é" * 300)) <= 60


# Working --------------------------------------------------------------------------------------------------------------
def test_the_same_question_is_one_archive_and_goes_on_where_it_stopped(project: Project) -> None:
    coordinator = makers.coordinator_of(project)
    documents = plan(project, BundleKind.BODIES)
    first = ask(project, BundleKind.BODIES, documents, actor=coordinator)
    assert ask(project, BundleKind.BODIES, list(reversed(documents)), actor=coordinator) == first
    bytes_of(Document.objects.get(pk=documents[0].pk))
    assert progress(first) == (1, 2)
    assert not first.ready
    assert work(first).ready
    assert progress(first) == (2, 2)


def test_a_document_that_cannot_be_printed_stops_the_archive_which_may_be_taken_up_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(html: str) -> bytes:
        raise RenderFailed("panne d'encre")

    with monkeypatch.context() as patch:
        patch.setattr(issuing, "render_pdf", fail)
        bundle = made(project, BundleKind.BODIES)
    assert (bundle.failed, bundle.problem, bundle.sha256) == (True, "panne d'encre", "")
    restart(bundle)
    assert work(bundle).ready


def test_a_full_disk_leaves_no_half_archive(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = made(project, BundleKind.BODIES)
    restart(bundle)
    store.archive_path(bundle.sha256 or "x").unlink(missing_ok=True)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(store.os, "fsync", full)
        work(bundle)
    assert bundle.failed
    assert list(store.archives().rglob(f"{store.PARTIAL}*")) == []


def test_a_task_whose_worker_died_runs_again_three_times_at_most() -> None:
    long_ago = timezone.now() - background.DEAD_AFTER * 2
    fields: dict[str, Any] = {
        "args_kwargs": {"args": [], "kwargs": {}},
        "task_path": "documents.bulk.print_slice",
        "backend_name": "default",
        "run_after": long_ago,
        "started_at": long_ago,
        "status": TaskResultStatus.RUNNING,
        "exception_class_path": "",
        "traceback": "",
    }
    once = DBTaskResult.objects.create(**fields, worker_ids=["a"])
    thrice = DBTaskResult.objects.create(**fields, worker_ids=["a", "b", "c"])
    alive = DBTaskResult.objects.create(**{**fields, "started_at": timezone.now()}, worker_ids=["d"])
    assert background.revive() == 2
    statuses = [DBTaskResult.objects.get(pk=task.pk).status for task in (once, thrice, alive)]
    assert statuses == [TaskResultStatus.READY, TaskResultStatus.FAILED, TaskResultStatus.RUNNING]


def test_workers_are_started_for_what_waits_two_at_most(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    started: list[int] = []
    monkeypatch.setattr(background, "_start", lambda place: started.append(place) or True)
    settings.TASKS_MODE = "auto"
    for _ in range(3):
        print_slice.enqueue("0" * 32, [])
    assert background.wake() == 2
    settings.TASKS_MODE = "db"
    assert background.wake() == 0
    assert started == [0, 1]


def test_the_tasks_of_a_worker_that_is_known_to_be_dead_go_back_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lock tells: the system lets go of it whatever ended the process."""
    for name in ("dead", "living"):
        print_slice.enqueue("0" * 32, [])
        DBTaskResult.objects.ready().get().claim(f"{background._ours()}{name}")
    lock = background.hold(1, f"{background._ours()}living")
    assert lock is not None
    assert background.hold(1, "another") is None
    assert background.alive() == {f"{background._ours()}living"}
    assert background.revive() == 1
    assert DBTaskResult.objects.ready().get().worker_ids == [f"{background._ours()}dead"]
    os.close(lock)
    assert background.revive() == 1
    assert background.alive() == set()


def test_a_worker_lives_as_long_as_its_lock_and_looks_again_once_it_let_go(settings: Any) -> None:
    """What a page queued while the place was still taken is done before the worker leaves."""
    lock = background.hold(0, "w")
    ran: list[str] = []

    class Once:
        running = True

        def configure_signals(self) -> None:
            pass

        def run(self) -> None:
            ran.append("".join(background.alive()))
            if len(ran) == 1:
                print_slice.enqueue("0" * 32, [])
            else:
                DBTaskResult.objects.all().delete()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work_command, "_worker", lambda name: Once())
        call_command("work", "w", "0", str(lock))
    assert ran == ["w", "w"]
    assert background.alive() == set()


# On the page ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test does the work itself, when it wants it."""
    monkeypatch.setattr(bulk.transaction, "on_commit", lambda callback: None)


def ask_on_page(browser: Browser, project: Project, **fields: str) -> Any:
    page = f"/projets/{project.reference}/documents/"
    token = {name: value for form in browser.forms(page) for name, value in form.items() if name.startswith("csrf")}
    return browser.post(f"{page}archives/", {**token, **fields})


def test_from_the_button_to_the_file(project: Project, browser: Browser, at_once: None) -> None:
    actor = makers.coordinator_of(project)
    browser.sign_in(actor.user)
    address = ask_on_page(browser, project, sort="bodies")["Location"]
    page = browser.get(address).content.decode()
    assert "0 sur 2" in page
    assert 'http-equiv="refresh"' in page  # without script
    bundle = Bundle.objects.get()
    assert browser.get(f"{address}archive.zip").status_code == 302  # not whole yet
    work(bundle)
    part = browser.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "est prête" in part
    assert "<html" not in part
    response = browser.get(f"{address}archive.zip")
    assert response["Content-Disposition"] == f'attachment; filename="{bundle.name}"'
    assert (response["X-Content-Type-Options"], response["Content-Type"]) == ("nosniff", "application/zip")
    assert "no-store" in response["Cache-Control"]
    assert hashlib.sha256(b"".join(response.streaming_content)).hexdigest() == Bundle.objects.get().sha256
    assert set(Download.objects.values_list("form", "user_id")) == {("zip", actor.user_id)}
    assert Download.objects.count() == 2


def test_an_archive_is_of_who_asked_while_they_may_read_what_is_in_it(
    project: Project, browser: Browser, at_once: None
) -> None:
    row = project.participations.exclude(body_id=project.lead_body_id).get()
    member = makers.holder(row.body)
    address = ask_on_page(browser.sign_in(member.user), project, sort="body", organisme=row.body.siren or "")[
        "Location"
    ]
    work(Bundle.objects.get())
    response = browser.get(f"{address}archive.zip")
    assert b"".join(response.streaming_content).startswith(b"PK")
    for other in (makers.coordinator_of(project), makers.member(), makers.make_steward()):
        assert Browser().sign_in(other.user).get(f"{address}archive.zip").status_code == 404
    for membership in row.body.memberships.all():
        membership.ends_on = dt.date(2020, 1, 1)
        membership.save()
    assert browser.get(f"{address}archive.zip").status_code in (403, 404)


def test_a_member_asks_neither_for_all_nor_for_anothers(project: Project, browser: Browser) -> None:
    row = project.participations.exclude(body_id=project.lead_body_id).get()
    browser.sign_in(makers.holder(row.body).user)
    assert ask_on_page(browser, project, sort="bodies").status_code == 403
    lead = project.lead_body
    assert lead is not None
    assert ask_on_page(browser, project, sort="body", organisme=lead.siren or "").status_code == 404
    assert ask_on_page(browser, project, sort="../..", organisme="").status_code == 404
    assert not Bundle.objects.exists()


def test_nothing_is_sent_to_sign_once_the_facts_changed(project: Project, browser: Browser) -> None:
    row = project.participations.exclude(body_id=project.lead_body_id).get()
    browser.sign_in(makers.holder(row.body).user)
    Body.objects.filter(pk=row.body_id).update(name="Autre nom")
    response = ask_on_page(browser, project, sort="signing", organisme=row.body.siren or "")
    assert response.status_code == 409
    assert "une version à jour de « Convention constitutive »" in response.content.decode()


# Upkeep ---------------------------------------------------------------------------------------------------------------
def aged(path: Path, days: int = 30) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes(b"%PDF-1.7 personne\n")
    then = timezone.now().timestamp() - days * 86_400
    os.utime(path, (then, then))
    return path


def test_what_nobody_names_goes_and_what_a_row_names_stays(project: Project) -> None:
    bundle = made(project, BundleKind.BODIES)
    named = [store.path_of(item.pdf_sha256) for item in bundle.documents.all()] + [store.archive_path(bundle.sha256)]
    for path in named:
        aged(path)
    gone = [
        aged(store.path_of("ab" * 32)),
        aged(store.archive_path("cd" * 32)),
        aged(store.documents() / "ab" / f"{store.PARTIAL}x"),
    ]
    fresh = store.path_of("ef" * 32)
    fresh.parent.mkdir(parents=True)
    fresh.write_bytes(b"%PDF-1.7 la ligne vient\n")
    assert sweep() == {"archives": 0, "orphans": 2, "halves": 1, "tasks": 0}
    assert [path.exists() for path in [*named, fresh]] == [True] * len(named) + [True]
    assert [path.exists() for path in gone] == [False] * 3
    Bundle.objects.update(moved_at=timezone.now() - dt.timedelta(days=8))
    assert sweep()["archives"] == 1
    assert not store.archive_path(bundle.sha256).exists()


def test_one_byte_changed_in_a_stored_file_is_found_and_named(project: Project) -> None:
    bundle = made(project, BundleKind.BODIES)
    out, err = io.StringIO(), io.StringIO()
    call_command("verify_documents", stdout=out, stderr=err)
    assert out.getvalue().startswith("3 fichiers relus")
    document = bundle.documents.first()
    assert document is not None
    path = store.path_of(document.pdf_sha256)
    content = bytearray(path.read_bytes())
    content[12] ^= 1
    path.write_bytes(content)
    store.archive_path(bundle.sha256).unlink()
    with pytest.raises(CommandError, match="2 fichier"):
        call_command("verify_documents", stdout=out, stderr=err)
    said = err.getvalue()
    assert f"{document.reference} : le fichier a été modifié" in said
    assert f"archive {bundle.name} : le fichier manque" in said


def test_the_nightly_look_flags_what_is_behind_and_tells_the_coordinator_once(
    project: Project, browser: Browser
) -> None:
    row = project.participations.exclude(body_id=project.lead_body_id).get()
    legal = makers.holder(row.body, Role.LEGAL)
    Body.objects.filter(pk=row.body_id).update(name="Autre nom")
    for _ in range(2):
        call_command("watch_documents", stdout=io.StringIO())
    document = Document.objects.get(project=project, kind="convention")
    assert Letter.objects.filter(code="document_behind", text__contains=document.reference).count() == 1
    assert "Autre nom" in OutOfDate.objects.get(document=document).what
    page = browser.sign_in(legal.user).get("/documents/?etat=stale").content.decode()
    assert document.reference in page
    assert "Périmé" in page
    coordinator = Browser().sign_in(project.coordinator).get("/documents/").content.decode()
    assert "ne dit plus les données du projet" in coordinator
    Body.objects.filter(pk=row.body_id).update(name=row.body.name)
    call_command("watch_documents", stdout=io.StringIO())
    assert not OutOfDate.objects.exists()
