"""Following a need: a person's own choice, for themselves."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from procurement.access import Actor
from projects.models import Need, NeedFollow


def follow(need: Need, *, actor: Actor) -> None:
    """Follow a need that one may see; again changes nothing. Side effect: a row, no event: it concerns nobody else."""
    if not actor.is_member or actor.user is None or not Need.objects.visible_to(actor).filter(pk=need.pk).exists():
        raise PermissionDenied("Seul un membre suit un besoin.")
    NeedFollow.objects.get_or_create(need=need, user=actor.user)


def unfollow(need: Need, *, actor: Actor) -> None:
    """Stop following; again changes nothing."""
    if actor.user is not None:
        NeedFollow.objects.filter(need=need, user=actor.user).delete()
