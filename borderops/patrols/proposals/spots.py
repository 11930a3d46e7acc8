"""The places that the planner walks between: features, camps, where teams set out and where they meet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from borderops.boundary.line import Line
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.patrols.ground import OnLineFeature
from borderops.patrols.proposals.named_places import NamedPlace, NamedPlaces
from borderops.patrols.schemas import Plan, Team
from borderops.patrols.walking.times import Spot

MEETING = "meet:"
"""The key of the meeting point. Keys of what is no feature have a colon; features' have none."""


@dataclass(frozen=True)
class Spots:
    """The places by their keys; `named` are those that people named, as they named them."""

    by_key: Mapping[str, Spot]
    named: Mapping[str, NamedPlace]


def start_key(team: str) -> str:
    """The key of where a team sets out."""
    return f"start:{team}"


def camp_key(camp: str) -> str:
    """The key of a camp."""
    return f"camp:{camp}"


def spots_of(
    plan: Plan,
    *,
    line: Line,
    features: Mapping[str, OnLineFeature],
    places: NamedPlaces,
    groups: Sequence[Sequence[Team]],
) -> Spots:
    """All places of a plan. Raises InvalidInput where one is needed and nobody can tell where it is."""
    spots = {label: _at(label, one) for label, one in features.items()}
    named: dict[str, NamedPlace] = {}
    for camp in plan.camps:
        spots[camp_key(camp.name)] = _beside(line, camp_key(camp.name), camp.lon, camp.lat)
    if groups:
        named[MEETING] = _meeting(plan, places)
    together = {team.key for group in groups for team in group}
    for team in plan.teams:
        if team.start:
            named[start_key(team.key)] = _start(team, places)
    spots |= {key: _named(line, key, place) for key, place in named.items()}
    first = min(features.values(), key=lambda one: one.chainage_m)
    for team in plan.teams:
        key = start_key(team.key)
        if key not in spots:
            # Nobody said where: a party's team is taken to be at the meeting point, another in the north.
            spots[key] = _named(line, key, named[MEETING]) if team.key in together else _at(key, first)
    return Spots(spots, named)


def _meeting(plan: Plan, places: NamedPlaces) -> NamedPlace:
    found = places.find(plan.meeting_point)
    if found is None:
        raise InvalidInput(
            N_(
                "Both sides walk together, so say where they meet: a marker's number, a gate's name, or "
                "latitude, longitude; or let each team walk alone."
            ),
            field="meeting_point",
        )
    return found


def _start(team: Team, places: NamedPlaces) -> NamedPlace:
    found = places.find(team.start)
    if found is None:
        raise InvalidInput(
            N_('"%(given)s" is neither a marker with a known place nor latitude, longitude.'),
            field="teams",
            given=team.start,
        )
    return found


def _named(line: Line, key: str, place: NamedPlace) -> Spot:
    if place.feature is not None:
        return _at(key, place.feature)
    return _beside(line, key, place.lon, place.lat)


def _at(key: str, one: OnLineFeature) -> Spot:
    return Spot(key, one.lon, one.lat, one.chainage_m)


def _beside(line: Line, key: str, lon: float, lat: float) -> Spot:
    place = line.locate(lon, lat)
    return Spot(key, lon, lat, place.chainage_m, place.offset_m)
