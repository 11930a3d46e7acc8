"""Who may do what: roles and permissions as one table, and kinds of units that people belong to.

A lawyer can read it from top to bottom. On which features a permission holds is said by `SCOPES`: the
sections of the person's units, their province, or what was shared with the other side.
"""

from collections.abc import Mapping
from enum import StrEnum

from borderops.core.viewer import Sees


class Role(StrEnum):
    """What a person does, for a unit and in a period. A person may hold several."""

    OFFICER = "officer"
    COMMANDER = "commander"
    SPECIALIST = "specialist"
    COUNTERPART_OFFICER = "counterpart_officer"
    COUNTERPART_SPECIALIST = "counterpart_specialist"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """One thing that a person may do; every route and every command names exactly one."""

    # one's own account
    OWN_ACCOUNT = "own_account"
    # reading
    READ_REGISTER = "read_register"
    EXPORT = "export"
    READ_HISTORY = "read_history"
    # writing to the register
    RECORD_INSPECTION = "record_inspection"
    STATE_POSITION = "state_position"
    REGISTER_FEATURE = "register_feature"
    TELL_EVENT = "tell_event"
    ASSIGN_DUTY = "assign_duty"
    DECIDE_GATE = "decide_gate"
    # patrols
    READ_PATROLS = "read_patrols"
    PLAN_PATROL = "plan_patrol"
    APPROVE_PATROL = "approve_patrol"
    RECORD_PATROL = "record_patrol"
    ANSWER_PATROL = "answer_patrol"
    # the other side
    DISCLOSE = "disclose"
    SEE_AS_COUNTERPART = "see_as_counterpart"
    STATE_VIEW = "state_view"
    SIGN = "sign"
    # the chain of events
    READ_EVENTS = "read_events"
    # the installation
    READ_SETTINGS = "read_settings"
    MANAGE_SETTINGS = "manage_settings"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_UNITS = "manage_units"
    MANAGE_INSTALLATION = "manage_installation"


_P = Permission

#: What each role may do. Nothing is implied: a permission that is not in the row is refused.
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.OFFICER: frozenset(
        {
            _P.OWN_ACCOUNT,
            _P.READ_REGISTER,
            _P.READ_HISTORY,
            _P.READ_PATROLS,
            _P.RECORD_INSPECTION,
            _P.STATE_POSITION,
            _P.RECORD_PATROL,
            _P.READ_SETTINGS,
        }
    ),
    Role.COMMANDER: frozenset(
        {
            _P.OWN_ACCOUNT,
            _P.READ_REGISTER,
            _P.READ_HISTORY,
            _P.READ_PATROLS,
            _P.EXPORT,
            _P.RECORD_INSPECTION,
            _P.STATE_POSITION,
            _P.TELL_EVENT,
            _P.PLAN_PATROL,
            _P.APPROVE_PATROL,
            _P.RECORD_PATROL,
            _P.READ_SETTINGS,
        }
    ),
    Role.SPECIALIST: frozenset(
        {
            _P.OWN_ACCOUNT,
            _P.READ_REGISTER,
            _P.READ_HISTORY,
            _P.READ_PATROLS,
            _P.EXPORT,
            _P.RECORD_INSPECTION,
            _P.STATE_POSITION,
            _P.REGISTER_FEATURE,
            _P.TELL_EVENT,
            _P.ASSIGN_DUTY,
            _P.DECIDE_GATE,
            _P.PLAN_PATROL,
            _P.DISCLOSE,
            _P.SEE_AS_COUNTERPART,
            _P.SIGN,
            _P.READ_SETTINGS,
        }
    ),
    Role.COUNTERPART_OFFICER: frozenset(
        {_P.OWN_ACCOUNT, _P.READ_REGISTER, _P.READ_PATROLS, _P.STATE_VIEW, _P.ANSWER_PATROL}
    ),
    Role.COUNTERPART_SPECIALIST: frozenset(
        {
            _P.OWN_ACCOUNT,
            _P.READ_REGISTER,
            _P.READ_PATROLS,
            _P.EXPORT,
            _P.STATE_VIEW,
            _P.ANSWER_PATROL,
            _P.SIGN,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            _P.OWN_ACCOUNT,
            _P.READ_REGISTER,
            _P.READ_HISTORY,
            _P.READ_PATROLS,
            _P.EXPORT,
            _P.SEE_AS_COUNTERPART,
            _P.READ_EVENTS,
            _P.READ_SETTINGS,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            _P.OWN_ACCOUNT,
            _P.READ_SETTINGS,
            _P.MANAGE_SETTINGS,
            _P.MANAGE_PEOPLE,
            _P.MANAGE_UNITS,
            _P.MANAGE_INSTALLATION,
        }
    ),
}

#: How far each role sees. Where it is by units: an officer's and a commander's own section and its
#: neighbours (writing to their own only), a specialist's province.
SCOPES: Mapping[Role, Sees] = {
    Role.OFFICER: Sees.UNITS,
    Role.COMMANDER: Sees.UNITS,
    Role.SPECIALIST: Sees.UNITS,
    Role.COUNTERPART_OFFICER: Sees.SHARED,
    Role.COUNTERPART_SPECIALIST: Sees.SHARED,
    Role.AUDITOR: Sees.ALL,
    Role.ADMINISTRATOR: Sees.NOTHING,
}

#: Roles that must show a second factor (TOTP) to sign in.
SECOND_FACTOR = frozenset({Role.SPECIALIST, Role.ADMINISTRATOR})

#: Roles of the other side. Nobody holds a role of each side.
COUNTERPART = frozenset({Role.COUNTERPART_OFFICER, Role.COUNTERPART_SPECIALIST})
