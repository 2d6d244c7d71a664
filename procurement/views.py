"""The pages that stand below the business: home, public bodies, whom one acts for, health."""

from django.contrib import messages
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from procurement.access import SESSION_BODY, ActorRequest, anyone, member, page
from procurement.accounts import own_path
from procurement.keyset import keyset_page
from procurement.models import Body, BodyKind
from procurement.text import fold, typed

PAGE_SIZE = 50


@require_safe
@page(anyone)
def home(request: ActorRequest) -> HttpResponse:
    """What Cordée is; members go on to their dashboard."""
    if request.actor.is_member:
        return redirect("dashboard")
    return render(request, "home.html")


@require_safe
@page(anyone)
def accessibility(request: ActorRequest) -> HttpResponse:
    """The accessibility declaration (RGAA)."""
    return render(request, "pages/accessibility.html")


@require_safe
@page(anyone)
def legal_notice(request: ActorRequest) -> HttpResponse:
    """Who runs the site, and what it keeps."""
    return render(request, "pages/legal_notice.html")


@require_safe
@page(anyone)
def health(request: ActorRequest) -> HttpResponse:
    """Liveness and readiness: 200 when the database answers and is migrated, else 503."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        state = {"alive": True, "database": True, "migrated": not pending}
    except DatabaseError:
        state = {"alive": True, "database": False, "migrated": False}
    return JsonResponse(state, status=200 if all(state.values()) else 503)


@require_POST
@page(member)
def switch_body(request: ActorRequest) -> HttpResponse:
    """Choose the body one acts for; only one's own bodies count."""
    chosen = next((body for body in request.actor.bodies if str(body.pk) == request.POST.get("body")), None)
    if chosen is not None:
        request.session[SESSION_BODY] = chosen.pk
        messages.success(request, f"Vous agissez maintenant pour {chosen}.")
    after = request.POST.get("next", "")
    return redirect(after if own_path(after) else "dashboard")


@require_safe
@page(anyone)
def body_list(request: ActorRequest) -> HttpResponse:
    """The registry, searched by name, postal code, INSEE code or SIREN."""
    query, kind = typed(request.GET, "q"), typed(request.GET, "nature")
    bodies = Body.objects.filter(closed_on=None)
    for word in fold(query).split():
        bodies = bodies.filter(search_text__contains=word)
    if kind:
        bodies = bodies.filter(kind=kind)
    rows = keyset_page(bodies, request.GET, order=("name", "pk"), size=PAGE_SIZE)
    context = {"page": rows, "query": query, "kind": kind, "kinds": BodyKind.choices}
    return render(request, "procurement/body_list.html", context)
