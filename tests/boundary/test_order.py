"""Markers keep number order on bends and loops."""

import json
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from borderops.boundary.line import Line, Place
from borderops.boundary.order import Ordered, order_along
from borderops.core.errors import InvalidInput

GEOD = Geod(ellps="WGS84")
LINE_FILE = Path(__file__).parents[2] / "data" / "geo" / "line.geojson"

#: A hairpin: 11 km south, 210 m east, 11 km back north, 210 m east, 11 km south.
HAIRPIN = Line(
    [104.0, 104.0, 104.002, 104.002, 104.004, 104.004],
    [19.1, 19.0, 19.0, 19.1, 19.1, 19.0],
)


@pytest.fixture(scope="module")
def nghe_an() -> Line:
    features = json.loads(LINE_FILE.read_text(encoding="utf-8"))["features"]
    (found,) = (feature for feature in features if feature["properties"]["id"] == "nghe-an")
    return Line.from_coordinates(found["geometry"]["coordinates"])


def beside(line: Line, chainage_m: float, azimuth: float, metres: float) -> tuple[float, float]:
    """A point some metres from the line's point at a chainage."""
    lon, lat, _ = GEOD.fwd(*line.point_at(chainage_m), azimuth, metres)
    return float(lon), float(lat)


def squares(places: tuple[Place, ...]) -> float:
    return sum(place.offset_m**2 for place in places)


def in_order(ordered: Ordered) -> bool:
    return all(one.chainage_m <= other.chainage_m for one, other in pairwise(ordered.places))


def test_where_the_nearest_answer_swaps_markers_order_does_not() -> None:
    # Going down the first limb, but measured nearer to the second; then up the second, nearer to the first.
    truth = (2_000.0, 4_000.0, 6_000.0, 14_000.0, 16_000.0)
    east = (120.0, 120.0, 120.0, -120.0, -120.0)
    points = [beside(HAIRPIN, at_m, 90, metres) for at_m, metres in zip(truth, east, strict=True)]
    nearest = [HAIRPIN.locate(*point).chainage_m for point in points]
    assert nearest != sorted(nearest)
    ordered = order_along(HAIRPIN, points, 200.0)
    assert ordered.broken == ()
    assert in_order(ordered)
    assert ordered.places[0].chainage_m == pytest.approx(2_000, abs=1)
    assert ordered.places[-1].chainage_m == pytest.approx(16_000, abs=1)


@given(
    st.lists(st.tuples(st.integers(1, 64), st.floats(0, 360), st.floats(0, 150)), min_size=1, max_size=9),
)
@settings(deadline=None)
def test_points_near_the_line_in_order_are_placed_in_order(drawn: list[tuple[int, float, float]]) -> None:
    # Markers 500 m apart at least and at most 150 m off: the limb each one stands on keeps them in order.
    drawn = sorted({step: (step, azimuth, metres) for step, azimuth, metres in drawn}.values())
    points = [beside(HAIRPIN, step * 500.0, azimuth, metres) for step, azimuth, metres in drawn]
    ordered = order_along(HAIRPIN, points, 151.0)
    assert ordered.broken == ()
    assert in_order(ordered)
    assert squares(ordered.places) <= sum(metres**2 for _, _, metres in drawn) + 0.1


@given(
    st.lists(st.tuples(st.floats(103.999, 104.005), st.floats(18.999, 19.101)), min_size=1, max_size=5),
    st.floats(50, 500),
)
@settings(deadline=None)
def test_no_choice_of_feet_in_order_is_better(points: list[tuple[float, float]], tolerance_m: float) -> None:
    ordered = order_along(HAIRPIN, points, tolerance_m)
    assert in_order(ordered)
    feet = [HAIRPIN.feet(*point, within_m=tolerance_m) for point in points]
    choices = [
        squares(choice)
        for choice in product(*feet)
        if all(one.chainage_m <= other.chainage_m for one, other in pairwise(choice))
    ]
    if choices:
        assert ordered.broken == ()
        assert squares(ordered.places) <= min(choices) + 1e-3
    broken = {gap.index for gap in ordered.broken}
    for index, place in enumerate(ordered.places):
        assert place.offset_m <= tolerance_m or index in broken


def test_a_measuring_error_on_a_straight_stretch_breaks_no_order() -> None:
    points = [beside(HAIRPIN, 5_002.0, 90, 3), beside(HAIRPIN, 5_000.0, 90, 3)]
    ordered = order_along(HAIRPIN, points, 50.0)
    assert ordered.broken == ()
    assert ordered.places[0].chainage_m == pytest.approx(ordered.places[1].chainage_m)


def test_points_that_do_not_fit_are_named_and_placed_between_their_neighbours() -> None:
    points = [
        beside(HAIRPIN, 1_000.0, 90, 10),
        beside(HAIRPIN, 9_000.0, 90, 10),  # its number says it is the second, its position the fourth
        beside(HAIRPIN, 3_000.0, 90, 10),
        beside(HAIRPIN, 5_000.0, 270, 4_000),  # far in Laos
        beside(HAIRPIN, 7_000.0, 90, 10),
    ]
    ordered = order_along(HAIRPIN, points, 50.0)
    assert [gap.index for gap in ordered.broken] == [1, 3]
    assert in_order(ordered)
    assert [round(place.chainage_m, -2) for place in ordered.places] == [1_000, 3_000, 3_000, 5_000, 7_000]
    out_of_order, too_far = ordered.broken
    assert out_of_order.nearest.offset_m < 50
    assert too_far.nearest.offset_m == pytest.approx(4_000, abs=1)


def test_no_points_and_no_point_near() -> None:
    assert order_along(HAIRPIN, [], 50.0) == Ordered((), ())
    lost = order_along(HAIRPIN, [(105.0, 19.0), (103.0, 19.0)], 50.0)
    assert [gap.index for gap in lost.broken] == [0, 1]
    assert in_order(lost)


@pytest.mark.parametrize("tolerance_m", [0.0, -1.0, float("nan"), float("inf")])
def test_a_tolerance_is_a_number_of_metres(tolerance_m: float) -> None:
    with pytest.raises(InvalidInput) as caught:
        order_along(HAIRPIN, [(104.0, 19.0)], tolerance_m)
    assert caught.value.field == "tolerance_m"


@pytest.mark.parametrize("seed", range(3))
def test_on_the_real_line_order_holds_where_nearest_places_swap(nghe_an: Line, seed: int) -> None:
    random = np.random.default_rng(seed)
    truth = np.arange(1_000, nghe_an.length_m - 1_000, 1_500) + random.uniform(-300, 300, 290)
    metres = random.uniform(0, 800, 290)
    points = [
        beside(nghe_an, float(at_m), float(azimuth), float(off_m))
        for at_m, azimuth, off_m in zip(truth, random.uniform(0, 360, 290), metres, strict=True)
    ]
    nearest = [nghe_an.locate(*point).chainage_m for point in points]
    assert np.any(np.diff(nearest) < 0)
    ordered = order_along(nghe_an, points, 800.0)
    assert ordered.broken == ()
    assert in_order(ordered)
    assert squares(ordered.places) <= float(np.sum(metres**2))
