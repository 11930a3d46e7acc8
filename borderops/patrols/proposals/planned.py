"""A plan on the ground: its sections, the places on the way and the ways between them, for maps and files.

What the viewer may not see has no coordinates here: positions are those of the register as shown to them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta

from sqlalchemy.orm import Session

from borderops.boundary.line import Line
from borderops.boundary.queries import get_line
from borderops.core.messages import Message
from borderops.core.viewer import Viewer
from borderops.patrols.ground import OnLineFeature, in_sections, list_placed
from borderops.patrols.parties import groups_of
from borderops.patrols.proposals.hours import hours_said, limits_said
from borderops.patrols.proposals.named_places import NamedPlaces
from borderops.patrols.queries import HeldPatrol
from borderops.patrols.schemas import DayHours, Stop, StopKind, Team


@dataclass(frozen=True)
class PlannedPlace:
    """A place of the plan: degrees on WGS 84, or None where nobody may see or knows them.

    `order` counts what is visited on a day and where one camps from 1; a feature in no way has neither teams
    nor day.
    """

    name: str
    kind: str
    lon: float | None
    lat: float | None
    feature: OnLineFeature | None = None
    teams: tuple[Team, ...] = ()
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
class PlannedLine:
    """A line to be walked on a day by these teams."""

    teams: tuple[Team, ...]
    day: int
    on: date
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class PlannedWay:
    """The places of a day in the order of the way: of one team, or of several that walk together."""

    teams: tuple[Team, ...]
    day: int
    on: date
    places: tuple[PlannedPlace, ...]
    hours: DayHours | None = None

    @property
    def hours_said(self) -> Message | None:
        """From when until when, in words; None where the plan does not say."""
        return hours_said(self.hours) if self.hours is not None else None

    @property
    def limits_said(self) -> list[Message]:
        """The seasons and closed stretches of the day, in words."""
        return limits_said(self.hours) if self.hours is not None else []

    @property
    def name(self) -> str:
        """The keys of its teams."""
        return teams_name(self.teams)

    def places_of(self, team: Team) -> list[PlannedPlace]:
        """The places at which that team is, those that it shares among them."""
        return [place for place in self.places if team in place.teams]

    @property
    def lines(self) -> list[PlannedLine]:
        """The common way, and each team's own way to the meeting point and from it."""
        shared = [place for place in self.places if len(place.teams) == len(self.teams)]
        found = [self._line(self.teams, shared)]
        for team in self.teams if len(self.teams) > 1 and shared else ():
            own = self.places_of(team)
            first, last = own.index(shared[0]), own.index(shared[-1])
            found += [self._line((team,), own[: first + 1]), self._line((team,), own[last:])]
        return [line for line in found if len(line.points) > 1]

    def _line(self, teams: tuple[Team, ...], places: Sequence[PlannedPlace]) -> PlannedLine:
        points = tuple(place.point for place in places if place.point is not None)
        return PlannedLine(teams, self.day, self.on, points)


@dataclass(frozen=True)
class Planned:
    """A whole plan on the ground. `sections` are pieces of the line; `others` features no way leads to."""

    held: HeldPatrol
    sections: Mapping[str, Sequence[tuple[float, float]]]
    ways: Sequence[PlannedWay]
    others: Sequence[PlannedPlace]
    meeting: PlannedPlace | None = None
    camps: Sequence[PlannedPlace] = field(default_factory=tuple)
    crossings: Sequence[PlannedPlace] = field(default_factory=tuple)

    @property
    def groups(self) -> list[tuple[Team, ...]]:
        """The teams that walk together, party by party."""
        return groups_of(self.held.plan.teams, kind=self.held.kind)

    @property
    def lines(self) -> list[PlannedLine]:
        """Every line that is to be walked."""
        return [line for way in self.ways for line in way.lines]

    @property
    def places(self) -> list[PlannedPlace]:
        """Every place once, in the order of the ways, then what is in none."""
        on_way = [place for way in self.ways for place in way.places if place.kind in ON_THE_MAP]
        starts: dict[str, PlannedPlace] = {}
        for place in on_way:
            if place.kind == StopKind.START:
                starts.setdefault(teams_name(place.teams), replace(place, day=None, at=None))
        camped = {place.name for place in on_way if place.kind == StopKind.CAMP}
        return [
            *([self.meeting] if self.meeting else []),
            *starts.values(),
            *(place for place in on_way if place.kind != StopKind.START),
            *self.others,
            *self.crossings,
            *(camp for camp in self.camps if camp.name not in camped),
        ]


#: Kinds of stops that are places of their own; where both sides meet and part is the meeting point.
ON_THE_MAP = frozenset({StopKind.VISIT, StopKind.CAMP, StopKind.CROSS, StopKind.START})


def teams_name(teams: Sequence[Team]) -> str:
    """The keys of teams that walk together."""
    return " + ".join(team.key for team in teams)


def side_of(teams: Sequence[Team]) -> str | None:
    """The side of the teams, BOTH where they are of both; None without teams."""
    sides: set[str] = {team.side for team in teams}
    return "BOTH" if len(sides) > 1 else next(iter(sides), None)


def lay_out(session: Session, *, viewer: Viewer, held: HeldPatrol) -> Planned:
    """The plan as the viewer may see it on the ground. Raises NotFound where the line was not loaded."""
    line = get_line(session, viewer=viewer)
    placed = list_placed(session, viewer=viewer, on=held.plan.starts_on)
    places = NamedPlaces(placed)
    ways = _ways(held, places)
    visited = {place.name for way in ways for place in way.places if place.kind == StopKind.VISIT}
    return Planned(
        held=held,
        sections={str(section): _piece(line, section.from_m, section.to_m) for section in held.plan.sections},
        ways=ways,
        others=[
            PlannedPlace(one.label, StopKind.VISIT, one.lon, one.lat, feature=one)
            for one in in_sections(placed, held.plan)
            if one.label not in visited
        ],
        meeting=_meeting(held, places),
        camps=[PlannedPlace(camp.name, StopKind.CAMP, camp.lon, camp.lat) for camp in held.plan.camps],
        crossings=_crossings(held, places),
    )


def _piece(line: Line, from_m: float | None, to_m: float | None) -> list[tuple[float, float]]:
    if from_m is None or to_m is None or not from_m < to_m:
        return []
    return [(float(lon), float(lat)) for lon, lat in line.part(from_m, min(to_m, line.length_m))]


def _ways(held: HeldPatrol, places: NamedPlaces) -> list[PlannedWay]:
    teams = {team.key: team for team in held.plan.teams}
    for stop in held.plan.stops:
        for key in (stop.team, *stop.together):
            teams.setdefault(key, _not_given(key, held))
    found = []
    for group in _groups(held.plan.stops):
        for day in range(1, held.plan.days + 1):
            stops = [stop for stop in held.plan.stops if stop.team in group and stop.day == day]
            if not stops:
                continue
            hours = next((one for one in held.plan.hours if one.day == day), None)
            on = held.plan.starts_on + timedelta(days=day - 1)
            walking = tuple(teams[key] for key in group)
            found.append(PlannedWay(walking, day, on, tuple(_places(stops, teams, places)), hours))
    return sorted(found, key=lambda way: (way.day, way.name))


def _groups(stops: Sequence[Stop]) -> list[tuple[str, ...]]:
    """The teams of a plan's ways: those that are anywhere together in one, every other alone."""
    together = {(stop.team, *stop.together) for stop in stops if stop.together}
    grouped = {key for group in together for key in group}
    return sorted(together | {(stop.team,) for stop in stops if stop.team not in grouped})


def _not_given(key: str, held: HeldPatrol) -> Team:
    """Where the teams themselves were not given, the ways still are: of a team without a name.

    The keys that the form gives say its side: la-1.
    """
    return Team(
        key=key, side="LA" if key.startswith("la") else "VN", unit=held.unit_id, leader="–", strength=1
    )


def _places(stops: Sequence[Stop], teams: Mapping[str, Team], places: NamedPlaces) -> Iterator[PlannedPlace]:
    count = 0
    for stop in stops:
        counted = stop.kind in {StopKind.VISIT, StopKind.CAMP}
        count += counted
        feature = places.feature(stop.feature) if stop.feature else None
        where = feature or stop.place
        yield PlannedPlace(
            name=(feature.label if feature else stop.feature) or (stop.place.name if stop.place else "–"),
            kind=stop.kind,
            lon=where.lon if where else None,
            lat=where.lat if where else None,
            feature=feature,
            teams=tuple(teams[key] for key in (stop.team, *stop.together)),
            day=stop.day,
            order=count if counted else None,
            at=stop.at,
            minutes=stop.minutes,
            tasks=tuple(stop.tasks),
            note=stop.note,
        )


def _meeting(held: HeldPatrol, places: NamedPlaces) -> PlannedPlace | None:
    """The meeting point; on the ground where it names a place."""
    said = held.plan.meeting_point
    return _named(said, StopKind.MEET, places, at=held.plan.meeting_at) if said else None


def _crossings(held: HeldPatrol, places: NamedPlaces) -> list[PlannedPlace]:
    """Where the line is crossed, as far as it is known on the ground; several teams cross at one place."""
    found = {
        one.where: _named(one.where, StopKind.CROSS, places, note=one.note) for one in held.plan.crossings
    }
    return [place for place in found.values() if place.point is not None]


def _named(
    said: str, kind: StopKind, places: NamedPlaces, *, at: time | None = None, note: str | None = None
) -> PlannedPlace:
    found = places.find(said)
    return PlannedPlace(
        said,
        kind,
        found.lon if found else None,
        found.lat if found else None,
        feature=found.feature if found else None,
        at=at,
        note=note,
    )
