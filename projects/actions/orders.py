"""Writing orders, the duration of the contract and its renewals, once the contract runs."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from procurement import clock
from procurement.access import Actor
from procurement.events import append
from procurement.money import euros
from procurement.workflow import locked
from projects.models import ContractTerm, Lot, Order, Participation, Project, RenewalDecision
from projects.notifications import orders as told
from projects.orders import rules as order_rules
from projects.orders.consumption import alert_of, contract_limits, framework_limit, lot_limit, lot_limits, ordered
from projects.planning import PlanningError

RUNNING_ONLY = "Les commandes s'enregistrent pendant l'exécution du marché : le projet est à l'étape « {} »."
NOT_YOURS = (
    "Une commande est enregistrée par un agent ou un juriste de l'organisme qui commande, ou par le coordinateur."
)
TERM_RULE = "La durée du marché est enregistrée par le coordinateur, ou par l'organisme coordonnateur."
PROOF = "Indiquez la preuve sur laquelle vous agissez pour cet organisme (courriel du…, copie reçue le…)."


def record_order(
    participation: Participation,
    *,
    actor: Actor,
    reference: str,
    ordered_on: dt.date,
    amount_cents: int,
    lot: Lot | None = None,
    label: str = "",
    note: str = "",
    submission: uuid.UUID | None = None,
) -> Order:
    """Record an order, cents HT, by who orders (see `projects.orders.rules`); the coordinator gives a proof in `note`.

    ValidationError, by field, when it is above the body's maximum, its maximum for the lot or that of the framework
    agreement (R. 2162-4 CCP), or outside the contract's duration. The project's row is locked: two orders at once
    never pass a maximum together. A form sent twice makes one order. Side effects: a row, an event of the body's
    journal, messages when 80 % or 100 % of a maximum is reached.
    """
    with transaction.atomic():
        row = _participation(participation, actor)
        if submission and (made := Order.objects.filter(submission=submission, recorded_by=actor.user).first()):
            return made
        _check_right(row, actor, note)
        limits = _limits(row, lot)
        _refuse_wrong(row, lot, ordered_on, limits, amount_cents)
        assert actor.user is not None
        order = Order(
            participation=row,
            lot=lot,
            reference=reference.strip(),
            label=label.strip(),
            ordered_on=ordered_on,
            amount_cents=amount_cents,
            recorded_by=actor.user,
            submission=submission or uuid.uuid4(),
        )
        order.validate_constraints()
        order.save()
        _journal(row, "order", actor, order, note)
        _tell_alerts(row, limits, amount_cents, actor)
    return order


def _tell_alerts(row: Participation, limits: list[_Limit], amount_cents: int, actor: Actor) -> None:
    for limit in limits:
        if (reached := limit.alert_after(amount_cents)) > limit.alert:
            told.tell_alert(row, limit.name, reached, limit.cents, limit.ordered + amount_cents, actor, limit.common)


def cancel_order(order: Order, *, actor: Actor, reason: str, note: str = "") -> Order:
    """Cancel an order typed by mistake or given up, by who may record one; it stays in the list with its reason.

    Its amount may be ordered again. ValidationError without a reason. Side effects: the row, an event. Again: nothing.
    """
    if not reason.strip():
        raise ValidationError({"reason": "Donnez le motif : il figure au journal."})
    with transaction.atomic():
        row = _participation(order.participation, actor)
        found = Order.objects.select_for_update().get(pk=order.pk)
        _check_right(row, actor, note)
        if found.cancelled_on is None:
            found.cancelled_on, found.cancel_reason = clock.today(), reason.strip()
            found.save(update_fields=["cancelled_on", "cancel_reason"])
            _journal(row, "order_cancelled", actor, found, " ".join([reason.strip(), note]).strip())
    return found


def set_term(project: Project, *, actor: Actor, **fields: Any) -> ContractTerm:
    """Record how long the contract runs (fields of ContractTerm), by the coordinator or the lead body.

    ValidationError when no contract can say that, when four years are passed without a reason (L. 2125-1 CCP), when a
    renewal already decided would be lost, or when an order lies outside. Side effects: the row, an event.
    """
    with transaction.atomic():
        project = _running(project, actor)
        term, _ = ContractTerm.objects.get_or_create(
            project=project, defaults={"starts_on": fields["starts_on"], "firm_months": fields["firm_months"]}
        )
        for name, value in fields.items():
            setattr(term, name, value)
        try:
            asked = term.term
        except PlanningError as error:
            raise ValidationError(error.message) from None
        if asked.too_long and not term.long_reason.strip():
            reason = "Un accord-cadre de plus de quatre ans se justifie (article L. 2125-1 du CCP) : donnez le motif."
            raise ValidationError({"long_reason": reason})
        dates = Order.objects.standing().filter(participation__project=project).values_list("ordered_on", flat=True)
        if outside := [day for day in dates if not asked.starts <= day <= asked.ends()]:
            raise ValidationError(f"Une commande du {min(outside):%d/%m/%Y} serait hors de cette durée.")
        term.full_clean(exclude=["project"])
        term.save()
        _event(project, "contract_term", actor, note=asked.summary(), **{name: fields[name] for name in sorted(fields)})
    return term


def decide_renewal(project: Project, *, actor: Actor, number: int, renewed: bool, note: str = "") -> RenewalDecision:
    """Record that the nth renewal happens or not, by the coordinator or the lead body; it may be changed until then.

    ValidationError when it is not the next to decide on. Side effects: the row, an event, a message to the members.
    """
    with transaction.atomic():
        project = _running(project, actor)
        term = ContractTerm.objects.filter(project=project).first()
        period = term.term.awaited(clock.today()) if term else None
        if term is None or period is None or period.number != number:
            raise ValidationError("Cette reconduction n'est pas celle qui attend une décision.")
        decision = RenewalDecision.objects.create(
            contract=term, number=number, renewed=renewed, decided_on=clock.today()
        )
        _event(project, "renewal", actor, note=note, number=number, renewed=renewed)
        told.tell_renewal(project, number, renewed, period.starts, actor)
    return decision


class _Limit:
    """A maximum, what is ordered of it before the order at hand, and what it is called in a refusal."""

    def __init__(self, field: str, name: str, cents: int, ordered: int, common: bool = False) -> None:
        self.field, self.name, self.cents, self.ordered, self.common = field, name, cents, ordered, common

    @property
    def alert(self) -> int:
        """Before the order."""
        return alert_of(self.ordered, self.cents)

    def alert_after(self, amount_cents: int) -> int:
        """With it."""
        return alert_of(self.ordered + amount_cents, self.cents)


def _limits(row: Participation, lot: Lot | None) -> list[_Limit]:
    """The body's own, its own for the lot when it split it, and that of everybody."""
    project, sums = row.project, ordered(row.project)
    own = sum(cents for (pk, _), cents in sums.items() if pk == row.pk)
    found = [_Limit("amount_cents", f"le maximum de {row.body}", order_rules.own_limit(row), own)]
    by_lot = lot_limits(row)
    if lot is not None and by_lot:
        spent = sums.get((row.pk, lot.pk), 0)
        found.append(_Limit("lot", f"le maximum de {row.body} pour le lot {lot.number}", by_lot.get(lot.pk, 0), spent))
    awarded, rows = contract_limits(project), list(project.listed_participations())
    if lot is not None and awarded:
        spent = sum(cents for (_, pk), cents in sums.items() if pk == lot.pk)
        name = f"le montant attribué du lot {lot.number}"
        found.append(_Limit("lot", name, lot_limit(lot, rows, awarded), spent, common=True))
    whole = framework_limit(project, rows)
    found.append(_Limit("amount_cents", "le maximum de l'accord-cadre", whole, sum(sums.values()), common=True))
    return found


def _refuse_wrong(
    row: Participation, lot: Lot | None, ordered_on: dt.date, limits: list[_Limit], amount_cents: int
) -> None:
    errors: dict[str, list[str]] = {}
    lots = {item.pk for item in row.project.lots.all()}
    if (lot is None and len(lots) > 1) or (lot is not None and lot.pk not in lots):
        errors["lot"] = ["Choisissez le lot de cette commande."]
    if (when := _wrong_day(row.project, ordered_on)) is not None:
        errors["ordered_on"] = [when]
    for limit in limits:
        if limit.ordered + amount_cents > limit.cents:
            left = euros(max(0, limit.cents - limit.ordered))
            line = f"Cette commande dépasse {limit.name}, {euros(limit.cents)} HT : il reste {left} HT"
            errors.setdefault(limit.field, []).append(f"{line} (article R. 2162-4 du CCP).")
    if errors:
        raise ValidationError(errors)


def _wrong_day(project: Project, day: dt.date) -> str | None:
    """Why an order cannot be of that day; None when it can."""
    if day > clock.today():
        return "Une commande ne se date pas d'avance."
    term = ContractTerm.objects.filter(project=project).first()
    if term and day < term.starts_on:
        return f"Le marché n'a été notifié que le {term.starts_on:%d/%m/%Y}."
    if term and day > term.term.ends():
        return f"Le marché a pris fin le {term.term.ends():%d/%m/%Y} : aucune commande après ce jour."
    return None


def _participation(participation: Participation, actor: Actor) -> Participation:
    """The body's row with the project's under a lock, in a running project."""
    project = locked(Project, participation.project_id, actor)
    if not order_rules.runs(project):
        raise PermissionDenied(RUNNING_ONLY.format(project.state_label))
    row = project.listed_participations().prefetch_related("lot_maxima").get(pk=participation.pk)
    row.project = project
    return row


def _check_right(row: Participation, actor: Actor, note: str) -> None:
    if not order_rules.records_orders(row, actor):
        raise PermissionDenied(NOT_YOURS)
    if order_rules.owes_order_proof(row, actor) and not note.strip():
        raise ValidationError({"note": PROOF})


def _running(project: Project, actor: Actor) -> Project:
    found = locked(Project, project.pk, actor)
    if not order_rules.runs(found) or not order_rules.runs_contract(found, actor):
        raise PermissionDenied(TERM_RULE)
    return found


def _journal(row: Participation, step: str, actor: Actor, order: Order, note: str) -> None:
    """In the project's chain, for the body concerned."""
    event = row.new_event()
    event.step, event.note = step, note.strip()
    event.facts = {
        "order": order.pk,
        "reference": order.reference,
        "ordered_on": order.ordered_on,
        "lot": order.lot.number if order.lot else None,
        "amount_cents": order.amount_cents,
    }
    append(event, actor=actor)


def _event(project: Project, step: str, actor: Actor, *, note: str = "", **facts: Any) -> None:
    event = project.new_event()
    event.step, event.note, event.facts = step, note, facts
    append(event, actor=actor)
