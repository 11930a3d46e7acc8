"""Putting the planner's problem together: what may be visited, by which teams, and how long the way takes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlalchemy.orm import Session

from borderops.boundary.line import Line
from borderops.boundary.queries import get_line, setting_value
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_, Message
from borderops.core.viewer import Viewer
from borderops.patrols.ground import OnLineFeature, in_sections, list_placed, resolve_section
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
    Travel,
)
from borderops.patrols.queries import HeldPatrol
from borderops.patrols.rules import Task
from borderops.patrols.schemas import Plan, Wish
from borderops.patrols.schemas import Team as PlannedTeam
from borderops.patrols.worth import Worth, worth_of

LOOKING_MINUTES = 30.0
"""At each feature: looking at every part, photographs for the file, a word with the other side."""

TASK_MINUTES: Mapping[Task, float] = {
    Task.CLEAR: 30.0,
    Task.REPAINT: 45.0,
    Task.CLEAN: 15.0,
    Task.MEASURE: 20.0,
}
"""What work adds, for the features that want it."""

#: The work that a feature's recommended action asks for.
WANTED: Mapping[str, Task] = {"clear": Task.CLEAR, "repaint": Task.REPAINT}

DAYLIGHT = (6 * 60.0, 17 * 60.0)
"""From when until when one walks, in minutes after midnight."""

INTERVAL_DAYS = 365.0

_DEGREES = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True)
class Spot:
    """A place by the line: metres of chainage, metres off the line."""

    chainage_m: float
    offset_m: float = 0.0


@dataclass(frozen=True)
class Posed:
    """The problem with what its keys stand for; `walking_by` says what the walking times rest on."""

    problem: Problem
    features: Mapping[str, OnLineFeature]
    worth: Mapping[str, Worth]
    spots: Mapping[str, Spot]
    walking_by: Message


def pose_problem(session: Session, *, viewer: Viewer, held: HeldPatrol, wish: Wish) -> Posed:
    """The planner's problem for a draft. Raises InvalidInput where there is nothing to plan with."""
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
    worth = {label: _worth(one, plan.starts_on, interval) for label, one in features.items()}
    spots = {label: Spot(one.chainage_m) for label, one in features.items()}
    spots |= {f"camp:{camp.name}": _beside(line, camp.lon, camp.lat) for camp in plan.camps}
    by_label = {name: one for one in placed for name in (one.label, one.feature.code)}
    first = min(one.chainage_m for one in features.values())
    for team in plan.teams:
        spots[f"start:{team.key}"] = _start(team, line, by_label, default_m=first)
    closed = [
        (section.from_m or 0.0, section.to_m or 0.0)
        for section in (resolve_section(one, placed, field="closed") for one in wish.closed)
    ]
    problem = Problem(
        sites=tuple(
            Site(key=label, worth=worth[label].points, service_minutes=minutes_at(one, plan))
            for label, one in features.items()
        ),
        teams=tuple(_team(team, plan) for team in plan.teams),
        travel=travel_along(spots, metres_an_hour=wish.metres_an_hour),
        closures=_closures(spots, closed, plan),
        pins=tuple(Pin(label) for label in _known(wish.pins, features)),
        forbids=tuple(Forbid(label) for label in _known(wish.forbidden, features)),
        orders=(InOrder(tuple(_known(wish.order, features))),) if wish.order else (),
    )
    problem.check()
    return Posed(problem, features, worth, spots, _walking_by(wish, features))


def tasks_at(one: OnLineFeature, plan: Plan) -> list[Task]:
    """What is to be done at a feature: looking, and the work that it wants and the plan provides for."""
    wanted = WANTED.get(one.feature.action or "")
    found = [Task.CHECK, Task.PHOTOGRAPH]
    if wanted is not None and wanted in plan.tasks:
        found.append(wanted)
    if one.feature.schematic and Task.MEASURE in plan.tasks:
        found.append(Task.MEASURE)
    return found


def minutes_at(one: OnLineFeature, plan: Plan) -> float:
    """How long a team stays at a feature."""
    return LOOKING_MINUTES + sum(TASK_MINUTES.get(task, 0.0) for task in tasks_at(one, plan))


def travel_along(spots: Mapping[str, Spot], *, metres_an_hour: float) -> Travel:
    """Walking times along the line at a stated speed, to and from it where a place lies beside it.

    This is the last resort, where neither a network of paths nor the height of the ground was brought.
    """
    keys = tuple(spots)
    chainage = np.array([spots[key].chainage_m for key in keys], np.float64)
    offset = np.array([spots[key].offset_m for key in keys], np.float64)
    metres = np.abs(chainage[:, None] - chainage[None, :]) + offset[:, None] + offset[None, :]
    np.fill_diagonal(metres, 0.0)
    return Travel(keys, metres / metres_an_hour * 60.0)


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


def _team(team: PlannedTeam, plan: Plan) -> Team:
    start, until = DAYLIGHT
    days = tuple(TeamDay(plan.starts_on + timedelta(days=day), start, until) for day in range(plan.days))
    camps = tuple(Camp(f"camp:{camp.name}") for camp in plan.camps)
    return Team(key=team.key, start=f"start:{team.key}", days=days, side=team.side, camps=camps)


def _start(team: PlannedTeam, line: Line, by_label: Mapping[str, OnLineFeature], *, default_m: float) -> Spot:
    """Where a team sets out: a marker, a place by its degrees, or the north end of the sections."""
    if not team.start:
        return Spot(default_m)
    if team.start in by_label:
        return Spot(by_label[team.start].chainage_m)
    degrees = _DEGREES.fullmatch(team.start)
    if degrees is None:
        raise InvalidInput(
            N_('"%(given)s" is neither a marker with a known place nor latitude, longitude.'),
            field="teams",
            given=team.start,
        )
    return _beside(line, float(degrees[2]), float(degrees[1]))


def _beside(line: Line, lon: float, lat: float) -> Spot:
    place = line.locate(lon, lat)
    return Spot(place.chainage_m, place.offset_m)


def _closures(
    spots: Mapping[str, Spot], closed: Sequence[tuple[float, float]], plan: Plan
) -> tuple[Closure, ...]:
    """Legs that lead over a closed stretch, and the places within it."""
    found = []
    for from_m, to_m in closed:
        inside = frozenset(key for key, spot in spots.items() if from_m < spot.chainage_m < to_m)
        legs = frozenset(
            (one, other)
            for one, spot in spots.items()
            for other, further in spots.items()
            if min(spot.chainage_m, further.chainage_m) < to_m
            and max(spot.chainage_m, further.chainage_m) > from_m
        )
        # Where a team sets out or camps stays open: it may have come another way.
        shut = frozenset(key for key in inside if ":" not in key)
        found.append(Closure(plan.starts_on, plan.ends_on, shut, legs))
    return tuple(found)


def _known(labels: Sequence[str], features: Mapping[str, OnLineFeature]) -> list[str]:
    for label in labels:
        if label not in features:
            raise InvalidInput(N_("%(feature)s does not stand in the sections."), field="pins", feature=label)
    return list(labels)


def _walking_by(wish: Wish, features: Mapping[str, OnLineFeature]) -> Message:
    widest = max((one.feature.accuracy_m or 0 for one in features.values()), default=0)
    text = N_(
        "along the drawn line at %(speed)s km an hour; no paths and no heights were brought. "
        "Places are good to ±%(accuracy)s km."
    )
    return Message(text, {"speed": round(wish.metres_an_hour / 1000, 1), "accuracy": round(widest / 1000, 1)})
