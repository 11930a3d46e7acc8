"""The synthetic register: numbers that do not clash, features on the line, histories that repeat."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.synthetic import MOST_FEATURES, PROVINCES, Life, make_markers, numbers, shares
from benchmarks.writing import whole_line
from borderops.markers.marker_number import LAST_POSITION
from borderops.markers.numbers import parse_number


@pytest.mark.parametrize("count", [1, 998, 999, 5_000, 100_000, MOST_FEATURES])
def test_numbers_are_as_many_as_asked_and_run_along_the_line(count: int) -> None:
    made = [number for number, _ in numbers(count)]
    orders = [number.line_order for number in made]
    assert len(made) == count
    assert orders == sorted(set(orders))


@pytest.mark.parametrize("count", [0, MOST_FEATURES + 1])
def test_more_features_than_numbers_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="numbers for 1 to"):
        list(numbers(count))


def test_numbers_are_written_as_the_register_reads_them() -> None:
    for number, sharing in numbers(150_000):
        assert (number.marker is None) == (sharing == 1)
        if number.position % 100 == 1:
            assert parse_number(str(number)) == number


@given(count=st.integers(1, 300), total=st.integers(0, 5_000))
def test_shares_are_even_and_add_up(count: int, total: int) -> None:
    dealt = list(shares(count, total))
    assert len(dealt) == count
    assert sum(dealt) == total
    assert max(dealt) - min(dealt) <= 1


def test_provinces_divide_all_positions() -> None:
    ends = [last for _, last in PROVINCES]
    assert ends == sorted(set(ends))
    assert ends[-1] == LAST_POSITION


def test_markers_stand_beside_the_whole_line_in_number_order() -> None:
    line = whole_line()
    made = list(make_markers(line, count=300, seed=7))
    chainages = [marker.chainage_m for marker in made]
    assert chainages == sorted(chainages)
    assert chainages[0] < line.length_m / 100
    assert chainages[-1] > line.length_m * 99 / 100
    assert all(0 <= marker.offset_m <= 15 for marker in made)
    assert made == list(make_markers(line, count=300, seed=7))


@given(count=st.integers(0, 120), seed=st.integers(0, 10_000))
def test_a_life_is_in_order_and_repeats(count: int, seed: int) -> None:
    seen = list(Life(random.Random(seed), count).inspections())
    assert seen == list(Life(random.Random(seed), count).inspections())
    assert len(seen) == count
    moments = [inspection.observed_at for inspection in seen]
    assert moments == sorted(moments)
    assert all(inspection.known_since > inspection.observed_at for inspection in seen)
    corrected = Counter(inspection.corrects_id for inspection in seen if inspection.corrects_id)
    assert set(corrected.values()) <= {1}
    assert set(corrected) <= {inspection.id for inspection in seen}
