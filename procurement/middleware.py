"""Says who asks, keeps what they are shown out of caches, and turns a refused step into a page."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject

from procurement.access import SESSION_BODY, actor_for
from procurement.people.sessions import renew_if_changed
from procurement.workflow import Blocked, Refused


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
