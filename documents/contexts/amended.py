"""Which articles an amendment changes: those whose words name what changes, wherever the frozen text says it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from documents.clauses.models import AGREEMENT
from documents.clauses.printed import parts, sources
from documents.contexts.common import in_sentence, join
from projects.dossier import Dossier

PARTIES = ("parties", "membres", "partenaires", "somme_des_maxima")
DURATION = ("duree",)
LEADER = ("coordonnateur",)


@dataclass(frozen=True, slots=True)
class Modified:
    """The articles to change, by what changes: « articles 1 (parties) et 4 (membres du groupement) »."""

    members: str
    duration: str
    lead: str


def modified(dossier: Dossier, *, grouping: bool, contract_alone: bool) -> Modified:
    """`grouping` False: the annexed convention stays as it is. `contract_alone`: only the contract lasts longer."""
    return Modified(
        members=_members(dossier, grouping=grouping),
        duration=_duration(dossier, contract_alone=contract_alone),
        lead=_leader(dossier),
    )


def _members(dossier: Dossier, *, grouping: bool) -> str:
    """Where the parties are named and their maxima added up."""
    found = [*_articles(dossier, PARTIES, main=True), "annexe\u00a01"]
    return join([*found, *(_articles(dossier, PARTIES, main=False) if grouping else ())])


def _duration(dossier: Dossier, *, contract_alone: bool) -> str:
    """Where the duration stands; that of the contract alone is said by the convention of the grouping."""
    agreed = _articles(dossier, DURATION, main=True)
    if contract_alone and parts(dossier)[0] == AGREEMENT:
        agreed = ()
    found = join([*agreed, *_articles(dossier, DURATION, main=False)])
    return found or "[à compléter\u00a0: article qui dit la durée]"


def _leader(dossier: Dossier) -> str:
    """Where the lead body is named."""
    found = [*_articles(dossier, LEADER, main=True), *_articles(dossier, LEADER, main=False)]
    return join(found) or "[à compléter\u00a0: article qui nomme l'organisme]"


def _articles(dossier: Dossier, names: Collection[str], *, main: bool) -> tuple[str, ...]:
    """« articles 1 (parties) et 4 (membres du groupement) », of the text that is signed or of the annexed one."""
    first, *others = parts(dossier)
    prefixes = tuple(f"{part}/" for part in ([first] if main else others))
    said = [
        f"{clause.number} ({in_sentence(clause.title)})"
        for clause in sources(dossier)
        if clause.code.startswith(prefixes) and any(f"{{{name}}}" in clause.text for name in names)
    ]
    if not said:
        return ()
    noun = "articles" if len(said) > 1 else "article"
    where = "" if main else "annexe\u00a04, "
    return (f"{where}{noun}\u00a0{join(said)}",)
