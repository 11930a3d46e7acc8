"""Putting the planner's problem together: what may be visited, by which teams, and how long the way takes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from borderops.boundary.line import Line
from borderops.boundary.queries import get_line, setting_value
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_, Message
from borderops.core.viewer import Viewer
from borderops.patrols.brought import Brought, read_brought
from borderops.patrols.daylight import minute_of
from borderops.patrols.figures import Figures, get_figures
from borderops.patrols.ground import OnLineFeature, in_sections, list_placed, resolve_section
from borderops.patrols.hours import hours_of
from borderops.patrols.planning.problem import (
    Camp,
    Closure,
    Forbid,
    InOrder,
    Pin,
    Problem,
    Site,
    Team,
    TeamDay,
)
from borderops.patrols.queries import HeldPatrol
from borderops.patrols.rules import Task
from borderops.patrols.schemas import DayHours, Plan
from borderops.patrols.schemas import Team as PlannedTeam
from borderops.patrols.walking.along import AlongLine
from borderops.patrols.walking.times import Basis, Spot, WalkingTimes, walking_times
from borderops.patrols.wishes import Wish
from borderops.patrols.worth import Worth, worth_of

#: The work that a feature's recommended action asks for.
WANTED: Mapping[str, Task] = {"clear": Task.CLEAR, "repaint": Task.REPAINT}

INTERVAL_DAYS = 365.0

ALONG = N_(
    "along the drawn line, taken %(factor)s times as long, at %(speed)s km an hour; no paths and no heights "
    "were brought. Places are good to ±%(accuracy)s km."
)
MIXED = N_(
    "%(paths)s legs over known paths, %(ground)s over the ground by its heights (Tobler), %(line)s along "
    "the drawn line, taken %(factor)s times as long, at %(speed)s km an hour. "
    "Places are good to ±%(accuracy)s km."
)

_DEGREES = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True)
class Posed:
    """The problem with what its keys stand for; `walking_by` says what the walking times rest on."""

    problem: Problem
    features: Mapping[str, OnLineFeature]
    worth: Mapping[str, Worth]
    spots: Mapping[str, Spot]
    walking_by: Message
    figures: Figures
    hours: Sequence[DayHours]


def pose_problem(
    session: Session, *, viewer: Viewer, held: HeldPatrol, wish: Wish, folder: Path | None = None
) -> Posed:
    """The planner's problem for a draft; `folder` holds what was brought of paths and heights.

    Raises InvalidInput where there is nothing to plan with.
    """
    plan = held.plan
    line = get_line(session, viewer=viewer)
    placed = list_placed(session, viewer=viewer, on=plan.starts_on)
    features = {one.label: one for one in in_sections(placed, plan)}
    if not features:
        raise InvalidInput(N_("No feature with a known place stands in the sections."), field="sections")
    if not plan.teams:
        raise InvalidInput(N_("Name at least one team; the planner sends teams."), field="teams")
    interval = {
        kind: float(
            setting_value(
                session,
                key=f"inspection.interval_days.{kind}",
                on=plan.starts_on,
                default=INTERVAL_DAYS,
            )
        )
        for kind in ("marker", "stake", "gate")
    }
    figures = get_figures(session, on=plan.starts_on)
    longitude, latitude = _middle(line, plan)
    hours = hours_of(plan, wish, figures, longitude=longitude, latitude=latitude)
    worth = {label: _worth(one, plan.starts_on, interval) for label, one in features.items()}
    spots = {label: _at(label, one) for label, one in features.items()}
    for camp in plan.camps:
        spots[f"camp:{camp.name}"] = _beside(line, f"camp:{camp.name}", camp.lon, camp.lat)
    by_label = {name: one for one in placed for name in (one.label, one.feature.code)}
    first = min(features.values(), key=lambda one: one.chainage_m)
    for team in plan.teams:
        spots[f"start:{team.key}"] = _start(team, line, by_label, default=first)
    closed = [
        (section.from_m or 0.0, section.to_m or 0.0)
        for section in (resolve_section(one, placed, field="closed") for one in wish.closed)
    ]
    times = walk(spots, wish, folder)
    problem = Problem(
        sites=tuple(
            Site(key=label, worth=worth[label].points, service_minutes=minutes_at(one, plan, figures))
            for label, one in features.items()
        ),
        teams=tuple(_team(team, plan, hours) for team in plan.teams),
        travel=times.travel,
        closures=_closures(spots, closed, plan),
        pins=tuple(Pin(label) for label in _known(wish.pins, features)),
        forbids=tuple(Forbid(label) for label in _known(wish.forbidden, features)),
        orders=(InOrder(tuple(_known(wish.order, features))),) if wish.order else (),
    )
    problem.check()
    return Posed(problem, features, worth, spots, _walking_by(times, wish, features), figures, hours)


def tasks_at(one: OnLineFeature, plan: Plan) -> list[Task]:
    """What is to be done at a feature: looking, and the work that it wants and the plan provides for."""
    wanted = WANTED.get(one.feature.action or "")
    found = [Task.CHECK, Task.PHOTOGRAPH]
    if wanted is not None and wanted in plan.tasks:
        found.append(wanted)
    if one.feature.schematic and Task.MEASURE in plan.tasks:
        found.append(Task.MEASURE)
    return found


def minutes_at(one: OnLineFeature, plan: Plan, figures: Figures) -> float:
    """How long a team stays at a feature."""
    return figures.looking_minutes + sum(figures.task_minutes(task) for task in tasks_at(one, plan))


def walk(spots: Mapping[str, Spot], wish: Wish, folder: Path | None) -> WalkingTimes:
    """Walking times by the best there is: paths, heights, else along the line at the stated speed."""
    places = [(spot.longitude, spot.latitude) for spot in spots.values()]
    brought = read_brought(folder, places) if folder is not None else Brought()
    along = AlongLine(factor=wish.factor, km_h=wish.metres_an_hour / 1000, basis="stated by the planner")
    return walking_times(
        list(spots.values()),
        paths=brought.paths,
        ground=brought.ground,
        along=along,
        barriers=brought.barriers,
    )


def _worth(one: OnLineFeature, on: date, interval: Mapping[str, float]) -> Worth:
    seen = one.feature.last_visit_on
    return worth_of(
        state=one.feature.state,
        urgency=one.feature.urgency,
        overdue=one.feature.overdue,
        # As finely as it is known: a year or a month counts from its first day.
        last_visit_on=date.fromisoformat((seen + "-01-01")[:10]) if seen else None,
        interval_days=interval.get(one.feature.kind, INTERVAL_DAYS),
        schematic=one.feature.schematic,
        on=on,
    )


def _middle(line: Line, plan: Plan) -> tuple[float, float]:
    """The place halfway between the ends of the sections, in degrees: where the sun is asked about."""
    ends = [end for section in plan.sections for end in (section.from_m, section.to_m) if end is not None]
    return line.point_at((min(ends) + max(ends)) / 2 if ends else line.length_m / 2)


def _team(team: PlannedTeam, plan: Plan, hours: Sequence[DayHours]) -> Team:
    days = tuple(
        TeamDay(plan.starts_on + timedelta(days=one.day - 1), minute_of(one.sets_out), minute_of(one.back_by))
        for one in hours
    )
    camps = tuple(Camp(f"camp:{camp.name}") for camp in plan.camps)
    return Team(key=team.key, start=f"start:{team.key}", days=days, side=team.side, camps=camps)


def _start(
    team: PlannedTeam, line: Line, by_label: Mapping[str, OnLineFeature], *, default: OnLineFeature
) -> Spot:
    """Where a team sets out: a marker, a place by its degrees, or the north end of the sections."""
    key = f"start:{team.key}"
    if not team.start:
        return _at(key, default)
    if team.start in by_label:
        return _at(key, by_label[team.start])
    degrees = _DEGREES.fullmatch(team.start)
    if degrees is None:
        raise InvalidInput(
            N_('"%(given)s" is neither a marker with a known place nor latitude, longitude.'),
            field="teams",
            given=team.start,
        )
    return _beside(line, key, float(degrees[2]), float(degrees[1]))


def _at(key: str, one: OnLineFeature) -> Spot:
    return Spot(key, one.lon, one.lat, one.chainage_m)


def _beside(line: Line, key: str, lon: float, lat: float) -> Spot:
    place = line.locate(lon, lat)
    return Spot(key, lon, lat, place.chainage_m, place.offset_m)


def _closures(
    spots: Mapping[str, Spot], closed: Sequence[tuple[float, float]], plan: Plan
) -> tuple[Closure, ...]:
    """Legs that lead over a closed stretch, and the places within it."""
    along = {key: spot.chainage_m for key, spot in spots.items() if spot.chainage_m is not None}
    found = []
    for from_m, to_m in closed:
        # Where a team sets out or camps stays open: it may have come another way.
        shut = frozenset(key for key, at_m in along.items() if from_m < at_m < to_m and ":" not in key)
        legs = frozenset(
            (one, other)
            for one, at_m in along.items()
            for other, further_m in along.items()
            if min(at_m, further_m) < to_m and max(at_m, further_m) > from_m
        )
        found.append(Closure(plan.starts_on, plan.ends_on, shut, legs))
    return tuple(found)


def _known(labels: Sequence[str], features: Mapping[str, OnLineFeature]) -> list[str]:
    for label in labels:
        if label not in features:
            raise InvalidInput(N_("%(feature)s does not stand in the sections."), field="pins", feature=label)
    return list(labels)


def _walking_by(times: WalkingTimes, wish: Wish, features: Mapping[str, OnLineFeature]) -> Message:
    """What the walking times rest on, in words."""
    widest = max((one.feature.accuracy_m or 0 for one in features.values()), default=0)
    values: dict[str, object] = {
        "speed": round(wish.metres_an_hour / 1000, 1),
        "factor": round(wish.factor, 2),
        "accuracy": round(widest / 1000, 1),
    }
    legs = times.shares
    brought = legs.get(Basis.PATHS, 0) + legs.get(Basis.GROUND, 0)
    if not brought:
        return Message(ALONG, values)
    counts = {str(basis): legs.get(basis, 0) for basis in (Basis.PATHS, Basis.GROUND, Basis.LINE)}
    return Message(MIXED, {**values, **counts})
