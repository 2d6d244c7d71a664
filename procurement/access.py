"""Who asks, for which bodies, and what a page demands. Rights are read anew at each request."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from procurement.models import Body, BodyKind, Membership, Role, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

M = TypeVar("M", bound=Model)
SESSION_BODY = "acting_body"


@dataclass(frozen=True)
class Actor:
    """A person as they act now: the roles they hold in each body, and the body they act for by default."""

    user: User | None = None
    body: Body | None = None
    bodies: tuple[Body, ...] = ()
    roles: Mapping[int, frozenset[str]] = field(default_factory=dict)  # by body id

    @property
    def user_id(self) -> int | None:
        """None for someone who is not signed in."""
        return self.user.pk if self.user else None

    @property
    def is_steward(self) -> bool:
        """True for those who tend the platform."""
        return self.user is not None and self.user.is_steward

    @property
    def is_member(self) -> bool:
        """True for whoever works for a body, and for stewards."""
        return bool(self.roles) or self.is_steward

    def holds(self, role: str, body_id: int | None) -> bool:
        """True if the person holds `role` in that body today."""
        return body_id is not None and role in self.roles.get(body_id, frozenset())

    def belongs_to(self, body_id: int | None) -> bool:
        """True if the person holds any role in that body today."""
        return body_id is not None and body_id in self.roles

    def bodies_as(self, role: str) -> list[Body]:
        """The bodies in which the person holds `role`, by name."""
        return [body for body in self.bodies if self.holds(role, body.pk)]


ANONYMOUS = Actor()


def actor_for(user: User | AnonymousUser | None, body_id: int | None = None) -> Actor:
    """The actor a user is now; `body_id` is the body they chose to act for. One query."""
    if user is None or not user.is_authenticated or not user.is_active:
        return ANONYMOUS
    assert isinstance(user, User)
    bodies: dict[int, Body] = {}
    roles: dict[int, set[str]] = {}
    held = Membership.objects.filter(user=user).in_force().select_related("body")
    for membership in held.order_by("body__name", "body_id"):
        bodies[membership.body_id] = membership.body
        roles.setdefault(membership.body_id, set()).add(membership.role)
    chosen = bodies.get(body_id or 0) or next(iter(bodies.values()), None)
    return Actor(user, chosen, tuple(bodies.values()), {pk: frozenset(names) for pk, names in roles.items()})


class ActorRequest(HttpRequest):
    """A request once the middleware has said who asks."""

    actor: Actor


def actor_context(request: HttpRequest) -> dict[str, Any]:
    """Template variable `actor` on every page."""
    return {"actor": getattr(request, "actor", ANONYMOUS)}


PageRule = Callable[[Actor], bool]
View = Callable[..., HttpResponse]  # its first argument is an ActorRequest


def anyone(actor: Actor) -> bool:
    """Public pages."""
    return True


def signed_in(actor: Actor) -> bool:
    """Anybody with an account."""
    return actor.user is not None


def member(actor: Actor) -> bool:
    """Whoever works for a body, partners included, and stewards."""
    return actor.is_member


def agent(actor: Actor) -> bool:
    """Whoever may declare needs for at least one body (partners only read and talk)."""
    return any(body.kind != BodyKind.PARTNER for body in actor.bodies_as(Role.AGENT))


def steward(actor: Actor) -> bool:
    """Those who tend the platform."""
    return actor.is_steward


def page(rule: PageRule) -> Callable[[View], View]:
    """Put on every view: strangers are sent to sign in, the others get 403; what members see is never cached."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = request.actor
            if not rule(actor):
                if actor.user is None:
                    return redirect_to_login(request.get_full_path())
                raise PermissionDenied("Cette page n'est pas dans vos droits.")
            response = view(request, *args, **kwargs)
            if actor.user is not None:
                add_never_cache_headers(response)
            return response

        guarded.access_rule = rule  # type: ignore[attr-defined]
        return guarded

    return decorate


def fetch(queryset: QuerySet[M], **lookup: Any) -> M:
    """The one row of an already scoped queryset, or Http404: what one may not see does not exist."""
    if any(isinstance(value, str) and "\x00" in value for value in lookup.values()):
        raise Http404("introuvable")  # PostgreSQL would refuse the character itself, and the transaction with it
    try:
        return queryset.get(**lookup)
    except (queryset.model.DoesNotExist, ValueError, OverflowError):  # type: ignore[attr-defined]
        raise Http404("introuvable") from None
