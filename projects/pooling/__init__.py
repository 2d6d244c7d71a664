"""From commitments to shares: keys and cost lines of a project, simulation, arrivals and departures, the decision."""
