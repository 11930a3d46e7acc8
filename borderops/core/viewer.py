"""Who is asking. Every query takes a `viewer` and shows what that viewer may see.

The same is told to PostgreSQL at the beginning of every transaction (`viewer_settings`), whose row security
holds a query that forgets its filter. A connection that was told nothing sees nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID


class Sees(StrEnum):
    """How far a viewer sees.

    `all`: the whole register. `units`: features that lie in the sections of `reads`. `shared`: what was
    shared with `audience`, as it was shared. `nothing`: no feature at all.
    """

    ALL = "all"
    UNITS = "units"
    SHARED = "shared"
    NOTHING = "nothing"


#: The audience of those who see the register itself and not what was shared of it.
OWN = "own"

#: Stands in `permissions` for every permission; the machine's own operator has it.
EVERYTHING = "*"


@dataclass(frozen=True)
class Viewer:
    """One who reads or acts.

    `name` is what events carry (a person's sign-in name), `roles` what they act as, `origin` where from
    (an address of the network, "console"). `permissions` are those of `accounts.rules`. `reads` and
    `writes` are the ids of the units whose features they may see and write to, where they see by units.
    `audience` is the Lao province whose share they see, or OWN.
    """

    name: str
    sees: Sees = Sees.NOTHING
    permissions: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    audience: str = OWN
    side: str = "VN"
    account_id: UUID | None = None
    person: str = ""
    roles: tuple[str, ...] = ()
    origin: str = "console"

    @property
    def sees_all(self) -> bool:
        """Whether the whole register is open to the viewer."""
        return self.sees == Sees.ALL

    def may(self, permission: str) -> bool:
        """Whether the viewer has the permission; on which features is another question."""
        return EVERYTHING in self.permissions or permission in self.permissions


#: The person at the machine's own console, who has the data folder and therefore everything in it.
LOCAL_OPERATOR = Viewer(
    name="local-operator", sees=Sees.ALL, permissions=frozenset({EVERYTHING}), roles=("operator",)
)

#: One who has not said who they are.
NOBODY = Viewer(name="nobody")


def viewer_in(state: Any) -> Viewer:
    """Whom a request speaks for: the middleware of signing in puts them there. Without it, nobody."""
    viewer: Viewer = getattr(state, "viewer", NOBODY)
    return viewer


def viewer_settings(viewer: Viewer) -> Mapping[str, str]:
    """What PostgreSQL is told of the viewer, by the name of the setting; lists are separated by commas."""
    return {
        "borderops.viewer": viewer.name,
        "borderops.sees": viewer.sees.value,
        "borderops.audience": viewer.audience,
        "borderops.may": ",".join(sorted(viewer.permissions)),
        "borderops.reads": ",".join(sorted(viewer.reads)),
        "borderops.writes": ",".join(sorted(viewer.writes)),
    }
