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
    "sign_in": N_("Signed in"),
    "use_recovery_code": N_("Signed in by a recovery code"),
    "change_password": N_("Changed a password"),
    "set_second_factor": N_("Set up a second factor"),
    "replace_second_factor": N_("Replaced a second factor"),
    "remove_second_factor": N_("Removed a second factor"),
    "renew_recovery_codes": N_("Renewed recovery codes"),
    "make_account": N_("Added a person"),
    "end_account": N_("Ended an account"),
    "grant_role": N_("Gave a role"),
    "end_role": N_("Ended a role"),
    "make_invitation_link": N_("Invited a person"),
    "make_reset_link": N_("Made a reset link"),
    "end_session": N_("Ended a session"),
    "make_credential": N_("Made a token"),
    "end_credential": N_("Ended a token"),
    "link_organisation": N_("Tied a person to the organisation's sign-in"),
    "make_unit": N_("Added a unit"),
    "end_unit": N_("Ended a unit"),
    "add_section": N_("Gave a unit a part of the line"),
    "end_section": N_("Took a part of the line from a unit"),
    "load_founding_data": N_("Loaded the founding data"),
    "reseal_chain": N_("Signed the chain of events anew"),
    "rotate_signing_key": N_("Changed the signing key"),
    **{f"read_{read.value}": rule.text for read, rule in READS.items()},
}
