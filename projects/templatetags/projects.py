"""Words of the business for templates: `{% load projects %}`."""

from django import template

from projects.enums import Priority

register = template.Library()


@register.filter
def priority_label(value: str) -> str:
    """`must` → Indispensable."""
    return str(Priority(value).label)
