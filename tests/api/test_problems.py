"""Errors as RFC 9457 has them: stable codes, fields named, the reader's language; the program's health."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from borderops.app import DERIVE, make_app
from borderops.core.database import Database
from tests.conftest import Databases
from tests.people import TESTER

INSPECTIONS = "/api/v1/inspections"
WRONG: dict[str, Any] = {
    "id": "x",
    "feature": "",
    "observed_at": "2024-05-15T09:30:00",
    "device_at": "soon",
    "finding": "eaten",
    "components": {"body": "bad", "nose": "good"},
    "position_offset_m": -1,
    "gps": {"lon": 200, "lat": "north", "accuracy_m": -1},
    "notes": 5,
    "colour": "red",
}
FIELDS = {
    "id",
    "feature",
    "observed_at",
    "device_at",
    "finding",
    "components.body",
    "components.nose",
    "position_offset_m",
    "gps.lon",
    "gps.lat",
    "gps.accuracy_m",
    "notes",
    "colour",
}


@pytest.mark.parametrize("query", ["as_of=soon", "kind=tower"])
def test_a_single_problem_is_told_as_it_is(client: TestClient, query: str) -> None:
    problem = client.get(f"/api/v1/features?{query}&lang=en").json()
    (one,) = problem["errors"]
    assert problem["detail"] == one["detail"]


@pytest.mark.parametrize("language", ["vi", "lo", "en"])
def test_every_wrong_field_is_named_once_in_the_readers_language(client: TestClient, language: str) -> None:
    reply = client.post(INSPECTIONS, json=WRONG, params={"lang": language})
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert problem.keys() == {"type", "title", "status", "code", "detail", "errors"}
    assert problem["code"] == "invalid-input"
    assert problem["type"] == "about:blank"
    fields = [one["field"] for one in problem["errors"]]
    assert len(fields) == len(set(fields))
    assert set(fields) == FIELDS
    english = client.post(INSPECTIONS, json=WRONG, params={"lang": "en"}).json()
    if language != "en":
        assert problem["title"] != english["title"]
        same = {one["field"]: one["detail"] for one in english["errors"]}
        untranslated = [one for one in problem["errors"] if one["detail"] == same[one["field"]]]
        assert untranslated == []


def test_the_language_of_the_browser_counts(client: TestClient) -> None:
    titles = {
        client.get("/api/v1/features/998", headers={"accept-language": asked}).json()["title"]
        for asked in ("vi-VN,vi;q=0.9", "lo", "en-GB")
    }
    assert len(titles) == 3


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", "body"),
        (b"", "body"),
        (b"[]", "body"),
        (b'"x"', "body"),
        (b"\xff\xfe", "body"),
        (b"null", "body"),
    ],
)
def test_what_is_no_json_object(client: TestClient, body: bytes, field: str) -> None:
    reply = client.post(INSPECTIONS, content=body, headers={"content-type": "application/json"})
    assert reply.status_code in {400, 422}
    assert reply.headers["content-type"] == "application/problem+json"
    if reply.status_code == 422:
        assert [one["field"] for one in reply.json()["errors"]] == [field]


@pytest.mark.parametrize("known_at", ["2024-06-30T10:00:00", "soon", "2024-02-30"])
def test_a_moment_that_is_none_is_one_problem(client: TestClient, known_at: str) -> None:
    problem = client.get("/api/v1/features", params={"known_at": known_at}).json()
    assert [one["field"] for one in problem["errors"]] == ["known_at"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"components": {}}, "components"),
        ({"finding": "not_visited", "components": {}}, "notes"),
        ({"position": "moved"}, "position_offset_m"),
        ({"observed_at": "2999-01-01T00:00:00Z"}, "observed_at"),
        ({"observed_at": "0001-01-01T00:00:00+14:00"}, "observed_at"),
        ({"observed_at": "9999-12-31T23:59:59-12:00"}, "observed_at"),
        ({"device_at": "9999-12-31T23:59:59-12:00"}, "device_at"),
        ({"unit": "atlantis"}, "unit"),
        ({"source": "hearsay"}, "source"),
        ({"observer": "a\x00b"}, "observer"),
    ],
)
@pytest.mark.parametrize("language", ["vi", "lo", "en"])
def test_what_the_rules_refuse_is_named_too(
    client: TestClient, change: dict[str, Any], field: str, language: str
) -> None:
    sound = {
        "id": str(uuid4()),
        "feature": "409",
        "observed_at": "2026-01-05T09:30:00+07:00",
        "finding": "seen",
        "components": {"body": "good"},
    }
    reply = client.post(INSPECTIONS, json=sound | change, params={"lang": language})
    assert reply.status_code == 422, reply.text
    told = reply.json()["errors"]
    assert field in [one["field"] for one in told]
    assert all(one["code"] in {"incomplete-inspection", "invalid-input"} for one in told)
    if language != "en":
        english = client.post(INSPECTIONS, json=sound | change, params={"lang": "en"}).json()["errors"]
        assert [one["detail"] for one in told] != [one["detail"] for one in english]


def test_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}


@pytest.fixture
def bare(databases: Databases, tmp_path: Path) -> Iterator[TestClient]:
    """The program on a database that was never migrated."""
    with databases.copy("template0") as name:
        database = Database(databases.app(name), derive=DERIVE)
        app = make_app(sessions=database.sessions, engine=database.engine, home=tmp_path)
        with TestClient(app, base_url="http://127.0.0.1") as client:
            yield client
        database.close()


def test_alive_but_not_ready_without_tables(bare: TestClient) -> None:
    assert bare.get("/healthz").status_code == 200
    reply = bare.get("/readyz")
    assert reply.status_code == 503
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["code"] == "not-migrated"


def test_alive_but_not_ready_without_a_database(databases: Databases, tmp_path: Path) -> None:
    database = Database(databases.app("nowhere"), derive=DERIVE)
    app = make_app(sessions=database.sessions, engine=database.engine, home=tmp_path)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert client.get("/healthz").status_code == 200
        client.cookies.update(TESTER.cookies)
        for path in ("/readyz", "/api/v1/features"):
            reply = client.get(path)
            assert reply.status_code == 503
            assert reply.json()["code"] == "unavailable"
        assert client.get("/features").status_code == 503
    database.close()


def test_nobody_writes_a_line_of_the_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """What is typed into an address is told as what it is: it cannot begin a line of its own."""
    with caplog.at_level("INFO", logger="borderops"):
        client.get("/api/v1/features/x%0A2026-01-01 ERROR forged%1B[2J")
    (told,) = [record.getMessage() for record in caplog.records if "forged" in record.getMessage()]
    assert told.isprintable()
    assert "\\x0a2026-01-01" in told
