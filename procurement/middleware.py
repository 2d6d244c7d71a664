"""Says who asks, keeps what they are shown out of caches, and turns a refused step into a page."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject

from procurement.access import SESSION_BODY, actor_for
from procurement.people.sessions import renew_if_changed
from procurement.workflow import Blocked, Refused

View = TypeVar("View", bound=Callable[..., Any])


class ActorMiddleware:
    """Sets `request.actor`, computed on first use and once per request.

    What is shown to somebody with a session is never cached, errors included: those pages bear their name.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: renew_if_changed(request, actor_for(request.user, request.session.get(SESSION_BODY)))
        )
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            add_never_cache_headers(response)
        return response


def largest_body(setting: str) -> Callable[[View], View]:
    """Put on a view that takes a file: no body longer than this setting, in bytes, is read for it."""

    def decorate(view: View) -> View:
        view.largest_body = setting  # type: ignore[attr-defined]
        return view

    return decorate


class BodyLimitMiddleware:
    """Refuses (413) a body longer than `largest_body` says, by its announced length, before any of it is read."""

    ENVELOPE = 64 * 2**10  # the other fields of a form, and what separates them

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """None lets the request go on."""
        name = getattr(view, "largest_body", "")
        said = request.META.get("CONTENT_LENGTH") or "0"
        if not name or not said.isdecimal() or int(said) <= getattr(settings, name) + self.ENVELOPE:
            return None
        text = f"Ce fichier dépasse {getattr(settings, name) // 2**20} Mio : envoyez-en un plus petit."
        return render(request, "413.html", {"text": text}, status=413)


class RefusalMiddleware:
    """Shows what was refused and why (409) when a view did not do better."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Only `Refused` and `Blocked` are answered here; the others go on to Django."""
        if not isinstance(exception, Refused | Blocked):
            return None
        missing = exception.missing if isinstance(exception, Blocked) else []
        return render(request, "409.html", {"message": str(exception), "missing": missing}, status=409)
