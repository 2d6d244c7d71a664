"""Archives of many documents, made in the background: asked for, printed by slices, packed once all are there.

Nothing is remembered but which documents an archive holds. What is already printed is in the store under its own
hash; so whoever takes the work up again after a kill goes on from there, and two workers at once only help.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from documents import archive, background, store
from documents.issuing import bytes_of
from documents.models import Bundle, BundleKind, BundleStatus, Document, Download
from documents.models.issues import COUNTING, DocumentQuerySet
from documents.render import RenderFailed
from documents.signers import signs
from procurement.access import Actor
from procurement.models import Body
from projects.enums import ProjectState
from projects.models import Participation, Project

SLICE = 4  # documents that one task prints
NAMES = {BundleKind.BODIES: "par-organisme", BundleKind.BODY: "documents", BundleKind.SIGNING: "a-signer"}


# Asking ---------------------------------------------------------------------------------------------------------------
def current(project: Project) -> list[Document]:
    """The issues that count now, in the order of the catalogue's titles and of the bodies' names."""
    found: DocumentQuerySet = Document.objects.filter(project=project).with_state()
    found = found.filter(state__in=COUNTING)  # type: ignore[misc]  # annotated by with_state()
    return list(
        found.defer("context", "version__facts")
        .select_related("body", "version", "project")
        .order_by("title", "body__name")
    )


def plan(project: Project, kind: str, *, body: Body | None = None, kinds: Iterable[str] = ()) -> list[Document]:
    """What an archive would hold; `kinds` (codes) narrows the one of every body."""
    wanted = set(kinds)
    every = current(project)
    if kind == BundleKind.BODIES:
        return [item for item in every if item.body_id and (not wanted or item.kind in wanted)]
    own = [item for item in every if item.body_id is None or (body is not None and item.body_id == body.pk)]
    if kind == BundleKind.BODY:
        return own
    return [item for item in own if body and signs(item, project, body.pk) and not _past(item)]


def _past(document: Document) -> bool:
    """True for what was to be signed before the text was frozen."""
    return document.version_id is None and document.project.state not in (ProjectState.FRAMING, ProjectState.CALL)


def ask(
    project: Project, kind: str, documents: Sequence[Document], *, actor: Actor, body: Body | None = None
) -> Bundle:
    """The archive of these documents: the same question by the same person gives the same one, made once.

    The caller has checked that the person may read them. Side effects: a row; the work is queued after the commit.
    """
    assert actor.user is not None  # every page that asks is for members
    question = [str(actor.user.pk), kind, str(body.pk if body else ""), *sorted(str(item.pk) for item in documents)]
    key = hashlib.sha256("|".join(question).encode()).hexdigest()
    whose = f"-{archive.ascii_name(body.name)}" if body else ""
    defaults = {
        "project": project,
        "kind": kind,
        "body": body,
        "asked_by": actor.user,
        "name": f"{project.reference}{whose}-{NAMES[BundleKind(kind)]}.zip",
    }
    with transaction.atomic():
        bundle, made = Bundle.objects.get_or_create(key=key, defaults=defaults)
        if made:
            bundle.documents.set(documents)
    if made or bundle.failed or bundle.quiet or (bundle.ready and not store.archive_path(bundle.sha256).exists()):
        restart(bundle)
    return bundle


def restart(bundle: Bundle) -> None:
    """Queue what is left to do; harmless when somebody is at work on it."""
    fields = {"status": BundleStatus.ASKED, "problem": "", "sha256": "", "moved_at": timezone.now()}
    Bundle.objects.filter(pk=bundle.pk).update(**fields)
    bundle.refresh_from_db()
    transaction.on_commit(partial(_queue, str(bundle.pk)))


def _queue(bundle_id: str) -> None:
    left = list(
        Bundle.documents.through.objects.filter(bundle_id=bundle_id).filter(_UNPRINTED).values_list(_ID, flat=True)
    )
    for start in range(0, max(len(left), 1), SLICE):  # nothing left to print: one task packs
        print_slice.enqueue(bundle_id, left[start : start + SLICE])
    background.wake()


_ID = "document_id"
_UNPRINTED = Q(document__pdf_sha256="")


def progress(bundle: Bundle) -> tuple[int, int]:
    """(documents printed, documents in all)."""
    every = bundle.documents.count()
    return every - bundle.documents.filter(pdf_sha256="").count(), every


# Working --------------------------------------------------------------------------------------------------------------
@task()
def print_slice(bundle_id: str, document_ids: list[int]) -> None:
    """Print these documents, then pack the archive if they were the last. May be run twice, or by two at once."""
    bundle = Bundle.objects.filter(pk=bundle_id, status=BundleStatus.ASKED).first()
    if bundle is None:  # given up, or already whole
        return
    for document in Document.objects.filter(pk__in=document_ids, pdf_sha256="").select_related(
        "project", "body", "wording"
    ):
        try:
            bytes_of(document)
        except (RenderFailed, OSError) as error:
            _fail(bundle, str(error))
            return
        Bundle.objects.filter(pk=bundle.pk).update(moved_at=timezone.now())
    if not bundle.documents.filter(pdf_sha256="").exists():
        _assemble(bundle)


def _fail(bundle: Bundle, problem: str) -> None:
    asked = Bundle.objects.filter(pk=bundle.pk, status=BundleStatus.ASKED)
    asked.update(status=BundleStatus.FAILED, problem=problem[:400])


def _assemble(bundle: Bundle) -> None:
    """The file, then the row: an archive that is ready has its file."""
    documents = list(bundle.documents.select_related("project", "body", "version", "wording").order_by("title", "pk"))
    day = max(document.issued_on for document in documents)
    try:
        sha256, size = store.keep_archive(lambda file: archive.pack(_parts(bundle, documents), day, file))
    except (RenderFailed, OSError) as error:
        _fail(bundle, str(error))
        return
    asked = Bundle.objects.filter(pk=bundle.pk, status=BundleStatus.ASKED)
    asked.update(status=BundleStatus.READY, sha256=sha256, size=size, moved_at=timezone.now())


def _parts(bundle: Bundle, documents: Sequence[Document]) -> Iterator[tuple[str, bytes]]:
    """Each file with its name; one document in memory at a time."""
    signing = bundle.kind == BundleKind.SIGNING
    participation = _participation(bundle) if signing else None
    files = [(archive.file_name(document), document) for document in documents]
    yield "sommaire.csv", archive.summary(files)
    if signing:
        yield "LISEZ-MOI.txt", archive.notice(documents, str(bundle.body)).encode()
    for name, document in files:
        content = bytes_of(document)
        yield name, content
        if participation is not None:
            about = archive.metadata(name, document, len(content), participation)
            yield f"{name.removesuffix('.pdf')}.json", archive.as_json(about)


def _participation(bundle: Bundle) -> Participation:
    rows = Participation.objects.filter(project=bundle.project, body=bundle.body)
    return rows.select_related("project", "body").get()


# Giving ---------------------------------------------------------------------------------------------------------------
def readable(bundle: Bundle, actor: Actor) -> bool:
    """True while the person may still read every document that is in it."""
    inside = bundle.documents.all().values("pk")
    return Document.objects.visible_to(actor).filter(pk__in=inside).count() == bundle.documents.count()


def log_downloads(documents: Iterable[Document], actor: Actor, form: str, sha256: str = "") -> None:
    """Write down who took which bytes (their hash; by default the issue's own), and for which of their bodies."""
    assert actor.user is not None
    rows = [
        Download(
            document=document,
            user=actor.user,
            body_id=_reader(document, actor),
            form=form,
            sha256=sha256 or document.pdf_sha256,
        )
        for document in documents
    ]
    Download.objects.bulk_create(rows)


def _reader(document: Document, actor: Actor) -> int | None:
    """The body that a person reads a document for: the one it is about, else the one they act for."""
    if actor.belongs_to(document.body_id):
        return document.body_id
    return actor.body.pk if actor.body else None
