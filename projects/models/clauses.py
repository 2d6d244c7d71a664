"""The clauses of a project as they are worked on: revisions, comments, the review by each member.

Rows are never rewritten but to say that they are settled.
"""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from procurement.models import Body, User
from projects.agreement_terms import ClauseText
from projects.models.projects import Project
from projects.models.reading import kept


class RevisionState(models.TextChoices):
    """What a revision is worth."""

    ACCEPTED = "accepted", "Retenue"
    PROPOSED = "proposed", "Proposée"
    REFUSED = "refused", "Écartée"


class ClauseRevisionQuerySet(models.QuerySet["ClauseRevision"]):
    """Questions asked of revisions."""

    def accepted(self) -> Self:
        """Those that make the text, oldest first."""
        return self.filter(status=RevisionState.ACCEPTED).order_by("number")


class ClauseRevision(models.Model):
    """What a clause became: a text of its own, or back to the model when `text` is empty.

    `base` is the model's text when it was written: once facts choose another variant, the clause is to be read again.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="clause_revisions")
    code = models.CharField(max_length=60)
    number = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    base = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=RevisionState)
    reason = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_for = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ClauseRevisionQuerySet] = ClauseRevisionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "révision de clause"
        ordering = ["project", "code", "number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "code", "number"], name="clause_revision_once"),
            models.UniqueConstraint(
                fields=["project", "code"], condition=Q(status=RevisionState.PROPOSED), name="one_proposal_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} n° {self.number}"


def latest_revisions(project: Project) -> dict[str, ClauseRevision]:
    """The accepted revision in force of each clause that has one, by code. One query."""
    rows = ClauseRevision.objects.filter(project=project).accepted()
    return kept(project, "latest_revisions", lambda: {row.code: row for row in rows})


def amendments_of(project: Project) -> tuple[ClauseText, ...]:
    """The clauses that the project words its own way, by code. One query."""
    rows = latest_revisions(project)
    return tuple(ClauseText(code, row.text, amended=True) for code, row in sorted(rows.items()) if row.text)


class ClauseComment(models.Model):
    """A remark on a clause, or an answer to one. Plain text."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="clause_comments")
    code = models.CharField(max_length=60)
    answers = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="answers_given")
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")  # null: the coordinator, for no body
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField(max_length=4_000)
    made_at = models.DateTimeField(auto_now_add=True)
    resolved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "remarque sur une clause"
        ordering = ["id"]
        indexes = [models.Index(fields=["project", "code"], name="comments_by_clause")]

    def __str__(self) -> str:
        return f"{self.code} : {self.text[:40]}"


class Review(models.Model):
    """The reading of a draft by every member, opened by the coordinator. One at a time; waived for a stated reason."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="reviews")
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    answer_by = models.DateField(null=True, blank=True)
    waived_reason = models.CharField(max_length=500, blank=True)
    waived_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    waived_draft = models.CharField(max_length=64, blank=True)  # sha256: a later draft needs another reason
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = "relecture"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=Q(closed_on=None), name="one_review_at_a_time")
        ]

    def __str__(self) -> str:
        return f"relecture de {self.project_id}"


class Verdict(models.TextChoices):
    """What a member's legal team answers."""

    AGREED = "agreed", "D'accord"
    REMARKS = "remarks", "Retourné avec remarques"


class ReviewAnswer(models.Model):
    """What a body answered on one draft, named by its sha256. The latest counts; the others are the history."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="answers")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict)
    draft = models.CharField(max_length=64)
    text = models.TextField(max_length=4_000, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "réponse à la relecture"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.body} : {self.get_verdict_display()}"
