"""The only writers besides `perform`. Importing the package registers the consequences of the steps."""

from projects.actions import composition, conventions, needs, participations, projects

__all__ = ["composition", "conventions", "needs", "participations", "projects"]
