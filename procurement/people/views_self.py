"""My account: what the site holds about me, and closing it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from procurement.access import ActorRequest, page, signed_in
from procurement.models import User
from procurement.people import own_data
from procurement.people.forms import CloseForm


def _me(request: ActorRequest) -> User:
    assert request.actor.user is not None  # the pages ask for it
    return request.actor.user


@require_safe
@page(signed_in)
def my_account(request: ActorRequest) -> HttpResponse:
    """Address, password, messages, data, closing: one page that leads to each."""
    return render(request, "people/my_account.html")


@require_safe
@page(signed_in)
def my_data(request: ActorRequest) -> HttpResponse:
    """Everything the site holds about me, kind by kind."""
    held = own_data.personal_data(_me(request))
    kinds = [(kind, len(rows)) for kind, rows in held.items() if isinstance(rows, list)]
    return render(request, "people/my_data.html", {"account": held["compte"], "kinds": kinds})


@require_safe
@page(signed_in)
def my_data_file(request: ActorRequest) -> HttpResponse:
    """The same, whole, as JSON."""
    response = JsonResponse(
        own_data.personal_data(_me(request)), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    response["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
    return response


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@page(signed_in)
def account_close(request: ActorRequest) -> HttpResponse:
    """Close my account, once what I hold for others is handed over."""
    user = _me(request)
    missing = own_data.stands_before_closing(user)
    form = CloseForm(request.POST or None, user=user)
    if request.method == "POST" and not missing and form.is_valid():
        own_data.close_account(user, note=form.cleaned_data["note"])
        logout(request)
        messages.success(request, "Votre compte est fermé.")
        return redirect("home")
    items = [{"label": item.label, "url": item.anchor} for item in missing]
    context = {"form": form, "missing": items}
    return render(request, "people/account_close.html", context, status=422 if form.is_bound else 200)
