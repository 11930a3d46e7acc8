"""What is done, in words; an action without words is shown by its name."""

from collections.abc import Mapping

from borderops.audit.rules import READS
from borderops.core.messages import N_

ACTION_TEXTS: Mapping[str, str] = {
    "register_feature": N_("Registered a feature"),
    "state_position": N_("Stated a position"),
    "assign_duty": N_("Assigned the duty to repair"),
    "decide_gate": N_("Recorded a decision on a gate"),
    "tell_event": N_("Recorded what happened to a feature"),
    "record_inspection": N_("Recorded an inspection"),
    "attach_photo": N_("Attached a photo"),
    "set_setting": N_("Changed a rule or figure"),
    "load_founding_data": N_("Loaded the founding data"),
    "reseal_chain": N_("Signed the chain of events anew"),
    "rotate_signing_key": N_("Changed the signing key"),
    **{f"read_{read.value}": rule.text for read, rule in READS.items()},
}
