"""The pinned way to WGS 84 and back, what is refused, and what is warned of.

The expected points are those of the project's facts (section 7), made with PROJ 9.5.1 and EPSG:6960; they
are arbitrary points, not markers.
"""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer
from pyproj.transformer import TransformerGroup

from borderops.core.coordinates import (
    AREA,
    SYSTEMS,
    BadAccuracy,
    FarFromLine,
    Figures,
    OutsideArea,
    RefusedSystem,
    SwappedAxes,
    System,
    UnknownSystem,
    check_accuracy,
    combined_accuracy,
    figures,
    from_wgs84,
    get_system,
    moved,
    parse_pair,
    plausibility,
    to_wgs84,
)

GEOD = Geod(ellps="WGS84")
MILLIMETRE = 0.001

west, south, east, north = AREA
#: Around the whole line between Vietnam and Laos.
LON = st.floats(102.0, 108.0)
LAT = st.floats(14.5, 22.5)


def metres_apart(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    return float(GEOD.inv(lon, lat, other_lon, other_lat)[2])


# --- The pinned transformation ---------------------------------------------------------------------------

VN_2000_POINTS = [
    # VN-2000 lon, lat; WGS 84 lon, lat; EPSG:9208 E, N; EPSG:3405 E, N
    (104.10, 19.44, 104.101866841, 19.439025771, 431747.7689, 2150287.6116, 405523.8078, 2149760.6162),
    (104.87, 19.87, 104.871870591, 19.869019654, 512566.6775, 2197759.4774, 486390.1826, 2197100.8599),
    (105.15, 18.62, 105.151855820, 18.619011593, 542207.5386, 2059447.0720, 515822.9896, 2058788.7612),
    (104.20, 19.65, 104.201869131, 19.649025710, 442323.0405, 2173496.2445, 416130.2916, 2172947.9701),
]


@pytest.mark.parametrize("point", VN_2000_POINTS)
def test_vn_2000_comes_out_where_epsg_6960_puts_it(point: tuple[float, ...]) -> None:
    lon, lat = point[2:4]
    for at, system in ((0, "4756"), (4, "9208"), (6, "3405")):
        x, y = point[at : at + 2]
        found = to_wgs84(figures(x, y, system))
        assert metres_apart(found.lon, found.lat, lon, lat) < MILLIMETRE
        assert (found.operation, found.operation_accuracy_m) == ("EPSG:6960", 1.0)


def test_the_rotation_is_a_coordinate_frame_not_a_position_vector() -> None:
    wrong_sign = (104.101860294, 19.439023427)  # what +towgs84 with the decision's signs gives
    found = to_wgs84(figures(104.10, 19.44, "vn2000"))
    assert metres_apart(found.lon, found.lat, *wrong_sign) == pytest.approx(0.735, abs=0.005)


@pytest.mark.parametrize(
    ("system", "x", "y"),
    [
        ("9208", 429456.321, 2151511.160),
        ("3405", 403234.704, 2150987.189),
        ("32648", 403430.113, 2150878.359),
        ("4756", 104.07813301, 19.45097395),
        ("4678", 104.08010785, 19.44990608),
        ("4677", 104.08010557, 19.44990947),
        ("4326", 104.08, 19.45),
    ],
)
def test_one_place_in_every_system(system: str, x: float, y: float) -> None:
    found = to_wgs84(figures(x, y, system))
    # The figures of assets.md, section 4, have 8 decimals of a degree: about a millimetre.
    assert metres_apart(found.lon, found.lat, 104.08, 19.45) < 2 * MILLIMETRE


def test_lao_1997_by_epsg_1065() -> None:
    found = to_wgs84(figures(104.10, 19.44, "lao1997"))
    assert metres_apart(found.lon, found.lat, 104.099892616, 19.440093701) < MILLIMETRE
    assert (found.operation, found.operation_accuracy_m) == ("EPSG:1065", 5.0)


def dataset_operation(system: System) -> Transformer:
    """PROJ's own transformer for the operation that `system` names, out of all that the dataset offers."""
    offered = TransformerGroup(CRS.from_epsg(system.epsg), CRS.from_epsg(4326), always_xy=True).transformers
    wanted = set(system.datum.operation.split("+")) - {"none"}
    named = [transformer for transformer in offered if wanted <= operation_codes(transformer)]
    assert named, f"the EPSG dataset has no {system.datum.operation} from {system.key}"
    return named[0]


def operation_codes(transformer: Transformer) -> set[str]:
    identities = [operation.to_json_dict().get("id") for operation in transformer.operations or ()]
    return {f"EPSG:{identity['code']}" for identity in identities if identity}


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)
def test_every_pipeline_is_the_operation_of_the_epsg_dataset_that_it_names(system: System) -> None:
    named = dataset_operation(system)
    lon = 105.0 if system.meridian_deg is None else system.meridian_deg + 0.6
    given_back = from_wgs84(lon, 17.0, system.key)
    place = to_wgs84(given_back)
    assert metres_apart(place.lon, place.lat, *named.transform(given_back.x, given_back.y)) < MILLIMETRE
    if system.datum.operation != "none":
        assert named.accuracy == pytest.approx(system.datum.accuracy_m)


@given(LON, LAT, st.sampled_from(sorted(SYSTEMS)))
def test_there_and_back_is_the_same_point(lon: float, lat: float, key: str) -> None:
    system = SYSTEMS[key]
    if system.meridian_deg is not None:
        # A zone is used near its meridian; 3° is far beyond any map sheet.
        lon = min(max(lon, system.meridian_deg - 3), system.meridian_deg + 3)
    again = to_wgs84(from_wgs84(lon, lat, key))
    assert not again.swapped
    assert metres_apart(lon, lat, again.lon, again.lat) < MILLIMETRE / 1000


def test_the_result_says_how_it_was_come_by() -> None:
    found = to_wgs84(figures(431747.7689, 2150287.6116, "9208"))
    assert "+convention=coordinate_frame" in found.pipeline
    assert "+lon_0=104.75" in found.pipeline
    assert found.software.startswith("PROJ ")


def test_no_operation_is_a_guess() -> None:
    assert all(check_accuracy(system.datum.accuracy_m) >= 0 for system in SYSTEMS.values())
    assert not any(
        system.datum.shows_movement for key, system in SYSTEMS.items() if key.startswith(("lao", "vien"))
    )


# --- Systems ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["vn2000-tm3-104-45", "EPSG:9208", "epsg:9208", "9208", " VN2000_TM3_104_45 "]
)
def test_a_system_by_key_or_code(name: str) -> None:
    assert get_system(name).epsg == 9208


def test_every_tm3_zone_of_the_epsg_dataset_is_there() -> None:
    zones = {system.epsg for key, system in SYSTEMS.items() if "-tm3-" in key}
    assert zones == {5896, 5897, 5898, 5899, *range(9205, 9219)}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("EPSG:4147", "Hanoi 1972"),
        ("hanoi1972", "Hanoi 1972"),
        ("Hà Nội 1972", "Hanoi 1972"),
        ("HN-72", "Hanoi 1972"),
        ("2044", "Hanoi 1972"),
        ("4131", "Indian 1960"),
        ("EPSG:3148", "Indian 1960"),
        ("Indian-1960", "Indian 1960"),
        ("indian1975", "Indian 1975"),
        ("vn2000-tm3", "central meridian"),
        ("TM-3", "central meridian"),
    ],
)
def test_refused_systems_say_why(name: str, reason: str) -> None:
    with pytest.raises(RefusedSystem, match=reason) as caught:
        parse_pair(("104.08", "19.45"), name)
    assert caught.value.field == "system"


def test_an_unknown_system_is_named() -> None:
    with pytest.raises(UnknownSystem, match="EPSG:9999"):
        get_system("EPSG:9999")


# --- What is refused and what is warned of ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y", "system", "field"),
    [
        (4.08, 19.45, "wgs84", "x"),
        (104.08, -19.45, "wgs84", "y"),
        (-104.08, 19.45, "wgs84", "x"),
        (float("nan"), 19.45, "wgs84", "x"),
        (104.08, float("inf"), "wgs84", "y"),
        (104.08, float("nan"), "vn2000", "y"),
        (429456.3, float("nan"), "9208", "y"),
        (float("inf"), 2151511.2, "9208", "x"),
        (429456.3, 251511.2, "9208", "y"),
        (4294563.0, 21515112.0, "9208", "x"),
    ],
)
def test_a_point_elsewhere_is_refused(x: float, y: float, system: str, field: str) -> None:
    with pytest.raises(OutsideArea, match="outside Vietnam and Laos") as caught:
        to_wgs84(figures(x, y, system))
    assert caught.value.field == field


@given(st.floats(), st.floats(), st.sampled_from(sorted(SYSTEMS)))
def test_any_figures_give_a_point_here_or_are_refused(x: float, y: float, key: str) -> None:
    try:
        place = to_wgs84(figures(x, y, key))
    except OutsideArea:
        return
    assert west <= place.lon <= east
    assert south <= place.lat <= north


def test_a_point_elsewhere_cannot_be_shown_in_a_system() -> None:
    with pytest.raises(OutsideArea):
        from_wgs84(0.0, 0.0, "9208")


@given(LON, LAT, st.sampled_from(["wgs84", "vn2000", "lao1997"]))
def test_swapped_axes_are_read_the_other_way_round_with_a_warning(lon: float, lat: float, key: str) -> None:
    right = from_wgs84(lon, lat, key)
    place = to_wgs84(Figures(right.y, right.x, key, right.y_given, right.x_given))
    assert place.swapped
    assert metres_apart(lon, lat, place.lon, place.lat) < MILLIMETRE
    (warning,) = plausibility(place)
    assert isinstance(warning, SwappedAxes)
    assert "swapped" in str(warning)


def test_swapped_metres_and_letters_in_the_wrong_field() -> None:
    assert to_wgs84(parse_pair(("2151511.160", "429456.321"), "9208")).swapped
    assert to_wgs84(parse_pair(("19°28′44″N", "104°05′02″E"), "wgs84")).swapped
    assert not to_wgs84(parse_pair("19°28′44″N 104°05′02″E", "wgs84")).swapped


@pytest.mark.parametrize(("offset_m", "warned"), [(0, False), (1_999, False), (2_001, True), (-12_340, True)])
def test_far_from_the_line_is_warned_of(offset_m: float, warned: bool) -> None:
    place = to_wgs84(figures(104.08, 19.45))
    warnings = plausibility(place, offset_from_line_m=offset_m)
    assert [type(warning) for warning in warnings] == ([FarFromLine] if warned else [])
    assert plausibility(place, offset_from_line_m=offset_m, far_m=20_000) == []


def test_the_warning_says_how_far() -> None:
    place = to_wgs84(figures(104.08, 19.45))
    assert "12.3 km" in str(plausibility(place, offset_from_line_m=12_340)[0])


@pytest.mark.parametrize("accuracy_m", [-1, -0.001, math.nan, math.inf, -math.inf])
def test_accuracies_below_zero_are_refused(accuracy_m: float) -> None:
    with pytest.raises(BadAccuracy) as caught:
        check_accuracy(accuracy_m)
    assert caught.value.field == "accuracy_m"
    with pytest.raises(BadAccuracy):
        moved(10.0, [5.0, accuracy_m])


def test_movement_needs_more_than_the_accuracies_explain() -> None:
    assert combined_accuracy(3.0, 4.0) == 5.0
    assert not moved(1.1, [5.0, 0.05])  # a handheld receiver cannot show the 1.1 m of marker 585
    assert moved(1.1, [0.05, 0.05])
    assert not moved(5.0, [3.0, 4.0])
    assert moved(5.01, [3.0, 4.0])
    with pytest.raises(BadAccuracy):
        moved(1.1, [])


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=5), st.floats(0, 1e4))
def test_a_further_uncertainty_never_makes_a_movement(accuracies: list[float], further: float) -> None:
    combined = combined_accuracy(*accuracies)
    assert not moved(combined, accuracies)
    assert combined_accuracy(*accuracies, further) >= combined * (1 - 1e-12)
