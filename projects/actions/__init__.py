"""The only writers besides `perform`. Importing the package registers the consequences of the steps."""

from projects.actions import conventions, needs, participations, projects

__all__ = ["conventions", "needs", "participations", "projects"]
