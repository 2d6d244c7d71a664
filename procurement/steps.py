"""A step as data, and the ways in which it can fail: what pages, documents, tests and the door itself talk about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from procurement import events

if TYPE_CHECKING:
    from procurement.access import Actor
    from procurement.workflow import StatefulModel

Rule = Callable[[Any, "Actor"], bool]


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that stands before a step. `anchor` is a field name of the step's form, or a page fragment."""

    label: str
    anchor: str = ""


# Says what is still missing on an object before a step: (obj) -> items.
Finder = Callable[[Any], Iterable[Missing]]
# Says what is wrong with what this actor gives with a step: (obj, *, actor, note, **facts) -> items.
Checker = Callable[..., Iterable[Missing]]


class Refused(Exception):
    """The object is not in a state the step starts from. Says who moved it and when."""

    def __init__(self, obj: StatefulModel, step: Step, last: events.AbstractEvent | None) -> None:
        self.obj, self.step, self.last = obj, step, last
        message = f"« {step.label} » n'est pas possible : l'état est « {obj.state_label} »"
        if last is not None:
            message += f", depuis l'étape « {obj.step_label(last.step)} » par {last.author} le {last.moment}"
        super().__init__(message + ".")

    def repeats(self, actor: Actor) -> bool:
        """True when this very person just did this very step: a double click, not a conflict."""
        last = self.last
        return last is not None and last.step == self.step.name and last.user_id == actor.user_id


class Blocked(Exception):
    """Something is missing before the step; `missing` lists it."""

    def __init__(self, step: Step, missing: list[Missing]) -> None:
        self.step, self.missing = step, missing
        super().__init__(
            f"« {step.label} » : il manque " + " ; ".join(item.label.rstrip(".") for item in missing) + "."
        )


def nothing(obj: Any, /, **facts: Any) -> Iterable[Missing]:
    """The requirement of a step that asks for nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class Step:
    """A declared edge: data for the page, the tables in the docs and the tests."""

    name: str
    label: str  # a verb, what the button says
    sources: tuple[str, ...]
    target: str
    rule: Rule
    missing: Finder = nothing
    wrong: Checker = nothing
    needs_note: bool = False  # a reason must be given
    internal: bool = False  # only ever the consequence of another step: no button


@dataclass(frozen=True, slots=True)
class Offer:
    """A step as the page shows it: possible when nothing is missing, greyed with the list otherwise."""

    step: Step
    missing: list[Missing] = field(default_factory=list)

    @property
    def possible(self) -> bool:
        """True when the button may be pressed."""
        return not self.missing
