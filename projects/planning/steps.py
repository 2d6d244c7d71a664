"""The steps of a grouped purchase that the timetable places, in order, with who acts and why.

Durations are parameters. Those that the law fixes say so; the others are usual times, editable.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from projects.planning.errors import PlanningError
from projects.planning.french import typeset
from projects.planning.procedure import OPEN_TENDER_DAYS, Level

CCP, CGCT = "du code de la commande publique", "du code général des collectivités territoriales"
LEGALITY_DAYS = 15  # signature → transmission to the prefect (L. 1411-9 and L. 2131-13 CGCT)
LEAD, COORDINATOR, EACH = "Coordonnateur", "Coordinateur", "Chaque organisme"


@dataclass(frozen=True)
class Step:
    """One kind of milestone: stable code, French label, who acts, why then, article or « usage »."""

    code: str
    label: str
    who: str
    reason: str
    article: str


def _step(code: str, label: str, who: str, reason: str, article: str = "usage") -> Step:
    return Step(code, typeset(label), who, typeset(reason), typeset(article))


STEPS = (
    _step(
        "call_open",
        "Ouverture de l'appel",
        COORDINATOR,
        "Chaque organisme chiffre son besoin et son maximum.",
    ),
    _step(
        "call_close",
        "Clôture de l'appel",
        COORDINATOR,
        "La convention s'écrit avec une liste de membres arrêtée et un besoin défini.",
        f"article L. 2111-1 {CCP}",
    ),
    _step(
        "convention_frozen",
        "Convention figée",
        LEAD,
        "Les assemblées délibèrent sur un texte définitif, joint à la convocation.",
        f"article L. 2113-7 {CCP}",
    ),
    _step(
        "deliberation",
        "Délibération",
        EACH,
        "L'assemblée approuve la convention ; l'acte est ensuite publié et transmis au préfet.",
        f"articles L. 2131-1 et L. 2131-2 {CGCT}",
    ),
    _step(
        "signatures",
        "Dernière signature de la convention",
        EACH,
        "Chaque membre signe une fois sa délibération exécutoire.",
        f"article L. 2113-7 {CCP}",
    ),
    _step(
        "constituted",
        "Groupement constitué",
        LEAD,
        "La convention est signée de tous avant le lancement ; ensuite la composition ne bouge plus.",
        f"article L. 2113-7 {CCP}",
    ),
    _step("dce_ready", "Dossier de consultation prêt", LEAD, "Les membres valident le dossier avant sa publication."),
    _step("publication", "Publication de l'avis", LEAD, "Le délai de remise des offres court dès le lendemain."),
    _step("offers", "Date limite des offres", LEAD, "L'analyse et le choix suivent."),
    _step("award", "Attribution", LEAD, "Les candidats non retenus sont ensuite informés.", f"article R. 2152-6 {CCP}"),
    _step(
        "letters",
        "Envoi des lettres de rejet",
        LEAD,
        "Un délai de suspension précède la signature.",
        f"articles R. 2181-3 et R. 2182-1 {CCP}",
    ),
    _step(
        "contract_signature",
        "Signature du marché",
        LEAD,
        "Les candidats écartés sont informés et le délai de suspension, s'il y en a un, est écoulé.",
        f"articles L. 2182-1 et R. 2182-1 {CCP}",
    ),
    _step(
        "transmission",
        "Transmission au contrôle de légalité",
        LEAD,
        "Dans les quinze jours de la signature, et avant la notification.",
        f"articles L. 1411-9, L. 2131-13 et D. 2131-5-1 {CGCT}",
    ),
    _step(
        "notification",
        "Notification du marché",
        LEAD,
        "Le marché prend effet ; la mise en œuvre commence.",
        f"article R. 2182-4 {CCP}",
    ),
    _step(
        "notice",
        "Dénonciation du contrat en cours",
        EACH,
        "Passé ce jour, le contrat en cours est reconduit.",
        "contrat en cours",
    ),
    _step("switch", "Bascule sur la nouvelle solution", EACH, "Le contrat en cours prend fin.", "contrat en cours"),
)
RANK = {step.code: rank for rank, step in enumerate(STEPS)}
BY_CODE = {step.code: step for step in STEPS}
EXEMPT_LABELS = {"publication": "Demande de devis", "offers": "Date limite des devis"}


# What a project may set for itself, with the words of the page. The legality control keeps the length of the law.
EDITABLE = {
    "call": "Appel à participation",
    "convention": "Rédaction de la convention",
    "agenda": "Convention figée avant une séance",
    "council_interval": "Écart entre deux séances, quand elles ne sont pas connues",
    "enforceable": "Publication et transmission d'une délibération",
    "signing": "Tour des signatures",
    "constitution": "Constat de la constitution",
    "dce": "Dossier de consultation",
    "publication": "Publication de l'avis",
    "offers": "Remise des offres",
    "analysis": "Analyse des offres",
    "award_to_letters": "De l'attribution aux lettres de rejet",
    "letters_to_signature": "Des lettres à la signature, sans délai de suspension",
    "notification": "De la signature à la notification",
    "deployment": "Mise en œuvre",
    "notice_post": "Acheminement de la lettre de dénonciation",
}
LONGEST_DAYS = 730


@dataclass(frozen=True)
class Durations:
    """Time between steps, in calendar days. Days of a quiet month (August) do not count in the work of people."""

    call: int = 60  # census and intentions: two to four months in all with the convention
    convention: int = 45  # drafting and agreement of every legal team: one to two months
    agenda: int = 21  # frozen text → council: commissions, agenda, notice of meeting
    council_interval: int = 90  # a council whose dates are not known sits at least once in that time
    enforceable: int = 7  # publication and transmission of the deliberation
    signing: int = 30  # round of signatures: one to two months, overlapping the councils
    constitution: int = 5  # certificate, transmission of the convention
    dce: int = 60  # consultation documents: two to four months, begun during the councils
    publication: int = 5  # forms of the notice
    offers: int = 0  # 0: the default of the level
    analysis: int = 0  # 0: the default of the level (three to eight weeks)
    award_to_letters: int = 2
    letters_to_signature: int = 5  # below the formal level, where no standstill is due
    legality: int = LEGALITY_DAYS  # signature → notification when the prefect is between
    notification: int = 2  # signature → notification when nothing is sent to the prefect
    deployment: int = 90  # recovery of data, rehearsals, training; 50 days seen for a light tool
    notice_post: int = 7  # registered letter: the notice is received, not only sent, in time
    quiet_months: tuple[int, ...] = (8,)
    notify_before_notice: bool = True  # nobody ends a contract before the next one is notified

    def __post_init__(self) -> None:
        """Refuse a negative duration (`bad_duration`) and twelve quiet months."""
        values: list[Any] = [getattr(self, field.name) for field in fields(self)]
        if any(isinstance(value, int) and value < 0 for value in values):
            raise PlanningError("bad_duration", typeset("Une durée ne peut pas être négative."))
        if set(self.quiet_months) >= set(range(1, 13)):
            raise PlanningError("bad_duration", typeset("Il faut au moins un mois où l'on peut se réunir."))

    @classmethod
    def usual(cls) -> dict[str, int]:
        """The usual length, in days, of every step whose length a project may choose."""
        usual = cls()
        return {name: getattr(usual, name) for name in EDITABLE}

    @classmethod
    def of(cls, days: Mapping[str, int]) -> "Durations":
        """The usual lengths but for these, in days, by name; names that are not in EDITABLE are ignored."""
        known: dict[str, Any] = {name: length for name, length in days.items() if name in EDITABLE}
        return cls(**known)

    def offers_days(self, level: Level) -> int:
        """Days to receive offers. Refuses (`offers_too_short`) less than the legal time of a formal procedure."""
        defaults = {Level.EXEMPT: 10, Level.ADAPTED: 21, Level.ADAPTED_PUBLISHED: 28, Level.FORMAL: 35}
        days = self.offers or defaults[level]
        if level == Level.FORMAL and days < OPEN_TENDER_DAYS:
            message = f"Un appel d'offres ouvert laisse {OPEN_TENDER_DAYS} jours au moins (R. 2161-3), pas {days}."
            raise PlanningError("offers_too_short", typeset(message))
        return days

    def analysis_days(self, level: Level) -> int:
        """Days from the deadline of offers to the award."""
        return (
            self.analysis or {Level.EXEMPT: 7, Level.ADAPTED: 21, Level.ADAPTED_PUBLISHED: 28, Level.FORMAL: 42}[level]
        )
