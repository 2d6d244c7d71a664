"""Words of the business for templates: `{% load projects %}`."""

from decimal import Decimal

from django import template

from procurement.money import euros, number
from projects.enums import Priority

register = template.Library()


@register.filter
def priority_label(value: str) -> str:
    """`must` → Indispensable."""
    return str(Priority(value).label)


@register.filter
def plain_number(value: Decimal) -> str:
    """`5.00` → 5, `3.50` → 3,5."""
    return number(value).rstrip("0").rstrip(",") if value != value.to_integral() else number(int(value))


@register.filter
def change(cents: int) -> str:
    """`-174531` → − 1 745,31 €, `100` → + 1,00 €: what somebody would pay more or less."""
    if not cents:
        return euros(0)
    return f"{'+' if cents > 0 else '−'}\u00a0{euros(abs(cents))}"
