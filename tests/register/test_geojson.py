"""A feature's row holds it as GeoJSON, ready to be sent."""

import json
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from borderops.markers.rules import FeatureFacts, Kind, Method, PositionFacts
from borderops.register.models import FeaturePeriod
from borderops.register.timeline import FeatureHistory, feature_geojson, timeline

FEATURE = FeatureFacts(UUID(int=7), Kind.GATE, "nam-can", None, None, "Nậm Cắn “A”", None, "ນ້ຳກັ່ນ", None)


@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90))
def test_the_text_is_the_feature_with_its_place(lon: float, lat: float) -> None:
    position = PositionFacts(UUID(int=1), lon, lat, Method.GNSS, 2.0, None, None, None)
    (period,) = timeline(FeatureHistory(FEATURE, positions=[position]), known_at=None)
    told = json.loads(feature_geojson(FEATURE, period.facts))
    assert told.keys() == {"type", "id", "geometry", "properties"}
    assert (told["type"], told["id"]) == ("Feature", str(FEATURE.id))
    assert told["geometry"] == {"type": "Point", "coordinates": [round(lon, 7), round(lat, 7)]}
    assert told["properties"] == json.loads(period.facts.properties)
    assert told["properties"]["names"] == {"vi": FEATURE.name_vi, "lo": FEATURE.name_lo}


def test_without_a_position_the_geometry_is_null() -> None:
    (period,) = timeline(FeatureHistory(FEATURE), known_at=None)
    assert json.loads(feature_geojson(FEATURE, period.facts))["geometry"] is None


def test_the_text_says_what_postgis_says_of_the_same_place(founded: Session) -> None:
    rows = founded.execute(
        select(FeaturePeriod.geojson, func.ST_AsGeoJSON(FeaturePeriod.geom, 7)).where(
            FeaturePeriod.geom.is_not(None)
        )
    ).all()
    assert rows
    for text, point in rows:
        assert json.loads(text)["geometry"] == json.loads(point)
