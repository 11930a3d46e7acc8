"""Which markers a place lies between, and where a marker known by its number only should be."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from borderops.boundary.along import AnchorsOutOfOrder, Between, OutsideAnchors, between, interpolate
from borderops.boundary.line import Place

MARKERS = [("404", 180_000.0), ("405(1)", 184_900.0), ("405(2)", 184_900.0), ("406", 188_000.0)]


def at(chainage_m: float) -> Place:
    return Place(chainage_m, 12.0, "VN")


@pytest.mark.parametrize(
    ("chainage_m", "expected"),
    [
        (186_100.0, Between("405(2)", "406", 1_200.0, 1_900.0)),
        (184_900.0, Between("405(2)", "406", 0.0, 3_100.0)),
        (184_000.0, Between("404", "405(1)", 4_000.0, 900.0)),
        (170_000.0, Between(None, "404", None, 10_000.0)),
        (190_000.0, Between("406", None, 2_000.0, None)),
    ],
)
def test_between(chainage_m: float, expected: Between) -> None:
    assert between(at(chainage_m), MARKERS) == expected
    assert between(at(chainage_m), [MARKERS[0], MARKERS[3], *MARKERS[1:3]]) == expected


def test_between_no_markers() -> None:
    assert between(at(100.0), []) == Between(None, None, None, None)


@given(st.floats(0, 436_000), st.lists(st.floats(0, 436_000), min_size=1, max_size=20))
def test_between_adds_up(chainage_m: float, chainages: list[float]) -> None:
    found = between(at(chainage_m), [(str(index), metres) for index, metres in enumerate(chainages)])
    if found.before is not None:
        assert found.from_before_m == chainage_m - chainages[int(found.before)] >= 0
    if found.after is not None:
        assert found.to_after_m == chainages[int(found.after)] - chainage_m > 0
    nearest = min(abs(chainage_m - metres) for metres in chainages)
    assert nearest == min(metres for metres in (found.from_before_m, found.to_after_m) if metres is not None)


ANCHORS = [(397.0, 128_000.0, 10_000.0), (399.0, 168_000.0, 8_000.0), (405.0, 184_900.0, 1_500.0)]


def test_between_two_anchors_a_marker_lies_by_its_number() -> None:
    found = interpolate(ANCHORS, 402)
    assert found.chainage_m == pytest.approx((168_000 + 184_900) / 2)
    # Own part (8000 + 1500) / 2; spread 2 · 16900 · sqrt(¼ / 7).
    assert found.radius_m == pytest.approx(4_750 + 16_900 / math.sqrt(7))


def test_an_anchor_is_itself() -> None:
    assert [interpolate(ANCHORS, number) for number, _, _ in ANCHORS] == [
        tuple(anchor[1:]) for anchor in ANCHORS
    ]
    assert interpolate(ANCHORS[:1], 397) == (128_000.0, 10_000.0)


@pytest.mark.parametrize("key", [396, 396.99, 405.5, 463, float("nan")])
def test_beyond_the_anchors_nothing_is_known(key: float) -> None:
    with pytest.raises(OutsideAnchors):
        interpolate(ANCHORS, key)
    with pytest.raises(OutsideAnchors):
        interpolate([], key)


@pytest.mark.parametrize(
    "anchors",
    [
        [(397.0, 128_000.0, 10.0), (397.0, 129_000.0, 10.0)],
        [(399.0, 128_000.0, 10.0), (397.0, 129_000.0, 10.0)],
        [(397.0, 128_000.0, 10.0), (399.0, 127_000.0, 10.0)],
        [(397.0, 128_000.0, -1.0), (399.0, 129_000.0, 10.0)],
        [(397.0, 128_000.0, 10.0), (399.0, 129_000.0, float("nan"))],
    ],
)
def test_anchors_out_of_order_are_refused(anchors: list[tuple[float, float, float]]) -> None:
    with pytest.raises(AnchorsOutOfOrder):
        interpolate(anchors, 398)


GAP = st.tuples(st.integers(1, 40), st.floats(0, 80_000), st.floats(0, 12_000), st.floats(0, 12_000))


@given(GAP, st.floats(0, 1), st.floats(0, 1))
def test_schematic_places_keep_number_order_and_stay_between_their_anchors(
    gap: tuple[int, float, float, float], one: float, other: float
) -> None:
    steps, gap_m, radius_m, next_radius_m = gap
    anchors = [(400.0, 10_000.0, radius_m), (400.0 + steps, 10_000.0 + gap_m, next_radius_m)]
    first, second = (interpolate(anchors, 400 + share * steps) for share in sorted((one, other)))
    assert 10_000 <= first.chainage_m <= second.chainage_m + 1e-6
    assert second.chainage_m <= 10_000 + gap_m + 1e-6
    for found in (first, second):
        assert min(radius_m, next_radius_m) - 1e-6 <= found.radius_m
        assert found.radius_m <= max(radius_m, next_radius_m) + gap_m + 1e-6


@given(GAP, st.integers(1, 39))
def test_exact_anchors_never_let_a_marker_pass_them(gap: tuple[int, float, float, float], step: int) -> None:
    steps, gap_m, _, _ = gap
    assume(step < steps)
    found = interpolate([(400.0, 0.0, 0.0), (400.0 + steps, gap_m, 0.0)], 400 + step)
    # More than the farther anchor is never needed: order keeps the marker between the two.
    assert found.radius_m <= max(found.chainage_m, gap_m - found.chainage_m) + 1e-6


@pytest.mark.parametrize("steps", [2, 3, 5, 16])
def test_the_radius_holds_for_markers_strewn_at_random(steps: int) -> None:
    random = np.random.default_rng(steps)
    gap_m = 60_000.0
    strewn = np.sort(random.uniform(0, gap_m, (4_000, steps - 1)), axis=1)
    for step in range(1, steps):
        found = interpolate([(400.0, 0.0, 0.0), (400.0 + steps, gap_m, 0.0)], 400 + step)
        held = np.abs(strewn[:, step - 1] - found.chainage_m) <= found.radius_m
        assert held.mean() > 0.94
