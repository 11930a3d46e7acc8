"""From walks to gaps, quarters and shares."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borderops.patrols.coverage.rules import (
    Quarter,
    Walk,
    balance,
    by_quarter,
    chosen,
    covered,
    gaps,
    last_walked,
)
from borderops.patrols.ground import parts_by_markers
from borderops.patrols.intervals import Intervals, union

DAY = date(2026, 6, 30)
LINE = Intervals.of([(0, 10_000)])


def walk(
    number: int,
    days_ago: int,
    *pairs: tuple[float, float],
    sides: str = "VN LA",
    units: str = "don-na-ngoi",
) -> Walk:
    return Walk(
        UUID(int=number),
        DAY - timedelta(days=days_ago),
        frozenset(sides.split()),
        frozenset(units.split()),
        Intervals.of(pairs),
    )


walks = st.lists(
    st.builds(
        lambda number, ago, start, length: walk(number, ago, (start * 100, (start + length) * 100)),
        st.integers(1, 5),
        st.integers(0, 400),
        st.integers(0, 90),
        st.integers(1, 30),
    ),
    max_size=6,
)


@given(walks)
def test_every_metre_has_the_day_of_its_last_walk(held: list[Walk]) -> None:
    aged = last_walked(held, LINE)
    assert Intervals.of(one.stretch for one in aged) == LINE
    assert sum(one.stretch.length_m for one in aged) == LINE.length_m
    for one in aged:
        middle = (one.stretch.from_m + one.stretch.to_m) / 2
        days = [walk.on for walk in held if middle in walk.intervals]
        assert one.last_on == max(days, default=None)


@given(walks, st.integers(1, 400))
def test_what_is_no_gap_was_walked_in_time(held: list[Walk], required: int) -> None:
    missing = gaps(held, LINE, as_of=DAY, required_days=required)
    recent = covered(walk for walk in held if (DAY - walk.on).days < required)
    assert not missing & recent
    assert missing | (recent & LINE) == LINE


@given(walks, walks)
def test_more_walks_never_leave_more_gaps(held: list[Walk], more: list[Walk]) -> None:
    before = gaps(held, LINE, as_of=DAY, required_days=90)
    assert not gaps(held + more, LINE, as_of=DAY, required_days=90) - before


def test_walks_are_chosen_by_who_was_there() -> None:
    alone = walk(1, 3, (0, 100), sides="VN")
    both = walk(2, 2, (0, 100), units="don-na-ngoi dai-doi-222")
    assert chosen([alone, both], sides=["LA"]) == [both]
    assert chosen([alone, both], units=["dai-doi-222"]) == [both]
    assert chosen([alone, both], since=DAY - timedelta(days=2)) == [both]
    assert chosen([alone, both], until=DAY - timedelta(days=3)) == [alone]


def test_quarters_count_a_metre_once_and_show_those_without_a_walk() -> None:
    held = [walk(1, 0, (0, 1000)), walk(1, 1, (500, 2000)), walk(2, 200, (0, 1000))]
    told = by_quarter(held, first=Quarter(2025, 4), last=Quarter(2026, 2))
    assert [(one.quarter.number, one.patrols, one.walked_m, one.days) for one in told] == [
        (4, 1, 1000, 1),
        (1, 0, 0, 0),
        (2, 1, 2000, 2),
    ]
    assert Quarter.of(date(2026, 12, 31)).next() == Quarter(2027, 1)
    assert Quarter(2026, 1).next(-1).first_day == date(2025, 10, 1)


def test_the_unit_with_the_least_of_its_part_walked_comes_first() -> None:
    sections = {"a": Intervals.of([(0, 1000)]), "b": Intervals.of([(1000, 2000)]), "c": Intervals()}
    told = balance([walk(1, 3, (0, 900), units="a"), walk(1, 2, (1000, 1500), units="b x")], sections)
    assert [(one.unit, one.walked_m, one.patrols, one.patrol_days) for one in told] == [
        ("b", 500, 1, 1),
        ("a", 900, 1, 1),
        ("c", 0, 0, 0),
    ]


@given(
    st.lists(
        st.tuples(st.floats(0, 10_000), st.sampled_from(["don-na-ngoi", "don-nam-can", "don-my-ly"])),
        min_size=1,
        max_size=12,
    )
)
def test_where_every_marker_has_an_owner_the_parts_are_the_whole_line(held: list[tuple[float, str]]) -> None:
    parts = parts_by_markers([(at, {owner}) for at, owner in held], 10_000)
    assert union(parts.values()) == LINE
    assert sum(part.length_m for part in parts.values()) == pytest.approx(10_000)
