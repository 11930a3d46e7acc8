"""Stated positions: what is taken, what is refused, what is remarked upon, and nothing is overwritten."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from borderops.core.asof import AsOf
from borderops.core.coordinates import BadAccuracy, FarFromLine, SwappedAxes
from borderops.core.errors import Conflict, InvalidInput
from borderops.core.systems import RefusedSystem, UnknownSystem
from borderops.markers.actions import (
    state_position,
)
from borderops.markers.models import FeaturePosition
from borderops.markers.queries import list_stated_positions
from borderops.markers.schemas import PositionIn
from borderops.register import queries as register
from tests.markers.given import NOW, TODAY, WHO, feature


def position(**told: Any) -> PositionIn:
    return PositionIn(
        **{
            "id": uuid4(),
            "system": "wgs84",
            "x": "104.0473",
            "y": "19.4234",
            "method": "gnss",
            "accuracy_m": 0.5,
            **told,
        }
    )


def state(session: Session, sent: PositionIn, address: str = "409") -> FeaturePosition:
    stated = state_position(session, viewer=WHO, feature=feature(session, address), sent=sent, now=NOW)
    session.flush()
    return stated


def lon_lat(session: Session, stated: FeaturePosition) -> tuple[float, float]:
    rows = list_stated_positions(session, feature_id=stated.feature_id)
    return next((lon, lat) for row, lon, lat in rows if row.id == stated.id)


@pytest.mark.parametrize(
    ("given_as", "operation"),
    [
        ({"system": "wgs84", "x": "104.0473", "y": "19.4234"}, "none"),
        ({"system": "EPSG:4326", "x": "104.0473", "y": "19.4234"}, "none"),
        ({"system": "wgs84", "x": None, "y": None, "figures": "19°25′24.24″N 104°02′50.28″E"}, "none"),
        ({"system": "vn2000-tm3-104-45", "x": "426279.5", "y": "2147650.0"}, "EPSG:6960"),
        ({"system": "EPSG:9208", "x": "426279.5", "y": "2147650.0"}, "EPSG:6960"),
        ({"system": "vn2000", "x": "104.0492", "y": "19.4224"}, "EPSG:6960"),
        ({"system": "wgs84-utm48n", "x": "400003", "y": "2147900"}, "none"),
        ({"system": "lao1997", "x": "104.0473", "y": "19.4234"}, "EPSG:1065"),
    ],
)
def test_figures_stay_as_given_and_the_way_to_wgs84_is_kept(
    founded: Session, given_as: dict[str, Any], operation: str
) -> None:
    stated = state(founded, position(**given_as))
    assert stated.operation == operation
    lon, lat = lon_lat(founded, stated)
    assert lon == pytest.approx(104.0473, abs=0.01)
    assert lat == pytest.approx(19.4234, abs=0.01)
    assert stated.operation_accuracy_m >= 0
    if given_as["x"] is not None:
        assert (stated.x, stated.y) == (given_as["x"], given_as["y"])
    else:
        assert {stated.x, stated.y} == {"104°02′50.28″E", "19°25′24.24″N"}


@pytest.mark.parametrize(
    ("told", "error", "field"),
    [
        ({"system": "hanoi1972"}, RefusedSystem, "system"),
        ({"system": "indian1960"}, RefusedSystem, "system"),
        ({"system": "EPSG:4147"}, RefusedSystem, "system"),
        ({"system": "vn2000-tm3"}, RefusedSystem, "system"),
        ({"system": "mars2000"}, UnknownSystem, "system"),
        ({"accuracy_m": -1}, BadAccuracy, "accuracy_m"),
        ({"x": None}, InvalidInput, "x"),
        ({"y": None}, InvalidInput, "y"),
        ({"x": "Paris"}, InvalidInput, "x"),
        ({"x": "2.35", "y": "48.85"}, InvalidInput, "x"),
        ({"measured_on": TODAY + timedelta(days=2)}, InvalidInput, "measured_on"),
        ({"corrects": uuid4()}, InvalidInput, "corrects"),
        ({"source": "hearsay"}, InvalidInput, "source"),
    ],
)
def test_what_a_position_cannot_say(
    founded: Session, told: dict[str, Any], error: type[InvalidInput], field: str
) -> None:
    before = founded.scalar(select(func.count()).select_from(FeaturePosition))
    with pytest.raises(error) as refused:
        state(founded, position(**told))
    assert refused.value.field == field
    assert founded.scalar(select(func.count()).select_from(FeaturePosition)) == before


def texts(stated: FeaturePosition) -> list[str]:
    return [warning["text"] for warning in stated.warnings]


def test_swapped_figures_are_read_and_remarked_upon(founded: Session) -> None:
    stated = state(founded, position(x="19.4234", y="104.0473"))
    assert (stated.x, stated.y) == ("19.4234", "104.0473")
    assert lon_lat(founded, stated) == (104.0473, 19.4234)
    assert any("swapped" in text for text in texts(stated))
    assert SwappedAxes.code == "swapped-axes"


def test_a_point_far_from_the_line_is_remarked_upon(founded: Session) -> None:
    stated = state(founded, position(x="105.5", y="19.0"))
    assert any("implausibly far" in text for text in texts(stated))
    assert stated.offset_m is not None
    assert abs(stated.offset_m) > 50_000
    assert FarFromLine.code == "far-from-line"


def test_a_plain_position_has_no_warning(founded: Session) -> None:
    assert texts(state(founded, position(method="handheld", accuracy_m=5))) == []


def test_markers_keep_number_order_along_the_line(founded: Session) -> None:
    """The chainage lies between those of the neighbours that are placed, and says so if that is odd."""
    right = state(founded, position())
    assert right.chainage_m is not None
    wrong = state(founded, position(x="104.90", y="19.98"))  # where 359 stands
    assert wrong.chainage_m is not None
    assert any("cannot stand" in text for text in texts(wrong))


def test_a_better_method_is_shown_and_nothing_is_overwritten(founded: Session) -> None:
    def shown() -> str | None:
        founded.commit()
        return register.get_feature(founded, viewer=WHO, address="409", at=AsOf(TODAY)).method

    assert shown() == "schematic"
    gnss = state(founded, position(measured_on=TODAY - timedelta(days=3)))
    assert shown() == "gnss"
    state(founded, position(method="map", accuracy_m=30, measured_on=TODAY - timedelta(days=1)))
    assert shown() == "gnss"
    back = position(method="handheld", accuracy_m=5, corrects=gnss.id, measured_on=TODAY)
    state(founded, back)
    assert shown() == "handheld"
    assert len(list_stated_positions(founded, feature_id=gnss.feature_id)) == 4


def test_a_position_sent_again_changes_nothing(founded: Session) -> None:
    sent = position()
    assert state(founded, sent).id == state(founded, sent).id
    assert len(list_stated_positions(founded, feature_id=feature(founded, "409").id)) == 2


@pytest.mark.parametrize(
    "change",
    [{"x": "104.0474"}, {"accuracy_m": 9}, {"method": "map"}, {"system": "vn2000"}, {"measured_by": "khác"}],
)
def test_an_id_stands_for_one_position(founded: Session, change: dict[str, Any]) -> None:
    sent = position()
    state(founded, sent)
    with pytest.raises(Conflict):
        state(founded, PositionIn(**(sent.model_dump() | change)))
