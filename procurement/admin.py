"""The administration site: for the platform's staff only. States, journals and confidential fields are not in it."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest

from procurement.events import record
from procurement.models import Body, Event, Membership, User
from procurement.people.addresses import vouch
from procurement.text import fold

# One way in for everybody: its limits on attempts, and later its second factor, hold here too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Cordée, administration"


POWER = ("is_steward", "is_staff", "is_superuser", "user_permissions")


class RecordedAdmin(admin.ModelAdmin):
    """What staff change is told in the site's journal: the names of the fields, not their values."""

    actions = None  # nothing in bulk

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing is deleted: a person is made inactive, a body closed, a membership ended."""
        return False

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """Save and record in one transaction."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            step = "admin_change" if change else "admin_add"
            what = {"model": obj._meta.label_lower, "id": obj.pk, "changed": sorted(form.changed_data)}
            record(step, actor=request.actor, **what)  # type: ignore[attr-defined]  # set by the middleware


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only the site itself writes, through its actions and steps."""

    actions = None
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Only the filters shown: `?maximum_cents__gte=…` would tell, guess by guess, what the page does not show."""
        return lookup.removesuffix("__exact") in self.get_list_filter(request)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, RecordedAdmin):
    """People. Only a superuser touches what gives power over the site."""

    ordering = ("email",)
    list_display = ("email", "first_name", "last_name", "is_steward", "is_staff", "is_active")
    list_filter = ("is_steward", "is_staff", "is_active")
    search_fields = ("email", "first_name", "last_name")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "password", "first_name", "last_name")}),
        ("Droits sur la plateforme", {"fields": ("is_active", *POWER)}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)
    readonly_fields = ("last_login", "date_joined")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Staff who are not superusers may not make themselves so."""
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *POWER)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Staff vouch for the address they write: nobody they let in is asked to confirm it."""
        obj.email = obj.email.strip().lower()
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            vouch(obj)


@admin.register(Body)
class BodyAdmin(RecordedAdmin):
    """Public bodies: the registry is loaded by command; staff add what it lacks."""

    list_display = ("name", "kind", "department", "siren", "population", "closed_on")
    list_filter = ("kind",)
    search_fields = ("search_text",)
    raw_id_fields = ("epci",)
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """What is searched follows the name and the codes, as in `load_registry`."""
        obj.search_text = fold(f"{obj.name} {obj.postal_codes} {obj.siren or ''} {obj.insee}")
        super().save_model(request, obj, form, change)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Accents do not matter."""
        return super().get_search_results(request, queryset, fold(search_term))


@admin.register(Membership)
class MembershipAdmin(RecordedAdmin):
    """Who works for whom, from when to when."""

    list_display = ("user", "body", "role", "starts_on", "ends_on")
    list_filter = ("role",)
    list_select_related = ("user", "body")
    search_fields = ("user__email", "body__name")
    autocomplete_fields = ("user", "body")


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The site's own journal."""

    list_display = ("position", "step", "user", "recorded_at")
    list_select_related = ("user",)
    fields = ("position", "step", "user", "body", "note", "facts", "recorded_at", "digest")
    ordering = ("-position",)
