"""A search for a unit of another time says when that unit existed, and leads there."""

from datetime import date
from html import unescape

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from borderops.boundary.queries import UnitFacts, list_units
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.register.elsewhen import units_elsewhen

LAST, FIRST = date(2025, 6, 30), date(2025, 7, 1)


NEW = UnitFacts(
    id="xa-moi",
    kind="commune",
    side="VN",
    parent_id=None,
    names={"vi": "Xã Mới"},
    spellings=(),
    valid_from=FIRST,
    valid_to=None,
)


@pytest.mark.parametrize(
    ("text", "on", "found"),
    [
        ("Kỳ Sơn", FIRST, [("Kỳ Sơn", True, LAST)]),
        ("ky son", date(2026, 1, 1), [("Kỳ Sơn", True, LAST)]),
        ("Kỳ Sơn", LAST, []),
        ("Xã Mới", date(2024, 6, 30), [("Xã Mới", False, FIRST)]),
        ("Xã Mới", FIRST, []),
        ("Nơi Không Có", FIRST, []),
        ("409", FIRST, []),
        ("", FIRST, []),
        (None, FIRST, []),
    ],
)
def test_units_of_another_time(
    founded: Session, text: str | None, on: date, found: list[tuple[str, bool, date]]
) -> None:
    units = {**list_units(founded, viewer=LOCAL_OPERATOR), NEW.id: NEW}
    told = units_elsewhen(text, units=units, on=on)
    assert [(one.unit.names["vi"], one.ended, one.nearest_day) for one in told] == found


def test_the_list_says_why_it_is_empty_and_leads_there(client: TestClient) -> None:
    page = unescape(client.get("/features?q=Kỳ Sơn&as_of=2026-01-01&lang=en").text)
    assert "existed until 30 Jun 2025" in page
    assert "q=K%E1%BB%B3+S%C6%A1n" in page
    there = client.get("/features?q=Kỳ Sơn&as_of=2025-06-30&lang=en").text
    assert "existed until" not in there
    assert "409" in there


def test_programs_are_told_why(client: TestClient) -> None:
    empty = client.get("/api/v1/features", params={"q": "Kỳ Sơn", "as_of": "2026-01-01"}).json()
    assert empty["features"] == []
    assert {one["nearest_day"] for one in empty["units_elsewhen"]} == {"2025-06-30"}
    assert "units_elsewhen" not in client.get("/api/v1/features", params={"q": "998"}).json()
    assert "units_elsewhen" not in client.get("/api/v1/features", params={"q": "409"}).json()
