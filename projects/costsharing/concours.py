"""Fonds de concours, only between an EPCI with its own tax and its member communes.

CGCT art. L5214-16 V, L5215-26, L5216-5 VI, L5217-7; for software, which is no tangible asset, doubtful.
"""

from projects.costsharing.errors import bad_input


def concours_ceiling(cost_cents: int, subsidies_cents: int) -> int:
    """The most the others may bring, in cents: half of what is left after subsidies, rounded down.

    The total of the funds may not pass the share the beneficiary bears itself.
    """
    if cost_cents < 0 or subsidies_cents < 0 or subsidies_cents > cost_cents:
        raise bad_input("attendu : un coût, et des subventions entre zéro et ce coût.")
    return (cost_cents - subsidies_cents) // 2
