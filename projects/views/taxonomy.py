"""The list of functional domains, as those who tend the platform keep it."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from procurement.access import ActorRequest, fetch, page, steward
from projects.actions.taxonomy import keep_domain
from projects.forms.taxonomy import DomainForm
from projects.models import Domain


@require_safe
@page(steward)
def domain_list(request: ActorRequest) -> HttpResponse:
    """Every domain, with how much hangs on it."""
    domains = Domain.objects.annotate(declared=Count("needs"))
    rows = [(one, len(one.volumes), len(one.questions), len(one.synonyms)) for one in domains]
    return render(request, "projects/library/domains.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@page(steward)
def domain_edit(request: ActorRequest, code: str = "") -> HttpResponse:
    """Change a domain, or add one."""
    domain = fetch(Domain.objects.all(), code=code) if code else Domain()
    before = (domain.label, *domain.synonyms) if code else ()
    form = DomainForm(request.POST or None, instance=domain)
    if request.method == "POST" and form.is_valid():
        left = keep_domain(form.save(commit=False), actor=request.actor, before=before)
        messages.success(request, f"Domaine « {domain.label} » enregistré : la recherche lit ses mots.")
        if left:
            messages.warning(request, f"{left} besoins seront réindexés par « manage.py reindex ».")
        return redirect("domain_list")
    context = {"form": form, "domain": domain if code else None}
    return render(request, "projects/library/domain.html", context, status=422 if form.errors else 200)
