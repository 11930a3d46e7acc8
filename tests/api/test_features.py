"""The register over HTTP: GeoJSON as RFC 7946 has it, filters, addresses, histories."""

import json
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from httpx2 import Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from borderops.markers.models import Feature
from borderops.register.derivation import rebuild

FEATURES = "/api/v1/features"
MID_2024 = "2024-06-30"


def get(client: TestClient, path: str, **params: Any) -> Any:
    reply = client.get(path, params=params)
    assert reply.status_code == 200, reply.text
    return reply.json()


def numbers(collection: Any) -> list[str]:
    return [one["properties"].get("number") or one["properties"]["code"] for one in collection["features"]]


def refused(reply: Response, field: str) -> Any:
    """The problem of a refusal that names the field; checked to be as RFC 9457 has it."""
    assert reply.status_code == 422, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert {"type", "title", "status", "code", "detail", "errors"} <= problem.keys()
    assert problem["status"] == 422
    assert field in [one["field"] for one in problem["errors"]], problem
    return problem


def test_the_collection_is_geojson(client: TestClient) -> None:
    reply = client.get(FEATURES)
    assert reply.headers["content-type"] == "application/geo+json"
    collection = reply.json()
    assert collection["type"] == "FeatureCollection"
    assert collection.keys() == {"type", "features"}, "no crs member: RFC 7946 section 4"
    assert len(collection["features"]) == 61
    ids = [UUID(one["id"]) for one in collection["features"]]
    assert len(set(ids)) == len(ids)
    for one in collection["features"]:
        assert one["type"] == "Feature"
        assert one.keys() == {"type", "id", "geometry", "properties"}
        assert one["properties"]["id"] == one["id"]
        geometry = one["geometry"]
        assert geometry["type"] == "Point"
        lon, lat = geometry["coordinates"]
        assert 103 < lon < 106, "longitude first"
        assert 18 < lat < 21
        assert None not in one["properties"].values()
        assert one["properties"]["schematic"] is True


def test_markers_come_in_line_order(client: TestClient) -> None:
    shown = numbers(get(client, FEATURES, kind="marker"))
    assert shown.index("397(1)") < shown.index("397(2)") < shown.index("405(1)") < shown.index("460")


def test_the_same_question_has_the_same_answer_to_the_letter(client: TestClient) -> None:
    assert client.get(FEATURES).content == client.get(FEATURES).content


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"damaged": "true"}, {"390", "397(1)", "397(2)", "397(3)", "405(1)", "409", "410(1)"}),
        ({"damaged": "true", "province": "xiangkhouang"}, {"405(1)", "409", "410(1)"}),
        ({"damaged": "true", "province": ["xiangkhouang", "bolikhamxay"]}, {"405(1)", "409", "410(1)"}),
        ({"damaged": "true", "responsible_side": "LA"}, {"397(1)", "409"}),
        ({"damaged": "true", "responsible_side": ["LA", "UNSETTLED"]}, {"390", "397(1)", "409"}),
        ({"state": "poor"}, {"397(3)", "405(1)"}),
        ({"state": ["severe"], "province": "houaphanh"}, {"390", "397(1)", "397(2)"}),
        ({"kind": "stake"}, {"425/1", "425/2", "425/3"}),
        ({"kind": "gate", "province": "xiangkhouang"}, {"nam-can"}),
        ({"q": "397"}, {"397(1)", "397(2)", "397(3)"}),
        ({"q": "mốc số 397(2)"}, {"397(2)"}),
        ({"q": "425/1"}, {"425/1"}),
        ({"q": "405(1), 409"}, {"405(1)", "409"}),
        ({"q": "nam can", "kind": "gate"}, {"nam-can"}),
        ({"q": "Nậm Cắn", "kind": "gate"}, {"nam-can"}),
        ({"q": "Nậm Táy", "kind": "gate"}, {"thong-thu"}),
        ({"q": "Hua Phăn", "damaged": "true"}, {"390", "397(1)", "397(2)", "397(3)"}),
        ({"q": "tà cạ", "kind": "marker"}, {"408", "409"}),
        ({"section": "397(2)-405(1)", "damaged": "true"}, {"397(2)", "397(3)", "405(1)"}),
        ({"section": "425–425/3", "kind": "stake"}, {"425/1", "425/2", "425/3"}),
        ({"unit": "xa-ta-ca-cu", "kind": "marker", "damaged": "true"}, {"409"}),
        ({"bbox": "104.04,19.42,104.05,19.43"}, {"409"}),
        ({"standing": "retired"}, set()),
        ({"q": "không đâu cả"}, set()),
    ],
)
def test_each_filter(client: TestClient, params: dict[str, Any], expected: set[str]) -> None:
    assert set(numbers(get(client, FEATURES, as_of=MID_2024, **params))) == expected


def test_overdue_goes_with_the_day(client: TestClient) -> None:
    visited = set(numbers(get(client, FEATURES, as_of="2020-01-05", overdue="false", q="423")))
    assert visited == {"423"}
    assert set(numbers(get(client, FEATURES, as_of="2020-01-07", overdue="true"))) == {"423", "424"}
    assert set(numbers(get(client, FEATURES, as_of="2020-01-07", state="overdue"))) == {"423", "424"}


def test_as_of_and_known_at(client: TestClient) -> None:
    assert numbers(get(client, FEATURES, as_of="2017-12-31", damaged="true")) == []
    assert numbers(get(client, FEATURES, as_of="2018-06-30", damaged="true")) == ["390"]
    assert numbers(get(client, FEATURES, as_of=MID_2024, known_at="2023-12-31", damaged="true")) == []
    known = get(client, FEATURES, as_of=MID_2024, known_at="2024-01-01T00:00:00+07:00", damaged="true")
    assert len(known["features"]) == 7


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"provence": "houaphanh"}, "provence"),
        ({"province": "atlantis"}, "province.0"),
        ({"kind": "castle"}, "kind.0"),
        ({"state": "fine"}, "state.0"),
        ({"responsible_side": "US"}, "responsible_side.0"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"as_of": "2024-02-30"}, "as_of"),
        ({"known_at": "2024-06-30T10:00:00"}, "known_at"),
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "105,19,104,20"}, "bbox"),
        ({"bbox": "nan,nan,nan,nan"}, "bbox"),
        ({"bbox": "19,104,20,105"}, "bbox"),
        ({"section": "405-397"}, "section"),
        ({"section": "here"}, "section"),
        ({"q": "397(9)"}, "q"),
        ({"q": "\x00"}, "q"),
        ({"unit": "\x00"}, "unit.0"),
        ({"damaged": "maybe"}, "damaged"),
        ({"lang": "fr"}, "lang"),
    ],
)
def test_what_cannot_be_asked_names_the_field(client: TestClient, params: dict[str, str], field: str) -> None:
    reply = client.get(FEATURES, params=params)
    assert refused(reply, field)["code"] in {"invalid-input", "not-a-marker-number"}


@pytest.mark.parametrize("path", [FEATURES, f"{FEATURES}/409", f"{FEATURES}/409/history"])
def test_an_unknown_parameter_is_refused(client: TestClient, path: str) -> None:
    refused(client.get(path, params={"asof": MID_2024}), "asof")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("409", "409"),
        ("397(2)", "397(2)"),
        ("mốc số 397(2)", "397(2)"),
        ("397（2）", "397(2)"),
        ("425/1", "425/1"),
        ("cọc dấu 425/1", "425/1"),
    ],
)
def test_a_feature_by_its_number_as_people_write_it(client: TestClient, written: str, number: str) -> None:
    for path in (quote(written, safe=""), quote(written, safe="/()")):
        shown = get(client, f"{FEATURES}/{path}")
        assert shown["properties"]["number"] == number
        history = get(client, f"{FEATURES}/{path}/history")
        assert history["feature"] == number
        assert get(client, f"{FEATURES}/{path}/positions")[0]["method"] == "schematic"
        assert isinstance(get(client, f"{FEATURES}/{path}/duties"), list)


def test_a_stake_and_a_marker_with_a_slash_and_brackets(client: TestClient) -> None:
    sent = {"id": str(uuid4()), "kind": "stake", "number": "425/1(2)"}
    assert client.post(FEATURES, json=sent).status_code == 201
    for path in ("425/1(2)", "425%2F1(2)", "425%2F1%282%29"):
        assert get(client, f"{FEATURES}/{path}")["properties"]["number"] == "425/1(2)"
        assert get(client, f"{FEATURES}/{path}/history")["feature"] == "425/1(2)"
        assert client.get(f"/features/{path}").status_code == 200


@pytest.mark.parametrize("path", ["425/1", "425%2F1", "409", "397(2)", "nam-can"])
def test_its_page_has_the_same_address(client: TestClient, path: str) -> None:
    assert client.get(f"/features/{path}").status_code == 200
    assert client.get(f"/features/{path}/positions/new").status_code == 200


def test_a_feature_by_code_and_by_id(client: TestClient) -> None:
    gate = get(client, f"{FEATURES}/nam-can")
    assert gate["properties"]["names"]["vi"] == "Nậm Cắn – Nậm Cắn"
    assert get(client, f"{FEATURES}/{gate['id']}") == gate
    assert get(client, f"{FEATURES}/NAM-CAN") == gate


@pytest.mark.parametrize("address", ["998", "nowhere", "018f3c52-6f0e-7c1a-9a53-3f1f0c8e2bff", "1", "409/99"])
def test_what_is_not_in_the_register(client: TestClient, address: str) -> None:
    for path in (f"{FEATURES}/{address}", f"{FEATURES}/{address}/history"):
        reply = client.get(path)
        assert reply.status_code == 404
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json()["code"] == "not-found"


@pytest.mark.parametrize("address", ["397(9)", "1000", "425/100"])
def test_what_cannot_be_a_number(client: TestClient, address: str) -> None:
    reply = client.get(f"{FEATURES}/{address}")
    assert reply.status_code == 422
    assert reply.json()["code"] == "not-a-marker-number"


def test_an_address_with_a_sign_that_no_text_has(client: TestClient) -> None:
    for path in ("/api/v1/features/%00", "/features/%00", "/api/v1/features/a%00b/history"):
        assert client.get(path).status_code == 404


def test_the_history_of_390(client: TestClient) -> None:
    history = get(client, f"{FEATURES}/390/history", as_of=MID_2024)
    told = [(entry["what"], entry["on"], entry["mark"]) for entry in history["entries"]]
    assert ("inspection", "2018", "sourced") in told
    assert ("duty", "2024", "sourced") in told
    assert ("position", None, "inferred") in told
    (smashed,) = [entry for entry in history["entries"] if entry["what"] == "inspection"]
    assert smashed["source_id"] == "ct-doi-ngoai-2024"
    assert smashed["details"]["onset"] is True
    early = get(client, f"{FEATURES}/390/history", as_of=MID_2024, known_at="2023-06-30")
    assert [entry["what"] for entry in early["entries"]] == ["position"]


def test_the_card_is_read_as_it_was_registered(client: TestClient) -> None:
    history = get(client, f"{FEATURES}/405(1)/history")
    card = history["card"]
    assert (card["grade"], card["multiplicity"], card["material"]) == ("large", "double", "đá hoa cương")
    assert (card["elevation_m"], card["stands_on"], card["mark"]) == (1001.87, "VN", "sourced")
    assert history["gate"] is None


def test_the_class_of_a_gate_is_read_as_of_a_day(client: TestClient) -> None:
    now, before, unknown = (
        get(client, f"{FEATURES}/nam-can/history", **dates)["gate"]
        for dates in ({}, {"as_of": "2002-06-30"}, {"as_of": "1980-01-01"})
    )
    assert [(one["aspect"], one["side"], one["value"], one["since"]) for one in now] == [
        ("class", "PAIR", "international", "2003-01")
    ]
    assert [(one["value"], one["since"]) for one in before] == [("main", "1990")]
    assert unknown == []


def test_a_duty_is_assigned_replaced_and_kept(client: TestClient) -> None:
    sent = {
        "id": str(uuid4()),
        "side": "BOTH",
        "valid_from": "2026-01-01",
        "legal_basis": "Biên bản 01/2026",
        "stated_by": "Sở Ngoại vụ",
    }
    conflict = client.post(f"{FEATURES}/409/duties", json=sent)
    assert conflict.status_code == 409
    assert conflict.json()["code"] == "duty-in-force"
    made = client.post(f"{FEATURES}/409/duties", json=sent | {"replaces": True})
    assert made.status_code == 201, made.text
    shown = [
        (one["side"], one["valid_from"], one["valid_to"])
        for one in get(client, f"{FEATURES}/409/duties")
        if one["known_to"] is None
    ]
    assert shown == [("LA", "2024-01-01", "2026-01-01"), ("BOTH", "2026-01-01", None)]
    for on, side in (("2025-12-31", "LA"), ("2026-01-01", "BOTH")):
        assert get(client, f"{FEATURES}/409", as_of=on)["properties"]["responsible_side"] == side


def test_a_position_moves_the_point_and_is_no_longer_schematic(client: TestClient) -> None:
    sent = {
        "id": str(uuid4()),
        "system": "EPSG:9208",
        "x": "426279.5",
        "y": "2147650.0",
        "method": "gnss",
        "accuracy_m": 0.5,
    }
    made = client.post(f"{FEATURES}/409/positions", json=sent)
    assert made.status_code == 201, made.text
    assert (made.json()["x"], made.json()["operation"]) == ("426279.5", "EPSG:6960")
    shown = get(client, f"{FEATURES}/409")
    assert shown["properties"]["schematic"] is False
    assert shown["geometry"]["coordinates"] == pytest.approx([made.json()["lon"], made.json()["lat"]])


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("positions", {"system": "hanoi1972"}, "system"),
        ("positions", {"accuracy_m": -1}, "accuracy_m"),
        ("positions", {"colour": "red"}, "colour"),
        ("decisions", {}, "side"),
        ("events", {"event": "eaten"}, "event"),
        ("duties", {"legal_basis": ""}, "legal_basis"),
        ("duties", {"legal_basis": "a\x00b"}, "legal_basis"),
    ],
)
def test_what_is_refused_names_the_field(
    client: TestClient, path: str, body: dict[str, Any], field: str
) -> None:
    sound: dict[str, dict[str, Any]] = {
        "positions": {
            "id": str(uuid4()),
            "system": "wgs84",
            "x": "104",
            "y": "19.4",
            "method": "gnss",
            "accuracy_m": 1,
        },
        "decisions": {},
        "events": {"occurred_on": "2025-01-01"},
        "duties": {"id": str(uuid4()), "side": "VN", "valid_from": "2026-01-01", "stated_by": "–"},
    }
    refused(client.post(f"{FEATURES}/409/{path}", json=sound[path] | body), field)


@pytest.mark.parametrize("number", ["Infinity", "NaN", "1e999"])
def test_what_is_no_number_of_metres(client: TestClient, number: str) -> None:
    body = json.dumps(
        {"id": str(uuid4()), "system": "wgs84", "x": "104", "y": "19.4", "method": "gnss", "accuracy_m": 0}
    ).replace('"accuracy_m": 0', f'"accuracy_m": {number}')
    reply = client.post(
        f"{FEATURES}/409/positions", content=body, headers={"content-type": "application/json"}
    )
    refused(reply, "accuracy_m")


def test_events_and_decisions(client: TestClient) -> None:
    told = client.post(f"{FEATURES}/406/events", json={"event": "lost", "occurred_on": "2026-01-01"})
    assert told.status_code == 201, told.text
    lost = next(one for one in get(client, FEATURES)["features"] if one["properties"]["number"] == "406")
    told_of = {name: lost["properties"][name] for name in ("standing", "state", "damaged", "since")}
    assert told_of == {"standing": "lost", "state": "not_found", "damaged": True, "since": "2026-01-01"}
    report = get(client, "/api/v1/reports/repair-status", province="xiangkhouang")
    assert "406" in [item["number"] for item in report["items"]]
    retired = client.post(f"{FEATURES}/407/events", json={"event": "retired", "occurred_on": "2026-01-01"})
    assert retired.status_code == 201, retired.text
    assert "407" not in numbers(get(client, FEATURES))
    assert "406" in numbers(get(client, FEATURES, standing="lost"))
    assert "406" in numbers(get(client, FEATURES, as_of="2025-12-31"))
    decided = client.post(
        f"{FEATURES}/nam-can/decisions",
        json={
            "side": "VN",
            "aspect": "status",
            "value": "suspended",
            "from_on": "2026-01-01",
            "decision_ref": "QĐ 1",
        },
    )
    assert decided.status_code == 201, decided.text
    entries = get(client, f"{FEATURES}/nam-can/history")["entries"]
    assert entries[0]["details"]["value"] == "suspended"


def test_a_path_that_is_none(client: TestClient) -> None:
    reply = client.get("/api/v1/nothing")
    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"
    assert client.delete(FEATURES).status_code == 405
    assert client.delete(FEATURES).json()["code"] == "method-not-allowed"


@pytest.mark.parametrize("as_of", ["2024", "0.5", "20240630", "1715740200", "2024-06-30T00:00:00"])
def test_a_day_is_written_in_full(client: TestClient, as_of: str) -> None:
    """A bare number is no day; read as seconds after 1970 it would silently answer for another."""
    refused(client.get(FEATURES, params={"as_of": as_of}), "as_of")
    if "T" not in as_of:
        refused(client.get(FEATURES, params={"known_at": as_of}), "known_at")


def test_gates_keep_their_order_when_everything_is_derived_anew(client: TestClient, founded: Session) -> None:
    before = client.get(FEATURES).content
    gates = select(Feature.id).where(Feature.kind == "gate").order_by(Feature.code.desc())
    for gate in founded.scalars(gates).all():
        rebuild(founded, feature_ids=[gate])
    founded.commit()
    assert client.get(FEATURES).content == before


def test_a_visit_is_dated_as_finely_as_its_source_does(client: TestClient) -> None:
    assert get(client, f"{FEATURES}/425")["properties"]["last_visit_on"] == "2024-05"


def test_a_position_far_from_the_line_is_kept_but_not_shown(
    client: TestClient,
) -> None:
    held = get(client, f"{FEATURES}/409")["geometry"]
    body = {
        "id": "018f3c52-6f0e-7c1a-9a53-3f1f0c8e2b77",
        "system": "wgs84",
        "figures": "18.67N 105.69E",
        "method": "gnss",
        "accuracy_m": 1,
    }
    stated = client.post(f"{FEATURES}/409/positions", json=body)
    assert stated.status_code == 201, stated.text
    assert stated.json()["warnings"]
    assert get(client, f"{FEATURES}/409")["geometry"] == held
    assert len(client.get(f"{FEATURES}/409/positions").json()) == 2
