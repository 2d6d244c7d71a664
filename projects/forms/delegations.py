"""The delegations of signature of a body, offered where a signature is recorded."""

from __future__ import annotations

from typing import Any

from django import forms

from procurement.models import Body, SignatureDelegation


def offer_delegations(form: forms.Form, body: Body) -> None:
    """Add the choice « signée par délégation » when the body has recorded one; its name and capacity then follow."""
    recorded = SignatureDelegation.objects.filter(body=body).order_by("delegate", "pk")
    if not recorded.exists():
        return
    form.fields["delegation"] = forms.ModelChoiceField(
        label="Signée par délégation",
        queryset=recorded,
        required=False,
        empty_label="Non, l'exécutif a signé lui-même",
        help_text="Le nom et la qualité suivent alors de l'acte de délégation (article L. 2122-19 du CGCT).",
    )
    for name in ("signatory", "signatory_capacity"):
        form.fields[name].required = False
    order = list(form.fields)
    order.remove("delegation")
    order.insert(order.index("signatory"), "delegation")
    form.order_fields(order)


def signed_by_delegation(form: forms.Form, given: dict[str, Any]) -> dict[str, Any]:
    """The signatory and capacity of the delegation chosen, which must count on the day of the signature."""
    made, day = given.get("delegation"), given.get("signed_on")
    if made is None:
        for name in ("signatory", "signatory_capacity"):
            if not given.get(name) and name not in form.errors:
                form.add_error(name, "Remplissez ce champ.")
        return given
    if day and not made.counts_on(day):
        form.add_error("delegation", f"Cette délégation ({made.act_reference}) ne vaut pas ce jour-là.")
    return {**given, "signatory": made.delegate, "signatory_capacity": made.full_capacity}
