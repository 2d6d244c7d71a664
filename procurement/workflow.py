"""The one door through which a state changes. Nothing else imports django_fsm, so the library stays replaceable."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404
from django_fsm import FSMField, FSMFieldDescriptor, transition

from procurement import events
from procurement.steps import Blocked, Checker, Finder, Missing, Offer, Refused, Rule, Step, nothing

if TYPE_CHECKING:
    from procurement.access import Actor

__all__ = [
    "Blocked",
    "Missing",
    "Offer",
    "Refused",
    "StateField",
    "StatefulModel",
    "StatefulQuerySet",
    "Step",
    "after_step",
    "also_required",
    "available_steps",
    "extra_requirements",
    "locked",
    "missing_before",
    "nothing",
    "perform",
    "step",
]

_order = 0


def step(
    label: str,
    source: str | Iterable[str],
    target: str,
    *,
    rule: Rule,
    missing: Finder = nothing,
    wrong: Checker = nothing,
    needs_note: bool = False,
    internal: bool = False,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a method as a step. The method only stamps facts on the object: no query, no save, no message."""
    sources = (source,) if isinstance(source, str) else tuple(source)

    def declare(method: Callable[..., None]) -> Callable[..., None]:
        global _order
        _order += 1
        declared = Step(
            method.__name__, label, sources, target, rule, missing, wrong, needs_note=needs_note, internal=internal
        )
        return transition("state", list(sources), target, custom={"step": declared, "order": _order})(method)

    return declare


class _StateDescriptor(FSMFieldDescriptor):
    """Refuses assignment once loaded, but lets `full_clean` write back the value it just read."""

    def __set__(self, instance: Any, value: Any) -> None:
        if instance.__dict__.get(self.field.name) == value:
            return
        super().__set__(instance, value)


class StateField(FSMField):
    """A state that only steps may change. Migrations name this class, not the library's."""

    descriptor_class = _StateDescriptor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("verbose_name", "état")
        super().__init__(*args, protected=True, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, path, args, kwargs


class StatefulQuerySet(models.QuerySet[Any]):
    """What the door asks of every stateful model."""

    def visible_to(self, actor: Actor) -> Self:
        """The rows this actor may know of; the others are 404. No join here, so that rows can be locked."""
        raise NotImplementedError

    def update(self, **fields: Any) -> int:
        """Bulk update, except of the state, which has one door."""
        if "state" in fields:
            raise AttributeError("Le changement d'état passe par perform().")
        return super().update(**fields)


class StatefulModel(models.Model):
    """An object with a `state` and a journal. Subclasses declare `state`, steps, and how they are journaled."""

    lock_first: ClassVar[str] = ""  # name of the foreign key whose row is locked before this one
    objects: ClassVar[Any]
    state: Any

    class Meta:
        abstract = True

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Reload; the protected state is forgotten first so that the fresh one may be written."""
        self.__dict__.pop("state", None)
        super().refresh_from_db(*args, **kwargs)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save after checking the database constraints, so that an impossible row is refused in French."""
        self.clean_fields(exclude=self._not_cleaned())
        self.validate_constraints()
        super().save(*args, **kwargs)

    def _not_cleaned(self) -> set[str]:
        # Foreign keys would cost a query each; the database checks them. Blank is a matter for forms.
        return {f.name for f in self._meta.fields if f.is_relation or (f.blank and not getattr(self, f.attname))}

    @property
    def state_label(self) -> str:
        """The state in French."""
        return str(self.get_state_display())  # type: ignore[attr-defined]  # Django adds it: the field has choices

    @classmethod
    def steps(cls) -> list[Step]:
        """The declared steps, in the order of the source (the library gives them by name)."""
        found = cls._meta.get_field("state").get_all_transitions(cls)  # type: ignore[union-attr]
        by_order = {item.custom["order"]: item.custom["step"] for item in found}
        return [by_order[order] for order in sorted(by_order)]

    @classmethod
    def step(cls, name: str) -> Step:
        """The step called `name`; Http404 when there is none (names come from addresses)."""
        for candidate in cls.steps():
            if candidate.name == name:
                return candidate
        raise Http404(f"pas d'étape {name}")

    @classmethod
    def step_label(cls, name: str) -> str:
        """The French label of a step, or the name itself for an event that is not a step."""
        return next((candidate.label for candidate in cls.steps() if candidate.name == name), name)

    def new_event(self) -> events.AbstractEvent:
        """An unsaved event that points at this object, its chain chosen."""
        raise NotImplementedError

    def past_events(self) -> models.QuerySet[Any]:
        """The events of this object, oldest first."""
        raise NotImplementedError


Model = TypeVar("Model", bound=StatefulModel)
After = Callable[[Any, "Actor", events.AbstractEvent], None]

_after: dict[tuple[type[StatefulModel], str], list[After]] = defaultdict(list)
_also_required: dict[tuple[type[StatefulModel], str], list[Finder]] = defaultdict(list)


def after_step(model: type[StatefulModel], name: str) -> Callable[[After], After]:
    """Register a consequence of a step: runs in its transaction, after the event. Nothing slow, nothing outside."""

    def register(callback: After) -> After:
        _after[model, model.step(name).name].append(callback)
        return callback

    return register


def also_required(model: type[StatefulModel], name: str) -> Callable[[Finder], Finder]:
    """Register a further requirement of a step, from a module that the step's own requirements may not import."""

    def register(finder: Finder) -> Finder:
        _also_required[model, model.step(name).name].append(finder)
        return finder

    return register


def extra_requirements(model: type[StatefulModel], step: Step) -> list[Finder]:
    """What was registered with `also_required`, for the pages that describe the machines."""
    return list(_also_required[model, step.name])


def missing_before(obj: StatefulModel, step: Step) -> list[Missing]:
    """Everything that stands before `step`, apart from the facts that will be given with it."""
    found = list(step.missing(obj))
    for finder in _also_required[type(obj), step.name]:
        found.extend(finder(obj))
    return found


def available_steps(obj: StatefulModel, actor: Actor, only: Container[str] | None = None) -> list[Offer]:
    """The steps this actor may take from the present state, possible or not yet, in declared order.

    `only`: for a page that shows some of them, the names of those; what the others ask for is not looked up.
    """
    return [
        Offer(candidate, missing_before(obj, candidate))
        for candidate in type(obj).steps()
        if not candidate.internal and obj.state in candidate.sources and (only is None or candidate.name in only)
        if candidate.rule(obj, actor)
    ]


def perform(model: type[Model], pk: int, name: str, *, actor: Actor, note: str = "", **facts: Any) -> Model:
    """Take one step: lock, check, stamp, save, record, tell. The only caller of step methods.

    `facts` are the keyword arguments of the step method; they are stored with the event.
    Raises Http404 (unknown to this actor), PermissionDenied, Refused (wrong state), Blocked (something missing).
    Side effects: the object's row, one event, the consequences registered with `after_step`; all or nothing.
    """
    with transaction.atomic():
        obj = locked(model, pk, actor)
        wanted = model.step(name)
        if not wanted.rule(obj, actor):
            raise PermissionDenied(f"« {wanted.label} » n'est pas dans vos droits.")
        if obj.state not in wanted.sources:
            raise Refused(obj, wanted, obj.past_events().exclude(target="").last())
        _refuse_if_blocked(obj, wanted, actor, note, facts)
        source = obj.state
        getattr(obj, name)(**facts)
        obj.save()
        event = obj.new_event()
        event.step, event.source, event.target, event.note, event.facts = name, source, obj.state, note.strip(), facts
        events.append(event, actor=actor)
        for callback in _after[model, name]:
            callback(obj, actor, event)
    return obj


def locked(model: type[Model], pk: int, actor: Actor) -> Model:
    """Re-read the row under a lock, its parent's row first so that siblings wait too. Http404 if not visible."""
    parent_name = model.lock_first
    if parent_name:
        parent_model = model._meta.get_field(parent_name).related_model
        parent_pk = model.objects.filter(pk=pk).values_list(f"{parent_name}_id", flat=True).first()
        if parent_pk is not None:
            parent_model.objects.select_for_update().get(pk=parent_pk)  # type: ignore[union-attr]
    try:
        found: Model = model.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=pk)
    except model.DoesNotExist:
        raise Http404("introuvable") from None
    return found


def _refuse_if_blocked(obj: StatefulModel, step: Step, actor: Actor, note: str, facts: Mapping[str, Any]) -> None:
    missing = missing_before(obj, step)
    if step.needs_note and not note.strip():
        missing.append(Missing("un motif", "note"))
    missing.extend(step.wrong(obj, actor=actor, note=note.strip(), **facts))
    if missing:
        raise Blocked(step, missing)
