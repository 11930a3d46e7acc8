"""The condition scheme: what an inspection says, and what state follows from it.

Never one word for everything: finding, position, component levels, cause and urgency are separate. The
overall state is the worst component (bridge inspection's rule); not found is not destroyed, and destroyed
needs a photo and a second confirmation (NGS). See docs/decisions for the choices that are ours.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID


class Finding(StrEnum):
    """Whether the feature was there to be seen."""

    SEEN = "seen"
    NOT_FOUND = "not_found"
    NOT_VISITED = "not_visited"
    DESTROYED = "destroyed"


class GroundPosition(StrEnum):
    """Whether the feature stands where it was set."""

    IN_PLACE = "in_place"
    SUSPECTED_MOVED = "suspected_moved"
    MOVED = "moved"
    UNDETERMINED = "undetermined"


class Component(StrEnum):
    """The parts that are looked at. `UNSPECIFIED` is for documents that do not say which part."""

    BODY = "body"
    LETTERING = "lettering"
    BASE = "base"
    FOUNDATION = "foundation"
    YARD = "yard"
    SURROUNDINGS = "surroundings"
    ACCESS = "access"
    UNSPECIFIED = "unspecified"


class Level(StrEnum):
    """State of a component, best first."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    SEVERE = "severe"


class Cause(StrEnum):
    """What did the damage."""

    FLOOD = "flood"
    LANDSLIDE = "landslide"
    AGE = "age"
    VEGETATION = "vegetation"
    VEHICLE = "vehicle"
    PEOPLE = "people"
    CONSTRUCTION = "construction"
    UNKNOWN = "unknown"


class Urgency(StrEnum):
    """How soon something must be done."""

    ROUTINE = "routine"
    SOON = "soon"
    URGENT = "urgent"


class Action(StrEnum):
    """What the inspector or document says should be done."""

    NONE = "none"
    CLEAR = "clear"
    REPAINT = "repaint"
    REPAIR = "repair"
    REINFORCE = "reinforce"
    REBUILD = "rebuild"
    RELOCATE = "relocate"
    DECIDE = "decide"


class Occasion(StrEnum):
    """On what occasion something was recorded. Only `DOCUMENT` is not a visit on the ground."""

    INSPECTION = "inspection"
    PATROL = "patrol"
    JOINT_PATROL = "joint_patrol"
    REPORT = "report"
    DOCUMENT = "document"


class State(StrEnum):
    """The overall state of a feature: derived, never typed."""

    NEVER_INSPECTED = "never_inspected"
    SEEN = "seen"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    SEVERE = "severe"
    NOT_FOUND = "not_found"
    REPORTED_DESTROYED = "reported_destroyed"
    DESTROYED = "destroyed"
    OVERDUE = "overdue"


#: States that put a feature on the list of what is damaged.
DAMAGED = frozenset({State.POOR, State.SEVERE, State.NOT_FOUND, State.REPORTED_DESTROYED, State.DESTROYED})

#: The level that a position on the ground implies at the least.
POSITION_LEVEL: dict[GroundPosition, Level] = {
    GroundPosition.SUSPECTED_MOVED: Level.POOR,
    GroundPosition.MOVED: Level.SEVERE,
}

#: Once a visit has looked at all of these, a document's statement about an unspecified part is answered.
ANSWERS_UNSPECIFIED = frozenset(
    {Component.BODY, Component.LETTERING, Component.BASE, Component.FOUNDATION, Component.YARD}
)

#: How many observers, each named, make a reported destruction a destruction.
CONFIRMATIONS = 2


@dataclass(frozen=True)
class InspectionFacts:
    """One inspection as the rules see it.

    `observed_on` is the day on the ground, `known_from` since when we know of it (None: always),
    `photographed_from` since when a photo of it is held. `onset` says that the day is when the damage
    happened, not merely when it was noted. `corrects` names the inspection this one takes the place of.
    """

    id: UUID
    observed_on: date
    observed_at: datetime
    precision: str
    known_from: datetime | None
    occasion: Occasion
    finding: Finding
    position: GroundPosition | None = None
    components: Mapping[Component, Level] | None = None
    cause: Cause | None = None
    urgency: Urgency | None = None
    action: Action | None = None
    observer: str | None = None
    onset: bool = False
    photographed_from: datetime | None = None
    corrects: UUID | None = None


@dataclass(frozen=True)
class Interval:
    """At most so many days may pass between two visits; from a day on, or always (None)."""

    days: int
    from_on: date | None = None


@dataclass(frozen=True)
class Condition:
    """What is held true of a feature from `on` until the next condition.

    `since` is the day from which it has been damaged without a break (`since_precision` says how finely
    that is known, `since_onset` whether it is the day it happened). `levels` holds the last level stated
    for each component. `last_visit_on` is the last day somebody stood there.
    """

    on: date | None
    state: State = State.NEVER_INSPECTED
    overdue: bool = False
    since: date | None = None
    since_precision: str | None = None
    since_onset: bool = False
    levels: tuple[tuple[Component, Level], ...] = ()
    position: GroundPosition | None = None
    cause: Cause | None = None
    urgency: Urgency | None = None
    action: Action | None = None
    last_visit_on: date | None = None
    last_visit_precision: str | None = None
    inspection_id: UUID | None = None

    @property
    def damaged(self) -> bool:
        """Whether the feature is on the list of what is damaged."""
        return self.state in DAMAGED


def worst(levels: Iterable[Level]) -> Level | None:
    """The worst of the levels, or None where there is none."""
    order = list(Level)
    return max(levels, key=order.index, default=None)


def in_order(components: Mapping[str, str]) -> dict[str, str]:
    """The levels by component in the order in which the parts are looked at, however they were kept."""
    return {part.value: components[part] for part in Component if part in components}


def effective(inspections: Sequence[InspectionFacts]) -> list[InspectionFacts]:
    """The inspections that no further record has taken the place of, in the order things were seen."""
    corrected = {inspection.corrects for inspection in inspections if inspection.corrects is not None}
    standing = [inspection for inspection in inspections if inspection.id not in corrected]
    return sorted(standing, key=lambda inspection: (inspection.observed_at, str(inspection.id)))


def condition_timeline(
    inspections: Sequence[InspectionFacts], *, intervals: Sequence[Interval] = ()
) -> list[Condition]:
    """The feature's conditions one after the other, beginning with "never inspected" (`on` None).

    `inspections` are all that are known; the caller leaves out records and photos that were not known yet.
    A visit is overdue on a day when more days have passed since the last than the interval in force on that
    day allows; without any interval nothing is ever overdue. Of several records on one day the last leaves
    its condition.
    """
    timeline = [Condition(on=None)]
    destroyed: list[InspectionFacts] = []
    for inspection in effective(inspections):
        before = timeline[-1]
        if inspection.finding == Finding.NOT_VISITED:
            continue
        destroyed = [*destroyed, inspection] if inspection.finding == Finding.DESTROYED else []
        after = _after(before, inspection, destroyed=_is_confirmed(destroyed))
        if before.on == inspection.observed_on:
            timeline.pop()
        timeline.append(after)
    return _with_overdue(timeline, intervals)


def _after(before: Condition, inspection: InspectionFacts, *, destroyed: bool) -> Condition:
    visited = inspection.occasion != Occasion.DOCUMENT
    levels = dict(before.levels)
    stated = dict(inspection.components or {})
    levels.update(stated)
    if visited and set(stated) >= ANSWERS_UNSPECIFIED:
        levels.pop(Component.UNSPECIFIED, None)
    position = before.position
    if inspection.position not in {None, GroundPosition.UNDETERMINED}:
        position = inspection.position
    state = _state(inspection, levels, position, destroyed=destroyed)
    was_damaged, is_damaged = before.damaged, state in DAMAGED
    says_why = bool(stated) or inspection.finding != Finding.SEEN or position != before.position
    condition = Condition(
        on=inspection.observed_on,
        state=state,
        levels=tuple(sorted(levels.items(), key=lambda pair: list(Component).index(pair[0]))),
        position=position,
        last_visit_on=inspection.observed_on if visited else before.last_visit_on,
        last_visit_precision=inspection.precision if visited else before.last_visit_precision,
        inspection_id=inspection.id if says_why else before.inspection_id or inspection.id,
    )
    if not is_damaged:
        return condition
    carried = replace(
        condition,
        cause=inspection.cause or before.cause,
        urgency=inspection.urgency or before.urgency,
        action=inspection.action or before.action,
    )
    if was_damaged:
        return replace(
            carried,
            since=before.since,
            since_precision=before.since_precision,
            since_onset=before.since_onset,
        )
    return replace(
        carried,
        since=inspection.observed_on,
        since_precision=inspection.precision,
        since_onset=inspection.onset,
    )


def _state(
    inspection: InspectionFacts,
    levels: Mapping[Component, Level],
    position: GroundPosition | None,
    *,
    destroyed: bool,
) -> State:
    if inspection.finding == Finding.DESTROYED:
        return State.DESTROYED if destroyed else State.REPORTED_DESTROYED
    if inspection.finding == Finding.NOT_FOUND:
        return State.NOT_FOUND
    implied = [POSITION_LEVEL[position]] if position in POSITION_LEVEL else []
    level = worst([*levels.values(), *implied])
    return State(level.value) if level else State.SEEN


def _is_confirmed(destroyed: Sequence[InspectionFacts]) -> bool:
    """Whether an unbroken run of "destroyed" findings amounts to a destruction: two observers and a photo.

    A record that names nobody confirms nothing: it may be the first observer's own.
    """
    observers = {inspection.observer.strip().casefold() for inspection in destroyed if inspection.observer}
    photographed = any(inspection.photographed_from is not None for inspection in destroyed)
    return len(observers) >= CONFIRMATIONS and photographed


def _with_overdue(timeline: Sequence[Condition], intervals: Sequence[Interval]) -> list[Condition]:
    """The timeline with a further step wherever the next visit came too late or has not come."""
    steps: list[Condition] = []
    for condition, following in zip(timeline, [*timeline[1:], None], strict=True):
        if condition.on is None or condition.last_visit_on is None:
            steps.append(condition)
            continue
        steps += _cut(condition, condition.on, condition.last_visit_on, following, intervals)
    return steps


def _cut(
    condition: Condition,
    begin: date,
    visit: date,
    following: Condition | None,
    intervals: Sequence[Interval],
) -> list[Condition]:
    """The condition until the following one, cut where it becomes overdue or another interval begins."""
    days = {begin, *(interval.from_on or date.min for interval in intervals)}
    days |= {visit + timedelta(days=interval.days + 1) for interval in intervals}
    end = following.on if following and following.on else date.max
    steps: list[Condition] = []
    for day in sorted(day for day in days if begin <= day and (day < end or day == begin)):
        interval = _in_force(intervals, day)
        late = interval is not None and (day - visit).days > interval.days
        if not steps or steps[-1].overdue != late:
            steps.append(_overdue(condition, day) if late else replace(condition, on=day))
    return steps


def _in_force(intervals: Sequence[Interval], day: date) -> Interval | None:
    """The interval that holds on a day: the one that began last."""
    begun = [interval for interval in intervals if interval.from_on is None or interval.from_on <= day]
    return max(begun, key=lambda interval: interval.from_on or date.min, default=None)


def _overdue(condition: Condition, on: date) -> Condition:
    state = condition.state if condition.damaged else State.OVERDUE
    return replace(condition, on=on, state=state, overdue=True)
