"""What is still missing before a step, item by item. A leaf: it reads the object at hand and imports no model.

An anchor with a slash is an address below the object's page; a bare one is a field of the step's own form.
"""

from projects.requirements.closing import (
    sound_release,
    sound_settlement,
    to_close,
)
from projects.requirements.movements import (
    joins_by_amendment,
    may_still_leave,
    same_parties,
    sound_accession,
    why_not_leave,
)
from projects.requirements.needs import (
    to_publish_need,
)
from projects.requirements.participations import (
    act_on_current_version,
    call_is_open,
    proof,
    proof_given,
    sound_act,
    sound_intention,
    sound_signature,
    version_is_frozen,
)
from projects.requirements.projects import (
    below_threshold,
    cut_off_passed_or_reason,
    later_cut_off,
    nothing_signed,
    proof_of_lead,
    signs_contract,
    to_accept_lead,
    to_close_call,
    to_constitute,
    to_freeze,
    to_launch,
    to_open_call,
    to_unfreeze,
    unsigned,
    why_no_award,
)
from projects.requirements.tender import (
    complete_award,
    faults,
    link,
    nothing_contracted,
    sound_preparation,
)
from projects.requirements.two_persons import (
    at_stake,
    second_person_awards,
    second_person_freezes,
    two_persons_due,
)
from projects.requirements.words import DESCRIPTION_MINIMUM, LEAST_BODIES, french, row_of

__all__ = [
    "DESCRIPTION_MINIMUM",
    "LEAST_BODIES",
    "act_on_current_version",
    "at_stake",
    "below_threshold",
    "call_is_open",
    "complete_award",
    "cut_off_passed_or_reason",
    "faults",
    "french",
    "joins_by_amendment",
    "later_cut_off",
    "link",
    "may_still_leave",
    "nothing_contracted",
    "nothing_signed",
    "proof",
    "proof_given",
    "proof_of_lead",
    "row_of",
    "same_parties",
    "second_person_awards",
    "second_person_freezes",
    "signs_contract",
    "sound_accession",
    "sound_act",
    "sound_intention",
    "sound_preparation",
    "sound_release",
    "sound_settlement",
    "sound_signature",
    "to_accept_lead",
    "to_close",
    "to_close_call",
    "to_constitute",
    "to_freeze",
    "to_launch",
    "to_open_call",
    "to_publish_need",
    "to_unfreeze",
    "two_persons_due",
    "unsigned",
    "version_is_frozen",
    "why_no_award",
    "why_not_leave",
]
