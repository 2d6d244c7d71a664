"""What pages ask about a stored key: the weights bodies must declare for it, and its name."""

from __future__ import annotations

from typing import Any

from projects import costsharing
from projects.costsharing.weights import noun_of

POPULATION, POPULATION_TOTAL = "population", "population_total"  # municipal, and total: two legal figures
FROM_REGISTRY = frozenset({POPULATION, POPULATION_TOTAL})


def used_weights(key: dict[str, Any]) -> set[str]:
    """Names of the weights that a key (JSON form) uses, parts included."""
    parts = [key[name] for name in ("fixed", "variable") if name in key]
    found = set().union(*(used_weights(part) for part in parts))
    return found | ({key["weight"]} if "weight" in key else set())


def declared_weights(key: dict[str, Any]) -> set[str]:
    """Those that the registry does not know: bodies must declare them."""
    return used_weights(key) - FROM_REGISTRY


def weight_label(name: str) -> str:
    """« nombre d'utilisateurs », for a field's label."""
    words = noun_of(name).removeprefix("du ").removeprefix("de la ")
    return words[0].upper() + words[1:]


def key_label(key: dict[str, Any]) -> str:
    """The short name of a key, or what it waits for."""
    try:
        return costsharing.key_from_json(key).label
    except costsharing.SharingError:
        return "pourcentages à saisir" if key.get("kind") == "percent" else "à revoir"
