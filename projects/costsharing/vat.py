"""VAT of a cost line: HT is shared, VAT follows, so that HT + VAT = TTC for every member and for the line."""

from collections.abc import Sequence
from fractions import Fraction

from projects.costsharing.errors import bad_input
from projects.costsharing.rounding import largest_remainder, percent_of


def vat_shares(ht_cents: Sequence[int], vat_percent: Fraction, ids: Sequence[str]) -> list[int]:
    """VAT in cents of each HT share: half up on the HT total, then largest remainder on the HT shares.

    Ties go to the larger HT share, then to the smaller id. A credit note (no share above zero) gives negative VAT;
    shares of both signs, or a negative rate, are `bad_input`.
    """
    if vat_percent < 0:
        raise bad_input("un taux de TVA ne peut pas être négatif.")
    if any(share < 0 for share in ht_cents):
        if any(share > 0 for share in ht_cents):
            raise bad_input("les parts HT d'une même ligne ont toutes le même signe.")
        return [-vat for vat in vat_shares([-share for share in ht_cents], vat_percent, ids)]
    total = sum(ht_cents)
    if not total:
        return [0] * len(ht_cents)
    return largest_remainder(percent_of(total, vat_percent), ht_cents, ids).cents
