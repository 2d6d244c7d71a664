"""The questions that help to choose a legal route, and what each answer says of each route. Data only."""

from dataclasses import dataclass
from enum import StrEnum

from projects.planning.french import typeset


class Answer(StrEnum):
    """What a person can say; « je ne sais pas » never rules anything out."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Effect(StrEnum):
    """What an answer does to a route."""

    FOR = "for"
    AGAINST = "against"
    EXCLUDES = "excludes"


@dataclass(frozen=True)
class Question:
    """A yes/no question in French, and why it is asked."""

    code: str
    text: str
    why: str


@dataclass(frozen=True)
class RouteKind:
    """A legal route: French label, one sentence, article, and whether a jurist must confirm it in any case."""

    code: str
    label: str
    summary: str
    article: str
    to_confirm: bool
    caution: str = ""


@dataclass(frozen=True)
class Rule:
    """`answer` to `question` weighs on `route`, for this French reason. `sure` is false where the law is unsettled."""

    question: str
    answer: Answer
    route: str
    effect: Effect
    reason: str
    article: str = ""
    sure: bool = True


def _question(code: str, text: str, why: str) -> Question:
    return Question(code, typeset(text), typeset(why))


def _route(code: str, label: str, summary: str, article: str, to_confirm: bool, caution: str = "") -> RouteKind:
    return RouteKind(code, typeset(label), typeset(summary), typeset(article), to_confirm, typeset(caution))


def _rule(
    question: str, answer: Answer, route: str, effect: Effect, reason: str, article: str = "", sure: bool = True
) -> Rule:
    return Rule(question, answer, route, effect, typeset(reason), typeset(article), sure)


QUESTIONS = (
    _question(
        "outside_firm",
        "Une entreprise extérieure sera-t-elle payée pour fournir ou développer le logiciel ?",
        "Payer une entreprise, c'est passer un marché : la mise en concurrence ne se contourne pas.",
    ),
    _question(
        "list_closed",
        "La liste des participants sera-t-elle arrêtée avant la consultation ?",
        "Un groupement ponctuel n'accepte plus personne une fois la procédure lancée.",
    ),
    _question(
        "all_buyers",
        "Tous les participants appliquent-ils le code de la commande publique ?",
        "Un organisme privé n'entre dans un groupement que s'il applique le code pour ces achats.",
    ),
    _question(
        "own_agents",
        "Vos propres agents feront-ils l'essentiel du travail ?",
        "Une coopération entre organismes publics suppose un travail commun, pas un simple paiement.",
    ),
    _question(
        "common_service",
        "Le logiciel sert-il un service public dont chaque participant a la charge ?",
        "La coopération ne porte que sur des services publics que les participants ont en commun.",
    ),
    _question(
        "open_market",
        "Les participants vendent-ils 20 % ou plus de ces activités sur le marché concurrentiel ?",
        "Au-delà, la coopération ne dispense plus de mise en concurrence.",
    ),
    _question(
        "in_catalogue",
        "Une centrale d'achat propose-t-elle déjà ce logiciel ou cette prestation ?",
        "L'utilisateur d'une centrale est réputé avoir rempli ses obligations de publicité.",
    ),
    _question(
        "one_pays",
        "Un seul organisme paiera-t-il l'ensemble, les autres lui versant une participation ?",
        "C'est le schéma d'une convention de cofinancement, avec un résultat commun et libre.",
    ),
    _question(
        "one_territory",
        "Les participants sont-ils seulement un EPCI à fiscalité propre et ses communes membres ?",
        "Fonds de concours et service commun n'existent que là.",
    ),
    _question(
        "tangible",
        "La dépense est-elle un équipement matériel (serveurs, bornes, postes) ?",
        "Un fonds de concours sert un équipement ; pour un logiciel, c'est douteux.",
    ),
    _question(
        "lasting_team",
        "Cherchez-vous une équipe commune durable plutôt qu'un achat ?",
        "Un service commun met des agents en partage, pour longtemps.",
    ),
)

CCP, CGCT = "du code de la commande publique", "du CGCT"
ROUTES = (
    _route(
        "grouping",
        "Groupement de commandes",
        "Une convention signée de tous, une consultation, un marché pour chacun ou pour tous.",
        f"articles L. 2113-6 à L. 2113-8 {CCP}",
        False,
    ),
    _route(
        "cofunding",
        "Convention de cofinancement",
        "Un organisme achète ou développe, les autres participent, tous reçoivent le logiciel libre.",
        "droit commun des conventions entre personnes publiques",
        True,
        "La TVA et la qualification de la participation sont à étudier ; l'achat à l'entreprise reste un marché.",
    ),
    _route(
        "cooperation",
        "Coopération entre organismes publics",
        "Les participants font le travail ensemble, pour des services publics qu'ils ont en commun.",
        f"article L. 2511-6 {CCP}",
        True,
        "Elle ne dispense pas de mettre en concurrence une entreprise extérieure.",
    ),
    _route(
        "purchasing_body",
        "Centrale d'achat",
        "La centrale a déjà fait la mise en concurrence ; on adhère et on commande à tout moment.",
        f"articles L. 2113-2 à L. 2113-5 {CCP}",
        True,
        "Cordée signale la centrale mais ne gère pas la commande.",
    ),
    _route(
        "shared_service",
        "Service commun",
        "L'EPCI et ses communes partagent une équipe et ses moyens, remboursés au coût unitaire.",
        f"articles L. 5211-4-2, L. 5211-4-3 et D. 5211-16 {CGCT}",
        True,
    ),
    _route(
        "concours",
        "Fonds de concours",
        "L'EPCI aide une commune membre à payer un équipement, ou l'inverse, par délibérations concordantes.",
        f"articles L. 5214-16 V, L. 5215-26, L. 5216-5 VI et L. 5217-7 {CGCT}",
        True,
        "Attention : un logiciel n'est sans doute pas un équipement. Plafond : la part du bénéficiaire, nette d'aides.",
    ),
)

YES, NO = Answer.YES, Answer.NO
FOR, AGAINST, EXCLUDES = Effect.FOR, Effect.AGAINST, Effect.EXCLUDES
RULES = (
    _rule(
        "outside_firm", YES, "grouping", FOR, "Un marché est à passer : le groupement le passe en commun.", "L. 2113-6"
    ),
    _rule("outside_firm", YES, "cooperation", AGAINST, "Le marché avec l'entreprise reste à mettre en concurrence."),
    _rule("outside_firm", NO, "grouping", AGAINST, "Sans achat, il n'y a rien à grouper."),
    _rule("list_closed", YES, "grouping", FOR, "Les membres sont connus avant le lancement.", "L. 2113-7"),
    _rule(
        "list_closed",
        NO,
        "grouping",
        AGAINST,
        "Un nouveau venu attend la procédure suivante d'un groupement permanent.",
    ),
    _rule("list_closed", NO, "purchasing_body", FOR, "On adhère à une centrale à tout moment.", sure=False),
    _rule("list_closed", NO, "cofunding", FOR, "Un avenant fait entrer un nouveau financeur."),
    _rule("all_buyers", NO, "grouping", AGAINST, "Un membre privé doit s'engager à appliquer le code.", "L. 2113-6"),
    _rule(
        "all_buyers",
        NO,
        "cooperation",
        EXCLUDES,
        "La coopération est réservée aux pouvoirs adjudicateurs.",
        "L. 2511-6",
    ),
    _rule(
        "own_agents", YES, "cooperation", FOR, "Un travail commun des agents est une vraie coopération.", "L. 2511-6"
    ),
    _rule(
        "own_agents",
        NO,
        "cooperation",
        AGAINST,
        "Si l'un paie et que l'autre livre, ce n'est pas une coopération.",
        "L. 2511-6",
        sure=False,
    ),
    _rule("own_agents", YES, "shared_service", FOR, "Des agents travaillent pour tous.", "L. 5211-4-2"),
    _rule("common_service", YES, "cooperation", FOR, "Un service public commun à tous.", "L. 2511-6"),
    _rule("common_service", NO, "cooperation", EXCLUDES, "Il faut un service public commun à tous.", "L. 2511-6"),
    _rule(
        "open_market", YES, "cooperation", EXCLUDES, "Il faut moins de 20 % sur le marché concurrentiel.", "L. 2511-6"
    ),
    _rule(
        "in_catalogue",
        YES,
        "purchasing_body",
        FOR,
        "L'offre existe déjà, sans consultation à mener.",
        "L. 2113-4",
        False,
    ),
    _rule("in_catalogue", NO, "purchasing_body", EXCLUDES, "Aucune centrale ne propose ce besoin aujourd'hui."),
    _rule("one_pays", YES, "cofunding", FOR, "Un acheteur, des participations, un résultat commun."),
    _rule("one_pays", NO, "cofunding", AGAINST, "Si chacun commande et paie, le groupement convient mieux."),
    _rule("one_pays", NO, "grouping", FOR, "Chaque membre exécute et paie sa part (mandat M1 ou M2).", "L. 2113-7"),
    _rule("one_territory", NO, "concours", EXCLUDES, "Réservé à un EPCI à fiscalité propre et à ses communes."),
    _rule("one_territory", NO, "shared_service", EXCLUDES, "Réservé au territoire d'un EPCI.", "L. 5211-4-2"),
    _rule("one_territory", YES, "shared_service", FOR, "Le territoire est celui d'un EPCI.", "L. 5211-4-2"),
    _rule(
        "one_territory",
        YES,
        "grouping",
        FOR,
        "L'EPCI peut passer le marché gratuitement si ses statuts le disent.",
        "L. 5211-4-4",
    ),
    _rule(
        "tangible",
        NO,
        "concours",
        AGAINST,
        "Un logiciel n'est pas un équipement corporel : très incertain.",
        sure=False,
    ),
    _rule("tangible", YES, "concours", FOR, "Un équipement matériel peut être aidé."),
    _rule(
        "lasting_team", YES, "shared_service", FOR, "Une équipe durable est l'objet d'un service commun.", "L. 5211-4-2"
    ),
    _rule("lasting_team", NO, "shared_service", AGAINST, "Un service commun est lourd pour un seul achat."),
)
