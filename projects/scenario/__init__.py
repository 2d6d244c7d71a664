"""A whole project from a file (interfaces.md, `load_scenario`): read, then played through the site's own steps."""

from projects.scenario.play import ScenarioRefused, load

__all__ = ["ScenarioRefused", "load"]
