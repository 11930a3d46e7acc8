"""The state that follows from what was seen: tables of cases, and properties over any history."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borderops.inspections.rules import (
    ANSWERS_UNSPECIFIED,
    DAMAGED,
    Action,
    Cause,
    Component,
    Condition,
    Finding,
    GroundPosition,
    InspectionFacts,
    Interval,
    Level,
    Occasion,
    State,
    Urgency,
    condition_timeline,
    effective,
    in_order,
    worst,
)

DAY = date(2024, 5, 15)
_ids = count(1)


def seen(on: date = DAY, *, hour: int = 9, **told: Any) -> InspectionFacts:
    """An inspection on a day; unless told otherwise a visit by one observer that found the feature."""
    facts: dict[str, Any] = {
        "id": UUID(int=next(_ids)),
        "observed_on": on,
        "observed_at": datetime(on.year, on.month, on.day, hour - 7 if hour >= 7 else 0, tzinfo=UTC),
        "precision": "day",
        "known_from": None,
        "occasion": Occasion.INSPECTION,
        "finding": Finding.SEEN,
    }
    return InspectionFacts(**facts | told)


def every(days: int | None) -> list[Interval]:
    """One interval that always held, or none."""
    return [] if days is None else [Interval(days)]


def states(*inspections: InspectionFacts, interval_days: int | None = None) -> list[State]:
    """The states one after the other, without the "never inspected" that all begin with."""
    timeline = condition_timeline(inspections, intervals=every(interval_days))
    assert timeline[0] == Condition(on=None)
    return [condition.state for condition in timeline[1:]]


def last(*inspections: InspectionFacts) -> Condition:
    return condition_timeline(inspections, intervals=())[-1]


def days(number: int) -> date:
    return DAY + timedelta(days=number)


ALL_GOOD = dict.fromkeys(ANSWERS_UNSPECIFIED, Level.GOOD)


def test_nothing_seen_is_never_inspected() -> None:
    assert condition_timeline([], intervals=every(365)) == [Condition(on=None)]
    assert Condition(on=None).state == State.NEVER_INSPECTED
    assert not Condition(on=None).damaged


def test_seen_without_a_word_on_condition() -> None:
    assert states(seen(occasion=Occasion.PATROL)) == [State.SEEN]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ({"body": "good"}, State.GOOD),
        ({"body": "good", "yard": "fair"}, State.FAIR),
        ({"body": "good", "yard": "fair", "base": "poor"}, State.POOR),
        ({"body": "severe", "yard": "fair", "base": "poor"}, State.SEVERE),
        ({"surroundings": "fair", "access": "good"}, State.FAIR),
    ],
)
def test_the_worst_component_decides(levels: Mapping[str, str], expected: State) -> None:
    components = {Component(name): Level(level) for name, level in levels.items()}
    assert states(seen(components=components)) == [expected]


VISITED = [component for component in Component if component != Component.UNSPECIFIED]


@given(st.dictionaries(st.sampled_from(VISITED), st.sampled_from(Level), min_size=1))
def test_the_worst_of_any_components_decides(components: dict[Component, Level]) -> None:
    order = ["good", "fair", "poor", "severe"]
    expected = order[max(order.index(level.value) for level in components.values())]
    assert states(seen(components=components)) == [State(expected)]


@given(st.permutations([component.value for component in Component]), st.data())
def test_parts_are_told_in_one_order(parts: list[str], data: st.DataObject) -> None:
    levels = {part: data.draw(st.sampled_from(list(Level))).value for part in parts}
    told = in_order(levels)
    assert told == levels
    assert list(told) == [component.value for component in Component]


def test_worst_of_nothing() -> None:
    assert worst([]) is None


def test_what_is_not_looked_at_keeps_its_level() -> None:
    first = seen(days(0), components={Component.BODY: Level.SEVERE, Component.YARD: Level.GOOD})
    second = seen(days(1), components={Component.YARD: Level.FAIR})
    third = seen(days(2), components={Component.BODY: Level.GOOD})
    assert states(first, second, third) == [State.SEVERE, State.SEVERE, State.FAIR]
    assert dict(last(first, second).levels) == {Component.BODY: Level.SEVERE, Component.YARD: Level.FAIR}


@pytest.mark.parametrize("left_out", sorted(ANSWERS_UNSPECIFIED))
def test_an_unspecified_part_is_not_answered_by_a_partial_visit(left_out: Component) -> None:
    document = seen(days(0), occasion=Occasion.DOCUMENT, components={Component.UNSPECIFIED: Level.SEVERE})
    partial = seen(days(1), components=dict.fromkeys(ANSWERS_UNSPECIFIED - {left_out}, Level.GOOD))
    assert states(document, partial) == [State.SEVERE, State.SEVERE]


def test_an_unspecified_part_is_answered_by_a_full_visit_only() -> None:
    document = seen(days(0), occasion=Occasion.DOCUMENT, components={Component.UNSPECIFIED: Level.SEVERE})
    assert states(document, seen(days(1), components=ALL_GOOD)) == [State.SEVERE, State.GOOD]
    by_paper = seen(days(1), occasion=Occasion.DOCUMENT, components=ALL_GOOD)
    assert states(document, by_paper) == [State.SEVERE, State.SEVERE]


def test_not_visited_changes_nothing() -> None:
    damaged = seen(days(0), components={Component.BODY: Level.POOR})
    passed_by = seen(days(5), finding=Finding.NOT_VISITED)
    assert condition_timeline([damaged, passed_by], intervals=every(3)) == condition_timeline(
        [damaged], intervals=every(3)
    )
    assert states(passed_by) == []


def test_not_found_is_not_destroyed() -> None:
    missing = [seen(days(at), finding=Finding.NOT_FOUND, observer=f"observer {at}") for at in range(3)]
    assert states(*missing) == [State.NOT_FOUND] * 3


def test_found_again_has_the_levels_last_seen() -> None:
    before = seen(days(0), components={Component.BODY: Level.FAIR})
    missing = seen(days(1), finding=Finding.NOT_FOUND)
    again = seen(days(2), occasion=Occasion.PATROL)
    assert states(before, missing, again) == [State.FAIR, State.NOT_FOUND, State.FAIR]


PHOTO = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("observers", "photographed", "expected"),
    [
        (["A"], False, State.REPORTED_DESTROYED),
        (["A"], True, State.REPORTED_DESTROYED),
        (["A", "A"], True, State.REPORTED_DESTROYED),
        (["A", " a "], True, State.REPORTED_DESTROYED),
        (["A", "B"], False, State.REPORTED_DESTROYED),
        (["A", "B"], True, State.DESTROYED),
        (["A", None], True, State.REPORTED_DESTROYED),
        ([None, None], True, State.REPORTED_DESTROYED),
        (["A", None, "B"], True, State.DESTROYED),
    ],
)
def test_destroyed_needs_a_photo_and_a_second_observer(
    observers: list[str | None], photographed: bool, expected: State
) -> None:
    reports = [
        seen(
            days(at),
            finding=Finding.DESTROYED,
            observer=name,
            photographed_from=PHOTO if photographed and at == 0 else None,
        )
        for at, name in enumerate(observers)
    ]
    assert states(*reports)[-1] == expected


def test_the_second_report_of_one_day_confirms_the_first() -> None:
    first = seen(hour=9, finding=Finding.DESTROYED, observer="A", photographed_from=PHOTO)
    second = seen(hour=10, finding=Finding.DESTROYED, observer="B")
    assert states(first, second) == [State.DESTROYED]


@pytest.mark.parametrize("between", [Finding.SEEN, Finding.NOT_FOUND])
def test_a_report_is_not_confirmed_across_another_finding(between: Finding) -> None:
    first = seen(days(0), finding=Finding.DESTROYED, observer="A", photographed_from=PHOTO)
    other = seen(days(1), finding=between, observer="C")
    second = seen(days(2), finding=Finding.DESTROYED, observer="B")
    assert states(first, other, second)[-1] == State.REPORTED_DESTROYED


def test_passing_by_does_not_break_a_run_of_reports() -> None:
    first = seen(days(0), finding=Finding.DESTROYED, observer="A", photographed_from=PHOTO)
    passed_by = seen(days(1), finding=Finding.NOT_VISITED)
    second = seen(days(2), finding=Finding.DESTROYED, observer="B")
    assert states(first, passed_by, second)[-1] == State.DESTROYED


@pytest.mark.parametrize(
    ("position", "components", "expected"),
    [
        (GroundPosition.IN_PLACE, {Component.BODY: Level.GOOD}, State.GOOD),
        (GroundPosition.IN_PLACE, {}, State.SEEN),
        (GroundPosition.UNDETERMINED, {}, State.SEEN),
        (GroundPosition.SUSPECTED_MOVED, {}, State.POOR),
        (GroundPosition.SUSPECTED_MOVED, {Component.BODY: Level.GOOD}, State.POOR),
        (GroundPosition.SUSPECTED_MOVED, {Component.BODY: Level.SEVERE}, State.SEVERE),
        (GroundPosition.MOVED, {}, State.SEVERE),
        (GroundPosition.MOVED, {Component.BODY: Level.FAIR}, State.SEVERE),
    ],
)
def test_a_movement_raises_the_level(
    position: GroundPosition, components: dict[Component, Level], expected: State
) -> None:
    assert states(seen(position=position, components=components)) == [expected]


def test_a_position_holds_until_another_is_stated() -> None:
    moved = seen(days(0), position=GroundPosition.MOVED)
    silent = seen(days(1), components={Component.BODY: Level.GOOD})
    unclear = seen(days(2), position=GroundPosition.UNDETERMINED)
    back = seen(days(3), position=GroundPosition.IN_PLACE)
    assert states(moved, silent, unclear, back) == [State.SEVERE, State.SEVERE, State.SEVERE, State.GOOD]


def test_damaged_since_begins_a_spell_and_ends_with_it() -> None:
    poor = {Component.BODY: Level.POOR}
    good = {Component.BODY: Level.GOOD}
    spell = [
        seen(days(0), components=good),
        seen(days(1), components=poor, precision="month", onset=True),
        seen(days(2), finding=Finding.NOT_FOUND),
        seen(days(3), components=good),
        seen(days(4), components=poor),
    ]
    since = [
        (condition.since, condition.since_precision, condition.since_onset)
        for condition in condition_timeline(spell, intervals=())
    ]
    assert since == [
        (None, None, False),
        (None, None, False),
        (days(1), "month", True),
        (days(1), "month", True),
        (None, None, False),
        (days(4), "day", False),
    ]


def test_cause_urgency_and_action_last_as_long_as_the_damage() -> None:
    first = seen(
        days(0),
        components={Component.BODY: Level.POOR},
        cause=Cause.FLOOD,
        urgency=Urgency.SOON,
        action=Action.REPAIR,
    )
    worse = seen(days(1), components={Component.BODY: Level.SEVERE}, action=Action.REBUILD)
    mended = seen(days(2), components={Component.BODY: Level.GOOD}, cause=Cause.AGE)
    told = [
        (condition.cause, condition.urgency, condition.action)
        for condition in condition_timeline([first, worse, mended], intervals=())[1:]
    ]
    assert told == [
        (Cause.FLOOD, Urgency.SOON, Action.REPAIR),
        (Cause.FLOOD, Urgency.SOON, Action.REBUILD),
        (None, None, None),
    ]


def test_the_record_that_the_state_rests_on() -> None:
    damaged = seen(days(0), components={Component.BODY: Level.POOR})
    passing = seen(days(1), occasion=Occasion.PATROL)
    assert last(damaged, passing).inspection_id == damaged.id
    assert last(passing).inspection_id == passing.id


@pytest.mark.parametrize(
    ("interval", "visits", "expected"),
    [
        (None, [0], [(0, "good", False)]),
        (10, [0], [(0, "good", False), (11, "overdue", True)]),
        (10, [0, 10], [(0, "good", False), (10, "good", False), (21, "overdue", True)]),
        (10, [0, 11], [(0, "good", False), (11, "good", False), (22, "overdue", True)]),
        (
            10,
            [0, 12],
            [(0, "good", False), (11, "overdue", True), (12, "good", False), (23, "overdue", True)],
        ),
    ],
)
def test_overdue_from_the_day_after_the_interval(
    interval: int | None, visits: list[int], expected: list[tuple[int, str, bool]]
) -> None:
    inspections = [seen(days(at), components={Component.BODY: Level.GOOD}) for at in visits]
    timeline = condition_timeline(inspections, intervals=every(interval))[1:]
    assert [(condition.on, condition.state.value, condition.overdue) for condition in timeline] == [
        (days(at), state, overdue) for at, state, overdue in expected
    ]


def test_damage_is_said_before_overdue() -> None:
    timeline = condition_timeline([seen(components={Component.BODY: Level.POOR})], intervals=every(10))
    assert [(condition.state, condition.overdue, condition.damaged) for condition in timeline[1:]] == [
        (State.POOR, False, True),
        (State.POOR, True, True),
    ]
    assert timeline[-1].since == DAY


def test_a_document_is_no_visit() -> None:
    visit = seen(days(0), components={Component.BODY: Level.GOOD})
    paper = seen(days(15), occasion=Occasion.DOCUMENT, components={Component.BODY: Level.FAIR})
    timeline = condition_timeline([visit, paper], intervals=every(10))[1:]
    assert [(condition.on, condition.state, condition.overdue) for condition in timeline] == [
        (days(0), State.GOOD, False),
        (days(11), State.OVERDUE, True),
        (days(15), State.OVERDUE, True),
    ]
    assert all(condition.last_visit_on == days(0) for condition in timeline)
    only_paper = condition_timeline([paper], intervals=every(10))
    assert [condition.overdue for condition in only_paper] == [False, False]


def test_a_corrected_record_has_no_effect() -> None:
    wrong = seen(days(0), components={Component.BODY: Level.SEVERE})
    right = seen(days(1), components={Component.BODY: Level.GOOD}, corrects=wrong.id)
    assert condition_timeline([wrong, right], intervals=every(5)) == condition_timeline(
        [right], intervals=every(5)
    )


def test_a_correction_is_corrected_in_turn() -> None:
    first = seen(days(0), components={Component.BODY: Level.SEVERE})
    second = seen(days(0), components={Component.BODY: Level.POOR}, corrects=first.id)
    third = seen(days(0), components={Component.BODY: Level.GOOD}, corrects=second.id)
    assert effective([third, first, second]) == [third]
    assert states(first, second, third) == [State.GOOD]


def test_of_one_day_the_last_record_leaves_its_condition() -> None:
    morning = seen(hour=9, components={Component.BODY: Level.POOR})
    evening = seen(hour=17, components={Component.BODY: Level.GOOD})
    assert states(evening, morning) == [State.GOOD]


@st.composite
def histories(draw: st.DrawFn) -> list[InspectionFacts]:
    """Any history: days close together, so that runs, same days and overdue spells happen."""
    inspections: list[InspectionFacts] = []
    for at in range(draw(st.integers(0, 8))):
        finding = draw(st.sampled_from(Finding))
        earlier = [one.id for one in inspections]
        inspections.append(
            seen(
                days(draw(st.integers(0, 6))),
                id=UUID(int=at + 1),
                hour=draw(st.integers(7, 20)),
                finding=finding,
                occasion=draw(st.sampled_from(Occasion)),
                position=draw(st.none() | st.sampled_from(GroundPosition)),
                components=draw(st.dictionaries(st.sampled_from(Component), st.sampled_from(Level)))
                if finding == Finding.SEEN
                else {},
                cause=draw(st.none() | st.sampled_from(Cause)),
                observer=draw(st.none() | st.sampled_from(["A", "B"])),
                photographed_from=draw(st.none() | st.just(PHOTO)),
                corrects=draw(st.none() | st.sampled_from(earlier)) if earlier else None,
            )
        )
    return inspections


@given(histories(), st.none() | st.integers(0, 5), st.randoms())
def test_the_order_of_arrival_does_not_matter(
    inspections: list[InspectionFacts], interval: int | None, random: Any
) -> None:
    shuffled = list(inspections)
    random.shuffle(shuffled)
    assert condition_timeline(shuffled, intervals=every(interval)) == condition_timeline(
        inspections, intervals=every(interval)
    )


@pytest.mark.parametrize(
    ("intervals", "expected"),
    [
        ([Interval(100)], [(0, False), (101, True)]),
        ([Interval(100), Interval(10, days(50))], [(0, False), (50, True)]),
        ([Interval(100), Interval(60, days(50))], [(0, False), (61, True)]),
        ([Interval(10), Interval(100, days(50))], [(0, False), (11, True), (50, False), (101, True)]),
        ([Interval(10, days(200))], [(0, False), (200, True)]),
        ([], [(0, False)]),
    ],
)
def test_the_interval_of_the_day_decides(intervals: list[Interval], expected: list[tuple[int, bool]]) -> None:
    timeline = condition_timeline([seen()], intervals=intervals)[1:]
    assert [
        ((condition.on - DAY).days, condition.overdue) for condition in timeline if condition.on
    ] == expected


@given(histories(), st.none() | st.integers(0, 5))
def test_what_holds_of_every_timeline(inspections: Sequence[InspectionFacts], interval: int | None) -> None:
    timeline = condition_timeline(inspections, intervals=every(interval))
    assert timeline[0] == Condition(on=None)
    told = [condition.on for condition in timeline[1:]]
    assert all(on is not None for on in told)
    assert told == sorted(set(told)), "days go forward, each once"  # type: ignore[type-var]
    for before, condition in pairwise(timeline):
        assert condition.state != State.NEVER_INSPECTED
        assert condition.damaged == (condition.state in DAMAGED) == (condition.since is not None)
        assert condition.since is None or condition.on is None or condition.since <= condition.on
        if condition.damaged and before.damaged and before.since != condition.since:
            assert condition.on == condition.since, "a new spell begins on its own day only"
        if condition.state == State.OVERDUE:
            assert condition.overdue
        late = (
            interval is not None
            and condition.last_visit_on is not None
            and condition.on is not None
            and (condition.on - condition.last_visit_on).days > interval
        )
        assert condition.overdue == late


@given(histories())
def test_not_visited_records_may_be_left_out(inspections: list[InspectionFacts]) -> None:
    corrected = {one.corrects for one in inspections}
    without = [
        one
        for one in inspections
        if one.finding != Finding.NOT_VISITED or one.corrects is not None or one.id in corrected
    ]
    assert condition_timeline(without, intervals=every(2)) == condition_timeline(
        inspections, intervals=every(2)
    )


@given(histories())
def test_the_id_alone_never_decides_between_days(inspections: list[InspectionFacts]) -> None:
    renamed = {one.id: UUID(int=1000 + one.id.int) for one in inspections}
    again = [
        replace(one, id=renamed[one.id], corrects=renamed.get(one.corrects) if one.corrects else None)
        for one in inspections
    ]
    assert [condition.state for condition in condition_timeline(again, intervals=every(2))] == [
        condition.state for condition in condition_timeline(inspections, intervals=every(2))
    ]
