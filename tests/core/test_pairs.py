"""Reading coordinates as people write them: in one text or two, with every kind of mark."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borderops.core.coordinates import format_dms, from_wgs84, to_wgs84
from borderops.core.figures import PAIR_FIELD, UnreadableFigures
from borderops.core.pairs import parse_pair
from borderops.core.systems import SYSTEMS

LON = st.floats(100.5, 109.5)
LAT = st.floats(8.5, 23.5)

DMS = (104 + 5 / 60 + 2 / 3600, 19 + 28 / 60 + 44.1 / 3600)
DECIMAL = (104.084, 19.479)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("19°28′44.1″N 104°05′02″E", DMS),
        ("104°05′02″E 19°28′44.1″N", DMS),
        ("104°05′02″E, 19°28′44.1″N", DMS),
        ("19°28'44.1\"N 104°05'02\"E", DMS),
        ("19°28'44,1''N 104°05'02''E", DMS),
        ("19º28’44.1”N 104º05’02”E", DMS),
        ("N19°28′44.1″ E104°05′02″", DMS),
        ("N 19 28 44.1 E 104 05 02", DMS),
        ("19 28 44.1 104 05 02", DMS),
        ("104 05 02 19 28 44.1", DMS),
        ("19:28:44.1, 104:05:02", DMS),
        ("19°28′44.1″B 104°05′02″Đ", DMS),
        ("B 19°28′44,1″; Đ 104°05′02″", DMS),
        ("19°28′44,1″ Bắc, 104°05′02″ Đông", DMS),
        ("Tọa độ: 19°28′44,1″ vĩ độ Bắc, 104°05′02″ kinh độ Đông", DMS),
        ("kinh độ 104 độ 5 phút 2 giây Đông, vĩ độ 19 độ 28 phút 44,1 giây Bắc", DMS),
        ("19°28′44.1″ 104°05′02″", DMS),
        ("１９°２８′４４.１″Ｎ １０４°０５′０２″Ｅ", DMS),
        ("19.479, 104.084", DECIMAL),
        ("104.084, 19.479", DECIMAL),
        ("19.479,104.084", DECIMAL),
        ("(19.479, 104.084)", DECIMAL),
        ("19,479 104,084", DECIMAL),
        ("19,479; 104,084", DECIMAL),
        ("19,479, 104,084", DECIMAL),
        ("lat 19.479 lon 104.084", DECIMAL),
        ("lon=104.084 lat=19.479", DECIMAL),
        ("19.479°N\n104.084°E", DECIMAL),
        ("104.084 E, 19.479", DECIMAL),
    ],
)
def test_degrees_in_one_text(text: str, expected: tuple[float, float]) -> None:
    read = parse_pair(text, "wgs84")
    assert (read.x, read.y) == pytest.approx(expected, abs=1e-12)
    assert read.x_given in text
    assert read.y_given in text


@pytest.mark.parametrize(
    "text",
    [
        "429456.321 2151511.160",
        "429456.321, 2151511.160",
        "429456.321,2151511.160",
        "2151511.160 429456.321",
        "429456,321; 2151511,160",
        "E 429456.321 N 2151511.160",
        "2151511.160 m Bắc, 429456.321 m Đông",
        "X = 2151511.160; Y = 429456.321",
        "429.456,321; 2.151.511,160",
        "E 429 456.321 N 2 151 511.160",
    ],
)
def test_metres_in_one_text(text: str) -> None:
    read = parse_pair(text, "EPSG:9208")
    assert (read.x, read.y, read.system) == (429456.321, 2151511.160, "vn2000-tm3-104-45")
    place = to_wgs84(read)
    assert (place.lon, place.lat) == pytest.approx((104.08, 19.45), abs=1e-7)


@pytest.mark.parametrize(
    ("x", "y", "system", "expected"),
    [
        (" 104°05′02″E ", "19°28′44.1″N", "wgs84", DMS),
        ("104 05 02", "19 28 44.1", "vn2000", DMS),
        ("104°05′02″Đ", "19°28′44,1″B", "lao1997", DMS),
        ("104,084", "19,479", "wgs84", DECIMAL),
        ("104°5.04′", "19°28.74′", "wgs84", DECIMAL),
        ("429456.321", "2151511.160", "9208", (429456.321, 2151511.160)),
        ("429 456,321 m", "2 151 511,16 m", "9208", (429456.321, 2151511.160)),
        ("429,456.321", "2,151,511.160", "9208", (429456.321, 2151511.160)),
        ("−104.084", "19.479 S", "wgs84", (-104.084, -19.479)),
        ("104.084 Tây", "-19.479 Nam", "wgs84", (-104.084, -19.479)),
    ],
)
def test_two_named_texts(x: str, y: str, system: str, expected: tuple[float, float]) -> None:
    read = parse_pair((x, y), system)
    assert (read.x, read.y) == pytest.approx(expected, abs=1e-12)
    assert (read.x_given, read.y_given) == (x.strip(), y.strip())


@pytest.mark.parametrize(
    ("given_", "system", "field", "says"),
    [
        (("", "19.479"), "wgs84", "x", "missing"),
        (("104.084", "  "), "wgs84", "y", "missing"),
        (("104°65′", "19.479"), "wgs84", "x", "60 or more"),
        (("104.084", "19°28′61″"), "wgs84", "y", "60 or more"),
        (("104.5°30′", "19.479"), "wgs84", "x", "104.0839"),
        (("about 104", "19.479"), "wgs84", "x", "about"),
        (("104.084 N", "19.479 N"), "wgs84", "x", "one longitude and one latitude"),
        (("104.084 E", "19.479 E"), "wgs84", "y", "one longitude and one latitude"),
        (("104.084 NE", "19.479"), "wgs84", "x", "ne"),
        (("1e2", "19.479"), "wgs84", "x", "cannot be read"),
        (("nan", "19.479"), "wgs84", "x", "nan"),
        (("104.084", "inf"), "wgs84", "y", "inf"),
        (("9" * 400, "19.479"), "wgs84", "x", "metres"),
        (("9" * 400, "2151511"), "9208", "x", "429456.321"),
        (("429456.321", "2151511.160"), "wgs84", "x", "looks like metres"),
        (("200", "19.479"), "wgs84", "x", "180"),
        (("104°05′02″", "19°28′44″"), "9208", "x", "is in degrees"),
        (("42.9456.32", "2151511"), "9208", "x", "429456.321"),
        ("19.479", "wgs84", PAIR_FIELD, "Two figures"),
        ("", "wgs84", PAIR_FIELD, "Two figures"),
        ("19,479,104,084", "wgs84", PAIR_FIELD, "Two figures"),
        ("19.479 N 19.5 N", "wgs84", PAIR_FIELD, "one longitude and one latitude"),
        ("19.479 20.5", "wgs84", PAIR_FIELD, "which figure is which"),
        ("104.479 105.5", "wgs84", PAIR_FIELD, "which figure is which"),
        ("429456 429457", "9208", PAIR_FIELD, "which figure is which"),
        ("104.084 E, 19°75′ N", "wgs84", "y", "60 or more"),
    ],
)
def test_what_cannot_be_read_says_where_and_why(
    given_: str | tuple[str, str], system: str, field: str, says: str
) -> None:
    with pytest.raises(UnreadableFigures) as caught:
        parse_pair(given_, system)
    assert caught.value.field == field
    assert says in str(caught.value)


@given(st.text() | st.tuples(st.text(), st.text()), st.sampled_from(sorted(SYSTEMS)))
def test_any_text_is_read_or_refused(text: str | tuple[str, str], system: str) -> None:
    try:
        read = parse_pair(text, system)
    except UnreadableFigures:
        return
    assert math.isfinite(read.x)
    assert math.isfinite(read.y)


@given(st.text(alphabet="0123456789.,;:°′″'\" NEBĐSW-\t", max_size=40), st.sampled_from(["wgs84", "9208"]))
def test_any_text_that_looks_like_figures_is_read_or_refused(text: str, system: str) -> None:
    try:
        read = parse_pair(text, system)
    except UnreadableFigures:
        return
    # Whatever was read can be read again from the two texts that are kept.
    again = parse_pair((read.x_given, read.y_given), system)
    assert (again.x, again.y) == (read.x, read.y)


@given(LON, LAT, st.integers(0, 6))
def test_degrees_minutes_seconds_are_read_back(lon: float, lat: float, decimals: int) -> None:
    text = format_dms(lon, lat, decimals=decimals)
    read = parse_pair(text, "wgs84")
    half = 0.5 * 10**-decimals / 3600
    assert (read.x, read.y) == pytest.approx((lon, lat), abs=half + 1e-12)


def test_seconds_carry() -> None:
    assert format_dms(103.99999999, 19.5, decimals=1) == "19°30′00.0″N 104°00′00.0″E"
    assert format_dms(-104.5, -0.25, decimals=0) == "0°15′00″S 104°30′00″W"


@given(LON, LAT, st.sampled_from(sorted(SYSTEMS)))
def test_what_is_shown_can_be_typed_in_again(lon: float, lat: float, key: str) -> None:
    shown = from_wgs84(lon, lat, key)
    read = parse_pair((shown.x_given, shown.y_given), key)
    assert (read.x, read.y) == pytest.approx((shown.x, shown.y), abs=0.001)
