"""What is done, in words; an action without words is shown by its name."""

from collections.abc import Mapping

from borderops.audit.rules import READS
from borderops.core.messages import N_
from borderops.ui.labels import LABELS

ACTION_TEXTS: Mapping[str, str] = {
    "register_feature": N_("Registered a feature"),
    "state_position": N_("Stated a position"),
    "assign_duty": N_("Assigned the duty to repair"),
    "decide_gate": N_("Recorded a decision on a gate"),
    "tell_event": N_("Recorded what happened to a feature"),
    "record_inspection": N_("Recorded an inspection"),
    "attach_photo": N_("Attached a photo"),
    "disclose": N_("Decided to share with the other side"),
    "end_disclosure": N_("Ended a sharing with the other side"),
    "state_view": N_("Stated the other side's view"),
    "draft_patrol": N_("Drafted a patrol"),
    "revise_patrol_plan": N_("Revised the plan of a patrol"),
    "adopt_proposed_plan": N_("Adopted a computed plan of a patrol"),
    "record_patrol_walk": N_("Recorded what a patrol walked"),
    "record_patrol_visit": N_("Recorded what a patrol visited"),
    "record_patrol_work": N_("Recorded what work a patrol did"),
    "hear_of_patrol": N_("Recorded a radio report of a patrol"),
    **{f"patrol_{state}": text for state, text in LABELS["patrol_state"].items()},
    "set_setting": N_("Changed a rule or figure"),
    "load_founding_data": N_("Loaded the founding data"),
    "reseal_chain": N_("Signed the chain of events anew"),
    "rotate_signing_key": N_("Changed the signing key"),
    **{f"read_{read.value}": rule.text for read, rule in READS.items()},
}
