"""The business in the administration site: the list of domains, and read-only rows without what is confidential.

Platform staff have no right to a body's supplier, cost or amounts (design §3): the fields shown are listed one by one,
and the facts of events, which hold amounts, are not among them.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from procurement.admin import ReadOnlyAdmin, RecordedAdmin
from projects.actions.taxonomy import read_anew
from projects.forms.taxonomy import DomainForm
from projects.models import Domain, Event, Need, Participation, Project


@admin.register(Domain)
class DomainAdmin(RecordedAdmin):
    """The taxonomy, tended by stewards; a code that is in use does not change."""

    form = DomainForm
    list_display = ("label", "code")
    search_fields = ("label", "code")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Scenarios and addresses name the code: it is chosen once."""
        lists = ("label", "volumes", "questions", "synonyms")
        return lists if obj else ("code", *lists)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The search reads the words that were changed."""
        old = Domain.objects.filter(pk=obj.pk).first()
        super().save_model(request, obj, form, change)
        read_anew(obj, (old.label, *old.synonyms) if old else ())


@admin.register(Need)
class NeedAdmin(ReadOnlyAdmin):
    """Published needs: a draft is seen by its body alone."""

    list_display = ("reference", "title", "body", "domain", "state", "published_on")
    list_filter = ("state",)
    list_select_related = ("body", "domain")
    search_fields = ("reference", "title")
    fields = ("reference", "body", "domain", "title", "description", "state", "project", "published_on")

    def get_queryset(self, request: HttpRequest) -> Any:
        """What the person may see on the site, no more."""
        return Need.objects.visible_to(request.actor)  # type: ignore[attr-defined]  # set by the middleware


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    """Projects: what every member sees."""

    list_display = ("reference", "title", "route", "state", "coordinator", "lead_body", "cut_off")
    list_filter = ("state", "route")
    list_select_related = ("coordinator", "lead_body")
    search_fields = ("reference", "title")
    fields = ("reference", "title", "object", "route", "state", "coordinator", "lead_body", "mandate", "cpv", "cut_off")


@admin.register(Participation)
class ParticipationAdmin(ReadOnlyAdmin):
    """Who is in which project, without amounts."""

    list_display = ("project", "body", "state")
    list_filter = ("state",)
    list_select_related = ("project", "body")
    search_fields = ("project__reference", "body__name")
    fields = ("project", "body", "state", "act_number", "act_date", "act_enforceable_on", "signed_on")


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The journal of the business, without its facts and notes."""

    list_display = ("chain", "position", "step", "source", "target", "user", "body", "happened_on", "recorded_at")
    list_select_related = ("user", "body")
    search_fields = ("chain",)
    fields = ("chain", "position", "step", "source", "target", "user", "body", "happened_on", "recorded_at", "digest")
    ordering = ("-id",)
