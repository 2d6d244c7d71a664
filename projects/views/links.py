"""Needs that belong together: joining one, proposing that two be one, agreeing, splitting."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from procurement.access import ActorRequest, agent, fetch, member, page
from procurement.workflow import Blocked
from projects.actions.links import agree, coordinates_something, end, me_too, propose_merge
from projects.forms.catalogue import MergeForm, MeTooForm, me_too_volumes
from projects.models import Need, NeedLink
from projects.queries import need_in_full

ENDED = {True: "Les deux besoins sont de nouveau séparés.", False: "La proposition est déclinée."}


@require_http_methods(["GET", "HEAD", "POST"])
@page(agent)
def need_me_too(request: ActorRequest, ref: str) -> HttpResponse:
    """Join a published need with one's own volumes and contract end."""
    need: Need = fetch(need_in_full(request.actor), reference=ref)
    data = request.POST or None
    form = MeTooForm(data, actor=request.actor)
    volumes = me_too_volumes(need, data)
    if request.method == "POST" and all([form.is_valid(), volumes.is_valid()]):
        try:
            own = me_too(need, actor=request.actor, volumes=volumes.filled, **form.cleaned_data)
        except Blocked as stop:
            form.add_error(None, "Il faut " + " ; ".join(item.label for item in stop.missing) + ".")
        else:
            messages.success(request, "Votre besoin est publié, et lié à celui que vous rejoignez.")
            return redirect("need_detail", own.reference)
    context = {"need": need, "form": form, "volumes": volumes}
    wrong = bool(form.errors) or any(volumes.errors)
    return render(request, "projects/library/me_too.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@page(member)
def need_merge(request: ActorRequest, ref: str) -> HttpResponse:
    """A coordinator proposes that this need and another be treated as one."""
    need: Need = fetch(need_in_full(request.actor), reference=ref)
    if not coordinates_something(request.actor):
        raise PermissionDenied("Un coordinateur, ou l'animation, propose de traiter deux besoins comme un seul.")
    form = MergeForm(request.POST or None, initial={"other": request.GET.get("autre", "")[:20]})
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["other"].strip().upper()
        other = Need.objects.visible_to(request.actor).filter(reference=wanted).first()
        try:
            if other is None:
                form.add_error("other", "Aucun besoin publié ne porte cette référence.")
            else:
                propose_merge(need, other, actor=request.actor, reason=form.cleaned_data["reason"])
                messages.success(request, "La proposition est faite : chaque organisme répond depuis son besoin.")
                return redirect("need_detail", ref)
        except Blocked as stop:
            form.add_error("other", "Il faut " + " ; ".join(item.label for item in stop.missing) + ".")
    context = {"need": need, "form": form}
    return render(request, "projects/library/merge.html", context, status=422 if form.errors else 200)


@require_POST
@page(agent)
def need_link_agree(request: ActorRequest, ref: str, pk: int) -> HttpResponse:
    """Agree, for one's own need."""
    need, link = _need_and_link(request, ref, pk)
    kept = agree(link, need, actor=request.actor)
    said = "Les deux besoins sont traités comme un seul." if kept.agreed else "Accord noté ; l'autre organisme répond."
    messages.success(request, said)
    return redirect("need_detail", ref)


@require_POST
@page(agent)
def need_link_end(request: ActorRequest, ref: str, pk: int) -> HttpResponse:
    """Decline, or split back, for one's own need."""
    need, link = _need_and_link(request, ref, pk)
    agreed = link.agreed
    end(link, need, actor=request.actor)
    messages.success(request, ENDED[agreed])
    return redirect("need_detail", ref)


def _need_and_link(request: ActorRequest, ref: str, pk: int) -> tuple[Need, NeedLink]:
    need: Need = fetch(Need.objects.visible_to(request.actor), reference=ref)
    link: NeedLink = fetch(NeedLink.objects.visible_to(request.actor).of(need), pk=pk)
    return need, link
