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


# Those that would be, or are, parties to the convention.
LISTED = (ParticipationState.INTENDED, ParticipationState.AUTHORISED, ParticipationState.SIGNED)


class Route(models.TextChoices):
    """How bodies act together."""

    GROUPED_PURCHASE = "grouped_purchase", "Groupement de commandes"
    SHARED_DEVELOPMENT = "shared_development", "Développement partagé"


class Vehicle(models.TextChoices):
    """The legal dress of a shared development (domain.md §1.4); of no use to a grouped purchase."""

    GROUPING = "grouping", "Groupement de commandes annexé à l'accord"
    CO_FUNDING = "co_funding", "Convention de participation financière"
    COOPERATION = "cooperation", "Coopération public-public (L. 2511-6)"


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


class Procedure(models.TextChoices):
    """The six procedures of the essential data (DECP, arrêté of 22/12/2022)."""

    DIRECT = "direct", "Marché sans publicité ni mise en concurrence préalable"
    ADAPTED = "adapted", "Procédure adaptée"
    OPEN = "open", "Appel d'offres ouvert"
    RESTRICTED = "restricted", "Appel d'offres restreint"
    NEGOTIATED = "negotiated", "Procédure avec négociation"
    DIALOGUE = "dialogue", "Dialogue compétitif"


FORMAL = (Procedure.OPEN, Procedure.RESTRICTED, Procedure.NEGOTIATED, Procedure.DIALOGUE)


class Ending(models.TextChoices):
    """How a consultation, or one of its lots, ended."""

    AWARDED = "awarded", "Attribué"
    DROPPED = "dropped", "Déclaré sans suite"
    UNSUCCESSFUL = "unsuccessful", "Infructueux"


class Bidders(models.TextChoices):
    """Whether the holder is one firm or several (groupement d'opérateurs: nothing to do with that of the buyers)."""

    ALONE = "alone", "Une seule entreprise"
    JOINT = "joint", "Groupement conjoint"
    SEVERAL = "several", "Groupement solidaire"


class HolderId(models.TextChoices):
    """What identifies a holder (DECP, typeIdentifiant)."""

    SIRET = "SIRET", "SIRET"
    VAT = "TVA", "Numéro de TVA intracommunautaire"
    TAHITI = "TAHITI", "Numéro TAHITI (Polynésie)"
    RIDET = "RIDET", "RIDET (Nouvelle-Calédonie)"
    FRWF = "FRWF", "FRWF (Wallis-et-Futuna)"
    IREP = "IREP", "IREP"
    OUTSIDE = "HORS-UE", "Identifiant hors Union européenne"


class MilestoneKind(models.TextChoices):
    """What happens in a consultation, in order. The codes are those of `planning.steps` where it has the same."""

    PUBLICATION = "publication", "Publication de l'avis"
    QUESTIONS = "questions", "Réponses aux questions"
    OPENING = "opening", "Ouverture des plis"
    ANALYSIS = "analysis", "Rapport d'analyse des offres"
    COMMITTEE = "committee", "Commission d'appel d'offres"
    DECISION = "decision", "Décision d'attribution"
    LETTERS = "letters", "Envoi des lettres de rejet"
    SIGNATURE = "contract_signature", "Signature du marché"
    TRANSMISSION = "transmission", "Reçu du contrôle de légalité"
    NOTIFICATION = "notification", "Notification du marché"
    PREFECT = "prefect", "Préfet informé de la notification"
    NOTICE = "award_notice", "Avis d'attribution publié"
    ESSENTIAL_DATA = "decp", "Données essentielles publiées"


OF_CONTRACT = (  # one per contract; the others stand once for the whole consultation
    MilestoneKind.SIGNATURE,
    MilestoneKind.TRANSMISSION,
    MilestoneKind.NOTIFICATION,
    MilestoneKind.PREFECT,
    MilestoneKind.NOTICE,
    MilestoneKind.ESSENTIAL_DATA,
)
AFTER_AWARD = (MilestoneKind.PREFECT, MilestoneKind.NOTICE, MilestoneKind.ESSENTIAL_DATA)


class AmendmentKind(models.TextChoices):
    """What an amendment of the signed convention does."""

    JOINING = "joining", "Adhésion"
    LEAVING = "leaving", "Retrait"
    EXTENSION = "extension", "Prolongation"
    LEAD = "lead", "Changement de coordonnateur"


class Extends(models.TextChoices):
    """What an extension makes longer."""

    CONVENTION = "convention", "La convention ou l'accord"
    CONTRACT = "contract", "Le marché"
    BOTH = "both", "Les deux"


class LeadEnding(models.TextChoices):
    """How the replacement of a lead body ended."""

    DONE = "done", "Effectif"
    REFUSED = "refused", "Refusé"
    GIVEN_UP = "given_up", "Retiré"


class Acceptance(models.TextChoices):
    """What a pilot site decides after its tests (VA, CCAG-TIC)."""

    ACCEPTED = "accepted", "Admission"
    RESERVED = "reserved", "Admission avec réfaction"
    POSTPONED = "postponed", "Ajournement"
    REJECTED = "rejected", "Rejet"
