"""Every queryset of the catalogue's pages, named."""

from __future__ import annotations

from django.db.models import Case, Count, Q, QuerySet, When

from procurement.access import Actor
from procurement.text import fold
from projects.models import Domain, Need, Solution, Usage
from projects.search.french import stem

NEAR = 6  # solutions shown on a need's page


def listed_solutions(*, words: str = "", domain: Domain | None = None, free: str = "") -> QuerySet[Solution]:
    """The catalogue, narrowed; `free` is oui, non or empty."""
    found = Solution.objects.prefetch_related("domains")
    for word in fold(words).split():
        found = found.filter(Q(search_text__contains=word) | Q(search_text__contains=stem(word)))
    if domain:
        found = found.filter(domains=domain)
    if free:
        found = found.filter(free=free == "oui")
    return found


def solutions_for(need: Need, actor: Actor) -> QuerySet[Solution]:
    """Those of its domain: free ones first, then those that most bodies say they use (`bodies`), then by name."""
    if need.domain_id is None:
        return Solution.objects.none()
    seen = Q(usages__in=Usage.objects.visible_to(actor))
    first = Case(When(free=True, then=0), default=1)
    found = Solution.objects.filter(domains=need.domain_id).annotate(bodies=Count("usages", filter=seen))
    return found.order_by(first, "-bodies", "name", "pk")


def usages_of(solution: Solution, actor: Actor) -> QuerySet[Usage]:
    """Who uses it, as far as this actor may know, one's own bodies first."""
    own = Case(When(body_id__in=list(actor.roles), then=0), default=1)
    found = Usage.objects.visible_to(actor).filter(solution=solution)
    return found.select_related("body", "project").order_by(own, "body__name", "pk")
