"""Who asks, for which bodies, and what a page demands. Rights are read anew at each request."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from procurement.models import Body, BodyKind, FileGrant, Membership, Role, StandIn, User

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
    standing_for: Mapping[int, str] = field(default_factory=dict)  # by body id: whose place one takes there, by name
    opened: frozenset[int] = frozenset()  # bodies whose confidential file a steward has open, for a stated reason

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

    def reads_file_of(self, body_id: int | None) -> bool:
        """True for a steward who stated a reason, while the file is open. It lets them read, nothing else."""
        return body_id is not None and body_id in self.opened

    def bodies_as(self, role: str) -> list[Body]:
        """The bodies in which the person holds `role`, by name."""
        return [body for body in self.bodies if self.holds(role, body.pk)]


ANONYMOUS = Actor()


def actor_for(user: User | AnonymousUser | None, body_id: int | None = None) -> Actor:
    """The actor a user is now; `body_id` is the body they chose to act for. One query, two for a steward."""
    if user is None or not user.is_authenticated or not user.is_active:
        return ANONYMOUS
    assert isinstance(user, User)
    bodies: dict[int, Body] = {}
    own: dict[int, set[str]] = {}
    lent: dict[int, list[Membership]] = {}
    for membership in _held_by(user):
        bodies[membership.body_id] = membership.body
        own.setdefault(membership.body_id, set())
        if membership.user_id == user.pk:
            own[membership.body_id].add(membership.role)
        else:
            lent.setdefault(membership.body_id, []).append(membership)
    names: dict[int, str] = {}
    for pk, memberships in lent.items():
        absent = {str(item.user): None for item in memberships if item.role not in own[pk]}
        own[pk].update(item.role for item in memberships)
        if absent:
            names[pk] = " et ".join(absent)
    chosen = bodies.get(body_id or 0) or next(iter(bodies.values()), None)
    held = {pk: frozenset(roles) for pk, roles in own.items()}
    return Actor(user, chosen, tuple(bodies.values()), held, names, _opened_by(user))


def _held_by(user: User) -> QuerySet[Membership]:
    """The memberships that give this person rights: their own, and those they stand in for; by name of the body."""
    lent = StandIn.objects.in_force().filter(user=user).values("membership_id")
    held = Membership.objects.filter(Q(user=user) | Q(pk__in=lent)).in_force()
    found: QuerySet[Membership] = held.select_related("body", "user").order_by("body__name", "body_id", "id")
    return found


def _opened_by(user: User) -> frozenset[int]:
    if not user.is_steward:
        return frozenset()
    return frozenset(FileGrant.objects.in_force().filter(steward=user).values_list("body_id", flat=True))


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
