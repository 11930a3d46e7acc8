"""What each command of the program demands of a person it is run as (`borderops --as LOGIN …`).

Without a person a command works for the machine's operator, who has the data folder and with it all there
is. A command without a line here does not run, and fails a test.
"""

from collections.abc import Mapping
from dataclasses import replace

from borderops.accounts.rules import Permission
from borderops.core.errors import NotAllowed
from borderops.core.messages import N_
from borderops.core.viewer import EVERYTHING, Sees, Viewer

_P = Permission

#: The words of a command after the program's name, and what it demands.
COMMANDS: Mapping[str, Permission] = {
    "serve": _P.MANAGE_INSTALLATION,
    "demo": _P.MANAGE_INSTALLATION,
    "doctor": _P.MANAGE_INSTALLATION,
    "db url": _P.MANAGE_INSTALLATION,
    "db migrate": _P.MANAGE_INSTALLATION,
    "db check": _P.MANAGE_INSTALLATION,
    "db run": _P.MANAGE_INSTALLATION,
    "import founding": _P.MANAGE_INSTALLATION,
    "features derive": _P.MANAGE_INSTALLATION,
    "features list": _P.READ_REGISTER,
    "features show": _P.READ_REGISTER,
    "features history": _P.READ_HISTORY,
    "inspections record": _P.RECORD_INSPECTION,
    "disclose list": _P.DISCLOSE,
    "disclose add": _P.DISCLOSE,
    "disclose end": _P.DISCLOSE,
    "map damaged": _P.EXPORT,
    "patrol list": _P.READ_PATROLS,
    "patrol show": _P.READ_PATROLS,
    "patrol draft": _P.PLAN_PATROL,
    "patrol propose": _P.PLAN_PATROL,
    "patrol track": _P.RECORD_PATROL,
    "patrol coverage": _P.READ_HISTORY,
    "patrol under-way": _P.READ_HISTORY,
    "patrol export": _P.READ_PATROLS,
    "patrol limit list": _P.READ_HISTORY,
    "patrol limit add": _P.PLAN_PATROL,
    "patrol limit end": _P.PLAN_PATROL,
    "report repair-status": _P.READ_REGISTER,
    "audit verify": _P.READ_EVENTS,
    "audit reseal": _P.MANAGE_INSTALLATION,
    "audit list": _P.READ_EVENTS,
    "verify": _P.OWN_ACCOUNT,
    "export register": _P.EXPORT,
    "keys show": _P.READ_SETTINGS,
    "keys rotate": _P.MANAGE_INSTALLATION,
    "user list": _P.MANAGE_PEOPLE,
    "user add": _P.MANAGE_PEOPLE,
    "user invite": _P.MANAGE_PEOPLE,
    "user reset": _P.MANAGE_PEOPLE,
    "user roles": _P.MANAGE_PEOPLE,
    "user grant": _P.MANAGE_PEOPLE,
    "user revoke": _P.MANAGE_PEOPLE,
    "user end": _P.MANAGE_PEOPLE,
    "settings list": _P.READ_SETTINGS,
    "settings set": _P.MANAGE_SETTINGS,
}


def permitted(command: str, viewer: Viewer) -> Viewer:
    """The viewer that the command works for when this person runs it. Raises NotAllowed.

    What looks after the installation works on the whole of it, under the person's name.
    """
    demanded = COMMANDS.get(command)
    if demanded is None or not viewer.may(demanded):
        raise NotAllowed(N_("Your duties do not cover this."))
    if demanded == Permission.MANAGE_INSTALLATION:
        return replace(viewer, sees=Sees.ALL, permissions=frozenset({EVERYTHING}))
    return viewer
