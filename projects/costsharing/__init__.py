"""Cost sharing to the cent: pure, exact, explained. Formulas and worked examples: the domain reference, §3.

Amounts are integer cents, weights and rates exact fractions, never floats. The order of operations is subsidy,
discount, key with its bounds, rounding by largest remainder.
"""

from projects.costsharing.acts import weighted_acts
from projects.costsharing.base import Key, SharedKey
from projects.costsharing.calls import calls
from projects.costsharing.concours import concours_ceiling
from projects.costsharing.errors import SharingError
from projects.costsharing.instalments import instalments
from projects.costsharing.keyjson import key_from_json
from projects.costsharing.members import Member
from projects.costsharing.newcomer import Entry, depreciated_fee, retroactive_fee
from projects.costsharing.own_orders import Due, dues, ordered_cents
from projects.costsharing.reductions import LeadDiscount, Subsidy, adjustment
from projects.costsharing.result import Result, Share
from projects.costsharing.split import split
from projects.costsharing.tariffs import Tariff
from projects.costsharing.vat import vat_shares

__all__ = [
    "Due",
    "Entry",
    "Key",
    "LeadDiscount",
    "Member",
    "Result",
    "Share",
    "SharedKey",
    "SharingError",
    "Subsidy",
    "Tariff",
    "adjustment",
    "calls",
    "concours_ceiling",
    "depreciated_fee",
    "dues",
    "instalments",
    "key_from_json",
    "ordered_cents",
    "retroactive_fee",
    "split",
    "vat_shares",
    "weighted_acts",
]
