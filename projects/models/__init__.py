"""The data of the business, with its database constraints."""

from projects.models.catalogue import Solution, Usage
from projects.models.clauses import ClauseComment, ClauseRevision, Review, ReviewAnswer, RevisionState, Verdict
from projects.models.composition import Council, ExpectedBody, Wish
from projects.models.consultation import Consultation, Contract, Holder, Milestone, Proposal, Settlement
from projects.models.declaration import Interface
from projects.models.development import Amendment, Maintenance, PilotSite, Release
from projects.models.events import Event
from projects.models.feeds import AgendaKey
from projects.models.followers import LikesDue, NeedFollow
from projects.models.funds import CalledAmount, FundsCall, Instalment
from projects.models.leads import LeadChange
from projects.models.library import LinkKind, NeedLink, SheetUpload
from projects.models.mandates import BodyMandate
from projects.models.needs import Domain, Need, Requirement, Volume
from projects.models.orders import ContractTerm, Order, RenewalDecision
from projects.models.participations import LotMaximum, LotQuantity, Participation
from projects.models.projects import ConventionVersion, CostLine, Lot, Project, Subsidy
from projects.models.reminders import ReminderSent, ReminderText
from projects.models.scenarios import LoadedScenario
from projects.models.search import NeedEntry, SearchWord
from projects.models.settings import ActScale, TimetableSettings
from projects.models.simulations import Simulation
from projects.models.terms import AgreementTerms

__all__ = [
    "ActScale",
    "AgendaKey",
    "AgreementTerms",
    "Amendment",
    "BodyMandate",
    "CalledAmount",
    "ClauseComment",
    "ClauseRevision",
    "Consultation",
    "Contract",
    "ContractTerm",
    "ConventionVersion",
    "CostLine",
    "Council",
    "Domain",
    "Event",
    "ExpectedBody",
    "FundsCall",
    "Holder",
    "Instalment",
    "Interface",
    "LeadChange",
    "LikesDue",
    "LinkKind",
    "LoadedScenario",
    "Lot",
    "LotMaximum",
    "LotQuantity",
    "Maintenance",
    "Milestone",
    "Need",
    "NeedEntry",
    "NeedFollow",
    "NeedLink",
    "Order",
    "Participation",
    "PilotSite",
    "Project",
    "Proposal",
    "Release",
    "ReminderSent",
    "ReminderText",
    "RenewalDecision",
    "Requirement",
    "Review",
    "ReviewAnswer",
    "RevisionState",
    "SearchWord",
    "Settlement",
    "SheetUpload",
    "Simulation",
    "Solution",
    "Subsidy",
    "TimetableSettings",
    "Usage",
    "Verdict",
    "Volume",
    "Wish",
]
