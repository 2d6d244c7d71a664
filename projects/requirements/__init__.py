"""What is still missing before a step, item by item. A leaf: it reads the object at hand and imports no model.

An anchor with a slash is an address below the object's page; a bare one is a field of the step's own form.
"""

from projects.requirements.needs import (
    to_publish_need,
)
from projects.requirements.participations import (
    act_on_current_version,
    call_is_open,
    may_still_leave,
    proof,
    proof_given,
    sound_act,
    sound_intention,
    sound_signature,
    version_is_frozen,
    why_not_leave,
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
    to_open_call,
    to_unfreeze,
    unsigned,
)
from projects.requirements.words import DESCRIPTION_MINIMUM, LEAST_BODIES, french

__all__ = [
    "DESCRIPTION_MINIMUM",
    "LEAST_BODIES",
    "act_on_current_version",
    "below_threshold",
    "call_is_open",
    "cut_off_passed_or_reason",
    "french",
    "later_cut_off",
    "may_still_leave",
    "nothing_signed",
    "proof",
    "proof_given",
    "proof_of_lead",
    "signs_contract",
    "sound_act",
    "sound_intention",
    "sound_signature",
    "to_accept_lead",
    "to_close_call",
    "to_constitute",
    "to_freeze",
    "to_open_call",
    "to_publish_need",
    "to_unfreeze",
    "unsigned",
    "version_is_frozen",
    "why_not_leave",
]
