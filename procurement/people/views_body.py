"""The page of a body: what everybody may know, then its people, their rights, and who opened its file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procurement.access import ActorRequest, anyone, fetch, page, signed_in
from procurement.accounts import limited
from procurement.models import Body, FileGrant, Invitation, JoinRequest, Membership, SignatureDelegation, StandIn, User
from procurement.people import inviting, joining, journal, rights
from procurement.people.forms import DelegationForm, InviteForm, ReasonForm, RolesForm, StandInForm
from procurement.people.views_joining import body_of

EVENTS_SHOWN, ROWS_SHOWN = 20, 100


def body_known_to(request: ActorRequest, ref: str) -> Body:
    """The body of an address, for its people and for stewards; Http404 for the others."""
    body = body_of(ref)
    if not (request.actor.belongs_to(body.pk) or request.actor.is_steward):
        raise Http404("introuvable")
    return body


@require_safe
@page(anyone)
def body_detail(request: ActorRequest, ref: str) -> HttpResponse:
    """What the registry says; for its people and stewards, all the rest."""
    body, actor = body_of(ref), request.actor
    inside = actor.belongs_to(body.pk)
    context: dict[str, Any] = {"body": body, "inside": inside, "events": [], "manages": False}
    if inside or actor.is_steward:
        context |= _people(body, request)
    return render(request, "people/body.html", context)


def _people(body: Body, request: ActorRequest) -> dict[str, Any]:
    actor = request.actor
    held = Membership.objects.filter(body=body).in_force().select_related("user")
    staff: dict[User, list[str]] = {}
    for membership in held.order_by("user__last_name", "user_id", "role"):
        staff.setdefault(membership.user, []).append(membership.get_role_display())
    answers = joining.may_answer(body, actor)
    waiting = JoinRequest.objects.waiting().filter(body=body) if answers else JoinRequest.objects.none()
    manages = inviting.may_manage(body, actor)
    invitations = Invitation.objects.open().filter(body=body).select_related("invited_by")
    stand_ins = StandIn.objects.to_come_or_in_force().filter(membership__body=body)
    return {
        "staff": list(staff.items())[:ROWS_SHOWN],
        "requests": list(waiting[:ROWS_SHOWN]),
        "manages": manages,
        "invitations": list(invitations[:ROWS_SHOWN]) if manages else [],
        "stand_ins": list(stand_ins.select_related("user", "membership__user")[:ROWS_SHOWN]),
        "delegations": list(SignatureDelegation.objects.to_come_or_in_force().filter(body=body)[:ROWS_SHOWN]),
        "grants": list(FileGrant.objects.filter(body=body).select_related("steward")[:ROWS_SHOWN]),
        "file_open": actor.reads_file_of(body.pk),
        "departures": list(body.departures.all()),
        "events": [(event, journal.LABELS.get(event.step, event.step)) for event in _latest(body)],
    }


def _latest(body: Body) -> Any:
    return journal.of_body(body)[:EVENTS_SHOWN]


def _managed(request: ActorRequest, ref: str) -> Body:
    body = body_known_to(request, ref)
    if not inviting.may_manage(body, request.actor):
        raise PermissionDenied("Un agent ou un juriste de l'organisme gère ses membres.")
    return body


@require_http_methods(["GET", "POST"])
@page(signed_in)
def body_invite(request: ActorRequest, ref: str) -> HttpResponse:
    """Write to a colleague. The answer is the same whether the address has an account or not."""
    body = _managed(request, ref)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        limited(request, "invite")
        inviting.invite(body, actor=request.actor, **form.cleaned_data)
        messages.success(request, f"L'invitation part à {form.cleaned_data['email']}.")
        return redirect("body_detail", body.public_ref)
    return _form(request, body, form, "Inviter un collègue", "Envoyer l'invitation")


@require_POST
@page(signed_in)
def invitation_revoke(request: ActorRequest, ref: str, pk: int) -> HttpResponse:
    """The link serves no more."""
    body = _managed(request, ref)
    inviting.revoke(fetch(Invitation.objects.filter(body=body), pk=pk), actor=request.actor)
    messages.success(request, "L'invitation est révoquée : son lien ne sert plus.")
    return redirect("body_detail", body.public_ref)


@require_http_methods(["GET", "POST"])
@page(signed_in)
def body_roles(request: ActorRequest, ref: str, pk: int) -> HttpResponse:
    """The roles of one person; unticked, they are gone at that person's next request."""
    body, actor = body_known_to(request, ref), request.actor
    people = User.objects.filter(memberships__body=body).distinct()
    person = fetch(people, pk=pk)
    if not rights.may_set_roles(body, person, actor):
        raise PermissionDenied("Un agent ou un juriste de l'organisme change les droits.")
    last = rights.is_last_agent(body, person)
    form = RolesForm(request.POST or None, initial={"roles": sorted(rights.held_roles(body, person))})
    if request.method == "POST" and form.is_valid():
        try:
            rights.set_roles(body, person, form.cleaned_data["roles"], actor=actor, note=form.cleaned_data["note"])
        except rights.LastAgent:
            form.add_error("note", "C'est le dernier agent : dites pourquoi. L'animation sera prévenue.")
        else:
            messages.success(request, f"Les droits de {person} sont à jour.")
            return redirect("body_detail", body.public_ref)
    context = {"body": body, "person": person, "form": form, "last": last}
    return render(request, "people/roles.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@page(signed_in)
def body_stand_in(request: ActorRequest, ref: str) -> HttpResponse:
    """Who takes whose place, between which days."""
    body, actor = body_known_to(request, ref), request.actor
    if not rights.held_roles(body, _user(request)) or body.pk in actor.standing_for:
        raise PermissionDenied("Un membre de l'organisme organise sa suppléance.")
    mine = None if inviting.may_manage(body, actor) else actor.user
    form = StandInForm(request.POST or None, body=body, mine=mine)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        days = {"starts_on": given["starts_on"], "ends_on": given["ends_on"]}
        rights.stand_in(given["membership"], given["substitute"], actor=actor, **days)
        messages.success(request, "La suppléance est enregistrée ; les deux personnes sont prévenues.")
        return redirect("body_detail", body.public_ref)
    return _form(request, body, form, "Organiser une suppléance", "Enregistrer la suppléance")


@require_POST
@page(signed_in)
def stand_in_end(request: ActorRequest, ref: str, pk: int) -> HttpResponse:
    """From now."""
    body = body_known_to(request, ref)
    found = StandIn.objects.filter(membership__body=body).select_related("membership__body")
    rights.end_stand_in(fetch(found, pk=pk), actor=request.actor)
    messages.success(request, "La suppléance est terminée.")
    return redirect("body_detail", body.public_ref)


@require_http_methods(["GET", "POST"])
@page(signed_in)
def body_delegation(request: ActorRequest, ref: str) -> HttpResponse:
    """Who signs for the executive."""
    body = _managed(request, ref)
    form = DelegationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        rights.delegate(body, actor=request.actor, **form.cleaned_data)
        messages.success(request, "La délégation est enregistrée : le formulaire de signature la propose.")
        return redirect("body_detail", body.public_ref)
    return _form(request, body, form, "Enregistrer une délégation de signature", "Enregistrer la délégation")


@require_POST
@page(signed_in)
def delegation_end(request: ActorRequest, ref: str, pk: int) -> HttpResponse:
    """From now."""
    body = _managed(request, ref)
    found = fetch(SignatureDelegation.objects.filter(body=body), pk=pk)
    rights.end_delegation(found, actor=request.actor)
    messages.success(request, "La délégation est terminée.")
    return redirect("body_detail", body.public_ref)


@require_http_methods(["GET", "POST"])
@page(signed_in)
def file_open(request: ActorRequest, ref: str) -> HttpResponse:
    """A steward says why they open a body's confidential file; the body reads it."""
    body = body_known_to(request, ref)
    if not request.actor.is_steward:
        raise PermissionDenied("L'animation ouvre un dossier, en disant pourquoi.")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        rights.open_file(body, form.cleaned_data["reason"], actor=request.actor)
        hours = FileGrant.HOURS
        messages.success(request, f"Le dossier de {body} vous est ouvert {hours} heures ; l'organisme est prévenu.")
        return redirect("body_detail", body.public_ref)
    return _form(request, body, form, "Ouvrir le dossier confidentiel", "Ouvrir le dossier")


@require_POST
@page(signed_in)
def file_close(request: ActorRequest, ref: str) -> HttpResponse:
    """The steward is done."""
    body = body_known_to(request, ref)
    if not request.actor.is_steward:
        raise PermissionDenied("L'animation referme le dossier qu'elle a ouvert.")
    rights.close_file(body, actor=request.actor)
    messages.success(request, "Le dossier est refermé.")
    return redirect("body_detail", body.public_ref)


def _user(request: ActorRequest) -> User:
    assert request.actor.user is not None  # the page asks for it
    return request.actor.user


def _form(request: ActorRequest, body: Body, form: Any, title: str, verb: str) -> HttpResponse:
    context = {"body": body, "form": form, "title": title, "verb": verb}
    return render(request, "people/form.html", context, status=422 if form.is_bound else 200)
