"""Issued documents. A row is written once: what a document is worth now is read from the facts around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When

from documents.models.wordings import Wording
from procurement.models import Body, User
from projects.enums import ProjectState
from projects.models import ConventionVersion, Participation, Project

if TYPE_CHECKING:
    from procurement.access import Actor


class DocumentState(models.TextChoices):
    """What an issue is worth. Not stored: it follows from later issues, the version and the project."""

    ISSUED = "issued", "Émis"
    IN_FORCE = "in_force", "En vigueur"
    SUPERSEDED = "superseded", "Remplacé"
    REVOKED = "revoked", "Caduc"


COUNTING = (DocumentState.ISSUED, DocumentState.IN_FORCE)  # neither replaced nor void
SETTLED = (ProjectState.CONSTITUTED, ProjectState.TENDER, ProjectState.RUNNING, ProjectState.CLOSED)


class DocumentQuerySet(models.QuerySet["Document"]):
    """Documents as an actor may read them, with their state."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the projects one's bodies are in, or that one coordinates; per-body ones stay with the body."""
        if actor.user_id is None:
            return self.none()
        bodies = list(actor.roles)
        joined = Participation.objects.filter(body_id__in=bodies).present().values("project_id")
        own = Q(project_id__in=joined) & (Q(body=None) | Q(body_id__in=bodies))
        return self.filter(own | Q(project__coordinator_id=actor.user_id))

    def with_state(self) -> Self:
        """Adds `state`: a DocumentState value."""
        later = Document.objects.filter(
            project=OuterRef("project"),
            kind=OuterRef("kind"),
            series=OuterRef("series"),
            number__gt=OuterRef("number"),
        ).filter(Q(body=OuterRef("body")) | Q(body=None))
        return self.annotate(
            state=Case(
                When(
                    Q(version__given_up_on__isnull=False) | Q(project__state=ProjectState.ABANDONED),
                    then=Value(DocumentState.REVOKED),
                ),
                When(Exists(later), then=Value(DocumentState.SUPERSEDED)),
                When(version__isnull=False, project__state__in=SETTLED, then=Value(DocumentState.IN_FORCE)),
                default=Value(DocumentState.ISSUED),
                output_field=models.CharField(),
            )
        )

    def update(self, **fields: Any) -> int:
        """Only the hash of the bytes, once they are on disk, may be written after the issue."""
        if set(fields) != {"pdf_sha256"}:
            raise AttributeError("Un document émis ne change pas.")
        return super().update(**fields)


class Document(models.Model):
    """One issue of one kind of document: the context it was rendered from, and the hash of its bytes."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="documents")
    kind = models.CharField("nature", max_length=40)  # code of documents/catalogue.py
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+")
    # Number of the call for funds or of the amendment it is: call 2 does not replace call 1, which stays due.
    series = models.CharField(max_length=6, default="", blank=True)
    number = models.PositiveSmallIntegerField("version")
    reference = models.CharField(max_length=60, unique=True)  # P-2026-014/CONV-v3, P-2026-014/APPEL-2-213801517-v1
    version = models.ForeignKey(ConventionVersion, models.PROTECT, null=True, related_name="documents")
    context = models.JSONField()
    context_sha256 = models.CharField(max_length=64)
    facts_sha256 = models.CharField(max_length=64, default="")  # of what the context was built from, bodies apart
    # What it was printed with, so that it never depends on the catalogue, the route or the templates of another day.
    route = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    template = models.CharField(max_length=80)
    template_version = models.CharField(max_length=20)
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="+")
    engine = models.CharField(max_length=40, default="")
    pdf_sha256 = models.CharField(max_length=64, default="", db_index=True)  # empty until the bytes are on disk
    issued_on = models.DateField()
    issued_at = models.DateTimeField(auto_now_add=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Any] = DocumentQuerySet.as_manager()
    state: str  # by with_state()

    class Meta:
        ordering = ["kind", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "kind", "body", "series", "number"], name="issue_once"),
            models.UniqueConstraint(
                fields=["project", "kind", "series", "number"], condition=Q(body=None), name="common_issue_once"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only."""
        if not self._state.adding:
            raise AttributeError("Un document émis ne change pas.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused: retention is a minimum, and elimination needs an archivist's visa (R. 2184-12 CCP)."""
        raise AttributeError("Un document émis ne s'efface pas.")

    @property
    def address(self) -> tuple[str, str]:
        """The two parts of the reference, as they stand in the address: project, name."""
        project, _, name = self.reference.partition("/")
        return project, name

    @property
    def code(self) -> str:
        """The verification code printed in the footer: 16 hex digits of the context's hash."""
        return self.context_sha256[:16]

    @property
    def state_label(self) -> str:
        """The state in French."""
        return str(DocumentState(self.state).label)
