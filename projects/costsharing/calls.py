"""Calls for funds of a whole group: a table whose rows sum to the shares and whose columns sum to the calls."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from projects.costsharing.errors import bad_input
from projects.costsharing.instalments import instalments
from projects.costsharing.rounding import whole


def calls(shares: Mapping[str, int], percents: Sequence[Fraction]) -> dict[str, list[int]]:
    """Cents of each call for each member, by id; shares ≥ 0, `percents` as for `instalments` (same refusals).

    A call is the total cut as `instalments` cuts it; no amount is below the exact one rounded down. The cents left go
    to the largest fractions, then to the larger share, the smaller id, the earlier call, as far as the member and the
    call still lack one. The order of the members changes nothing.
    """
    if any(share < 0 for share in shares.values()):
        raise bad_input("une part à appeler ne peut pas être négative.")
    wanted = instalments(sum(shares.values()), percents)
    weights = whole(percents)
    cells = {
        (member, place): divmod(share * weight, sum(weights))
        for member, share in shares.items()
        for place, weight in enumerate(weights)
    }
    found = {cell: floor for cell, (floor, _) in cells.items()}
    owed = {
        member: share - sum(found[member, place] for place in range(len(weights))) for member, share in shares.items()
    }
    lacking = [total - sum(found[member, place] for member in shares) for place, total in enumerate(wanted)]
    order = sorted(cells, key=lambda cell: (-cells[cell][1], -shares[cell[0]], *cell))
    _hand_out(found, [cell for cell in order if cells[cell][1]], owed, lacking, most=1)
    _hand_out(found, sorted(cells), owed, lacking)  # where the fractions do not meet: whoever still lacks a cent
    return {member: [found[member, place] for place in range(len(weights))] for member in shares}


def _hand_out(
    found: dict[tuple[str, int], int],
    order: Sequence[tuple[str, int]],
    owed: dict[str, int],
    lacking: list[int],
    most: int | None = None,
) -> None:
    """Cents that both the member and the call lack, in this order, at most `most` to a cell."""
    for member, place in order:
        given = min(owed[member], lacking[place])
        given = given if most is None else min(given, most)
        found[member, place] += given
        owed[member] -= given
        lacking[place] -= given
