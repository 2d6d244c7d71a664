"""The project of a scenario, act by act, in the order of its dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial

from procurement import clock
from procurement.access import Actor
from procurement.workflow import perform
from projects.actions.funds import set_plan
from projects.actions.participations import join_project
from projects.actions.projects import create_project, hand_over, has_published_need, interest, set_costs, set_lots
from projects.models import Need, Participation, Project
from projects.scenario.cast import Cast, Misplaced
from projects.scenario.schema import DeliberationPart, ParticipationPart, Scenario, SignaturePart

PROOF = "Repris du fichier de scénario"
NO_LOTS_REASON = "Motif à compléter par le coordonnateur : le dossier repris ne le donne pas."
UNTIL = ("framing", "call", "agreement", "constituted")

Act = tuple[str, Callable[[], object]]  # the place in the file, what is done


class ProjectPlayer:
    """Knows in which order the file's project happens. `acts` are to be called one after the other."""

    def __init__(self, scenario: Scenario, cast: Cast, needs: list[Need]) -> None:
        assert scenario.project is not None
        self.scenario, self.part, self.cast, self.needs = scenario, scenario.project, cast, needs
        days = (need.published_on for need in needs if need.published_on)
        self.starts_on: dt.date = self.part.starts_on or max(days, default=clock.today())
        self.closing = self.part.cut_off + dt.timedelta(days=1)
        self.until = scenario.until or self._furthest()
        self.pk = 0
        self.reference = ""

    def acts(self) -> Iterator[Act]:
        """Everything the file tells, up to `until`."""
        reached = UNTIL.index(self.until)
        yield "project", self._open
        parts = list(enumerate(self.scenario.participations))
        if reached >= UNTIL.index("call"):
            yield "project", partial(self._step, self.starts_on, "open_call")
            for index, part in sorted(parts, key=lambda item: (item[1].on or self.starts_on, item[0])):
                yield f"participations[{index}]", partial(self._intend, part)
        if reached >= UNTIL.index("agreement"):
            yield "project", partial(self._step, self.closing, "close_call")
            yield "project", partial(self._step, self.closing, "freeze")
            yield from self._commitments(parts)
        if reached >= UNTIL.index("constituted"):
            yield "until", partial(self._step, self._last_signature(), "constitute")

    def _furthest(self) -> str:
        """Without `until`, as far as the file's own facts go."""
        intended = [part for part in self.scenario.participations if part.maximum_cents is not None]
        if not intended:
            return "call"
        return "constituted" if all(part.signature for part in intended) else "agreement"

    @property
    def coordinator(self) -> Actor:
        """Who moves the project."""
        actor = self.cast.actor(self.cast.user(self.part.coordinator, "coordinator"), self.part.lead_body)
        if not actor.is_member:
            who, day = self.part.coordinator, clock.today()
            raise Misplaced("coordinator", f"« {who} » n'agit pour aucun organisme le {day}")
        return actor

    def _step(self, day: dt.date, name: str, note: str = "") -> None:
        with clock.at(day):
            perform(Project, self.pk, name, actor=self.coordinator, note=note)

    def _open(self) -> None:
        """Create the project on its first day, pool every need of the file, record the lead body's agreement."""
        with clock.at(self.starts_on):
            lead = self.cast.body(self.part.lead_body)
            opener = self.coordinator
            if not has_published_need(opener):
                opener = (
                    self.cast.speaker(self.scenario.needs[0].body, self.scenario.needs[0].by) if self.needs else opener
                )
            fields = self.part.model_dump(
                exclude={"lead_body", "coordinator", "starts_on", "lots", "cost_lines", "subsidies", "instalments"}
            )
            if len(self.part.lots) <= 1 and not self.part.no_lots_reason:
                fields["no_lots_reason"] = NO_LOTS_REASON  # older files do not say, and go on loading
            project = create_project(actor=opener, needs=self.needs, lead_body=lead, starts_on=self.starts_on, **fields)
            if opener.user_id != self.coordinator.user_id:
                assert self.coordinator.user is not None
                hand_over(project, self.coordinator.user, actor=opener)
            self.pk, self.reference = project.pk, project.reference
            set_lots(project, [lot.model_dump() for lot in self.part.lots], actor=self.coordinator)
            lines = [line.stored for line in self.part.cost_lines]
            set_costs(project, lines, [row.model_dump() for row in self.part.subsidies], actor=self.coordinator)
            if self.part.instalments:
                set_plan(project, [row.stored for row in self.part.instalments], actor=self.coordinator)
            perform(Project, self.pk, "accept_lead", actor=self.coordinator, note=PROOF)

    def _intend(self, part: ParticipationPart) -> None:
        day = part.on or self.starts_on
        if day < self.starts_on:
            raise Misplaced("on", f"l'intention est du {day}, avant l'ouverture du projet le {self.starts_on}")
        if day > self.part.cut_off:
            raise Misplaced("on", f"l'intention est du {day}, après la date limite du {self.part.cut_off}")
        lots = {lot.number for lot in self.part.lots}
        for index, quantity in enumerate(part.quantities):
            if quantity.lot not in lots:
                raise Misplaced(f"quantities[{index}].lot", f"le lot {quantity.lot} n'existe pas")
        with clock.at(day):
            actor = self.cast.speaker(part.body, part.by)
            project = Project.objects.get(pk=self.pk)
            # The coordinator may bring in a body that answered on paper; whoever else must be its agent.
            join = interest if actor.user_id == project.coordinator_id else join_project
            participation = join(project, self.cast.body(part.body), actor=actor)
            if part.maximum_cents is not None:
                perform(
                    Participation,
                    participation.pk,
                    "declare",
                    actor=actor,
                    note="" if actor.belongs_to(participation.body_id) else PROOF,
                    maximum_cents=part.maximum_cents,
                    weights=part.weights,
                    quantities=[{"lot": q.lot, "quantity": str(q.quantity), "unit": q.unit} for q in part.quantities],
                    in_kind_days=None if part.in_kind_days is None else str(part.in_kind_days),
                    in_kind_day_cents=part.in_kind_day_cents,
                )

    def _commitments(self, parts: list[tuple[int, ParticipationPart]]) -> Iterator[Act]:
        """Acts and signatures, day by day; on the same day a body's act comes before its signature."""
        dated: list[tuple[dt.date, int, int, Act]] = []
        for index, part in parts:
            place = f"participations[{index}]"
            if part.deliberation:
                voting: Act = (f"{place}.deliberation", partial(self._authorise, part, part.deliberation))
                dated.append((part.deliberation.date, 0, index, voting))
            if part.signature:
                signing: Act = (f"{place}.signature", partial(self._sign, part, part.signature))
                dated.append((part.signature.date, 1, index, signing))
        for _, _, _, act in sorted(dated, key=lambda item: item[:3]):
            yield act

    def _participation(self, part: ParticipationPart) -> Participation:
        return Participation.objects.select_related("project", "body").get(
            project_id=self.pk, body=self.cast.body(part.body)
        )

    def _authorise(self, part: ParticipationPart, act: DeliberationPart) -> None:
        with clock.at(act.date):
            participation = self._participation(part)
            version = participation.project.current_version()
            leads = part.body == self.part.lead_body
            perform(
                Participation,
                participation.pk,
                "authorise",
                actor=self.cast.officer(part.body) or self.coordinator,
                note=PROOF,
                act_kind=act.kind,
                act_number=act.number,
                act_date=act.date,
                act_enforceable_on=act.enforceable_on,
                act_maximum_cents=participation.maximum_cents if act.maximum_cents is None else act.maximum_cents,
                act_authorises_contract=leads if act.authorises_contract is None else act.authorises_contract,
                act_version=version.number if version else 0,
            )

    def _sign(self, part: ParticipationPart, signature: SignaturePart) -> None:
        with clock.at(signature.date):
            perform(
                Participation,
                self._participation(part).pk,
                "sign",
                actor=self.cast.officer(part.body) or self.coordinator,
                note=PROOF,
                signed_on=signature.date,
                signatory=signature.signatory,
                signatory_capacity=signature.capacity,
                signature_mode=signature.mode,
            )

    def _last_signature(self) -> dt.date:
        days = [part.signature.date for part in self.scenario.participations if part.signature]
        return max(days, default=self.closing)
