"""A plan on the ground: its sections, the places on the way and the ways between them, for maps and files.

What the viewer may not see has no coordinates here: positions are those of the register as shown to them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from borderops.boundary.line import Line
from borderops.boundary.queries import get_line
from borderops.core.messages import Message
from borderops.core.viewer import Viewer
from borderops.markers.numbers import NotANumber, looks_like_number, parse_number
from borderops.patrols.ground import OnLineFeature, in_sections, list_placed
from borderops.patrols.hours import hours_said
from borderops.patrols.queries import HeldPatrol
from borderops.patrols.schemas import DayHours, Stop, StopKind, Team


@dataclass(frozen=True)
class PlannedPlace:
    """A place of the plan: degrees on WGS 84, or None where nobody may see or knows them.

    `order` counts the places of a team's day from 1; a feature in no team's way has neither team nor day.
    """

    name: str
    kind: str
    lon: float | None
    lat: float | None
    feature: OnLineFeature | None = None
    team: Team | None = None
    day: int | None = None
    order: int | None = None
    at: time | None = None
    minutes: float | None = None
    tasks: tuple[str, ...] = ()
    note: str | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        """Longitude and latitude, where they are known."""
        return None if self.lon is None or self.lat is None else (self.lon, self.lat)


@dataclass(frozen=True)
class PlannedWay:
    """The places of a team on a day in the order of its way."""

    team: Team
    day: int
    on: date
    places: tuple[PlannedPlace, ...]
    hours: DayHours | None = None

    @property
    def hours_said(self) -> Message | None:
        """From when until when, in words; None where the plan does not say."""
        return hours_said(self.hours) if self.hours is not None else None

    @property
    def points(self) -> list[tuple[float, float]]:
        """The way's points that are known."""
        return [place.point for place in self.places if place.point is not None]


@dataclass(frozen=True)
class Planned:
    """A whole plan on the ground. `sections` are pieces of the line; `others` features no way leads to."""

    held: HeldPatrol
    sections: Mapping[str, Sequence[tuple[float, float]]]
    ways: Sequence[PlannedWay]
    others: Sequence[PlannedPlace]
    meeting: PlannedPlace | None = None
    camps: Sequence[PlannedPlace] = field(default_factory=tuple)

    @property
    def places(self) -> list[PlannedPlace]:
        """Every place, in the order of the ways, then what is in none."""
        meeting = [self.meeting] if self.meeting else []
        return [*meeting, *(place for way in self.ways for place in way.places), *self.others, *self.camps]


def lay_out(session: Session, *, viewer: Viewer, held: HeldPatrol) -> Planned:
    """The plan as the viewer may see it on the ground. Raises NotFound where the line was not loaded."""
    line = get_line(session, viewer=viewer)
    placed = list_placed(session, viewer=viewer, on=held.plan.starts_on)
    by_name = {name: one for one in placed for name in (one.label, one.feature.code)}
    ways = _ways(held, by_name)
    visited = {place.name for way in ways for place in way.places}
    return Planned(
        held=held,
        sections={str(section): _piece(line, section.from_m, section.to_m) for section in held.plan.sections},
        ways=ways,
        others=[
            PlannedPlace(one.label, StopKind.VISIT, one.lon, one.lat, feature=one)
            for one in in_sections(placed, held.plan)
            if one.label not in visited
        ],
        meeting=_meeting(held, by_name),
        camps=[PlannedPlace(camp.name, StopKind.CAMP, camp.lon, camp.lat) for camp in held.plan.camps],
    )


def planned_geojson(planned: Planned) -> bytes:
    """The plan as an RFC 7946 FeatureCollection: sections, ways, places; `what` says which."""
    features: list[dict[str, Any]] = [
        _feature("LineString", points, {"what": "section", "name": name})
        for name, points in planned.sections.items()
        if len(points) > 1
    ]
    for way in planned.ways:
        if len(way.points) > 1:
            told = {"what": "way", "team": way.team.key, "side": way.team.side, "day": way.day}
            features.append(_feature("LineString", way.points, told))
    for place in planned.places:
        if place.point is not None:
            features.append(_feature("Point", place.point, place_told(place)))
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def place_told(place: PlannedPlace) -> dict[str, Any]:
    """What is told of a place, for files and maps; empty entries are left out."""
    told = {
        "what": place.kind,
        "name": place.name,
        "team": place.team.key if place.team else None,
        "side": place.team.side if place.team else None,
        "day": place.day,
        "order": place.order,
        "at": place.at.strftime("%H:%M") if place.at else None,
        "minutes": place.minutes,
        "tasks": ", ".join(place.tasks) or None,
        "note": place.note,
        "state": place.feature.feature.state if place.feature else None,
        "schematic": place.feature.feature.schematic if place.feature else None,
        "accuracy_m": place.feature.feature.accuracy_m if place.feature else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _feature(kind: str, points: Any, told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": dict(told),
        "geometry": {"type": kind, "coordinates": _rounded(points)},
    }


def _rounded(points: Any) -> Any:
    if isinstance(points, tuple) and isinstance(points[0], float | int):
        return [round(points[0], 6), round(points[1], 6)]
    return [_rounded(point) for point in points]


def _piece(line: Line, from_m: float | None, to_m: float | None) -> list[tuple[float, float]]:
    if from_m is None or to_m is None or not from_m < to_m:
        return []
    return [(float(lon), float(lat)) for lon, lat in line.part(from_m, min(to_m, line.length_m))]


def _ways(held: HeldPatrol, by_name: Mapping[str, OnLineFeature]) -> list[PlannedWay]:
    teams = {team.key: team for team in held.plan.teams}
    found = []
    for key in sorted({stop.team for stop in held.plan.stops}):
        # Where the teams themselves were not given, the ways still are: of a team without a name.
        team = teams.get(key) or Team(key=key, side="VN", unit=held.unit_id, leader="–", strength=1)
        for day in range(1, held.plan.days + 1):
            stops = [stop for stop in held.plan.stops if (stop.team, stop.day) == (key, day)]
            if stops:
                places = tuple(
                    _stop(stop, team, number, by_name) for number, stop in enumerate(stops, start=1)
                )
                on = held.plan.starts_on + timedelta(days=day - 1)
                hours = next((one for one in held.plan.hours if one.day == day), None)
                found.append(PlannedWay(team, day, on, places, hours))
    return sorted(found, key=lambda way: (way.day, way.team.key))


def _stop(stop: Stop, team: Team, number: int, by_name: Mapping[str, OnLineFeature]) -> PlannedPlace:
    feature = by_name.get(stop.feature) if stop.feature else None
    lon = feature.lon if feature else stop.place.lon if stop.place else None
    lat = feature.lat if feature else stop.place.lat if stop.place else None
    return PlannedPlace(
        name=(feature.label if feature else stop.feature) or (stop.place.name if stop.place else "–"),
        kind=stop.kind,
        lon=lon,
        lat=lat,
        feature=feature,
        team=team,
        day=stop.day,
        order=number,
        at=stop.at,
        minutes=stop.minutes,
        tasks=tuple(stop.tasks),
        note=stop.note,
    )


def _meeting(held: HeldPatrol, by_name: Mapping[str, OnLineFeature]) -> PlannedPlace | None:
    """The meeting point; on the ground where it names a marker."""
    said = held.plan.meeting_point
    if not said:
        return None
    feature = None
    if looks_like_number(said):
        try:
            feature = by_name.get(str(parse_number(said)))
        except NotANumber:
            feature = None
    return PlannedPlace(
        said,
        StopKind.MEET,
        feature.lon if feature else None,
        feature.lat if feature else None,
        feature=feature,
        at=held.plan.meeting_at,
    )
