"""From the home page to a body: find it, ask, confirm one's address, see where the request stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.utils import perform_login
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procurement.access import ActorRequest, anyone, fetch, page, signed_in
from procurement.accounts import limited
from procurement.models import Body, BodyKind, JoinRequest, User
from procurement.people import inviting, joining
from procurement.people.addresses import is_consumer, mailbox
from procurement.people.finding import find_bodies
from procurement.people.forms import AnswerForm, NewcomerForm, OutsideRequestForm, PasswordForm, RequestForm
from procurement.text import typed

Finish = Callable[[User], object]


def body_of(ref: str) -> Body:
    """The body of an address: by SIREN, or by number when it has none. Http404."""
    if not (ref.isascii() and ref.isdigit()):
        raise Http404("introuvable")
    return fetch(Body.objects.all(), siren=ref) if len(ref) == 9 else fetch(Body.objects.filter(siren=None), pk=ref)


@require_safe
@page(anyone)
def join_search(request: ActorRequest) -> HttpResponse:
    """Find one's body in the registry."""
    query = typed(request.GET, "q")
    context = {"query": query, "bodies": find_bodies(query) if query else []}
    return render(request, "people/join_search.html", context)


@require_http_methods(["GET", "POST"])
@page(anyone)
def join_body(request: ActorRequest, ref: str) -> HttpResponse:
    """Ask to work for this body. Without an account, the answer is the same whether the address has one or not."""
    body = body_of(ref)
    if body.closed_on is not None:
        raise Http404("dissous")
    if request.actor.belongs_to(body.pk):
        return redirect("body_detail", body.public_ref)
    kind = RequestForm if request.actor.user else OutsideRequestForm
    form = kind(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _asked(request, body, form.cleaned_data)
    context = {"form": form, "body": body, "partner": body.kind == BodyKind.PARTNER}
    return render(request, "people/join_body.html", context, status=422 if form.is_bound else 200)


def _asked(request: ActorRequest, body: Body, given: dict[str, Any]) -> HttpResponse:
    if request.actor.user is not None:
        joining.ask(body, actor=request.actor, **given)
        return redirect("join_status")
    limited(request, "join")
    limited(request, "join_mailbox", mailbox(given["email"]))
    joining.ask_from_outside(body, **given)
    return redirect("join_sent")


@require_safe
@page(anyone)
def join_sent(request: ActorRequest) -> HttpResponse:
    """A link is on its way, perhaps."""
    return render(request, "people/join_sent.html")


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
@page(anyone)
def join_confirm(request: ActorRequest, token: str) -> HttpResponse:
    """The link of the mail: choose a password, and the request leaves."""
    wanted = joining.opened_by(token)
    if wanted is None:
        return render(request, "people/entry_dead.html", status=410)
    person = User(email=wanted.email, first_name=wanted.first_name, last_name=wanted.last_name)
    context = {"body": wanted.body, "email": wanted.email, "charges": joining.in_words(wanted.roles), "invited": False}
    owner = User.objects.filter(email=wanted.email).first()
    if owner is not None or request.actor.user is not None:
        return _known_owner(request, owner, context, lambda user: joining.confirm(wanted, user), "join_status")
    form = PasswordForm(request.POST or None, user=person)
    if request.method == "POST" and form.is_valid():
        return _enter(request, person, form.cleaned_data, lambda user: joining.confirm(wanted, user), "join_status")
    return render(request, "people/entry.html", {**context, "form": form}, status=422 if form.is_bound else 200)


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
@page(anyone)
def invitation(request: ActorRequest, token: str) -> HttpResponse:
    """The link of an invitation: come in, with an account made on the spot if need be."""
    found = inviting.opened_by(token)
    if found is None:
        return render(request, "people/entry_dead.html", status=410)
    context = {
        "body": found.body,
        "email": found.email,
        "charges": joining.in_words(found.roles),
        "invited": True,
        "inviter": found.invited_by,
        "word": found.word,
    }
    owner = User.objects.filter(email=found.email).first()
    if owner is not None or request.actor.user is not None:
        return _known_owner(request, owner, context, lambda user: inviting.use(found, user), "dashboard")
    form = NewcomerForm(request.POST or None, user=User(email=found.email))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        person = User(email=found.email, first_name=given["first_name"], last_name=given["last_name"])
        return _enter(request, person, given, lambda user: inviting.use(found, user), "dashboard")
    return render(request, "people/entry.html", {**context, "form": form}, status=422 if form.is_bound else 200)


def _enter(request: HttpRequest, person: User, given: dict[str, Any], finish: Finish, then: str) -> HttpResponse:
    """Open the account, whose address the link has just proved, and sign in."""
    names = {"first_name": person.first_name, "last_name": person.last_name}
    try:
        with transaction.atomic():
            user = User.objects.create_user(person.email, given["password1"], **names)
            finish(user)
    except IntegrityError:  # the link was opened twice at once: one account, and this page says so
        return redirect(request.path)
    answer: HttpResponse = perform_login(request, user, email=user.email, redirect_url=reverse(then))
    return answer


def _known_owner(
    request: ActorRequest, owner: User | None, context: dict[str, Any], finish: Finish, then: str
) -> HttpResponse:
    """The address has an account, or somebody is signed in: its owner presses a button, the others are told."""
    user = request.actor.user
    if user is not None and owner is not None and user.pk == owner.pk:
        if request.method == "POST":
            finish(user)
            messages.success(request, f"C'est fait : {context['body']}.")
            return redirect(then)
        return render(request, "people/entry_accept.html", context)
    login = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
    return render(request, "people/entry_elsewhere.html", {**context, "login": login, "signed_in": user is not None})


@require_safe
@page(signed_in)
def join_status(request: ActorRequest) -> HttpResponse:
    """Where my requests stand."""
    mine = JoinRequest.objects.filter(user=request.actor.user).select_related("body").order_by("-created_at", "-id")
    return render(request, "people/join_status.html", {"requests": list(mine[:20])})


@require_POST
@page(signed_in)
def join_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Take my request back."""
    wanted = fetch(JoinRequest.objects.filter(user=request.actor.user), pk=pk)
    joining.withdraw(wanted, actor=request.actor)
    messages.success(request, "Votre demande est retirée.")
    return redirect("join_status")


@require_http_methods(["GET", "POST"])
@page(signed_in)
def join_answer(request: ActorRequest, pk: int) -> HttpResponse:
    """Accept with roles, or refuse with a reason. Whoever may not answer does not know of the request."""
    requests = JoinRequest.objects.filter(confirmed_at__isnull=False).select_related("body", "user", "decided_by")
    wanted = fetch(requests, pk=pk)
    if not joining.may_answer(wanted.body, request.actor):
        raise Http404("introuvable")
    form = AnswerForm(request.POST or None, initial={"roles": wanted.roles})
    if request.method == "POST" and not wanted.outcome and form.is_valid():
        try:
            return _answered(request, wanted, form.cleaned_data)
        except joining.Settled as settled:
            messages.warning(request, str(settled))
            return redirect("join_answer", pk)
    context = {
        "wanted": wanted,
        "form": form,
        "charges": joining.in_words(wanted.roles),
        "consumer": is_consumer(wanted.email),
        "others": wanted.body.memberships.in_force().exists(),
    }
    return render(request, "people/join_answer.html", context, status=422 if form.is_bound else 200)


def _answered(request: ActorRequest, wanted: JoinRequest, given: dict[str, Any]) -> HttpResponse:
    if given["decision"] == "accept":
        joining.accept(wanted, given["roles"], actor=request.actor)
        messages.success(request, f"{wanted.full_name} a rejoint {wanted.body}.")
    else:
        joining.refuse(wanted, given["reason"], actor=request.actor)
        messages.success(request, "La demande est refusée ; la personne est prévenue.")
    if request.actor.belongs_to(wanted.body_id):
        return redirect("body_detail", wanted.body.public_ref)
    return redirect("animation")
