"""What is told when somebody takes over, or goes."""

from __future__ import annotations

from procurement.notifications import message

CoordinatorNamed = message("coordinator_named", "Un projet change de coordinateur, ou en attend un")
LeadLeaves = message("lead_leaves", "Le coordonnateur d'un projet quitte le collectif")
