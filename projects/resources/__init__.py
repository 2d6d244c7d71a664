"""Every kind of sheet, by the name that `import_sheet` and `export_sheet` know it under."""

from procurement.resources import BodyResource
from procurement.sheets import SheetResource
from projects.resources.needs import NeedResource
from projects.resources.participations import ParticipationResource
from projects.resources.requirements import RequirementResource
from projects.resources.solutions import SolutionResource

KINDS: dict[str, type[SheetResource]] = {
    "needs": NeedResource,
    "requirements": RequirementResource,
    "participations": ParticipationResource,
    "bodies": BodyResource,
    "solutions": SolutionResource,
}

__all__ = ["KINDS"]
