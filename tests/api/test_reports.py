"""The repair-status report as other programs read it: its shape, its content, and the same again later."""

import csv
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

REPORT = "/api/v1/reports/repair-status"

#: ct-doi-ngoai-2024, footnote 2: number, side whose duty it is, state, since, planned work.
MID_2024 = {
    "xiangkhouang": [
        ("405(1)", "VN", "poor", "2024", "repair"),
        ("409", "LA", "severe", "2024", "rebuild"),
        ("410(1)", "VN", "severe", "2024", "rebuild"),
    ],
    "houaphanh": [
        ("390", "UNSETTLED", "severe", "2018", "decide"),
        ("397(1)", "LA", "severe", "2024", "rebuild"),
        ("397(2)", "VN", "severe", "2024", "rebuild"),
        ("397(3)", "VN", "poor", "2024", "reinforce"),
    ],
    "bolikhamxay": [],
}


def report(client: TestClient, province: str, **params: str) -> Any:
    reply = client.get(REPORT, params={"province": province, **params})
    assert reply.status_code == 200, reply.text
    return reply.json()


@pytest.mark.parametrize("province", sorted(MID_2024))
def test_exactly_what_the_province_stated(client: TestClient, province: str) -> None:
    told = report(client, province, as_of="2024-06-30")
    assert {"province", "as_of", "known_at", "items"} <= told.keys()
    assert (told["province"], told["as_of"]) == (province, "2024-06-30")
    assert [
        (item["number"], item["responsible_side"], item["state"], item["since"], item["planned"])
        for item in told["items"]
    ] == MID_2024[province]
    for item in told["items"]:
        assert item["kind"] == "marker"
        assert item["duty"]["legal_basis"]
        assert item["duty"]["mark"] == "sourced"
        assert item["source"] == "Chương trình hoạt động đối ngoại tỉnh Nghệ An năm 2024"


def test_since_says_whether_it_is_the_event_or_the_record(client: TestClient) -> None:
    items = {item["number"]: item for item in report(client, "houaphanh", as_of="2024-06-30")["items"]}
    assert (items["390"]["since_is"], items["390"]["cause"]) == ("event", "people")
    assert (items["397(2)"]["since_is"], items["397(2)"]["cause"]) == ("first_record", "unknown")


def test_what_changed_since_the_half_year_before(client: TestClient) -> None:
    told = report(client, "houaphanh", as_of="2024-06-30")
    assert told["previous"] == "2023-12-31"
    newly = [one["number"] for one in told["changes"] if one["change"] == "newly_damaged"]
    assert newly == ["397(1)", "397(2)", "397(3)"]
    again = report(client, "houaphanh", as_of="2024-06-30", previous="2024-06-29")
    assert again["changes"] == []


@pytest.mark.parametrize("province", sorted(MID_2024))
def test_asked_again_with_its_own_dates_it_is_the_same(client: TestClient, province: str) -> None:
    told = report(client, province, as_of="2024-06-30")
    later = {
        "id": str(uuid4()),
        "feature": "409",
        "observed_at": "2024-06-01T09:00:00+07:00",
        "finding": "seen",
        "components": dict.fromkeys(["body", "lettering", "base", "foundation", "yard"], "good"),
    }
    assert client.post("/api/v1/inspections", json=later).status_code == 201
    assert report(client, province, as_of="2024-06-30", known_at=told["known_at"]) == told
    if province == "xiangkhouang":
        now = report(client, province, as_of="2024-06-30")
        assert [item["number"] for item in now["items"]] == ["405(1)", "410(1)"]


def test_before_the_document_nothing_was_known(client: TestClient) -> None:
    assert report(client, "xiangkhouang", as_of="2024-06-30", known_at="2023-12-31")["items"] == []


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({}, "province"),
        ({"province": "atlantis"}, "province"),
        ({"province": "houaphanh", "as_of": "soon"}, "as_of"),
        ({"province": "houaphanh", "asof": "2024-06-30"}, "asof"),
    ],
)
def test_what_cannot_be_asked(client: TestClient, params: dict[str, str], field: str) -> None:
    reply = client.get(REPORT, params=params)
    assert reply.status_code == 422
    assert [one["field"] for one in reply.json()["errors"]] == [field]


@pytest.mark.parametrize("as_of", ["0001-01-01", "0001-12-31", "9999-12-31"])
def test_the_ends_of_the_calendar(client: TestClient, as_of: str) -> None:
    assert report(client, "houaphanh", as_of=as_of)["as_of"] == as_of
    assert report(client, "houaphanh", known_at=as_of)["province"] == "houaphanh"


def sheet(client: TestClient, **params: str) -> list[dict[str, str]]:
    reply = client.get("/reports/repair-status/houaphanh/sheet.csv", params=params)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(StringIO(reply.content.decode("utf-8-sig"))))


def test_the_sheet_has_the_same_features(client: TestClient) -> None:
    rows = sheet(client, as_of="2024-06-30")
    told = " ".join(value for row in rows for value in row.values() if value)
    assert len(rows) == 4
    for number, *_ in MID_2024["houaphanh"]:
        assert number in told
    assert sheet(client, as_of="2024-06-30", known_at="2023-12-31") == []
