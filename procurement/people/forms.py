"""What is asked of people: to join, to invite, to stand in, to delegate, to say why."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth import password_validation

from procurement import clock
from procurement.forms import DateField, Form, ModelForm
from procurement.models import Body, BodyKind, Membership, Role, SignatureDelegation, User
from procurement.people.addresses import typed_address

ROLES = (
    (Role.AGENT, "Agent (DSI) : déclarer les besoins, répondre aux appels"),
    (Role.LEGAL, "Juriste : enregistrer délibérations et signatures, télécharger les pièces"),
    (Role.VIEWER, "Lecture : suivre sans rien modifier"),
)
MONTHS_OF_STAND_IN = 12


class RolesField(forms.MultipleChoiceField):
    """One or several roles."""

    def __init__(self, **kwargs: Any) -> None:
        given = {"label": "Rôles", "choices": ROLES, "widget": forms.CheckboxSelectMultiple, **kwargs}
        super().__init__(**given)
        self.error_messages["required"] = "Cochez au moins un rôle."


class RequestForm(Form):
    """By somebody who has an account."""

    roles = RolesField(
        label="Ce que vous ferez pour cet organisme",
        initial=[Role.AGENT],
        help_text="Dans une petite commune, la même personne coche souvent les deux premières lignes.",
    )
    word = forms.CharField(
        label="Votre fonction, et un mot pour qu'on vous reconnaisse",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )


class OutsideRequestForm(RequestForm):
    """By somebody who has none yet."""

    first_name = forms.CharField(label="Prénom", max_length=150, widget=forms.TextInput({"autocomplete": "given-name"}))
    last_name = forms.CharField(label="Nom", max_length=150, widget=forms.TextInput({"autocomplete": "family-name"}))
    email = forms.EmailField(
        label="Adresse professionnelle",
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text="Nous y envoyons un lien. L'adresse de votre organisme aide ceux qui vous accueilleront.",
    )
    field_order = ("first_name", "last_name", "email", "roles", "word")

    def clean_email(self) -> str:
        """In lower case."""
        return typed_address(self.cleaned_data["email"])


class PasswordForm(Form):
    """The password of a new account."""

    password1 = forms.CharField(
        label="Mot de passe",
        max_length=1_000,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=password_validation.password_validators_help_text_html(),
    )
    password2 = forms.CharField(
        label="Le même, encore une fois",
        max_length=1_000,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        """Both the same, and fit."""
        given: dict[str, Any] = super().clean() or {}
        first, second = given.get("password1"), given.get("password2")
        if first and second and first != second:
            self.add_error("password2", "Les deux saisies diffèrent.")
        elif first:
            try:
                password_validation.validate_password(first, self.user)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return given


class NewcomerForm(PasswordForm):
    """The account of somebody who was invited."""

    first_name = forms.CharField(label="Prénom", max_length=150, widget=forms.TextInput({"autocomplete": "given-name"}))
    last_name = forms.CharField(label="Nom", max_length=150, widget=forms.TextInput({"autocomplete": "family-name"}))
    field_order = ("first_name", "last_name", "password1", "password2")


class AnswerForm(Form):
    """Yes, with these roles; or no, and why."""

    decision = forms.ChoiceField(
        label="Votre réponse",
        choices=[("accept", "Accepter"), ("refuse", "Refuser")],
        widget=forms.RadioSelect,
        initial="accept",
    )
    roles = RolesField(label="Rôles donnés", required=False)
    reason = forms.CharField(label="Motif du refus", required=False, max_length=500, widget=forms.Textarea({"rows": 2}))

    def clean(self) -> dict[str, Any]:
        """Roles with a yes, a reason with a no."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("decision") == "accept" and not given.get("roles"):
            self.add_error("roles", "Cochez au moins un rôle.")
        if given.get("decision") == "refuse" and not given.get("reason"):
            self.add_error("reason", "Dites pourquoi : la personne le lira.")
        return given


class InviteForm(Form):
    """Whom, and as what."""

    email = forms.EmailField(label="Adresse professionnelle", max_length=254)
    roles = RolesField(initial=[Role.AGENT])
    word = forms.CharField(label="Un mot", required=False, max_length=500, widget=forms.Textarea({"rows": 2}))


class RolesForm(Form):
    """The roles of a person; none of them ends their part in the body."""

    roles = RolesField(required=False, help_text="Aucune case cochée : la personne quitte l'organisme.")
    note = forms.CharField(label="Motif", required=False, max_length=500, widget=forms.Textarea({"rows": 2}))


class StandInForm(Form):
    """Who takes whose place, between which days."""

    membership = forms.ModelChoiceField(label="Rôle remplacé", queryset=Membership.objects.none())
    substitute = forms.ModelChoiceField(label="Par", queryset=User.objects.none())
    starts_on = DateField(label="Du", initial=clock.today)
    ends_on = DateField(label="Au", help_text="Inclus. La suppléance cesse d'elle-même.")

    def __init__(self, *args: Any, body: Body, mine: User | None, **kwargs: Any) -> None:
        """`mine`: only the roles of that person may be replaced (None: anybody's)."""
        super().__init__(*args, **kwargs)
        held = Membership.objects.filter(body=body).in_force().select_related("user", "body")
        replaced = held.filter(user=mine) if mine else held
        self.fields["membership"].queryset = replaced.order_by("user__last_name", "id")  # type: ignore[attr-defined]
        self.fields["membership"].label_from_instance = (  # type: ignore[attr-defined]
            lambda item: f"{item.user} : {item.get_role_display()}"
        )
        people = User.objects.filter(pk__in=held.values("user_id"), is_active=True).order_by("last_name", "id")
        self.fields["substitute"].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Two people, two days in order, a year at most."""
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("starts_on"), given.get("ends_on")
        if first and last and not 0 <= (last - first).days <= 31 * MONTHS_OF_STAND_IN:
            self.add_error("ends_on", "La fin suit le début, d'un an au plus.")
        absent, substitute = given.get("membership"), given.get("substitute")
        if absent and substitute and absent.user_id == substitute.pk:
            self.add_error("substitute", "Choisissez quelqu'un d'autre.")
        return given


class DelegationForm(ModelForm):
    """Who signs for the executive, and under which act."""

    starts_on = DateField(label="À partir du", initial=clock.today)
    ends_on = DateField(label="Jusqu'au", required=False)

    class Meta:
        model = SignatureDelegation
        fields = ("delegate", "capacity", "act_reference", "starts_on", "ends_on")
        help_texts = {
            "delegate": "Prénom et nom de la personne qui signe.",
            "capacity": "Directrice générale des services, adjoint aux finances…",
            "act_reference": "Arrêté n° 2026-12 du 3 mars 2026.",
        }


class ReasonForm(Form):
    """Why a steward opens a body's file."""

    reason = forms.CharField(
        label="Motif",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="Les membres de l'organisme le reçoivent, et le lisent sur sa page aussi longtemps qu'elle existe.",
    )

    def clean_reason(self) -> str:
        """A sentence, not a sign."""
        reason: str = self.cleaned_data["reason"].strip()
        if len(reason) < 15:
            raise forms.ValidationError("Dites en une phrase pourquoi vous ouvrez ce dossier.")
        return reason


class PartnerForm(ModelForm):
    """A partner (State, association): it reads and talks, and declares nothing."""

    class Meta:
        model = Body
        fields = ("name", "siren")

    def save(self, commit: bool = True) -> Body:
        """Of the kind « partner », found by name and SIREN."""
        self.instance.kind = BodyKind.PARTNER
        self.instance.siren = self.instance.siren or None
        made: Body = super().save(commit)
        return made


class CloseForm(Form):
    """One last check that it is them."""

    password = forms.CharField(
        label="Votre mot de passe", strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )
    note = forms.CharField(label="Un mot", required=False, max_length=500, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Counted like any attempt to sign in."""
        password: str = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.user, password):
            raise forms.ValidationError("Ce n'est pas votre mot de passe.")
        return password
