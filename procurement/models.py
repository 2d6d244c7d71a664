"""People, public bodies, and who works for whom. Rights are held by the body, through a dated membership."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import get_random_string, salted_hmac

from procurement import clock, events, letters, references, validators
from procurement.people import outgoing, records
from procurement.people.addresses import vouch


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail address, which is stored in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Save and return a user whose address we vouch for; without `password` nobody can sign in as them."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        vouch(user)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Save and return a steward who may also use the administration site."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, is_steward=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find the person whatever the case of the address typed."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractUser):
    """A person, known by e-mail. What they may do comes from their memberships, or from being a steward."""

    username = None  # type: ignore[assignment]  # AbstractUser has one; ours sign in by e-mail
    email = models.EmailField("adresse électronique", unique=True)
    is_steward = models.BooleanField(
        "animation de la plateforme",
        default=False,
        help_text="Accepte les adhésions, nomme les coordinateurs, tient le registre et les listes.",
    )
    session_salt = models.CharField(max_length=22, default="", editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "personne"
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_in_any_case")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def get_session_auth_hash(self) -> str:
        """What a session must hold to stay open: a new password or `end_sessions` makes it another."""
        return self._with_salt(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under the former secret keys."""
        return map(self._with_salt, super().get_session_auth_fallback_hash())

    def _with_salt(self, digest: str) -> str:
        return salted_hmac("cordee.session", digest + self.session_salt, algorithm="sha256").hexdigest()

    def end_sessions(self) -> None:
        """Sign this person out everywhere, from the next request on."""
        self.session_salt = get_random_string(22)
        self.save(update_fields=["session_salt"])


class BodyKind(models.TextChoices):
    """Legal kinds of body, as the registry names them; `partner` is for the State and associations."""

    COMMUNE = "commune", "Commune"
    EPCI = "epci", "EPCI à fiscalité propre"
    EPT = "ept", "Établissement public territorial"
    DEPARTEMENT = "departement", "Département"
    REGION = "region", "Région"
    SPECIAL = "collectivite_statut_particulier", "Collectivité à statut particulier"
    SYNDICAT = "syndicat", "Syndicat"
    SDIS = "sdis", "Service d'incendie et de secours"
    OTHER = "autre", "Autre établissement public local"
    PARTNER = "partenaire", "Partenaire (État, association)"


class Body(models.Model):
    """A legal person: the only kind of party to a convention (the collective itself is never one)."""

    siren = models.CharField("SIREN", max_length=9, unique=True, null=True, blank=True, validators=[validators.siren])
    siret = models.CharField("SIRET du siège", max_length=14, blank=True, validators=[validators.siret])
    name = models.CharField("dénomination", max_length=255)
    kind = models.CharField("nature", max_length=40, choices=BodyKind)
    legal_form = models.CharField("forme", max_length=10, blank=True)  # CC, CA, CU, METRO, SIVU, SMF… as published
    insee = models.CharField("code INSEE", max_length=5, blank=True)
    department = models.CharField("département", max_length=3, blank=True)
    region = models.CharField("région", max_length=3, blank=True)
    postal_codes = models.CharField("codes postaux", max_length=200, blank=True)  # separated by spaces
    population = models.PositiveIntegerField("population municipale", null=True, blank=True)
    population_total = models.PositiveIntegerField("population totale", null=True, blank=True)
    population_year = models.PositiveSmallIntegerField("année de population", null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    # The registry names the grouping by SIREN; a foreign key on it loads in one pass, in any order of rows.
    epci = models.ForeignKey(
        "self", models.SET_NULL, to_field="siren", null=True, blank=True, related_name="communes", verbose_name="EPCI"
    )
    search_text = models.CharField(max_length=500, editable=False, default="")  # folded name, codes: what is searched
    closed_on = models.DateField("dissous le", null=True, blank=True)

    class Meta:
        verbose_name = "organisme"
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["name", "id"], name="body_by_name"),
            models.Index(fields=["department", "name"], name="body_by_department"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_fictitious(self) -> bool:
        """True for the bodies of demonstrations, whose SIREN starts with 000: never counted in maps or figures."""
        return bool(self.siren) and str(self.siren).startswith("000")

    @property
    def public_ref(self) -> str:
        """What names it in addresses: its SIREN, or its number for the few bodies that have none."""
        return self.siren or str(self.pk)


class Role(models.TextChoices):
    """What a person may do for a body (design §3)."""

    AGENT = "agent", "Agent (DSI)"
    LEGAL = "legal", "Juriste"
    VIEWER = "viewer", "Lecture"


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions asked of memberships."""

    def in_force(self, day: dt.date | None = None) -> MembershipQuerySet:
        """Those that count on `day` (today by default), bounds included; a revocation counts from its day."""
        day = day or clock.today()
        ends = Q(ends_on=None) | Q(ends_on__gte=day)
        return self.filter(ends, Q(revoked_on=None) | Q(revoked_on__gt=day), starts_on__lte=day)


class Membership(models.Model):
    """A person holds a role in a body from a day, until a day."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    body = models.ForeignKey(Body, models.PROTECT, related_name="memberships")
    role = models.CharField("rôle", max_length=10, choices=Role)
    starts_on = models.DateField("depuis le", default=clock.today)
    ends_on = models.DateField("jusqu'au", null=True, blank=True)
    revoked_on = models.DateField("mis fin le", null=True, blank=True)  # counts from its day: rights go at once

    objects: ClassVar[models.Manager[Membership]] = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "appartenance"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "body", "role"],
                condition=Q(ends_on=None, revoked_on=None),
                name="membership_once",
                violation_error_message="Cette personne a déjà ce rôle dans cet organisme.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_start",
                violation_error_message="La fin précède le début.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.body}"


Event = events.Event
Counter = references.Counter
ChainHead = events.ChainHead
Letter = letters.Letter
Preference = letters.Preference
AccountMail = outgoing.AccountMail
CacheRow = outgoing.CacheRow
Departure = records.Departure
FileGrant = records.FileGrant
Invitation = records.Invitation
JoinRequest = records.JoinRequest
SignatureDelegation = records.SignatureDelegation
StandIn = records.StandIn
