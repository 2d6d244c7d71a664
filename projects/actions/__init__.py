"""The only writers besides `perform`. Importing the package registers the consequences of the steps."""

from projects.actions import (
    amendments,
    closing,
    composition,
    consultation,
    conventions,
    needs,
    participations,
    projects,
    two_persons,
)

__all__ = [
    "amendments",
    "closing",
    "composition",
    "consultation",
    "conventions",
    "needs",
    "participations",
    "projects",
    "two_persons",
]
