"""The bodies and people of a scenario, found or created, and who speaks for whom."""

from __future__ import annotations

import datetime as dt

from procurement.access import Actor, actor_for
from procurement.models import Body, BodyKind, Membership, Role, User
from procurement.text import fold
from projects.scenario.schema import BodyPart, PersonPart, Scenario


class Misplaced(Exception):
    """A value of the file that cannot be; `field` completes the place."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


class Cast:
    """Finds or creates the bodies and people of a file; memberships start on its first day."""

    def __init__(self, scenario: Scenario, first_day: dt.date) -> None:
        self.first_day = first_day
        self._bodies = {part.siren: _body(index, part) for index, part in enumerate(scenario.bodies)}
        if scenario.project and scenario.project.lead_body not in self._bodies:
            raise Misplaced("", f"project.lead_body : « {scenario.project.lead_body} » n'est pas dans bodies")
        self._people: dict[str, User] = {}
        self._speakers: dict[tuple[str, str], User] = {}
        for index, part in enumerate(scenario.people):
            self._person(index, part)
        if scenario.project:
            self._coordinator(scenario.project.coordinator, scenario.project.lead_body)

    def body(self, siren: str) -> Body:
        """The body with this SIREN, which the file must name."""
        if siren not in self._bodies:
            raise Misplaced("body", f"« {siren} » n'est pas dans bodies")
        return self._bodies[siren]

    def user(self, email: str, field: str = "by") -> User:
        """The person with this address: in the file, or already known."""
        user = self._people.get(email) or User.objects.filter(email=email).first()
        if user is None:
            raise Misplaced(field, f"« {email} » n'est pas dans people")
        return user

    def actor(self, user: User, siren: str) -> Actor:
        """The person acting for that body, with the roles they hold on the day being played."""
        return actor_for(user, self.body(siren).pk)

    def speaker(self, siren: str, email: str | None) -> Actor:
        """Who speaks for the body: the person named, else its first agent."""
        self.body(siren)
        if email is not None:
            return self.actor(self.user(email), siren)
        user = self._speakers.get((siren, Role.AGENT))
        if user is None:
            raise Misplaced("by", f"personne n'est agent de {siren} : donnez « by » ou une personne avec le rôle agent")
        return self.actor(user, siren)

    def officer(self, siren: str) -> Actor | None:
        """The body's first legal officer, or None: then the coordinator records on its behalf."""
        user = self._speakers.get((siren, Role.LEGAL))
        return self.actor(user, siren) if user else None

    def _person(self, index: int, part: PersonPart) -> None:
        user = User.objects.filter(email=part.email).first()
        if user is None:
            user = User.objects.create_user(part.email, first_name=part.first_name, last_name=part.last_name)
        self._people[part.email] = user
        for number, membership in enumerate(part.memberships):
            try:
                body = self.body(membership.body)
            except Misplaced as error:
                raise Misplaced("", f"people[{index}].memberships[{number}].body : {error}") from None
            self._join(user, body, membership.role)

    def _join(self, user: User, body: Body, role: str) -> None:
        if not Membership.objects.filter(user=user, body=body, role=role, ends_on=None).exists():
            Membership.objects.create(user=user, body=body, role=role, starts_on=self.first_day)
        self._speakers.setdefault((body.siren or "", role), user)

    def _coordinator(self, email: str, lead: str) -> None:
        """A coordinator whom the file does not place anywhere works for the lead body."""
        if email not in self._people and not User.objects.filter(email=email).exists():
            self._people[email] = User.objects.create_user(email)
            self._join(self._people[email], self.body(lead), Role.AGENT)


def _body(index: int, part: BodyPart) -> Body:
    found = Body.objects.filter(siren=part.siren).first()
    if found is not None:
        return found
    if part.name is None:
        raise Misplaced("", f"bodies[{index}].siren : « {part.siren} » n'est pas au registre, donnez son nom")
    return Body.objects.create(
        siren=part.siren,
        name=part.name,
        kind=part.kind or BodyKind.OTHER,
        population=part.population,
        department=part.department,
        search_text=fold(f"{part.name} {part.siren}"),
    )
