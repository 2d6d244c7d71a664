"""How the common weights are called in French; any other name is shown as it stands."""

from fractions import Fraction

from projects.costsharing.french import number, plural, shown

# name: (what the share is in proportion of, unit for one, unit for several)
_NAMES = {
    "population": ("de la population", "hab.", "hab."),
    "population_total": ("de la population totale", "hab.", "hab."),
    "users": ("du nombre d'utilisateurs", "utilisateur", "utilisateurs"),
    "agents": ("du nombre d'agents", "agent", "agents"),
    "devices": ("du nombre de postes", "poste", "postes"),
    "files": ("du nombre de dossiers", "dossier", "dossiers"),
    "acts": ("du nombre d'actes", "acte", "actes"),
    "weighted_acts": ("du nombre d'actes pondérés", "acte pondéré", "actes pondérés"),
    "units": ("du nombre d'unités, au coût unitaire exact", "unité", "unités"),
}


def noun_of(name: str) -> str:
    """What follows "au prorata": "de la population"."""
    return _NAMES[name][0] if name in _NAMES else f"du poids {shown(name)}"


def measure(name: str, weight: int | Fraction) -> str:
    """A weight with its unit: "1 240 hab."."""
    if name not in _NAMES:
        return f"{number(weight)} {shown(name)}"
    _, one, several = _NAMES[name]
    return f"{number(weight)} {plural(weight, one, several)}"
