"""Recording over HTTP: sent twice it is held once, and what follows from it is there at once."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from PIL import Image
from starlette.testclient import TestClient

from tests.conftest import Databases, serving
from tests.people import TESTER

INSPECTIONS = "/api/v1/inspections"


def inspection(**told: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "feature": "405(2)",
        "observed_at": "2026-01-05T09:30:00+07:00",
        "finding": "seen",
        "position": "in_place",
        "components": {"body": "good", "foundation": "poor"},
        "cause": "flood",
        "urgency": "soon",
        "action": "repair",
        "observer": "Đồn Biên phòng Nậm Cắn",
        "gps": {"lon": 104.0839, "lat": 19.4789, "accuracy_m": 6.5},
        **told,
    }


def image(kind: str = "PNG", colour: str = "red") -> bytes:
    target = BytesIO()
    Image.new("RGB", (640, 320), colour).save(target, kind)
    return target.getvalue()


def test_what_was_seen_changes_the_register_and_the_report(client: TestClient) -> None:
    report = {"province": "xiangkhouang", "as_of": "2026-01-06"}
    before = client.get("/api/v1/reports/repair-status", params=report).json()
    assert "405(2)" not in [item["number"] for item in before["items"]]
    made = client.post(INSPECTIONS, json=inspection())
    assert made.status_code == 201, made.text
    receipt = made.json()
    assert receipt["created"] is True
    assert receipt["inspection"]["feature"] == "405(2)"
    assert receipt["inspection"]["observed"] == "2026-01-05"
    feature = client.get("/api/v1/features/405(2)", params={"as_of": "2026-01-06"}).json()["properties"]
    assert (feature["state"], feature["since"], feature["cause"]) == ("poor", "2026-01-05", "flood")
    after = client.get("/api/v1/reports/repair-status", params=report).json()
    assert "405(2)" in [item["number"] for item in after["items"]]
    day_before = client.get("/api/v1/features/405(2)", params={"as_of": "2026-01-04"}).json()["properties"]
    assert day_before["state"] != "poor"


def test_sent_twice_it_is_held_once(client: TestClient) -> None:
    sent = inspection()
    first = client.post(INSPECTIONS, json=sent)
    again = client.post(INSPECTIONS, json=sent | {"device_at": "2026-01-05T03:00:00Z"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["created"] is False
    assert again.json()["inspection"] == first.json()["inspection"]
    assert client.get(f"{INSPECTIONS}/{sent['id']}").json() == first.json()["inspection"]


@pytest.mark.parametrize(
    "change",
    [{"feature": "405(1)"}, {"components": {"body": "severe"}}, {"notes": "khác"}, {"gps": None}],
)
def test_an_id_stands_for_one_record(client: TestClient, change: dict[str, Any]) -> None:
    sent = inspection()
    first = client.post(INSPECTIONS, json=sent).json()
    other = client.post(INSPECTIONS, json=sent | change)
    assert other.status_code == 409
    assert other.json()["code"] == "sent-differently"
    assert client.get(f"{INSPECTIONS}/{sent['id']}").json() == first["inspection"]


def test_a_correction_takes_its_place_and_the_first_stays_readable(client: TestClient) -> None:
    wrong = inspection()
    client.post(INSPECTIONS, json=wrong)
    right = inspection(components={"body": "good"}, corrects=wrong["id"], correction_reason="nhầm mốc")
    assert client.post(INSPECTIONS, json=right).status_code == 201
    assert (
        client.get("/api/v1/features/405(2)", params={"as_of": "2026-01-06"}).json()["properties"]["state"]
        == "good"
    )
    assert client.get(f"{INSPECTIONS}/{wrong['id']}").json()["corrected_by"] == right["id"]
    second = inspection(corrects=wrong["id"], correction_reason="nhầm lần nữa")
    refused = client.post(INSPECTIONS, json=second)
    assert (refused.status_code, refused.json()["code"]) == (409, "already-corrected")
    history = client.get("/api/v1/features/405(2)/history", headers=TESTER.headers).json()["entries"]
    superseded = {entry["id"]: entry["superseded"] for entry in history if entry["what"] == "inspection"}
    assert superseded == {wrong["id"]: True, right["id"]: False}


def test_a_correction_of_another_features_record_is_refused(client: TestClient) -> None:
    wrong = inspection()
    client.post(INSPECTIONS, json=wrong)
    other = inspection(feature="405(1)", corrects=wrong["id"], correction_reason="nhầm")
    refused = client.post(INSPECTIONS, json=other)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "corrects"


def test_an_observer_far_away_is_remarked_upon(client: TestClient) -> None:
    far = inspection(gps={"lon": 105.9, "lat": 18.6, "accuracy_m": 80})
    warnings = client.post(INSPECTIONS, json=far, params={"lang": "en"}).json()["warnings"]
    assert any("km from where" in warning for warning in warnings)
    assert any("80 m" in warning for warning in warnings)


def test_an_unknown_feature(client: TestClient) -> None:
    reply = client.post(INSPECTIONS, json=inspection(feature="998"))
    assert (reply.status_code, reply.json()["code"]) == (404, "not-found")
    reply = client.post(INSPECTIONS, json=inspection(feature="397(9)"))
    assert (reply.status_code, reply.json()["code"]) == (422, "not-a-marker-number")
    assert client.get(f"{INSPECTIONS}/{uuid4()}").status_code == 404


def upload(client: TestClient, inspection_id: str, photo_id: str, content: bytes, **more: str) -> Any:
    return client.post(
        f"{INSPECTIONS}/{inspection_id}/photos",
        data={"id": photo_id, **more},
        files={"photo": ("a.png", content, "image/png")},
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_photo_is_kept_once_and_given_back_as_it_was(client: TestClient, tmp_path: Path, kind: str) -> None:
    sent = inspection()
    client.post(INSPECTIONS, json=sent)
    photo_id, content = str(uuid4()), image(kind)
    first = upload(client, sent["id"], photo_id, content, caption="Chân mốc")
    assert first.status_code == 201, first.text
    assert (first.json()["width_px"], first.json()["height_px"]) == (640, 320)
    again = upload(client, sent["id"], photo_id, content, caption="Chân mốc")
    assert again.json() == first.json()
    held = client.get(f"{INSPECTIONS}/{sent['id']}").json()["photos"]
    assert [photo["id"] for photo in held] == [photo_id]
    full = client.get(f"/api/v1/photos/{photo_id}")
    assert full.content == content
    assert full.headers["content-type"] == f"image/{kind.lower()}"
    assert full.headers["x-content-type-options"] == "nosniff"
    small = client.get(f"/api/v1/photos/{photo_id}", params={"size": "preview"})
    assert small.headers["content-type"] == "image/jpeg"
    assert max(Image.open(BytesIO(small.content)).size) == 480
    assert len([path for path in (tmp_path / "files").rglob("*") if path.is_file()]) == 1


def test_a_photos_id_stands_for_one_photo(client: TestClient) -> None:
    sent = inspection()
    client.post(INSPECTIONS, json=sent)
    photo_id = str(uuid4())
    upload(client, sent["id"], photo_id, image())
    other = upload(client, sent["id"], photo_id, image(colour="blue"))
    assert (other.status_code, other.json()["code"]) == (409, "sent-differently")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not an image",
        image()[:200],
        image("GIF"),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        image("BMP"),
    ],
    ids=["empty", "text", "half", "gif", "svg", "bmp"],
)
def test_what_is_no_photo_is_refused(client: TestClient, content: bytes) -> None:
    sent = inspection()
    client.post(INSPECTIONS, json=sent)
    reply = upload(client, sent["id"], str(uuid4()), content)
    assert (reply.status_code, reply.json()["code"]) == (422, "not-a-photo")
    assert reply.json()["errors"][0]["field"] == "photo"
    assert client.get(f"{INSPECTIONS}/{sent['id']}").json()["photos"] == []


def test_a_photo_of_nothing(client: TestClient) -> None:
    assert upload(client, str(uuid4()), str(uuid4()), image()).status_code == 404
    assert client.get(f"/api/v1/photos/{uuid4()}").status_code == 404


def test_a_photo_that_the_data_folder_lost(client: TestClient, tmp_path: Path) -> None:
    sent, photo_id = inspection(), str(uuid4())
    client.post(INSPECTIONS, json=sent)
    upload(client, sent["id"], photo_id, image())
    for path in (tmp_path / "files").rglob("*"):
        if path.is_file():
            path.unlink()
    reply = client.get(f"/api/v1/photos/{photo_id}")
    assert (reply.status_code, reply.json()["code"]) == (503, "unavailable")


def test_destroyed_needs_a_photo_and_a_second_observer(client: TestClient) -> None:
    def state() -> str:
        shown = client.get("/api/v1/features/405(2)", params={"as_of": "2026-01-10"}).json()
        return str(shown["properties"]["state"])

    first = inspection(finding="destroyed", components={}, position=None, observer="A")
    client.post(INSPECTIONS, json=first)
    assert state() == "reported_destroyed"
    upload(client, first["id"], str(uuid4()), image())
    assert state() == "reported_destroyed"
    second = inspection(
        finding="destroyed",
        components={},
        position=None,
        observer="B",
        observed_at="2026-01-06T09:30:00+07:00",
    )
    client.post(INSPECTIONS, json=second)
    assert state() == "destroyed"


def test_a_renumbered_feature_takes_records_under_either_number(client: TestClient) -> None:
    event = {"event": "renumbered", "occurred_on": "2025-12-01", "number": "406(1)"}
    assert client.post("/api/v1/features/406/events", json=event).status_code == 201
    for number in ("406", "406(1)"):
        assert client.post(INSPECTIONS, json=inspection(feature=number)).status_code == 201


@pytest.fixture(scope="module")
def address(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on a database of its own, for several senders at once."""
    with serving(databases, tmp_path_factory.mktemp("home")) as address:
        yield address


def test_sent_many_times_at_once_it_is_held_once(address: str) -> None:
    sent = inspection()
    at_once = threading.Barrier(6)

    def send() -> int:
        with httpx2.Client(base_url=address, headers=TESTER.headers) as sender:
            at_once.wait(30)
            return sender.post(INSPECTIONS, json=sent).status_code

    with ThreadPoolExecutor(6) as pool:
        codes = sorted(future.result() for future in [pool.submit(send) for _ in range(6)])
    assert codes == [200] * 5 + [201]
    history = httpx2.get(f"{address}/api/v1/features/405(2)/history", headers=TESTER.headers).json()
    assert [entry["id"] for entry in history["entries"] if entry["what"] == "inspection"] == [sent["id"]]


def test_many_officers_at_one_feature_at_once(address: str) -> None:
    parts = ["body", "lettering", "base", "foundation", "yard", "surroundings"]
    at_once = threading.Barrier(len(parts))

    def send(part: str) -> int:
        with httpx2.Client(base_url=address, headers=TESTER.headers) as sender:
            at_once.wait(30)
            sent = inspection(feature="408", components={part: "fair"})
            return sender.post(INSPECTIONS, json=sent).status_code

    with ThreadPoolExecutor(len(parts)) as pool:
        assert list(pool.map(send, parts)) == [201] * len(parts)
    shown = httpx2.get(f"{address}/api/v1/features/408", headers=TESTER.headers).json()["properties"]
    assert shown["components"] == dict.fromkeys(parts, "fair")
