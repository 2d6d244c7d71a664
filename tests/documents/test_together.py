"""Several at once, and killed at any instant: nothing is mixed, nothing is half done (quality.md C5, D4, K1)."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from documents import store
from documents.bulk import ask, plan
from documents.issuing import bytes_of, issue_kind
from documents.models import Bundle, BundleKind, BundleStatus, Document
from documents.upkeep import fault_of, named_files, sweep
from projects.enums import ProjectState
from tests import makers
from tests.conftest import NIGHTLY, ROOT
from tests.documents.pdf import text_of
from tests.projects.racing import Connect, own_connection, together

__all__ = ["own_connection"]  # the fixture « connect »
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]
PROJECTS, WORKERS = (20, 8) if NIGHTLY else (3, 4)
INSTANTS = 30 if NIGHTLY else 3
CANARY = "canari-{}-secret"


def test_ten_clicks_at_once_are_one_issue(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    project = makers.make_project(ProjectState.AGREEMENT, frozen=True)
    coordinator = makers.coordinator_of(project)

    def click() -> str:
        return str(len(issue_kind(project, "needs-annex", coordinator)))

    said = together(connect, [click] * 10)
    assert sorted(said) == ["0"] * 9 + ["1"]
    assert Document.objects.filter(project=project, kind="needs-annex").count() == 1


def test_documents_of_many_projects_printed_at_once_hold_no_foreign_word(connect: Connect) -> None:
    """Ten documents a project at night: two hundred, by eight workers."""
    for number in range(PROJECTS):
        words = CANARY.format(number)
        bodies = [makers.make_body(f"{words} {index}") for index in range(4 if NIGHTLY else 2)]
        fields = {"bodies": bodies, "title": words, "object": f"Objet {words}."}
        project = makers.make_project(ProjectState.AGREEMENT, frozen=True, **fields)
        for code in ("accession-form",) if NIGHTLY else ():
            issue_kind(project, code, makers.coordinator_of(project))
    assert not NIGHTLY or Document.objects.count() == 200
    QuerySet(Document).update(pdf_sha256="")  # those that the freeze printed are printed again, with the others
    ids = list(Document.objects.order_by("?").values_list("pk", flat=True))

    def worker(mine: list[int]) -> Callable[[], str]:
        return lambda: "".join(_print(pk) for pk in mine)

    printers = [worker(ids[index::WORKERS]) for index in range(WORKERS)]
    assert together(connect, printers, patience=1200 if NIGHTLY else 120) == [""] * WORKERS
    for document in Document.objects.select_related("project"):
        text = text_of(store.path_of(document.pdf_sha256).read_bytes())
        own = document.project.title
        others = {CANARY.format(number) for number in range(PROJECTS)} - {own}
        assert own in text.replace("\n", " ")
        assert not [words for words in others if words in text], document.reference


def _print(pk: int) -> str:
    bytes_of(Document.objects.select_related("project", "body", "wording").get(pk=pk))
    return ""


# Killed ---------------------------------------------------------------------------------------------------------------
WORKER = """
import django; django.setup()
from documents.bulk import print_slice
from documents.models import Bundle
bundle = Bundle.objects.get()
print("ready", flush=True)
print_slice.call(str(bundle.pk), list(bundle.documents.filter(pdf_sha256="").values_list("pk", flat=True)))
"""


@pytest.fixture
def worker(connect: Connect, settings: Any) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts a worker process on the database and the store of the test."""
    own = connect()
    params = own.settings_dict
    if connection.vendor == "postgresql":
        where = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**params)
    else:
        where = f"sqlite:///{params['NAME']}"
    env = os.environ | {
        "DATABASE_URL": where,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DJANGO_SETTINGS_MODULE": "procurement.settings",
        "SECRET_KEY": "k" * 64,
    }
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-W", "ignore", "-c", WORKER]
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def sound() -> list[str]:
    """What is wrong: a row without its file, a file that is not what its row says."""
    return [f"{name} : {fault}" for name, path, sha256 in named_files() if (fault := fault_of(path, sha256))]


def files() -> set[Path]:
    """Every file of the store."""
    return {path for folder in (store.documents(), store.archives()) for path in folder.rglob("*") if path.is_file()}


def named() -> set[Path]:
    return {path for _, path, _ in named_files()}


def test_killed_at_any_instant_nothing_is_half_done_and_the_work_goes_on(
    worker: Callable[[], subprocess.Popen[bytes]],
) -> None:
    project = makers.make_project(ProjectState.AGREEMENT, frozen=True)
    documents = plan(project, BundleKind.BODIES)
    ask(project, BundleKind.BODIES, documents, actor=makers.coordinator_of(project))
    started = time.monotonic()
    assert worker().wait(timeout=300) == 0
    whole = time.monotonic() - started
    instants = random.Random(1)
    for _ in range(INSTANTS):
        QuerySet(Document).update(pdf_sha256="")
        QuerySet(Bundle).update(status=BundleStatus.ASKED, sha256="")
        for path in files():
            path.unlink()
        process = worker()
        time.sleep(instants.uniform(0, whole))
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=60)
        assert sound() == []
        visible = {path for path in files() if not path.name.startswith(store.PARTIAL)} - named()
        assert len(visible) <= 1  # written, its row not yet: nobody can be given it, and the next writing names it
        assert worker().wait(timeout=300) == 0
        assert Bundle.objects.get().ready
        assert sound() == []
        sweep(orphan_after=dt.timedelta(0), partial_after=dt.timedelta(0))
        assert files() == named()
