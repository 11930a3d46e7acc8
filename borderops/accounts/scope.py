"""Areas of duty: on which units' features a role holds, as pure functions over units and sections.

An officer and a commander of a unit with a section write there and read it and the sections next to it.
Whoever serves a whole province, in its command or department, reads and writes the province. The other
side's people see what was shared with their Lao province.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from borderops.accounts.rules import COUNTERPART, PERMISSIONS, SCOPES, Role
from borderops.boundary.rules import UnitKind
from borderops.core.viewer import OWN, Sees

#: From the narrowest to the widest; of several roles the widest counts.
WIDTH: Sequence[Sees] = (Sees.NOTHING, Sees.SHARED, Sees.UNITS, Sees.ALL)

PROVINCES = frozenset({UnitKind.PROVINCE, UnitKind.LAO_PROVINCE})


@dataclass(frozen=True)
class Held:
    """A role in force for a unit."""

    role: Role
    unit_id: str


@dataclass(frozen=True)
class Place:
    """What is asked of a unit here: its kind and what it belongs to."""

    kind: str
    parent_id: str | None


@dataclass(frozen=True)
class Stretch:
    """A unit's part of the line as numbers in order along it, both ends included."""

    unit_id: str
    first: int
    last: int


@dataclass(frozen=True)
class Area:
    """What the roles of a person add up to."""

    sees: Sees
    permissions: frozenset[str]
    reads: frozenset[str]
    writes: frozenset[str]
    audience: str
    side: str


def area_of(held: Iterable[Held], *, units: Mapping[str, Place], stretches: Sequence[Stretch]) -> Area:
    """The area of duty of all roles together.

    `stretches` are the parts of the line that units of the same kind as an officer's have on the day.
    """
    roles = tuple(held)
    reads: set[str] = set()
    writes: set[str] = set()
    audience, side = OWN, "VN"
    for one in roles:
        if SCOPES[one.role] is Sees.SHARED:
            side = "LA"
            audience = province_of(one.unit_id, units=units) or one.unit_id
        if SCOPES[one.role] is not Sees.UNITS:
            continue
        if one.role is Role.SPECIALIST or not has_section(one.unit_id, units=units):
            own = province_of(one.unit_id, units=units) or one.unit_id
            reads.add(own)
        else:
            own = one.unit_id
            reads |= {own} | neighbours(own, stretches=stretches)
        writes.add(own)
    return Area(
        sees=max((SCOPES[one.role] for one in roles), key=WIDTH.index, default=Sees.NOTHING),
        permissions=frozenset(permission.value for one in roles for permission in PERMISSIONS[one.role]),
        reads=frozenset(reads),
        writes=frozenset(writes),
        audience=audience,
        side=side,
    )


def has_section(unit_id: str, *, units: Mapping[str, Place]) -> bool:
    """Whether the unit is of a kind that has a section of its own, and does not serve a whole province."""
    unit = units.get(unit_id)
    return unit is not None and unit.kind in {
        UnitKind.BORDER_POST,
        UnitKind.COMMUNE,
        UnitKind.DISTRICT,
        UnitKind.LAO_DISTRICT,
        UnitKind.LAO_COMPANY,
    }


def province_of(unit_id: str, *, units: Mapping[str, Place]) -> str | None:
    """The province that a unit lies in, or is; None where its parents name none."""
    seen: set[str] = set()
    current: str | None = unit_id
    while current is not None and current not in seen and current in units:
        if units[current].kind in PROVINCES:
            return current
        seen.add(current)
        current = units[current].parent_id
    return None


def neighbours(unit_id: str, *, stretches: Sequence[Stretch]) -> frozenset[str]:
    """The units whose parts of the line overlap the unit's, or come next to them on either side.

    Where nobody's part begins at once, the nearest counts: between two posts there is no gap on the ground.
    """
    others = [one for one in stretches if one.unit_id != unit_id]
    found: set[str] = set()
    for own in (one for one in stretches if one.unit_id == unit_id):
        before = [one for one in others if one.last < own.first]
        after = [one for one in others if one.first > own.last]
        nearest_before = max((one.last for one in before), default=None)
        nearest_after = min((one.first for one in after), default=None)
        found |= {one.unit_id for one in before if one.last == nearest_before}
        found |= {one.unit_id for one in after if one.first == nearest_after}
        found |= {one.unit_id for one in others if one.first <= own.last and own.first <= one.last}
    return frozenset(found)


def holds_both_sides(roles: Iterable[Role]) -> bool:
    """Whether roles of both states are among them, which nobody may hold."""
    sides = {role in COUNTERPART for role in roles}
    return len(sides) == 2
