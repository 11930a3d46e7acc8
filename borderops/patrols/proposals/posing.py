"""Putting the planner's problem together: what may be visited, by which teams, and how long the way takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from borderops.boundary.line import Line
from borderops.boundary.queries import get_line, list_units, setting_value
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.core.viewer import Viewer
from borderops.patrols.ground import OnLineFeature, in_sections, list_placed
from borderops.patrols.limits.actions import lineage_of, list_limits
from borderops.patrols.limits.rules import slowest
from borderops.patrols.parties import groups_of
from borderops.patrols.planning.problem import (
    Camp,
    Forbid,
    InOrder,
    Pin,
    Problem,
    Site,
    Team,
    TeamDay,
)
from borderops.patrols.proposals.closing import closure_of, standing_closures, stretch_of
from borderops.patrols.proposals.daylight import minute_of
from borderops.patrols.proposals.figures import Figures, get_figures, get_points
from borderops.patrols.proposals.hours import hours_of, with_limits
from borderops.patrols.proposals.named_places import NamedPlace, NamedPlaces
from borderops.patrols.proposals.spots import MEETING, camp_key, spots_of, start_key
from borderops.patrols.proposals.together import Party, walk_together
from borderops.patrols.proposals.walking_by import at_pace, walk, walking_by
from borderops.patrols.proposals.wishes import Wish
from borderops.patrols.proposals.worth import Worth, worth_of
from borderops.patrols.queries import HeldPatrol
from borderops.patrols.rules import Task
from borderops.patrols.schemas import DayHours, Plan, WalkingBasis
from borderops.patrols.schemas import Team as PlannedTeam

#: The work that a feature's recommended action asks for.
WANTED: Mapping[str, Task] = {"clear": Task.CLEAR, "repaint": Task.REPAINT}

INTERVAL_DAYS = 365.0


@dataclass(frozen=True)
class Posed:
    """The problem with what its keys stand for; `walking_by` says what the walking times rest on.

    `parties` are the teams that walk as one, by the key that they have in the problem; `named` are the places
    of it that people named.
    """

    problem: Problem
    features: Mapping[str, OnLineFeature]
    worth: Mapping[str, Worth]
    walking_by: WalkingBasis
    figures: Figures
    hours: Sequence[DayHours]
    parties: Mapping[str, Party] = field(default_factory=dict)
    named: Mapping[str, NamedPlace] = field(default_factory=dict)


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
    figures = get_figures(session, on=plan.starts_on)
    longitude, latitude = _middle(line, plan)
    hours = hours_of(plan, wish, figures, longitude=longitude, latitude=latitude)
    worth = list_worth(session, features, on=plan.starts_on)
    groups = groups_of(plan.teams, kind=held.kind)
    spots = spots_of(plan, line=line, features=features, places=NamedPlaces(placed), groups=groups)
    times = walk(spots.by_key, wish, folder)
    # A day more than the plan has: what another day would add is asked too.
    days = [plan.starts_on + timedelta(days=number) for number in range(plan.days)]
    if plan.ends_on < date.max:
        days.append(plan.ends_on + timedelta(days=1))
    limits = list_limits(session, viewer=viewer)
    lineage = lineage_of(held.unit_id, list_units(session, viewer=viewer))
    paces = {day: slowest(limits, day=day, lineage=lineage) for day in days}
    problem = Problem(
        sites=tuple(
            Site(key=label, worth=worth[label].points, service_minutes=minutes_at(one, plan, figures))
            for label, one in features.items()
        ),
        teams=tuple(_team(team, plan, hours) for team in plan.teams),
        travel=at_pace(times.travel, paces),
        closures=(
            *(
                closure_of(spots.by_key, stretch_of(one, placed), plan.starts_on, plan.ends_on)
                for one in wish.closed
            ),
            *standing_closures(spots.by_key, limits, placed, days=days),
        ),
        pins=tuple(Pin(label) for label in _known(wish.pins, features)),
        forbids=tuple(Forbid(label) for label in _known(wish.forbidden, features)),
        orders=(InOrder(tuple(_known(wish.order, features))),) if wish.order else (),
    )
    problem, parties = walk_together(
        problem,
        [[team.key for team in group] for group in groups],
        meeting=MEETING,
        meets_from=minute_of(plan.meeting_at) if plan.meeting_at is not None else None,
    )
    for party in parties.values():
        _check_reach(problem, party)
    problem.check()
    hours = with_limits(hours, plan, limits, placed, lineage=lineage)
    basis = walking_by(times, wish, features)
    return Posed(problem, features, worth, basis, figures, hours, parties, spots.named)


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


def list_worth(session: Session, features: Mapping[str, OnLineFeature], *, on: date) -> dict[str, Worth]:
    """The worth of looking at each feature on a day."""
    interval = {
        kind: float(
            setting_value(session, key=f"inspection.interval_days.{kind}", on=on, default=INTERVAL_DAYS)
        )
        for kind in ("marker", "stake", "gate")
    }
    points = {name: figure.value for name, figure in get_points(session, on=on).items()}
    return {label: _worth(one, on, interval, points) for label, one in features.items()}


def _worth(one: OnLineFeature, on: date, interval: Mapping[str, float], points: Mapping[str, float]) -> Worth:
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
        points=points,
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
    camps = tuple(Camp(camp_key(camp.name)) for camp in plan.camps)
    return Team(key=team.key, start=start_key(team.key), days=days, side=team.side, camps=camps)


def _check_reach(problem: Problem, party: Party) -> None:
    """That every team can be at the meeting point on some day. Raises InvalidInput."""
    days = problem.team[party.key].days
    for team in party.teams:
        needed = min(party.out_minutes(problem.travel, day.day)[team] for day in days)
        if needed > max(day.until_minute - day.from_minute for day in days):
            raise InvalidInput(
                N_(
                    "%(team)s cannot be at the meeting point within a day's daylight; choose another, or "
                    "another place to set out from."
                ),
                field="meeting_point",
                team=team,
            )


def _known(labels: Sequence[str], features: Mapping[str, OnLineFeature]) -> list[str]:
    for label in labels:
        if label not in features:
            raise InvalidInput(N_("%(feature)s does not stand in the sections."), field="pins", feature=label)
    return list(labels)
