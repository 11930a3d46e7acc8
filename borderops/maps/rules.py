"""What a map shows: which states, and which parts of an address limit it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from borderops.core.messages import N_
from borderops.inspections.rules import DAMAGED, State

#: The order of legends and lists: the worst first.
WORST_FIRST = (
    State.DESTROYED,
    State.REPORTED_DESTROYED,
    State.SEVERE,
    State.NOT_FOUND,
    State.POOR,
    State.OVERDUE,
    State.FAIR,
    State.NEVER_INSPECTED,
    State.SEEN,
    State.GOOD,
)


class Shown(StrEnum):
    """What a map is asked for: what is damaged, that and what nobody has looked at lately, or everything."""

    DAMAGED = "damaged"
    ATTENTION = "attention"
    ALL = "all"


#: The states each map shows, the worst first.
SHOWN_STATES: Mapping[Shown, tuple[State, ...]] = {
    Shown.DAMAGED: tuple(state for state in WORST_FIRST if state in DAMAGED),
    Shown.ATTENTION: tuple(
        state for state in WORST_FIRST if state in DAMAGED | {State.OVERDUE, State.NEVER_INSPECTED}
    ),
    Shown.ALL: WORST_FIRST,
}

#: How each choice is called.
SHOWN_NAMES: Mapping[Shown, str] = {
    Shown.DAMAGED: N_("What is damaged"),
    Shown.ATTENTION: N_("Damaged, overdue or never inspected"),
    Shown.ALL: N_("All features"),
}

#: Parameters of a map's address that limit its features; the data's address carries them on.
LIMITS = ("kind", "province", "responsible_side", "unit", "section", "q", "standing")


def feature_collection(features: Iterable[bytes]) -> bytes:
    """Features, each as GeoJSON, as one RFC 7946 FeatureCollection."""
    return b'{"type":"FeatureCollection","features":[' + b",".join(features) + b"]}"
