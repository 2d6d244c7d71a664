"""Which procedure a need calls for, from its whole amount and the day of launch, with the article and the reason."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from projects.planning.errors import PlanningError
from projects.planning.french import euros, long_date, typeset
from projects.planning.thresholds import DECP_FROM, SMALL_LOT, Buyer, Kind, Thresholds, thresholds_at

OPEN_TENDER_DAYS = 30  # R. 2161-3 2°, electronic tenders
ADAPTED_DAYS = 20  # custom; the law says « raisonnable »
QUOTE_DAYS = 10  # custom: time for an answer to a request for a quote
CCP = "du code de la commande publique"
ONE_NEED = (
    "Le montant est celui de tout le besoin : tous les membres, tous les lots, toute la durée, reconductions "
    "comprises. Le découper pour passer sous un seuil est irrégulier."
)


class Level(StrEnum):
    """How formal the consultation is, from the lightest to the strictest."""

    EXEMPT = "exempt"
    ADAPTED = "adapted"
    ADAPTED_PUBLISHED = "adapted_published"
    FORMAL = "formal"


@dataclass(frozen=True)
class Advice:
    """What the amount and the date call for. Amounts in cents HT, durations in calendar days, texts in French."""

    level: Level
    label: str
    article: str
    publicity: str
    minimum_days: int  # to receive offers
    minimum_is_legal: bool  # otherwise a custom: the law asks for a reasonable time
    legality_control: bool  # contract sent to the prefect before notification
    committee: bool  # the CAO chooses the holder (L. 1414-2 CGCT)
    essential_data: bool  # DECP due
    next_bound_cents: int | None  # amount from which the next level holds
    room_cents: int | None  # what may still be added without changing level
    warning: str  # table not known for that date, else empty
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Words:
    label: str
    article: str
    publicity: str
    minimum_days: int
    minimum_is_legal: bool


_WORDS = {
    Level.EXEMPT: _Words(
        "Marché sans publicité ni mise en concurrence préalables",
        f"article R. 2122-8 {CCP}",
        "Aucune publicité obligatoire : choisir une offre pertinente, bien utiliser les deniers publics, ne pas "
        "retenir toujours le même fournisseur.",
        QUOTE_DAYS,
        False,
    ),
    Level.ADAPTED: _Words(
        "Procédure adaptée (MAPA), publicité libre",
        f"articles L. 2123-1, R. 2123-1 et R. 2131-12 1° {CCP}",
        "Publicité librement adaptée à l'objet et au montant ; dossier gratuit sur le profil d'acheteur.",
        ADAPTED_DAYS,
        False,
    ),
    Level.ADAPTED_PUBLISHED: _Words(
        "Procédure adaptée (MAPA), avis publié",
        f"articles L. 2123-1, R. 2123-1 et R. 2131-12 2° {CCP}",
        "Avis au BOAMP ou dans un journal d'annonces légales, et sur le profil d'acheteur.",
        ADAPTED_DAYS,
        False,
    ),
    Level.FORMAL: _Words(
        "Procédure formalisée (en principe un appel d'offres ouvert)",
        f"articles L. 2124-1 et R. 2124-1 {CCP}",
        "Avis au BOAMP et au Journal officiel de l'Union européenne, et sur le profil d'acheteur.",
        OPEN_TENDER_DAYS,
        True,
    ),
}


def procedure_for(
    amount_cents: int, launch_date: dt.date, kind: Kind = Kind.SUPPLIES_SERVICES, buyer: Buyer = Buyer.LOCAL
) -> Advice:
    """The procedure for a need of `amount_cents` HT (all members, lots and periods) launched on `launch_date`.

    Raises PlanningError `negative_amount`.
    """
    if amount_cents < 0:
        raise PlanningError("negative_amount", typeset("Le montant d'un besoin ne peut pas être négatif."))
    table, warning = thresholds_at(launch_date)
    level, next_bound = _level(amount_cents, table, kind, buyer)
    words = _WORDS[level]
    return Advice(
        level=level,
        label=typeset(words.label),
        article=typeset(words.article),
        publicity=typeset(words.publicity),
        minimum_days=words.minimum_days,
        minimum_is_legal=words.minimum_is_legal,
        legality_control=buyer != Buyer.STATE and amount_cents >= table.legality_control,
        committee=buyer != Buyer.STATE and level == Level.FORMAL,
        essential_data=amount_cents >= DECP_FROM,
        next_bound_cents=next_bound,
        room_cents=None if next_bound is None else next_bound - 1 - amount_cents,
        warning=warning,
        notes=tuple(map(typeset, _notes(level, amount_cents, table, kind, buyer))),
    )


def _level(amount: int, table: Thresholds, kind: Kind, buyer: Buyer) -> tuple[Level, int | None]:
    """The level, and the bound from which the next one holds."""
    exempt, formal = table.exempt(kind), table.formal(kind, buyer)
    if amount < exempt:
        # Works go from exempt straight to a published notice: their exemption is above the publicity bound.
        return Level.EXEMPT, exempt
    if amount < min(table.publicity, formal):
        return Level.ADAPTED, table.publicity
    if amount < formal:
        return Level.ADAPTED_PUBLISHED, formal
    return Level.FORMAL, None


def _notes(level: Level, amount: int, table: Thresholds, kind: Kind, buyer: Buyer) -> list[str]:
    """What goes with the level, one French sentence or two each."""
    notes = [ONE_NEED]
    if level == Level.FORMAL:
        notes.append(
            "Délai de remise des offres : 30 jours pour un appel d'offres ouvert électronique (R. 2161-3 2°) ; 30 "
            "jours puis 25 jours pour un appel d'offres restreint (R. 2161-6 et R. 2161-8). Le jour de l'envoi ne "
            "compte pas."
        )
        notes.append(
            f"Un lot de moins de {euros(SMALL_LOT[kind])} HT peut suivre une procédure adaptée si l'ensemble de ces "
            "lots ne dépasse pas 20 % du total (R. 2123-1 2°). À confirmer par un juriste."
        )
        notes.append(
            "Onze jours entre les lettres de rejet et la signature, seize sans envoi électronique (R. 2182-1)."
        )
    elif level != Level.EXEMPT:
        notes.append(
            "Délai de remise des offres « raisonnable » : 20 jours au moins selon l'usage, la loi ne fixe rien."
        )
    if buyer != Buyer.STATE and amount >= table.legality_control:
        notes.append(
            f"Marché à transmettre au préfet avant notification : {euros(table.legality_control)} HT ou plus, tous "
            "lots additionnés (D. 2131-5-1 du CGCT)."
        )
    if buyer != Buyer.STATE and level == Level.FORMAL:
        notes.append("La commission d'appel d'offres choisit le titulaire (L. 1414-2 du CGCT).")
    if buyer == Buyer.ENTITY:
        notes.append("Seuils des entités adjudicatrices : à confirmer par un juriste pour le coordonnateur.")
    if amount >= DECP_FROM:
        notes.append("Données essentielles à publier dans les deux mois de la notification (R. 2196-1).")
    return notes


def change_of_level(before: Advice, after: Advice, cause: str) -> str:
    """One French sentence when the level moves between two advices, else empty.

    `cause` opens the sentence: « Avec l'arrivée de Valmont ».
    """
    if before.level == after.level:
        return ""
    return typeset(f"{cause}, la procédure change : {before.label} → {after.label} ({after.article}).")


def launch_note(launch_date: dt.date) -> str:
    """The French sentence that says which line of the table is in use."""
    table, warning = thresholds_at(launch_date)
    return warning or typeset(f"Seuils en vigueur du {long_date(table.starts)} au {long_date(table.ends)}.")
