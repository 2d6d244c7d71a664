"""The published needs that a text resembles, with why. Rights come first: nothing hidden weighs or shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from rapidfuzz import fuzz

from procurement.access import Actor
from procurement.text import fold
from projects import rules
from projects.models import Need, NeedEntry
from projects.search import vocabulary
from projects.search.engines import engine
from projects.search.index import LISTED, domain_tokens
from projects.search.likeness import Asked, rarity
from projects.search.normalise import Reading, evoked, read
from projects.search.taxonomy import refreshed

EXAMINED = 60  # needs that the index gives and that are then compared one by one
LOOKED_AT = 3_000  # needs the index may have to rank: past that, only the rarest words are asked for
ASKED_AT_MOST = 12  # words, the rarest
REPAIRED_AT_MOST = 4  # unknown words, the first ones
LEAST = 0.1  # a lower score is chance
NAMED = 4  # common words told to the reader
SAME_TEXT = 90  # percent of likeness of two titles, or of two names of software
SIX_MONTHS = dt.timedelta(days=183)
SAME_SOLUTION, SAME_TIME = 0.1, 0.05  # added to the score
SHOWN = (
    *("reference", "title", "state", "published_on", "project_id", "body__name", "body__department", "body__siren"),
    *("domain__code", "domain__label"),
)
SOLUTION_SAID, TIME_SAID = "même logiciel actuel", "contrats finissant à moins de six mois d'écart"


@dataclass(frozen=True)
class Match:
    """A need that resembles, how much (0 to 1), and why, in French, strongest reason first."""

    need: Need
    score: float
    why: tuple[str, ...]


@dataclass(frozen=True)
class Own:
    """What the author knows of their own need and nobody else is told."""

    current_solution: str = ""
    contract_end: dt.date | None = None


@dataclass
class _Text:
    """What is compared: the first line is the title."""

    first_line: str
    domain: str
    title: Reading
    rest: Reading
    repaired: dict[str, str] = field(default_factory=dict)

    def tokens(self) -> list[str]:
        """Each once, misspellings repaired, the title's first."""
        return list(dict.fromkeys(self.repaired.get(token, token) for token in (*self.title.tokens, *self.rest.tokens)))

    def strong(self) -> dict[str, str]:
        """The tokens that tell one need from another, with how the author wrote them."""
        units = [unit for unit in (*self.title.units, *self.rest.units) if not unit.weak]
        return {self.repaired.get(token, token): unit.label for unit in reversed(units) for token in unit.tokens}

    def domains(self) -> list[str]:
        """As tokens of the index."""
        return domain_tokens(self.domain, self.title, self.rest)


def _read(text: str, domain: str) -> _Text:
    first_line, _, rest = text.strip().partition("\n")
    return _Text(first_line, domain, read(first_line, domain), read(rest, domain))


def matches(
    text: str, actor: Actor, *, domain: str, limit: int, exclude: Need | None, own: Own, least: float = LEAST
) -> list[Match]:
    """See projects.search.api.similar_needs. Reads the index, then the needs whose score is at least `least`."""
    said = _read(text, domain)
    counts = _counts(said)
    if refreshed(counts):
        return matches(text, actor, domain=domain, limit=limit, exclude=exclude, own=own, least=least)
    asked = _asked(said, counts)
    examined = _examined(said, counts, asked, exclude)
    near = _near(examined, actor, own)
    scores = {pk: min(1.0, score + sum(near.get(pk, {}).values())) for pk, score in _scores(asked, examined)}
    best = sorted((pk for pk in scores if scores[pk] >= least), key=lambda pk: (-scores[pk], -pk))[:limit]
    needs = shown(Need.objects.visible_to(actor).filter(state__in=LISTED)).in_bulk(best)
    why = {pk: _why(needs[pk], said, asked, examined[pk], near.get(pk, {})) for pk in best if pk in needs}
    return [Match(needs[pk], round(scores[pk], 3), why[pk]) for pk in why if why[pk]]


def shown(needs: QuerySet[Need]) -> QuerySet[Need]:
    """With what a list of needs shows, no more: reading every answer of twenty needs takes longer than finding them."""
    return needs.select_related("body", "domain").only(*SHOWN)


def _counts(said: _Text) -> dict[str, int]:
    """How many needs hold each token; the first unknown words are repaired from the vocabulary."""
    counts = vocabulary.counts([*said.tokens(), *said.domains()])
    unknown = [token for token in said.strong() if token not in counts]
    for token in unknown[:REPAIRED_AT_MOST]:
        if found := vocabulary.repaired(token):
            said.repaired[token] = found
    return counts | vocabulary.counts(said.repaired.values()) if said.repaired else counts


def _asked(said: _Text, counts: Mapping[str, int]) -> Asked:
    total = counts.get(vocabulary.ENTRIES, 0)
    rarities = {token: rarity(counts.get(token, 0), total) for token in said.tokens()}
    title = {said.repaired.get(token, token) for token in said.title.tokens}
    return Asked(rarities, title, frozenset(said.domains()))


def _examined(said: _Text, counts: Mapping[str, int], asked: Asked, exclude: Need | None) -> dict[int, NeedEntry]:
    """The entries that share the rarest words asked for, in the order of their ids."""
    wanted = [token for token in (*(said.strong() or said.tokens()), *said.domains()) if token in counts]
    wanted = list(_affordable(sorted(wanted, key=lambda token: (counts[token], token)), counts))
    total = counts.get(vocabulary.ENTRIES, 0)
    weights = {
        token: asked.weight(token) if token in asked.rarities else rarity(counts[token], total) for token in wanted
    }
    ids = engine().nearest(weights, EXAMINED + 1) if weights else []
    return {entry.pk: entry for entry in NeedEntry.objects.filter(pk__in=ids) if entry.pk != (exclude and exclude.pk)}


def _affordable(wanted: list[str], counts: Mapping[str, int]) -> Iterator[str]:
    needs = 0
    for place, token in enumerate(wanted[:ASKED_AT_MOST]):
        needs += counts[token]
        if place and needs > LOOKED_AT:
            return
        yield token


def _scores(asked: Asked, examined: Mapping[int, NeedEntry]) -> Iterator[tuple[int, float]]:
    for pk, entry in examined.items():
        yield pk, asked.score(entry.title.split(), entry.words.split(), entry.domains.split())


def _near(examined: Mapping[int, NeedEntry], actor: Actor, own: Own) -> dict[int, dict[str, float]]:
    """What the author's contract has in common with others', only where they may read the others' anyway."""
    if not (own.current_solution or own.contract_end):
        return {}
    theirs = Need.objects.visible_to(actor).filter(pk__in=examined).select_related("project")
    theirs = theirs.filter(Q(body_id__in=list(actor.roles)) | Q(project__coordinator_id=actor.user_id))
    return {need.pk: _of_contract(need, own) for need in theirs if rules.sees_confidential(need, actor)}


def _of_contract(need: Need, own: Own) -> dict[str, float]:
    found: dict[str, float] = {}
    mine, theirs = fold(own.current_solution), fold(need.current_solution)
    if mine and theirs and fuzz.token_sort_ratio(mine, theirs) >= SAME_TEXT:
        found[SOLUTION_SAID] = SAME_SOLUTION
    if own.contract_end and need.contract_end and abs(own.contract_end - need.contract_end) <= SIX_MONTHS:
        found[TIME_SAID] = SAME_TIME
    return found


def _why(need: Need, said: _Text, asked: Asked, entry: NeedEntry, near: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(_reasons(need, said, asked, entry, near))


def _reasons(need: Need, said: _Text, asked: Asked, entry: NeedEntry, near: Mapping[str, float]) -> Iterator[str]:
    if fuzz.token_sort_ratio(fold(need.title), fold(said.first_line)) >= SAME_TEXT:
        yield "intitulés presque identiques"
    if need.domain and need.domain.code in ([said.domain] if said.domain else evoked(said.title, said.rest)):
        yield f"même domaine\u00a0: {need.domain.label}"
    held, labels = entry.tokens(), said.strong()
    common = sorted((token for token in labels if token in held), key=lambda token: -asked.weight(token))
    named = list(dict.fromkeys(labels[token] for token in common))[:NAMED]
    if named:
        yield ("mots communs" if len(named) > 1 else "mot commun") + f"\u00a0: {', '.join(named)}"
    yield from near
