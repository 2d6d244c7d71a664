"""What those who tend the platform have to do: first members, partners, bodies that nobody works for any more."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from procurement.access import ActorRequest, page, steward
from procurement.models import Body, BodyKind, Departure, FileGrant, JoinRequest, Membership, Role
from procurement.people.forms import PartnerForm
from procurement.people.journal import note_down
from procurement.text import fold

SHOWN = 50


@require_safe
@page(steward)
def animation(request: ActorRequest) -> HttpResponse:
    """Requests that nobody in the body can answer, files open now, latest departures, partners."""
    deciders = Membership.objects.in_force().filter(body=OuterRef("body_id"), role__in=[Role.AGENT, Role.LEGAL])
    partners = JoinRequest.objects.waiting().filter(body__kind=BodyKind.PARTNER)
    alone = JoinRequest.objects.waiting().exclude(body__kind=BodyKind.PARTNER).filter(~Exists(deciders))
    requests = (partners | alone).select_related("body").order_by("created_at", "id")
    staff = Membership.objects.in_force().filter(body=OuterRef("pk"))
    context = {
        "requests": list(requests[:SHOWN]),
        "grants": list(FileGrant.objects.in_force().select_related("body", "steward")[:SHOWN]),
        "departures": list(Departure.objects.select_related("body")[:SHOWN]),
        "partners": list(Body.objects.filter(kind=BodyKind.PARTNER).annotate(staffed=Exists(staff))[:SHOWN]),
    }
    return render(request, "people/animation.html", context)


@require_http_methods(["GET", "POST"])
@page(steward)
def partner_add(request: ActorRequest) -> HttpResponse:
    """The State and associations are not in the registry: a steward writes them down."""
    form = PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            body = form.save(commit=False)
            body.search_text = fold(f"{body.name} {body.siren or ''}")
            body.save()
            note_down("partner_add", body, actor=request.actor)
        messages.success(request, f"{body} est inscrit : invitez ses membres.")
        return redirect("body_detail", body.public_ref)
    return render(request, "people/partner.html", {"form": form}, status=422 if form.is_bound else 200)
