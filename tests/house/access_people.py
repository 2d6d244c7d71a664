"""What the addresses of joining, leaving and rights name in the world of the access matrix."""

from __future__ import annotations

import datetime as dt

from django.core import signing

from procurement import clock
from procurement.access import actor_for
from procurement.models import Body, JoinRequest, Membership, Role
from procurement.people import inviting, joining, rights
from tests.makers import holder, make_user


def people_things(own: Body) -> dict[str, str]:
    """A request, an invitation, a stand-in to come (it gives no right today) and a delegation, all of `own`."""
    boss, reader = holder(own, Role.AGENT), holder(own, Role.VIEWER)
    assert reader.user is not None
    legal = Membership.objects.get(body=own, role=Role.LEGAL)
    later = clock.today() + dt.timedelta(days=30)
    standing = rights.stand_in(legal, reader.user, actor=boss, starts_on=later, ends_on=later)
    act = {"delegate": "Léa Roy", "capacity": "DGS", "act_reference": "arrêté n° 2026-12"}
    given = {"email": "ada@example.org", "first_name": "Ada", "last_name": "Byron", "roles": ["agent"]}
    invited = inviting.invite(own, actor=boss, email="eva@example.org", roles=["viewer"])
    unconfirmed = JoinRequest.objects.create(body=own, **given)
    return {
        "own": own.public_ref,
        "colleague": str(reader.user_id),
        "wanted": str(joining.ask(own, actor=actor_for(make_user()), roles=["agent"], word="DSI").pk),
        "confirm": signing.dumps(unconfirmed.pk, salt=joining.SALT),
        "invited": str(invited.pk),
        "invitation": signing.dumps(invited.pk, salt=inviting.SALT),
        "standing": str(standing.pk),
        "delegation": str(rights.delegate(own, actor=boss, starts_on=later, **act).pk),
    }
