"""What an agreement settles beside the framing of its project: delays, votes, rights, licence. Plain values and lists.

Defaults are those of the model texts (domain.md §2.1 and §2.2): what nobody has set is printed as the model has it.
Delays are in days, percentages whole; every list is closed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from django.db import models

LICENCES_FILE = Path(__file__).resolve().parent / "data" / "licences.json"


class VoteRule(models.TextChoices):
    """The majority by which the lead body is replaced or a member excluded."""

    UNANIMITY = "unanimity", "Unanimité"
    TWO_THIRDS = "two_thirds", "Deux tiers"
    SIMPLE = "simple", "Majorité simple"


class EntryIntoForce(models.TextChoices):
    """What makes the agreement apply."""

    LAST_SIGNATURE = "last_signature", "À la dernière signature"
    LAST_ENFORCEABLE = "last_enforceable", "À la dernière mesure qui la rend exécutoire"


class LeadPay(models.TextChoices):
    """What the lead body gets for its work."""

    FREE = "free", "Gratuit"
    ACTUAL = "actual", "Remboursement des frais réels"
    FLAT = "flat", "Forfait annuel"
    PERCENT = "percent", "Pourcentage des dépenses"


class Split(models.TextChoices):
    """How the cost of a lawsuit is shared."""

    SHARES = "shares", "À proportion des parts"
    EQUAL = "equal", "En parts égales"


class ContractForm(models.TextChoices):
    """The form of the contract (L. 2125-1, R. 2162-1 and following CCP)."""

    CONTRACT = "contract", "Marché ordinaire"
    ORDERS = "orders", "Accord-cadre à bons de commande"
    CALL_OFFS = "call_offs", "Accord-cadre à marchés subséquents"


class Ownership(models.TextChoices):
    """Who holds the rights on the software."""

    CO_OWNERS = "co_owners", "Copropriété des partenaires, à proportion des contributions"
    LEAD = "lead", "Le chef de file seul"
    AUTHORS = "authors", "Chacun sur ce qu'il écrit ou fait écrire"


class Assignment(models.TextChoices):
    """What the contractor gives of its rights (CCAG-TIC: not exclusive unless stipulated)."""

    NON_EXCLUSIVE = "non_exclusive", "Concession non exclusive"
    EXCLUSIVE = "exclusive", "Cession exclusive"


class DocsLicence(models.TextChoices):
    """The licence of the documentation."""

    ETALAB = "etalab-2.0", "etalab-2.0"
    CC_BY = "CC-BY-4.0", "CC-BY-4.0"
    CC_BY_SA = "CC-BY-SA-4.0", "CC-BY-SA-4.0"


class Publication(models.TextChoices):
    """From when the source is public."""

    FIRST_DAY = "first_day", "Dès le premier jour du développement"
    FIRST_USE = "first_use", "À la première mise en service"


class VoteMode(models.TextChoices):
    """How the steering committee votes."""

    ONE_EACH = "one_each", "Une voix par partenaire"
    BY_CONTRIBUTION = "by_contribution", "À proportion des contributions"


class EntryRule(models.TextChoices):
    """What a newcomer pays to sit in the committee (domain.md §3, K13): never for the use, which is free."""

    RETROACTIVE = "retroactive", "Clé appliquée comme s'il avait été là, remboursée aux autres"
    LINEAR = "linear", "Part de la valeur restante, amortie en ligne droite"
    NONE = "none", "Aucun droit d'entrée"


class Brand(models.TextChoices):
    """Who holds the name."""

    LEAD = "lead", "Le chef de file, au bénéfice de tous"
    NONE = "none", "Personne : le nom n'est pas déposé"


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms as a dossier keeps them; texts are "" when nobody has said, dates ISO 8601."""

    answer_days: int = 15  # to answer the lead body
    dce_days: int = 10  # to give one's opinion on the consultation documents; silence is consent
    notice_days: int = 90  # before leaving
    cure_days: int = 30  # between formal notice and exclusion
    refund_days: int = 30  # to pay a call for funds, or the lead body back
    mediation_days: int = 30
    vote_rule: str = VoteRule.TWO_THIRDS.value
    court: str = ""  # « de Grenoble »; "" for that of the lead body's seat
    entry: str = EntryIntoForce.LAST_SIGNATURE.value
    lead_pay: str = LeadPay.FREE.value
    lead_pay_cents: int | None = None  # a year, HT, for a flat rate
    lead_pay_percent: str = ""  # exact decimal
    deputy: str = ""  # name of the body that stands in for the lead body
    depositary: str = ""  # name of the body that keeps the papers; "" for the lead body
    litigation: str = Split.SHARES.value
    contract_form: str = ""
    launch_on: str = ""
    families: str = ""
    schedule: str = ""
    leave_after_launch: bool = True  # between launch and award, with notice
    departure_keeps_acts: bool = False  # before launch: who stays within its voted maximum votes no second time
    quick_joining: bool = False  # permanent grouping: an amendment signed by the newcomer and the lead body alone
    software_name: str = ""
    scope: str = ""
    base_software: str = ""
    licence: str = ""  # SPDX, of the list of D. 323-2-1 CRPA
    docs_licence: str = DocsLicence.ETALAB.value
    dco: bool = True
    forge_url: str = ""
    publication: str = Publication.FIRST_DAY.value
    embargo_days: int = 30  # a security fix may be held back that long
    ownership: str = Ownership.CO_OWNERS.value
    assignment: str = Assignment.NON_EXCLUSIVE.value
    vote_mode: str = VoteMode.ONE_EACH.value
    quorum_percent: int = 50
    meetings: int = 2  # of the steering committee, a year
    minutes_days: int = 15
    pilots: str = ""
    va_days: int = 30  # vérification d'aptitude
    vsr_days: int = 90  # vérification de service régulier
    review_months: int = 6  # before the end of the warranty
    entry_rule: str = EntryRule.RETROACTIVE.value
    depreciation_years: int = 5
    tolerance_percent: int = 10  # of over-run, on the same keys
    brand: str = Brand.LEAD.value


NO_TERMS = Terms()  # nobody has set any


@dataclass(frozen=True, slots=True)
class ClauseText:
    """The words of a clause: restricted Markdown with named placeholders (documents/clauses)."""

    code: str  # convention/06-missions
    text: str
    number: str = ""
    title: str = ""
    amended: bool = False


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence under which a public body may publish (D. 323-2-1 CRPA, data.gouv.fr list)."""

    spdx: str
    name: str
    reciprocal: bool


def licences() -> tuple[Licence, ...]:
    """The official list, permissive ones first. A licence outside it needs the State's approval."""
    return tuple(Licence(**row) for row in json.loads(LICENCES_FILE.read_text(encoding="utf-8")))


LICENCES = licences()
SPDX = tuple(licence.spdx for licence in LICENCES)
