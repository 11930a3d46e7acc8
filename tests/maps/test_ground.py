import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from sqlalchemy.orm import Session

from borderops.boundary.line import Line
from borderops.core.asof import AsOf
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.maps.queries import beside, find_extent, ground_geojson

GEOD = Geod(ellps="WGS84")
SOUTHWARD = Line([104.5, 104.5], [20.0, 18.5])


@given(st.floats(0, 160_000), st.floats(100, 80_000))
def test_laos_is_to_the_right_of_a_line_that_runs_south(chainage_m: float, away_m: float) -> None:
    here = SOUTHWARD.point_at(chainage_m)
    laos, vietnam = (beside(SOUTHWARD, chainage_m, right_m=side * away_m) for side in (1, -1))
    assert laos[0] < here[0] < vietnam[0]
    for place in (laos, vietnam):
        assert abs(GEOD.inv(*here, *place)[2] - away_m) < 0.01


def test_the_ground_is_the_line_and_the_names_of_the_lands(founded: Session) -> None:
    at = AsOf(date(2024, 6, 30))
    ground = json.loads(ground_geojson(founded, viewer=LOCAL_OPERATOR, at=at, language="vi"))
    line, *names = ground["features"]
    assert line["geometry"]["type"] == "LineString"
    assert {(name["properties"]["name"], name["properties"]["side"]) for name in names} == {
        ("Nghệ An", "VN"),
        ("Hủa Phăn", "LA"),
        ("Xiêng Khoảng", "LA"),
        ("Bo Ly Khăm Xay", "LA"),
    }


def test_the_extent_holds_the_line(founded: Session) -> None:
    extent = find_extent(founded, viewer=LOCAL_OPERATOR)
    assert extent is not None
    assert 103.5 < extent.west < extent.east < 105.5
    assert 18 < extent.south < extent.north < 20.5


def test_a_register_without_a_line_has_no_extent(session: Session) -> None:
    assert find_extent(session, viewer=LOCAL_OPERATOR) is None
