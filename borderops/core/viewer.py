"""Who is asking. Every query takes a `viewer` and shows what that viewer may see."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Viewer:
    """One who reads or acts: the `name` that events carry, and whether all of the register is open to them.

    Until people can sign in the only viewer is the operator at the machine itself (the program listens on
    loopback only); `accounts` will make viewers from sessions, with their units and roles.
    """

    name: str
    sees_all: bool = False


#: The person at the machine's own console or browser.
LOCAL_OPERATOR = Viewer(name="local-operator", sees_all=True)
