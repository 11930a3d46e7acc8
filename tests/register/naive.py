"""What was true of a feature on one day, as known at one moment, worked out the slow and plain way.

Written from the definitions and not from the program: for a single day and moment, without periods.
"""

from datetime import date, datetime
from typing import Any

from borderops.boundary.rules import SectionFacts, UnitKind
from borderops.inspections.rules import Component, Finding, GroundPosition, InspectionFacts, Occasion
from borderops.markers.rules import Method, PositionFacts
from borderops.register.timeline import FeatureHistory

LEVELS = ["good", "fair", "poor", "severe"]
DAMAGED = {"poor", "severe", "not_found", "reported_destroyed", "destroyed"}
FULL = {"body", "lettering", "base", "foundation", "yard"}
STANDING = {"retired": "retired", "lost": "lost", "restored": "standing", "rebuilt": "standing"}


def truth(history: FeatureHistory, *, on: date, at: datetime | None) -> dict[str, Any]:
    """All facts of the day, by the names that `told` uses for the program's."""
    known_at = at

    def known(since: datetime | None) -> bool:
        return since is None or (known_at is not None and since <= known_at)

    def in_knowledge(fact: Any) -> bool:
        return known(fact.known_from) and (
            fact.known_to is None or known_at is None or known_at < fact.known_to
        )

    def holds(fact: Any) -> bool:
        return (fact.valid_from is None or fact.valid_from <= on) and (
            fact.valid_to is None or on < fact.valid_to
        )

    number, order, standing = history.feature.number, history.feature.line_order, "standing"
    stood_since = None
    happened = [event for event in history.events if known(event.known_from) and event.occurred_on <= on]
    for event in sorted(happened, key=lambda event: event.occurred_on):
        if event.event.value in STANDING:
            standing, stood_since = STANDING[event.event.value], event.occurred_on
        if event.event.value == "renumbered":
            number, order = event.number, event.line_order
    position = _position([one for one in history.positions if known(one.known_from)], on)
    chainage_m = position.chainage_m if position else None
    units = _units(
        [one for one in history.sections if in_knowledge(one) and holds(one)], order=order, metres=chainage_m
    )
    duties = [duty for duty in history.duties if in_knowledge(duty) and holds(duty)]
    assert len(duties) <= 1
    settings = [
        setting
        for setting in history.intervals
        if in_knowledge(setting)
        and (setting.valid_from is None or (on is not None and setting.valid_from <= on))
    ]
    settings.sort(key=lambda setting: setting.valid_from or date.min)
    condition = _condition(
        [one for one in history.inspections if known(one.known_from)],
        on=on,
        photographed={
            one.id
            for one in history.inspections
            if one.photographed_from is not None and at is not None and one.photographed_from <= at
        },
        interval=settings[-1].days if settings else None,
    )
    if standing == "lost" and condition["since"] is None:
        condition |= {"state": "not_found", "since": stood_since}
    return {
        "number": number,
        "standing": standing,
        "position": position.id if position else None,
        "side": duties[0].side.value if duties else "UNSETTLED",
        "unit": duties[0].unit_id if duties else None,
        "province": min(units.get(UnitKind.LAO_PROVINCE, {None})),  # type: ignore[type-var]
        "commune": min(units.get(UnitKind.COMMUNE, {None})),  # type: ignore[type-var]
        "units": sorted({unit for names in units.values() for unit in names}),
        **condition,
    }


def _position(known: list[PositionFacts], on: date) -> PositionFacts | None:
    left = [one for one in known if one.id not in {other.corrects for other in known}]
    then = [one for one in left if one.measured_on is None or one.measured_on <= on]
    if not then:
        return min(left, key=lambda one: (one.measured_on or date.min, str(one.id)), default=None)
    for method in Method:
        same = [one for one in then if one.method == method]
        if same:
            latest = max(one.measured_on or date.min for one in same)
            same = [one for one in same if (one.measured_on or date.min) == latest]
            best = min(one.accuracy_m for one in same)
            return min((one for one in same if one.accuracy_m == best), key=lambda one: str(one.id))
    raise AssertionError("every position has a method")


def _units(
    sections: list[SectionFacts], *, order: int | None, metres: float | None
) -> dict[UnitKind, set[str]]:
    by_number: dict[UnitKind, set[str]] = {}
    by_metres: dict[UnitKind, set[str]] = {}
    for one in sections:
        if one.from_order is not None and one.to_order is not None:
            if order is not None and one.from_order <= order <= one.to_order:
                by_number.setdefault(one.kind, set()).add(one.unit_id)
        elif metres is not None and (one.from_m or 0.0) <= metres < (one.to_m or 0.0):
            by_metres.setdefault(one.kind, set()).add(one.unit_id)
    return by_metres | by_number


def _condition(
    known: list[InspectionFacts], *, on: date, photographed: set[Any], interval: int | None
) -> dict[str, Any]:
    corrected = {one.corrects for one in known}
    seen = sorted(
        (
            one
            for one in known
            if one.id not in corrected and one.finding != Finding.NOT_VISITED and one.observed_on <= on
        ),
        key=lambda one: (one.observed_at, str(one.id)),
    )
    if not seen:
        return {"state": "never_inspected", "overdue": False, "since": None, "cause": None, "visit": None}
    states = [_state(seen[: end + 1], photographed) for end in range(len(seen))]
    begin = len(states)
    while begin > 0 and states[begin - 1] in DAMAGED:
        begin -= 1
    spell = seen[begin:]
    visit = max((one.observed_on for one in seen if one.occasion != Occasion.DOCUMENT), default=None)
    overdue = interval is not None and visit is not None and (on - visit).days > interval
    return {
        "state": "overdue" if overdue and not spell else states[-1],
        "overdue": overdue,
        "since": spell[0].observed_on if spell else None,
        "cause": next((one.cause.value for one in reversed(spell) if one.cause), None),
        "visit": visit,
    }


def _state(seen: list[InspectionFacts], photographed: set[Any]) -> str:
    last = seen[-1]
    if last.finding == Finding.DESTROYED:
        run: list[InspectionFacts] = []
        for one in reversed(seen):
            if one.finding != Finding.DESTROYED:
                break
            run.append(one)
        two = len({one.observer for one in run} - {None}) >= 2
        return "destroyed" if two and any(one.id in photographed for one in run) else "reported_destroyed"
    if last.finding == Finding.NOT_FOUND:
        return "not_found"
    levels = []
    for component in Component:
        stating = [at for at, one in enumerate(seen) if component in (one.components or {})]
        if not stating:
            continue
        if component == Component.UNSPECIFIED and any(
            set(one.components or {}) >= FULL and one.occasion != Occasion.DOCUMENT
            for one in seen[stating[-1] :]
        ):
            continue
        levels.append((seen[stating[-1]].components or {})[component].value)
    stated = [one.position for one in seen if one.position not in {None, GroundPosition.UNDETERMINED}]
    implied = {"suspected_moved": "poor", "moved": "severe"}
    if stated and stated[-1] in implied:
        levels.append(implied[stated[-1]])
    return max(levels, key=LEVELS.index, default="seen")
