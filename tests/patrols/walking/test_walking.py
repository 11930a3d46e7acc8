import math
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from pyproj import Geod
from rasterio.transform import Affine
from shapely import LineString, Point, to_wkb

from borderops.patrols.walking.along import AlongLine
from borderops.patrols.walking.barriers import Barriers
from borderops.patrols.walking.ground import Ground, UnreadableRaster, read_ground
from borderops.patrols.walking.paces import minutes_over, tobler_km_h
from borderops.patrols.walking.paths import UnreadablePaths, build_paths, read_paths
from borderops.patrols.walking.times import Basis, Spot, walking_times

GEOD = Geod(ellps="WGS84")


def plain(heights: ArrayLike) -> Ground:
    """Cells of about 100 m from 104.0 E 19.0 N on."""
    rows, columns = np.asarray(heights).shape
    longitudes, latitudes = np.meshgrid(104.0 + np.arange(columns) * 0.001, 19.0 - np.arange(rows) * 0.001)
    return Ground(np.asarray(heights, float), longitudes, latitudes)


def test_tobler_is_fastest_a_little_downhill() -> None:
    assert tobler_km_h(-0.05) == 6.0
    assert tobler_km_h(0.0) == pytest.approx(5.036, abs=0.001)


@given(st.floats(1.0, 5_000.0), st.floats(0.01, 1.0))
def test_uphill_is_slower_than_downhill(length_m: float, slope: float) -> None:
    rise = length_m * slope
    assert minutes_over(length_m, rise) > minutes_over(length_m, -rise)
    assert minutes_over(length_m, rise) > minutes_over(length_m, 0.0)
    assert minutes_over(length_m, rise, off_path=True) > minutes_over(length_m, rise)


@given(st.floats(0.0, 0.5), st.floats(0.01, 0.5))
def test_steeper_is_slower_upwards(slope: float, more: float) -> None:
    assert minutes_over(100.0, 100 * (slope + more)) > minutes_over(100.0, 100 * slope)


def test_no_way_needs_no_time_and_a_rise_needs_a_length() -> None:
    assert minutes_over(0.0, 0.0) == 0.0
    with pytest.raises(ValueError, match="length"):
        minutes_over(0.0, 10.0)


def test_ground_climbs_slower_than_it_descends() -> None:
    ground = plain([[100 + 15 * column for column in range(12)]] * 3)
    times = ground.minutes([(104.0, 19.0), (104.011, 19.0)], Barriers(), longest_minutes=600)
    assert times[0, 1] > times[1, 0] > 0
    metres = GEOD.inv(104.0, 19.0, 104.001, 19.0)[2]
    assert times[0, 1] == pytest.approx(11 * minutes_over(metres, 15.0, off_path=True))


def test_ground_goes_round_a_mountain_and_not_through_what_is_unknown() -> None:
    heights = np.full((9, 9), 200.0)
    heights[2:7, 4] = 1_200.0
    ends = [(104.0, 18.996), (104.008, 18.996)]
    with_mountain = plain(heights).minutes(ends, Barriers(), longest_minutes=600)
    level = plain(np.full((9, 9), 200.0)).minutes(ends, Barriers(), longest_minutes=600)
    assert level[0, 1] < with_mountain[0, 1] < 3 * level[0, 1]
    heights[:, 4] = math.nan
    assert plain(heights).minutes(ends, Barriers(), longest_minutes=600)[0, 1] == math.inf


RIVER = LineString([(104.0055, 18.9), (104.0055, 19.1)])


def test_a_river_is_crossed_only_where_a_crossing_is_known() -> None:
    ground = plain(np.full((21, 12), 300.0))
    ends = [(104.0, 19.0), (104.011, 19.0)]
    dry = ground.minutes(ends, Barriers(), longest_minutes=600)
    none = ground.minutes(ends, Barriers((RIVER,)), longest_minutes=600)
    ford = ground.minutes(ends, Barriers((RIVER,), (Point(104.0055, 18.985),)), longest_minutes=600)
    assert none[0, 1] == math.inf
    assert dry[0, 1] < ford[0, 1] < math.inf


def test_a_way_over_two_rivers_needs_both_crossings() -> None:
    way = [LineString([(104.0, 19.0), (104.02, 19.0)])]
    other = LineString([(104.015, 18.9), (104.015, 19.1)])
    first, second = Point(104.0055, 19.0), Point(104.015, 19.0)
    assert Barriers((RIVER, other), (first,)).blocks(way)[0]
    assert not Barriers((RIVER, other), (first, second)).blocks(way)[0]


def test_paths_take_the_shortest_way_and_leave_out_what_fords_a_river() -> None:
    short = np.array([[104.0, 19.0], [104.01, 19.0]])
    long = np.array([[104.0, 19.0], [104.005, 19.01], [104.01, 19.0]])
    ends = [(104.0, 19.0), (104.01, 19.0)]
    free = build_paths([short, long], Barriers()).minutes(ends, longest_minutes=600)
    crossing = Barriers((RIVER,), (Point(104.0055, 19.009),))
    bridge = build_paths([short, long], crossing).minutes(ends, longest_minutes=600)
    metres = GEOD.inv(104.0, 19.0, 104.01, 19.0)[2]
    assert free[0, 1] == pytest.approx(minutes_over(metres, 0.0))
    assert bridge[0, 1] > free[0, 1]
    assert build_paths([short, long], Barriers((RIVER,))).minutes(ends, longest_minutes=600)[0, 1] == math.inf


def test_a_recorded_track_with_heights_is_slower_uphill() -> None:
    track = np.array([[104.0, 19.0, 200.0], [104.01, 19.0, 500.0]])
    times = build_paths([track], Barriers()).minutes([(104.0, 19.0), (104.01, 19.0)], longest_minutes=600)
    assert times[0, 1] > times[1, 0]


def test_paths_are_read_from_osm(tmp_path: Path) -> None:
    file = tmp_path / "extract.osm"
    file.write_text(
        '<osm version="0.6">'
        '<node id="1" version="1" lon="104.0" lat="19.0"/><node id="2" version="1" lon="104.01" lat="19.0"/>'
        '<node id="3" version="1" lon="104.02" lat="19.0"/>'
        '<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="path"/></way>'
        '<way id="2" version="1"><nd ref="2"/><nd ref="3"/><tag k="highway" v="motorway"/></way></osm>'
    )
    paths = read_paths(file, Barriers())
    times = paths.minutes([(104.0, 19.0), (104.01, 19.0), (104.02, 19.0)], longest_minutes=600)
    assert 0 < times[0, 1] < 20
    assert times[0, 2] == math.inf


@pytest.mark.parametrize("name", ["paths.gpkg", "paths.geojson"])
def test_paths_are_read_from_files_that_gdal_knows(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    line = LineString([(104.0, 19.0), (104.01, 19.0)])
    pyogrio.raw.write(
        file,
        geometry=np.array([to_wkb(line)], dtype=object),
        field_data=[np.array(["one"], dtype=object)],
        fields=np.array(["name"], dtype=object),
        crs="EPSG:4326",
        geometry_type="LineString",
    )
    times = read_paths(file, Barriers()).minutes([(104.0, 19.0), (104.01, 19.0)], longest_minutes=600)
    assert 0 < times[0, 1] < 20


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.gpkg"
    file.write_text("nothing")
    with pytest.raises(UnreadablePaths):
        read_paths(file, Barriers())
    raster = tmp_path / "notes.tif"
    raster.write_text("nothing")
    with pytest.raises(UnreadableRaster):
        read_ground(raster, [(104.0, 19.0)])


def test_ground_is_read_from_a_geotiff(tmp_path: Path) -> None:
    file = tmp_path / "heights.tif"
    heights = np.tile(np.linspace(0.0, 600.0, 60), (60, 1)).astype("float32")
    with rasterio.open(
        file,
        "w",
        driver="GTiff",
        width=60,
        height=60,
        count=1,
        dtype="float32",
        crs="EPSG:32648",
        transform=Affine(100, 0, 400_000, 0, -100, 2_101_000),
    ) as raster:
        raster.write(heights, 1)
    west, east = (104.05, 18.98), (104.08, 18.98)
    ground = read_ground(file, [west, east])
    times = ground.minutes([west, east], Barriers(), longest_minutes=600)
    assert times[0, 1] > times[1, 0] > 0
    with pytest.raises(UnreadableRaster):
        read_ground(file, [(10.0, 50.0)])


def test_each_leg_says_what_it_rests_on() -> None:
    spots = [
        Spot("post", 104.0, 19.0, 1_000.0),
        Spot("near", 104.01, 19.0, 2_000.0, 50.0),
        Spot("far", 104.5, 19.4, 60_000.0),
    ]
    paths = build_paths([np.array([[104.0, 19.0], [104.01, 19.0]])], Barriers())
    along = AlongLine(factor=1.3, km_h=3.0, basis="setting")
    times = walking_times(spots, paths=paths, along=along)
    assert times.basis("post", "near") is Basis.PATHS
    assert times.basis("near", "far") is Basis.LINE
    assert times.travel.minutes[0, 2] == pytest.approx(59.0 * 1.3 / 3.0 * 60)
    assert times.travel.minutes[1, 2] == pytest.approx((58.0 + 0.05) * 1.3 / 3.0 * 60)
    assert walking_times(spots, paths=paths).basis("near", "far") is Basis.NONE
    assert walking_times(spots, paths=paths).travel.minutes[0, 2] == math.inf
    assert times.shares[Basis.PATHS] == 2


def test_ground_that_finds_no_way_is_believed() -> None:
    spots = [Spot("west", 104.0, 19.0, 0.0), Spot("east", 104.011, 19.0, 1_200.0)]
    ground = plain(np.full((3, 12), 300.0))
    times = walking_times(
        spots, ground=ground, along=AlongLine(1.0, 3.0, "setting"), barriers=Barriers((RIVER,))
    )
    assert times.basis("west", "east") is Basis.NONE


def test_the_line_does_not_cross_a_river_either() -> None:
    spots = [Spot("west", 104.0, 19.0, 0.0), Spot("east", 104.011, 19.0, 1_200.0)]
    along = AlongLine(1.0, 3.0, "setting")
    assert walking_times(spots, along=along, barriers=Barriers((RIVER,))).basis("west", "east") is Basis.NONE
    crossing = Barriers((RIVER,), (Point(104.0055, 19.0),))
    assert walking_times(spots, along=along, barriers=crossing).basis("west", "east") is Basis.LINE
