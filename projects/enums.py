"""The closed lists of the business, with the words users read."""

from django.db import models


class NeedState(models.TextChoices):
    """Life of a declared need."""

    DRAFT = "draft", "Brouillon"
    PUBLISHED = "published", "Publié"
    POOLED = "pooled", "Regroupé"
    MET = "met", "Satisfait"
    WITHDRAWN = "withdrawn", "Retiré"


class ProjectState(models.TextChoices):
    """Life of a project, on both routes."""

    FRAMING = "framing", "Cadrage"
    CALL = "call", "Appel à participation"
    AGREEMENT = "agreement", "Convention"
    CONSTITUTED = "constituted", "Constitué"
    TENDER = "tender", "Consultation"
    RUNNING = "running", "Réalisation"
    CLOSED = "closed", "Clos"
    ABANDONED = "abandoned", "Abandonné"


class ParticipationState(models.TextChoices):
    """How far a body has gone in a project. Only `signed` binds it; a click never does."""

    INTERESTED = "interested", "Intéressé"
    INTENDED = "intended", "Intention déclarée"
    AUTHORISED = "authorised", "Autorisé par un acte"
    SIGNED = "signed", "Signé"
    WITHDRAWN = "withdrawn", "Retiré"


class Route(models.TextChoices):
    """How bodies act together."""

    GROUPED_PURCHASE = "grouped_purchase", "Groupement de commandes"
    SHARED_DEVELOPMENT = "shared_development", "Développement partagé"


class Mandate(models.TextChoices):
    """What the lead body does in the name of the others (L. 2113-7 CCP; the usual three levels)."""

    AWARD = "M1", "M1 : passation seule, chacun signe et exécute son marché"
    SIGNATURE = "M2", "M2 : passation, signature et notification, chacun exécute"
    EXECUTION = "M3", "M3 : passation, signature et exécution, avec refacturation"


class Grouping(models.TextChoices):
    """One consultation, or several over the years."""

    ONE_OFF = "one_off", "Ponctuel"
    PERMANENT = "permanent", "Permanent"


class Committee(models.TextChoices):
    """Which award committee (CAO) is competent (L. 1414-3 CGCT)."""

    LEAD = "lead", "Celle du coordonnateur"
    GROUPING = "grouping", "Celle du groupement"
    NONE = "none", "Sans objet (procédure adaptée)"


class Priority(models.TextChoices):
    """How much a requirement matters (MoSCoW)."""

    MUST = "must", "Indispensable"
    SHOULD = "should", "Important"
    COULD = "could", "Souhaité"
    WONT = "wont", "Exclu"


class CostCategory(models.TextChoices):
    """What a cost line is; blank when nobody has said."""

    INVESTMENT = "investment", "Investissement"
    MAINTENANCE = "maintenance", "Maintenance annuelle"
    PROCEDURE = "procedure", "Frais de procédure"
    LOT = "lot", "Lot"


class BudgetSection(models.TextChoices):
    """The section of a body's budget that pays (M57)."""

    OPERATING = "operating", "Fonctionnement"
    INVESTMENT = "investment", "Investissement"


class ActKind(models.TextChoices):
    """The kind of act that authorises a body to commit itself."""

    DELIBERATION = "deliberation", "Délibération"
    DECISION = "decision", "Décision par délégation"


class SignatureMode(models.TextChoices):
    """How a convention was signed: nobody is obliged to sign electronically."""

    HANDWRITTEN = "handwritten", "Manuscrite"
    ELECTRONIC = "electronic", "Électronique"
