"""What a shared row holds: nothing that was not decided, and no place finer than was decided."""

import json
import math
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyproj import Geod

from borderops.register.disclosure_rules import (
    FINENESS_M,
    WITHHELD_SIDE,
    WITHHELD_STATE,
    DisclosureFacts,
    Part,
    Share,
    as_shared,
    joined,
    radius_m,
    shares,
    snapped,
)

GEOD = Geod(ellps="WGS84")
LON = st.floats(101, 109)
LAT = st.floats(8, 24)
COARSE_M = st.sampled_from(FINENESS_M[1:])
DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))
LAO = frozenset({"xiangkhouang", "nonghet", "dai-doi-221"})

#: Words of our own that no shared row may hold unless its part is shared.
SECRET = {
    "note": "our patrol hides here",
    "basis": "by our own decision 12",
    "post": "don-nam-can",
    "commune": "xa-nam-can",
    "cause": "landslide",
}


def own(lon: float = 104.08396, lat: float = 19.47866, **more: Any) -> dict[str, Any]:
    """A row of the register's own, with everything that it can have."""
    feature_id = uuid4()
    return {
        "feature_id": feature_id,
        "valid": (None, None),
        "known_from": datetime(2024, 1, 1, tzinfo=UTC),
        "kind": "marker",
        "code": "405(1)",
        "number": "405(1)",
        "line_order": 405_000_001,
        "standing": "standing",
        "state": "severe",
        "damaged": True,
        "overdue": True,
        "last_visit_on": date(2024, 5, 6),
        "since": date(2024, 5, 6),
        "responsible_side": "VN",
        "responsible_unit": SECRET["post"],
        "lao_province": "xiangkhouang",
        "unit_ids": [SECRET["post"], SECRET["commune"], "nonghet", "nghe-an", "xiangkhouang"],
        "chainage_m": 181_234.567,
        "lon": lon,
        "lat": lat,
        "scope": frozenset({"nghe-an", SECRET["post"]}),
        "properties": {
            "id": str(feature_id),
            "code": "405(1)",
            "number": "405(1)",
            "kind": "marker",
            "standing": "standing",
            "state": "severe",
            "damaged": True,
            "overdue": True,
            "since": "2024-05-06",
            "since_is": "event",
            "cause": SECRET["cause"],
            "urgency": "urgent",
            "components": {"body": "severe"},
            "last_visit_on": "2024-05-06",
            "responsible_side": "VN",
            "responsible_unit": SECRET["post"],
            "province": "xiangkhouang",
            "lao_district": "nonghet",
            "commune": SECRET["commune"],
            "district": "ky-son-district",
            "method": "gnss",
            "schematic": False,
            "accuracy_m": 3.0,
            "chainage_km": 181.235,
            "what_a_later_version_adds": "secret",
        },
        **more,
    }


def share(*parts: Part, fineness_m: int | None = None) -> Share:
    return Share("xiangkhouang", frozenset(parts), fineness_m, date(2024, 1, 1), None, None)


def shown(row: dict[str, Any], held: Share) -> dict[str, Any]:
    return as_shared(row, held, lao_units=LAO, notes=SECRET["note"], legal_basis=SECRET["basis"])


def text_of(row: dict[str, Any]) -> str:
    """Everything that a shared row says, as one text."""
    return json.dumps(row, default=str, ensure_ascii=False)


@given(st.sets(st.sampled_from(Part), min_size=1), st.sampled_from(FINENESS_M))
def test_nothing_is_told_that_was_not_decided(parts: set[Part], fineness_m: int) -> None:
    held = share(*parts, fineness_m=fineness_m if Part.COORDINATES in parts else None)
    row = own()
    said = shown(row, held)
    text = text_of(said)
    assert "what_a_later_version_adds" not in text
    for name in ("post", "commune"):
        assert SECRET[name] not in text
    assert (Part.NOTES in parts) == (SECRET["note"] in text)
    assert (Part.DUTY in parts) == (SECRET["basis"] in text)
    assert (Part.CONDITION in parts) == (SECRET["cause"] in text)
    assert (said["state"] == WITHHELD_STATE) == (Part.CONDITION not in parts)
    assert (said["responsible_side"] == WITHHELD_SIDE) == (Part.DUTY not in parts)
    if Part.CONDITION not in parts:
        assert "2024-05-06" not in text
        assert not said["damaged"]
        assert not said["overdue"]
    exact = Part.COORDINATES in parts and fineness_m == 0
    for figure in ("104.08396", "19.47866", "181.235", "181234"):
        assert (figure in text) == exact
    assert said["position_id"] is None
    assert said["inspection_id"] is None


@given(LON, LAT, COARSE_M)
def test_no_shared_place_is_finer_than_was_decided(lon: float, lat: float, fineness_m: int) -> None:
    """Every point of the square says the same, and the square is at least as large as was decided."""
    middle = snapped(lon, lat, fineness_m=fineness_m)
    azimuths = (0.0, 90.0, 180.0, 270.0)
    half = fineness_m / 2 - 1
    for azimuth in azimuths:
        there_lon, there_lat, _ = GEOD.fwd(*middle, azimuth, half)
        assert snapped(there_lon, there_lat, fineness_m=fineness_m) == middle


@given(LON, LAT, COARSE_M, st.floats(0, 30_000))
def test_the_feature_lies_within_the_radius_that_is_told(
    lon: float, lat: float, fineness_m: int, accuracy_m: float
) -> None:
    _, _, apart_m = GEOD.inv(lon, lat, *snapped(lon, lat, fineness_m=fineness_m))
    radius = radius_m(fineness_m, accuracy_m)
    assert apart_m + accuracy_m <= radius
    assert radius % fineness_m == 0


@given(LON, LAT)
def test_a_coarse_square_holds_whole_fine_ones(lon: float, lat: float) -> None:
    """Else what two decisions share would cut a place smaller than either."""
    fine, coarse = FINENESS_M[1:3]
    middle = snapped(lon, lat, fineness_m=fine)
    _, _, to_edge = GEOD.inv(*middle, *snapped(*middle, fineness_m=coarse))
    assert snapped(*middle, fineness_m=coarse) == snapped(lon, lat, fineness_m=coarse)
    assert to_edge <= math.hypot(coarse, coarse) / 2 * 1.03


@given(LON, LAT, COARSE_M)
def test_two_features_in_one_square_cannot_be_told_apart_by_their_place(
    lon: float, lat: float, fineness_m: int
) -> None:
    held = share(Part.COORDINATES, fineness_m=fineness_m)
    middle = snapped(lon, lat, fineness_m=fineness_m)
    feature_id = uuid4()
    rows = []
    for place, chainage_m in (((lon, lat), 1.0), (middle, 2.0)):
        row = own(*place, chainage_m=chainage_m, feature_id=feature_id)
        row["properties"] = {**row["properties"], "id": str(feature_id), "chainage_km": chainage_m}
        rows.append(shown(row, held))
    assert rows[0] == rows[1]


def decision(**more: Any) -> DisclosureFacts:
    values: dict[str, Any] = {
        "audience": "xiangkhouang",
        "unit_id": "nghe-an",
        "parts": frozenset({Part.CONDITION}),
        "fineness_m": None,
        "valid_from": date(2024, 1, 1),
        "valid_to": None,
        **more,
    }
    return DisclosureFacts(**values)


def test_nothing_is_shared_unless_somebody_decided() -> None:
    assert shares(own(), []) == []


@pytest.mark.parametrize(
    "more",
    [
        {"audience": "houaphanh"},
        {"unit_id": "ha-tinh"},
        {"kind": "gate"},
        {"feature_id": uuid4()},
    ],
)
def test_a_decision_speaks_of_nothing_else(more: dict[str, Any]) -> None:
    assert shares(own(), [decision(**more)]) == []


def test_only_while_damaged() -> None:
    rule = decision(damaged_only=True)
    assert shares(own(), [rule])
    assert shares(own(damaged=False), [rule]) == []


decisions = st.builds(
    lambda parts, first, days: decision(
        parts=parts, valid_from=first, valid_to=None if days is None else first + timedelta(days=days)
    ),
    st.frozensets(st.sampled_from([Part.CONDITION, Part.DUTY]), min_size=1),
    DAYS,
    st.none() | st.integers(1, 900),
)


@given(st.lists(decisions, max_size=5), DAYS, st.none() | DAYS, st.none() | DAYS)
def test_on_every_day_exactly_what_some_decision_shares(
    held: list[DisclosureFacts], day: date, first: date | None, end: date | None
) -> None:
    assume(first is None or end is None or first < end)
    row = own(valid=(first, end))
    found = [
        one
        for one in shares(row, held)
        if one.valid_from <= day and (one.valid_to is None or day < one.valid_to)
    ]
    within = (first is None or first <= day) and (end is None or day < end)
    parts = frozenset(
        part
        for one in held
        if one.valid_from <= day and (one.valid_to is None or day < one.valid_to)
        for part in one.parts
    )
    assert [one.parts for one in found] == ([parts] if within and parts else [])


def test_a_change_that_is_not_shared_leaves_no_trace() -> None:
    """Our commune changed, and a visit was made; whose duty it is did not."""
    days = [date(2024, 1, 1), date(2024, 7, 1), date(2025, 7, 1), None]
    feature_id = uuid4()
    rule = decision(parts=frozenset({Part.DUTY}))
    rows = []
    for place, (first, end) in enumerate(pairwise(days)):
        row = own(feature_id=feature_id, valid=(first, end), last_visit_on=first, state=f"state {place}")
        row["properties"] = {**row["properties"], "id": str(feature_id), "commune": f"xa-{place}"}
        rows += [shown(row, held) for held in shares(row, [rule])]
    assert [row["valid"] for row in joined(rows)] == [(date(2024, 1, 1), None)]
