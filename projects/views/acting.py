"""Forms that call an action: what the action refuses is said beside the right field."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render

from procurement.access import ActorRequest
from procurement.workflow import Blocked
from projects.models import Project


def acted(request: ActorRequest, form: forms.Form, act: Callable[[], object], done: str) -> bool:
    """True when a valid form's action was done, and says so; else the form says why not."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act()
    except Blocked as blocked:
        for item in blocked.missing:
            form.add_error(item.anchor if item.anchor in form.fields else None, f"Il manque {item.label}.")
        return False
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return False
    messages.success(request, done)
    return True


def form_page(
    request: ActorRequest, project: Project, form: forms.Form, *, title: str, verb: str, after: str, why: str = ""
) -> HttpResponse:
    """A page with one form; 422 when it comes back with what is to be mended."""
    context = {"project": project, "form": form, "title": title, "verb": verb, "after": after, "why": why}
    return render(request, "projects/consultation/form.html", context, status=422 if form.is_bound else 200)
