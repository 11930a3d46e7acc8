"""Tracks are cleaned of jumps and keep the order of the line."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from borderops.boundary.line import Line
from borderops.patrols.recording.track import CleanTrack, Fix, clean, match

START = datetime(2026, 3, 10, 1, tzinfo=UTC)
GEOD = Geod(ellps="WGS84")

#: Ten kilometres due south, and a line that folds back on itself: down, back up 300 m beside it, down again.
STRAIGHT = Line([104.0, 104.0], [19.5, 19.41])
FOLD = Line([104.0, 104.0, 104.003, 104.003, 104.006, 104.006], [19.50, 19.46, 19.46, 19.50, 19.50, 19.46])


def walked(
    line: Line, chainages: list[float], *, aside_m: float = 0, seconds_a_step: float = 60
) -> list[Fix]:
    """Fixes at these chainages, each so far west of the line, a minute apart."""
    fixes = []
    for number, chainage_m in enumerate(chainages):
        lon, lat = line.point_at(chainage_m)
        lon, lat, _ = GEOD.fwd(lon, lat, 270, aside_m)
        fixes.append(Fix(lon, lat, START + timedelta(seconds=number * seconds_a_step)))
    return fixes


def steps(start: float, stop: float, step: float = 50) -> list[float]:
    count = max(1, round(abs(stop - start) / step))
    return [start + (stop - start) * number / count for number in range(count + 1)]


def test_a_straight_walk_is_covered_from_end_to_end() -> None:
    held = match(clean([walked(STRAIGHT, steps(1000, 6000), aside_m=80)]), STRAIGHT).intervals
    assert [(round(one.from_m), round(one.to_m)) for one in held] == [(1000, 6000)]


@given(
    turns=st.lists(st.integers(10, 90).map(lambda hundred: hundred * 100.0), min_size=2, max_size=6),
    aside_m=st.integers(0, 120),
)
def test_to_and_fro_covers_each_metre_once(turns: list[float], aside_m: int) -> None:
    there = [place for start, stop in pairwise(turns) for place in steps(start, stop)]
    held = match(clean([walked(STRAIGHT, there, aside_m=aside_m)]), STRAIGHT).intervals
    assert held.length_m == pytest.approx(max(turns) - min(turns), abs=60)
    again = match(clean([walked(STRAIGHT, [*there, *reversed(there)], aside_m=aside_m)]), STRAIGHT).intervals
    assert again.length_m == pytest.approx(held.length_m, abs=1)


@given(
    start=st.integers(0, 40).map(lambda hundred: hundred * 100.0),
    length=st.integers(20, 120).map(lambda hundred: hundred * 100.0),
    aside_m=st.integers(-140, 140),
)
def test_the_arms_of_a_fold_are_not_swapped(start: float, length: float, aside_m: int) -> None:
    """Walked from north to south by number, up to nearer to another arm than to its own."""
    stop = min(start + length, FOLD.length_m)
    track = clean([walked(FOLD, steps(start, stop), aside_m=aside_m)])
    (run,) = match(track, FOLD).runs
    assert run[-1].chainage_m > run[0].chainage_m
    slack_m = abs(aside_m) + 60
    assert abs(run[0].chainage_m - start) < 2 * slack_m + 300
    assert all(later.chainage_m - sooner.chainage_m > -2 * slack_m for sooner, later in pairwise(run))


def test_markers_at_a_fold_are_passed_in_the_order_of_their_numbers() -> None:
    arm_m = FOLD.chainage_m[1]
    markers = [("401", arm_m / 2), ("402", arm_m * 1.5 + 157), ("403", arm_m * 2.5 + 471)]
    matched = match(clean([walked(FOLD, steps(0, FOLD.length_m), aside_m=100)]), FOLD)
    passed = sorted(matched.passages(markers), key=lambda passage: passage.at or START)
    assert [passage.key for passage in passed] == ["401", "402", "403"]
    only_first = match(clean([walked(FOLD, steps(0, arm_m * 0.9), aside_m=100)]), FOLD)
    assert [passage.key for passage in only_first.passages(markers)] == ["401"]


def test_jumps_coarse_fixes_and_repetitions_are_left_out() -> None:
    fixes = walked(STRAIGHT, steps(0, 2000))
    far = Fix(105.0, 19.0, fixes[10].at)
    coarse = Fix(fixes[5].lon, fixes[5].lat, fixes[5].at, 500.0)
    track = clean([[*fixes[:5], coarse, fixes[5], fixes[5], *fixes[6:11], far, *fixes[11:]]])
    assert (track.coarse, track.jumps, track.repeated) == (1, 1, 1)
    assert track.parts == (tuple(fixes),)
    assert track.walked_m == pytest.approx(2000, abs=1)


@given(st.sets(st.integers(1, 39), max_size=12), st.floats(0.05, 1.5))
def test_single_jumps_never_cover_anything(places: set[int], away: float) -> None:
    fixes = walked(STRAIGHT, steps(0, 2000))
    spiked = [
        Fix(fix.lon + away, fix.lat, fix.at) if number in places else fix for number, fix in enumerate(fixes)
    ]
    held = match(clean([spiked]), STRAIGHT).intervals
    whole = match(clean([fixes]), STRAIGHT).intervals
    assert not (held - whole)


def test_a_track_is_parted_where_one_cannot_have_walked_on() -> None:
    morning = walked(STRAIGHT, steps(0, 1000))
    evening = walked(STRAIGHT, steps(8000, 9000), seconds_a_step=1)
    track = clean(
        [
            [
                *morning,
                *(Fix(fix.lon, fix.lat, morning[-1].at) for fix in evening[:1]),
                *[
                    Fix(fix.lon, fix.lat, START + timedelta(hours=1, seconds=number * 30))
                    for number, fix in enumerate(evening)
                ],
            ]
        ]
    )
    held = match(track, STRAIGHT).intervals
    assert [(round(one.from_m, -2), round(one.to_m, -2)) for one in held] == [(0, 1000), (8000, 9000)]


def test_without_times_a_long_step_parts_the_track() -> None:
    fixes = [Fix(fix.lon, fix.lat) for fix in walked(STRAIGHT, [*steps(0, 1000), *steps(7000, 8000)])]
    assert len(clean([fixes]).parts) == 2


def test_far_from_the_line_nothing_is_covered() -> None:
    track = clean([walked(STRAIGHT, steps(0, 3000), aside_m=2000)])
    assert not match(track, STRAIGHT).intervals
    assert match(CleanTrack(()), STRAIGHT).runs == ()


def test_leaving_the_line_between_leaves_a_gap() -> None:
    out = walked(STRAIGHT, steps(1000, 3000), aside_m=0)
    around = [Fix(fix.lon - 0.02, fix.lat, fix.at) for fix in walked(STRAIGHT, steps(3000, 5000))]
    back = walked(STRAIGHT, steps(5000, 6000))
    fixes = [
        Fix(fix.lon, fix.lat, START + timedelta(minutes=10 * number))
        for number, fix in enumerate([*out, *around, *back])
    ]
    held = match(clean([fixes]), STRAIGHT).intervals
    assert [(round(one.from_m, -2), round(one.to_m, -2)) for one in held] == [(1000, 3000), (5000, 6000)]
