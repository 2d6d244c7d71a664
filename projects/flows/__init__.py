"""The three state machines. Methods only stamp facts; `perform` locks, checks, saves, records and tells.

The table in docs/states.md is generated from these declarations, and the tests run every cell of it.
"""

from projects.flows.needs import NeedFlow
from projects.flows.participations import ParticipationFlow
from projects.flows.projects import ProjectFlow

__all__ = ["NeedFlow", "ParticipationFlow", "ProjectFlow"]
