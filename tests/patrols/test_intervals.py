"""Stretches of the line behave like sets of metres."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borderops.core.errors import InvalidInput
from borderops.patrols.intervals import Intervals, Stretch

LENGTH = 40

pairs = st.lists(
    st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH)).map(lambda pair: (min(pair), max(pair))),
    max_size=8,
)


def metres(intervals: Intervals) -> set[int]:
    """The whole metres in the set: metre n is the one from n to n + 1."""
    return {metre for metre in range(LENGTH) if metre + 0.5 in intervals}


def plain(given_pairs: list[tuple[int, int]]) -> set[int]:
    return {metre for from_m, to_m in given_pairs for metre in range(from_m, to_m)}


@given(pairs)
def test_a_set_is_what_its_pairs_hold(one: list[tuple[int, int]]) -> None:
    held = Intervals.of(one)
    assert metres(held) == plain(one)
    assert held.length_m == len(plain(one))
    assert all(first.to_m < second.from_m for first, second in zip(held, list(held)[1:], strict=False))
    assert Intervals.of(held) == held


@given(pairs, pairs)
def test_they_merge_and_subtract_like_sets(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    mine, theirs = Intervals.of(one), Intervals.of(other)
    assert metres(mine | theirs) == plain(one) | plain(other)
    assert metres(mine & theirs) == plain(one) & plain(other)
    assert metres(mine - theirs) == plain(one) - plain(other)
    assert (mine - theirs) | (mine & theirs) == mine
    assert not (mine - theirs) & theirs
    assert (mine | theirs).length_m == pytest.approx(
        mine.length_m + theirs.length_m - (mine & theirs).length_m
    )


@given(pairs, pairs, pairs)
def test_taking_away_twice_is_taking_away_both(
    one: list[tuple[int, int]], other: list[tuple[int, int]], third: list[tuple[int, int]]
) -> None:
    a, b, c = Intervals.of(one), Intervals.of(other), Intervals.of(third)
    assert (a - b) - c == a - (b | c)
    assert a - (b & c) == (a - b) | (a - c)


def test_a_pair_that_runs_backwards_is_refused() -> None:
    with pytest.raises(InvalidInput):
        Intervals.of([(5, 3)])


def test_short_stretches_can_be_left_out() -> None:
    assert Intervals.of([(0, 10), (20, 100)]).at_least(50) == Intervals((Stretch(20, 100),))
