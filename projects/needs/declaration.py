"""What a declaration of need asks beside its four compulsory things: the fields, their sections, who may read them.

One list (domain.md §7) from which the page of the form, the page of the need, the sheet and what is « à compléter » are
made. Every answer may be « je ne sais pas », which is not the same as no answer: `Need.unknown` names those fields.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices

from projects.enums import BudgetSection

UNSURE = "?"  # the value of « je ne sais pas » in a list of choices
UNSURE_SAID = "Je ne sais pas"
LONGEST_NOTICE = 60  # months


class Mode(TextChoices):
    """Where the current software runs."""

    ON_SITE = "on_site", "Sur nos serveurs"
    SAAS = "saas", "Hébergé par l'éditeur (SaaS)"
    NONE = "none", "Aucun logiciel aujourd'hui"


class Reason(TextChoices):
    """Why a body changes."""

    CONTRACT = "contract", "Fin de contrat"
    COST = "cost", "Coût"
    OBSOLETE = "obsolete", "Obsolescence"
    LAW = "law", "Réglementation"
    FUNCTIONS = "functions", "Fonctions insuffisantes"
    SOVEREIGNTY = "sovereignty", "Souveraineté"
    DISCONTINUED = "discontinued", "Fin d'édition"


class Hosting(TextChoices):
    """Where the software should run."""

    ON_SITE = "on_site", "Sur site"
    GROUPING = "grouping", "Par l'EPCI ou un syndicat"
    PUBLIC = "public", "Par une autre personne publique"
    FRANCE = "france", "Privé en France"
    SECNUMCLOUD = "secnumcloud", "Privé qualifié SecNumCloud"
    ANY = "any", "Indifférent"


class Sso(TextChoices):
    """How agents sign in."""

    DIRECTORY = "ldap", "Annuaire (LDAP ou Active Directory)"
    SAML = "saml", "SAML"
    OIDC = "oidc", "OpenID Connect"
    PROCONNECT = "proconnect", "ProConnect"
    NONE = "none", "Aucune"


class Takeover(TextChoices):
    """How much of today's data comes along."""

    NONE = "none", "Aucune"
    PART = "part", "Partielle"
    ALL = "all", "Totale"


class PersonalData(TextChoices):
    """Whether the software holds personal data (RGPD, art. 4 and 9)."""

    NO = "no", "Non"
    YES = "yes", "Oui"
    SENSITIVE = "sensitive", "Oui dont des données sensibles"


class Stance(TextChoices):
    """How much a free licence matters."""

    REQUIRED = "required", "Exigé"
    PREFERRED = "preferred", "Préféré"
    INDIFFERENT = "indifferent", "Indifférent"


class Contribution(TextChoices):
    """What the body may bring to a free software."""

    MONEY = "money", "De l'argent"
    DAYS = "days", "Du temps d'agents"
    TESTS = "tests", "Des essais"
    CODE = "code", "Du code"
    TRANSLATION = "translation", "De la documentation ou des traductions"


class WishedRoute(TextChoices):
    """How the body would rather act; the first two are the routes of projects."""

    GROUPED_PURCHASE = "grouped_purchase", "Groupement de commandes"
    SHARED_DEVELOPMENT = "shared_development", "Développement partagé"
    CENTRAL = "central", "Centrale d'achat"
    ANY = "any", "Indifférent"


class Nature(TextChoices):
    """What is to be bought or made."""

    FREE = "free", "Logiciel libre et prestations"
    SAAS = "saas", "Logiciel d'éditeur hébergé"
    NEW = "new", "Développement nouveau"
    EVOLUTION = "evolution", "Évolution d'un logiciel libre"
    MAINTENANCE = "maintenance", "Maintenance (TMA)"
    HOSTING = "hosting", "Hébergement"
    TRAINING = "training", "Formation"
    TAKEOVER = "takeover", "Reprise de données"
    ADVICE = "advice", "Assistance (AMO)"


class Direction(TextChoices):
    """Which way an interface carries data."""

    IN = "in", "Entrante"
    OUT = "out", "Sortante"
    BOTH = "both", "Dans les deux sens"


@dataclass(frozen=True)
class Asked:
    """A field of the declaration. `kind`: text, day, money (cents HT), months, yes_no, choice, choices or rows."""

    name: str
    label: str
    kind: str
    choices: type[TextChoices] | None = None
    longest: int = 0
    hint: str = ""
    confidential: bool = False  # seen by the body and by the coordinator of the project alone (design §3)

    @property
    def open(self) -> bool:
        """True if « je ne sais pas » is no choice of its own list and is ticked beside."""
        return self.kind in ("text", "day", "money", "months", "rows")


@dataclass(frozen=True)
class Part:
    """A section of the page."""

    code: str
    title: str
    hint: str
    asked: tuple[Asked, ...]


def _secret(*asked: Asked) -> tuple[Asked, ...]:
    return tuple(Asked(**{**vars(one), "confidential": True}) for one in asked)


OURS_ALONE = "Vu de votre organisme et du coordinateur du projet seulement."
PARTS = (
    Part(
        "existant",
        "L'existant et son contrat",
        OURS_ALONE,
        _secret(
            Asked("current_solution", "Solution actuelle", "text", longest=255, hint="Le nom du logiciel."),
            Asked("current_vendor", "Éditeur actuel", "text", longest=120),
            Asked("current_version", "Version actuelle", "text", longest=60),
            Asked("current_mode", "Mode actuel", "choice", Mode),
            Asked("yearly_cost_cents", "Coût annuel actuel", "money", hint="Licences, maintenance et hébergement."),
            Asked("contract_end", "Fin du contrat en cours", "day"),
            Asked("notice_months", "Préavis", "months", hint="En mois, avant la fin du contrat."),
            Asked("tacit_renewal", "Reconduction tacite", "yes_no"),
            Asked("change_reasons", "Pourquoi changer", "choices", Reason),
        ),
    ),
    Part(
        "technique",
        "La technique et les données",
        "Vu des membres : aide à écrire un cahier des charges commun.",
        (
            Asked("hosting", "Hébergement souhaité", "choice", Hosting),
            Asked("sso", "Authentification", "choices", Sso),
            Asked("data_takeover", "Reprise des données", "choice", Takeover),
            Asked("personal_data", "Données personnelles", "choice", PersonalData),
            Asked("interfaces", "Interfaces", "rows", hint="Un logiciel par ligne, et ce qui circule."),
        ),
    ),
    Part(
        "licence",
        "La licence et la contribution",
        "Vu des membres : dit avec qui développer ensemble.",
        (
            Asked("free_stance", "Logiciel libre", "choice", Stance),
            Asked("contributes", "Prêt à contribuer par", "choices", Contribution),
        ),
    ),
    Part(
        "budget",
        "Le budget",
        f"{OURS_ALONE} Une indication : seule la convention signée engage.",
        _secret(
            Asked("estimate_min_cents", "Estimation basse", "money", hint="Du projet entier."),
            Asked("estimate_max_cents", "Estimation haute", "money"),
            Asked("maximum_cents", "Maximum engageable", "money", hint="Votre part, pour toute la durée."),
            Asked("yearly_maximum_cents", "Maximum engageable par an", "money"),
            Asked("budget_section", "Section du budget", "choice", BudgetSection),
        ),
    ),
    Part(
        "souhait",
        "Ce que vous souhaitez",
        "Vu des membres, sauf la date butoir, qui dirait la fin de votre contrat.",
        (
            Asked("nature", "Ce qu'il faut", "choices", Nature),
            Asked("route_wish", "Voie souhaitée", "choice", WishedRoute),
            Asked("ready_to_lead", "Prêt à porter le projet", "yes_no", hint="Être coordonnateur ou porteur."),
            Asked("go_live", "Mise en service souhaitée", "day"),
            Asked("latest_date", "Date butoir", "day", confidential=True),
        ),
    ),
)
ASKED = {one.name: one for part in PARTS for one in part.asked}
COLUMNS = tuple(one for one in ASKED.values() if one.kind != "rows")  # those that are fields of the need
PART_OF = {one.name: part for part in PARTS for one in part.asked}
CONFIDENTIAL = tuple(one.name for one in ASKED.values() if one.confidential)
