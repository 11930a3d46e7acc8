"""Chainage, offset and side on the border line, against brute force and on the real line."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Geod

from borderops.boundary.line import ON_LINE_M, Line, NotOnLine
from borderops.core.errors import InvalidInput

GEOD = Geod(ellps="WGS84")
LINE_FILE = Path(__file__).parents[2] / "data" / "geo" / "line.geojson"


def read_line(name: str) -> Line:
    features = json.loads(LINE_FILE.read_text(encoding="utf-8"))["features"]
    (found,) = (feature for feature in features if feature["properties"]["id"] == name)
    return Line.from_coordinates(found["geometry"]["coordinates"])


@pytest.fixture(scope="module")
def whole() -> Line:
    return read_line("vietnam-laos")


@pytest.fixture(scope="module")
def nghe_an() -> Line:
    return read_line("nghe-an")


def nearest_by_force(line: Line, lon: float, lat: float) -> float:
    """The least geodesic distance in metres, by trying points on every stretch ever more densely."""
    azimuth, _, length = GEOD.inv(line.lon[:-1], line.lat[:-1], line.lon[1:], line.lat[1:])
    low: NDArray[np.float64] = np.zeros(len(length))
    high: NDArray[np.float64] = np.asarray(length).copy()
    offset = np.inf
    for _ in range(5):
        share = np.linspace(0, 1, 41)[:, None]
        along = low + share * (high - low)
        shape = along.shape
        starts = [
            np.broadcast_to(values, shape).ravel() for values in (line.lon[:-1], line.lat[:-1], azimuth)
        ]
        lons, lats, _ = GEOD.fwd(starts[0], starts[1], starts[2], along.ravel())
        _, _, metres = GEOD.inv(np.full(len(lons), lon), np.full(len(lons), lat), lons, lats)
        table = metres.reshape(shape)
        offset = min(offset, float(table.min()))
        at = table.argmin(axis=0)
        columns = np.arange(shape[1])
        low, high = along[np.maximum(at - 1, 0), columns], along[np.minimum(at + 1, 40), columns]
    return float(offset)


STEPS = st.lists(
    st.tuples(st.floats(-0.03, 0.03), st.floats(-0.03, 0.03)).filter(lambda step: max(map(abs, step)) > 1e-5),
    min_size=1,
    max_size=12,
)
NEAR = st.tuples(st.floats(103.8, 104.2), st.floats(18.8, 19.2))


def walk(steps: list[tuple[float, float]]) -> Line:
    """A line from 104E 19N in these steps of degrees: bends, loops and crossings as they come."""
    return Line.from_coordinates(np.cumsum([(104.0, 19.0), *steps], axis=0))


@given(STEPS, NEAR)
def test_the_offset_is_the_least_geodesic_distance(
    steps: list[tuple[float, float]], point: tuple[float, float]
) -> None:
    line = walk(steps)
    place = line.locate(*point)
    assert place.offset_m == pytest.approx(nearest_by_force(line, *point), abs=0.01)
    # What is said is true: the point of that chainage is that far away.
    assert GEOD.inv(*point, *line.point_at(place.chainage_m))[2] == pytest.approx(place.offset_m, abs=1e-3)


@given(st.floats(0, 1), st.floats(-15_000, 15_000))
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_offset_is_the_least_on_the_real_line(nghe_an: Line, share: float, east_m: float) -> None:
    lon, lat, _ = GEOD.fwd(*nghe_an.point_at(share * nghe_an.length_m), 75, east_m)
    place = nghe_an.locate(lon, lat)
    assert place.offset_m == pytest.approx(nearest_by_force(nghe_an, lon, lat), abs=0.1)


@given(st.floats(0, 1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_point_of_the_line_is_on_the_line(whole: Line, share: float) -> None:
    chainage_m = share * whole.length_m
    place = whole.locate(*whole.point_at(chainage_m))
    assert place.offset_m < 1e-3
    assert place.side is None
    assert place.chainage_m == pytest.approx(chainage_m, abs=0.01)


@given(STEPS, st.floats(0, 1), st.floats(0, 1))
def test_a_part_is_as_long_as_its_chainages_say(
    steps: list[tuple[float, float]], one: float, other: float
) -> None:
    line = walk(steps)
    from_m, to_m = sorted((one * line.length_m, other * line.length_m))
    if to_m - from_m < 0.01:
        with pytest.raises(NotOnLine):
            line.part(to_m, from_m)
        return
    part = Line.from_coordinates(line.part(from_m, to_m))
    assert part.length_m == pytest.approx(to_m - from_m, abs=1e-3)
    assert (part.lon[0], part.lat[0]) == pytest.approx(line.point_at(from_m), abs=1e-12)
    assert (part.lon[-1], part.lat[-1]) == pytest.approx(line.point_at(to_m), abs=1e-12)


@given(STEPS, NEAR, st.floats(0, 1), st.floats(0, 1))
def test_a_window_holds_and_is_the_best_of_its_part(
    steps: list[tuple[float, float]], point: tuple[float, float], one: float, other: float
) -> None:
    line = walk(steps)
    from_m, to_m = sorted((one * line.length_m, other * line.length_m))
    place = line.locate(*point, between=(from_m, to_m))
    assert from_m - 1e-6 <= place.chainage_m <= to_m + 1e-6
    assert place.offset_m >= line.locate(*point).offset_m - 1e-6
    if to_m - from_m > 0.01:
        part = Line.from_coordinates(line.part(from_m, to_m))
        assert place.offset_m == pytest.approx(part.locate(*point).offset_m, abs=0.01)


@given(STEPS, NEAR)
def test_the_nearest_place_is_among_the_feet(
    steps: list[tuple[float, float]], point: tuple[float, float]
) -> None:
    line = walk(steps)
    nearest = line.locate(*point)
    feet = line.feet(*point, within_m=nearest.offset_m * 2 + 1)
    assert min(foot.offset_m for foot in feet) == pytest.approx(nearest.offset_m, abs=0.01)
    assert all(foot.offset_m <= nearest.offset_m * 2 + 1 for foot in feet)
    chainages = [foot.chainage_m for foot in feet]
    assert chainages == sorted(chainages)


def test_a_hairpin_has_a_foot_on_each_limb() -> None:
    line = Line([104.0, 104.0, 104.002, 104.002], [19.1, 19.0, 19.0, 19.1])
    feet = line.feet(104.0005, 19.05, within_m=500)
    assert [foot.side for foot in feet] == ["VN", "VN"]
    assert feet[0].offset_m == pytest.approx(52.6, abs=0.1)
    assert feet[1].offset_m == pytest.approx(157.9, abs=0.1)
    assert sum(foot.chainage_m for foot in feet) == pytest.approx(line.length_m, abs=0.1)


@pytest.mark.parametrize(
    ("lon", "lat", "side"),
    [
        (104.1, 19.05, "VN"),
        (103.9, 19.05, "LA"),
        (104.0, 19.2, "LA"),
        (104.0, 19.05, None),
        (104.02, 18.9, "VN"),
    ],
)
def test_left_going_south_is_east(lon: float, lat: float, side: str | None) -> None:
    # It starts a little to the south-west, so that what lies due north of its end lies on its right.
    line = Line([104.001, 104.0, 104.0, 103.9], [19.1, 19.099, 19.0, 18.9])
    assert line.locate(lon, lat).side == side


def test_the_side_at_a_sharp_corner_is_that_of_the_corner_not_of_one_stretch() -> None:
    spike = Line([104.0, 104.1, 104.0], [19.01, 19.0, 18.99])  # points east, into Vietnam
    for lat in (18.99, 18.999, 19.0, 19.001, 19.01):
        assert spike.locate(104.2, lat).side == "VN"
    assert spike.locate(104.0, 19.0).side == "LA"


@pytest.mark.parametrize(
    ("lon", "lat", "side"),
    [
        (104.14, 19.39, "VN"),  # Mường Xén
        (105.69, 18.67, "VN"),  # Vinh
        (103.02, 21.39, "VN"),  # Điện Biên Phủ
        (106.62, 16.62, "VN"),  # Lao Bảo
        (103.95, 19.49, "LA"),  # Nọng Hét
        (104.05, 20.42, "LA"),  # Sầm Nưa
        (102.60, 17.97, "LA"),  # Vientiane
        (104.75, 16.57, "LA"),  # Savannakhet
    ],
)
def test_towns_lie_in_their_country(whole: Line, lon: float, lat: float, side: str) -> None:
    assert whole.locate(lon, lat).side == side


def test_the_real_line_runs_from_north_to_south(whole: Line, nghe_an: Line) -> None:
    assert whole.lat[0] > 22
    assert whole.lat[-1] < 15
    assert whole.length_m == pytest.approx(2_213_749, abs=1)
    assert nghe_an.length_m == pytest.approx(436_231, abs=1)
    # The section is a part of the whole.
    ends = [whole.locate(nghe_an.lon[i], nghe_an.lat[i]) for i in (0, -1)]
    assert all(end.offset_m < 1 for end in ends)
    assert ends[1].chainage_m - ends[0].chainage_m == pytest.approx(nghe_an.length_m, abs=5)


def test_a_line_cannot_be_changed() -> None:
    line = Line([104.0, 104.0], [19.1, 19.0])
    for values in (line.lon, line.lat, line.chainage_m):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0.0


def test_chainages_are_those_of_geodesics() -> None:
    line = Line([104.0, 104.0, 104.0, 104.1], [19.1, 19.1, 19.0, 19.0])  # a vertex stands there twice
    assert len(line.lon) == 3
    assert line.chainage_m[1] == pytest.approx(GEOD.inv(104.0, 19.1, 104.0, 19.0)[2])
    assert line.length_m == pytest.approx(GEOD.line_length([104.0, 104.0, 104.1], [19.1, 19.0, 19.0]))


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ([104.0], [19.0]),
        ([], []),
        ([104.0, 104.0], [19.0, 19.0]),
        ([104.0, 104.1], [19.0]),
        ([104.0, float("nan")], [19.0, 19.1]),
        ([19.0, 19.1], [104.0, 104.1]),
    ],
)
def test_what_is_no_line_is_refused(lon: list[float], lat: list[float]) -> None:
    with pytest.raises(InvalidInput):
        Line(lon, lat)


def test_chainages_beyond_the_ends_are_refused() -> None:
    line = Line([104.0, 104.0], [19.1, 19.0])
    assert line.point_at(line.length_m + 0.0005) == pytest.approx((104.0, 19.0))
    for chainage_m in (-1.0, line.length_m + 1, float("nan")):
        with pytest.raises(NotOnLine, match="no chainage"):
            line.point_at(chainage_m)
    with pytest.raises(NotOnLine):
        line.locate(104.0, 19.05, between=(500.0, 400.0))
    with pytest.raises(InvalidInput):
        line.locate(float("nan"), 19.05)
    assert ON_LINE_M < 0.1
