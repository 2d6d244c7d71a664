"""The data of the business, with its database constraints."""

from projects.models.events import Event
from projects.models.needs import Domain, Need, Requirement, Volume
from projects.models.participations import LotQuantity, Participation
from projects.models.projects import ConventionVersion, CostLine, Lot, Project, Subsidy
from projects.models.scenarios import LoadedScenario
from projects.models.search import NeedEntry, SearchWord
from projects.models.simulations import Simulation

__all__ = [
    "ConventionVersion",
    "CostLine",
    "Domain",
    "Event",
    "LoadedScenario",
    "Lot",
    "LotQuantity",
    "Need",
    "NeedEntry",
    "Participation",
    "Project",
    "Requirement",
    "SearchWord",
    "Simulation",
    "Subsidy",
    "Volume",
]
