"""What pages and commands call to find needs."""

from __future__ import annotations

import datetime as dt
import re

from django.db.models import Q, QuerySet

from procurement.access import Actor
from projects.models import Need, NeedEntry
from projects.rules import sees_confidential
from projects.search.engines import Query, engine
from projects.search.index import LISTED
from projects.search.normalise import read
from projects.search.queries import any_of, asked
from projects.search.similar import EXAMINED, Match, Own, matches, shown

__all__ = ["Match", "Own", "alike", "best_needs", "search_needs", "similar_needs"]

REFERENCE = re.compile(r"[a-z]-\d{4}-\d+", re.IGNORECASE)
LONGEST = 5_000  # characters of a text that are read: the beginning says what it is about


def similar_needs(
    text: str,
    *,
    actor: Actor,
    domain: str = "",
    limit: int = 5,
    exclude: Need | None = None,
    current_solution: str = "",
    contract_end: dt.date | None = None,
) -> list[Match]:
    """The published needs most like `text` (its first line is the title), best first; at most `limit`.

    `domain` is the code of the need being written: its abbreviations are read so and its likes come first, the others
    are not excluded. `exclude` is that need when it is already saved. Drafts and withdrawn needs are never suggested.

    Same software and same contract end are confidential (design §3). They count, in the score and in the reasons, only
    for needs whose confidential fields this actor may read anyway (own bodies, projects one coordinates): to anybody
    else neither a reason, nor the order, nor the score depends on them. The author's own are `current_solution` and
    `contract_end`, else those of `exclude` when the actor may read them.
    """
    own = Own(current_solution, contract_end)
    if exclude is not None and own == Own() and sees_confidential(exclude, actor):
        own = Own(exclude.current_solution, exclude.contract_end)
    if not actor.is_member or limit < 1 or not text.strip():
        return []
    return matches(text[:LONGEST], actor, domain=domain, limit=limit, exclude=exclude, own=own)


def alike(need: Need, *, actor: Actor, least: float) -> list[Match]:
    """The needs of other bodies whose likeness to this one is at least `least` (0 to 1), best first.

    For messages: nothing confidential counts, neither in the score nor in the reasons, since others will read them.
    """
    text = f"{need.title}\n{need.description}"[:LONGEST]
    domain = need.domain.code if need.domain else ""
    found = matches(text, actor, domain=domain, limit=EXAMINED, exclude=need, own=Own(), least=least)
    return [match for match in found if match.need.body_id != need.body_id]


def search_needs(actor: Actor, text: str) -> QuerySet[Need]:
    """The needs that hold every word of `text`, among those the actor may know; in no order, to be filtered further.

    Fillers are left out, misspellings repaired, the beginning of a word is enough. When no need holds them all, those
    that hold any. A reference finds its need. One's own drafts are found too, without being in the index.
    """
    visible, text = Need.objects.visible_to(actor), text.strip()[:LONGEST]
    if REFERENCE.fullmatch(text):
        return visible.filter(reference=text.upper())
    query, hidden = _query(text), _own_hidden(actor, text)
    found = Q(pk__in=engine().matching(query)) if query else Q(pk__in=[])
    return visible.filter(found | Q(pk__in=hidden) if hidden else found)


def best_needs(actor: Actor, text: str, limit: int = 20) -> list[Need]:
    """The `limit` published needs that answer `text` best, best first; those with every word if any."""
    query, complete = asked(text[:LONGEST])
    ids = engine().best(query, limit) if query and complete else []
    if query and not ids:
        ids = engine().best(any_of(query), limit)
    needs = shown(Need.objects.visible_to(actor)).in_bulk(ids)
    return [needs[pk] for pk in ids if pk in needs]


def _query(text: str) -> Query:
    query, complete = asked(text)
    answered = complete and NeedEntry.objects.filter(pk__in=engine().matching(query)).exists() if query else False
    return query if answered else any_of(query)


def _own_hidden(actor: Actor, text: str) -> list[int]:
    """Drafts and withdrawn needs of one's own bodies that hold every strong word of the text."""
    strong = {token for unit in read(text).units if not unit.weak for token in unit.tokens}
    hidden = Need.objects.filter(body_id__in=list(actor.roles)).exclude(state__in=LISTED)
    rows = hidden.values_list("pk", "title", "description", "domain__code")
    return [
        pk for pk, title, text, code in rows if strong and strong <= set(read(f"{title}\n{text}", code or "").tokens)
    ]
