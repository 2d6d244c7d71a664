"""Where the words of an agreement come from, and who hears that they changed.

`documents` says both at start-up, as this package may not import it.
"""

from __future__ import annotations

from collections.abc import Callable

from procurement.access import Actor
from projects.dossier import Dossier
from projects.models import Project

Words = Callable[[Dossier], Dossier]
Hears = Callable[[Project, Actor], object]
_sources: list[Words] = []
_hearers: list[Hears] = []


def provide(words: Words) -> Words:
    """Register what words the clauses of a dossier that members agree to; the last one wins."""
    _sources[:] = [words]
    return words


def worded(dossier: Dossier) -> Dossier:
    """The dossier with the words that members agree to, as a frozen version keeps them for ever."""
    return _sources[0](dossier) if _sources else dossier


def on_change(hears: Hears) -> Hears:
    """Register what is to be done when a draft may say something else; the last one wins."""
    _hearers[:] = [hears]
    return hears


def may_have_changed(project: Project, actor: Actor) -> None:
    """To be called at the end of whatever changes what a draft is made from, in the same transaction."""
    for hears in _hearers:
        hears(project, actor)
