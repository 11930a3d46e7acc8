"""Events as auditors read them, and reads that are events."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from borderops.audit.heads import HeadFile
from borderops.audit.models import Event
from borderops.audit.rules import BULK_FEATURES, chain_hash
from borderops.audit.verification import VerificationFile, verify_chain
from borderops.audit.walk import Harm
from borderops.core.clock import now
from tests.people import PEOPLE

EVENTS = "/api/v1/events"


def told(client: TestClient, **asked: Any) -> Any:
    reply = client.get(EVENTS, params=asked)
    assert reply.status_code == 200, reply.text
    return reply.json()


def inspect(client: TestClient, feature: str, note: str = "thử") -> None:
    sent = {
        "id": str(uuid4()),
        "feature": feature,
        "observed_at": "2024-06-01T09:00:00+07:00",
        "finding": "not_visited",
        "notes": note,
    }
    reply = client.post("/api/v1/inspections", json=sent)
    assert reply.status_code == 201, reply.text


def reads(session: Session, name: str) -> list[Any]:
    session.expire_all()
    return list(session.scalars(select(Event).where(Event.action == f"read_{name}").order_by(Event.seq)))


def test_an_event_says_who_in_which_role_from_where(client: TestClient) -> None:
    inspect(client, "405(1)")
    page = told(client, action="record_inspection", limit=1)
    (event,) = page["events"]
    assert event["actor"] == "tester"
    assert set(event["roles"]) == {"specialist", "commander", "administrator", "auditor"}
    assert event["origin"]
    assert event["account_id"]
    assert event["after"]["notes"] == "thử"
    assert event["hash"] == chain_hash(event["previous"], event["body"])


def test_events_are_narrowed_and_paged(client: TestClient) -> None:
    for number in range(3):
        inspect(client, "405(1)", f"no. {number}")
    inspect(client, "409")
    subject = told(client, action="record_inspection")["events"][1]["subject_id"]
    page = told(client, subject_kind="feature", subject_id=subject, action="record_inspection", limit=2)
    assert page["total"] == 3
    assert [event["after"]["notes"] for event in page["events"]] == ["no. 2", "no. 1"]
    rest = told(client, subject_id=subject, action="record_inspection", limit=2, offset=2)
    assert [event["after"]["notes"] for event in rest["events"]] == ["no. 0"]
    assert told(client, actor="nobody-like-that")["total"] == 0
    assert told(client, until="2020-01-01")["total"] == 0
    assert told(client, since="2020-01-01")["total"] == told(client)["total"]


@pytest.mark.parametrize(
    "asked", [{"since": "soon"}, {"limit": "0"}, {"limit": "501"}, {"who": "x"}, {"actor": "\0"}]
)
def test_what_cannot_be_asked(client: TestClient, asked: dict[str, str]) -> None:
    assert client.get(EVENTS, params=asked).status_code == 422


def test_the_page_shows_them(client: TestClient) -> None:
    inspect(client, "405(1)")
    page = client.get("/events", params={"subject": "405(1)", "action": "record_inspection", "lang": "en"})
    assert page.status_code == 200
    assert "Recorded an inspection" in page.text
    assert "tester" in page.text
    assert client.get("/events?since=soon&page=x&action=%00").status_code == 200
    assert "soon" in client.get("/events?since=soon").text


@pytest.mark.parametrize("path", ["/events", EVENTS, f"{EVENTS}/chain"])
def test_only_auditors_read_them(client: TestClient, path: str) -> None:
    client.cookies.clear()
    for login, person in PEOPLE.items():
        status = client.get(path, headers=person.headers).status_code
        roles = {role.value for role, _unit in person.roles}
        assert (status == 200) == ("auditor" in roles), login


def test_the_last_verification_is_told(client: TestClient, founded: Session, tmp_path: Path) -> None:
    assert client.get(f"{EVENTS}/chain").json()["verification"] is None
    inspect(client, "405(1)")
    found = verify_chain(founded, heads=HeadFile(tmp_path), now=now())
    assert found.is_whole
    VerificationFile(tmp_path).keep(found)
    chain = client.get(f"{EVENTS}/chain").json()
    assert (chain["verification"]["whole"], chain["verification"]["hash"]) == (True, chain["head"]["hash"])
    assert chain["head"]["hash"] in client.get("/events").text

    (tmp_path / "audit" / "head.json").unlink()
    VerificationFile(tmp_path).keep(verify_chain(founded, heads=HeadFile(tmp_path), now=now()))
    chain = client.get(f"{EVENTS}/chain").json()["verification"]
    assert [one["harm"] for one in chain["findings"]] == [Harm.HEAD_MISSING]
    assert "There is no signed head" in client.get("/events?lang=en").text


def test_exports_are_events(client: TestClient, founded: Session) -> None:
    assert client.get("/features.csv?damaged=yes&q=%00").status_code == 200
    (event,) = reads(founded, "features_sheet")
    assert (event.actor, event.after["question"]["damaged"]) == ("tester", ["yes"])
    assert client.get("/reports/repair-status/houaphanh/sheet.csv?as_of=2024-06-30").status_code == 200
    (event,) = reads(founded, "report_sheet")
    assert (event.subject_id, event.after["features"]) == ("repair-status/houaphanh", 4)
    assert client.get("/reports/repair-status/houaphanh/signed.zip").status_code == 200
    assert len(reads(founded, "report_bundle")) == 1


def test_positions_in_bulk_are_told_once_a_minute(client: TestClient, founded: Session) -> None:
    for _each in range(5):
        assert len(client.get("/api/v1/features").json()["features"]) >= BULK_FEATURES
    assert client.get("/api/v1/features?bbox=100,10,110,30").status_code == 200
    events = reads(founded, "features_bulk")
    assert len(events) in {1, 2}  # the minute may have turned
    assert events[0].after["question"] == {}
    assert events[0].after["features"] >= BULK_FEATURES
    assert events[0].after["times"] == 1
    client.get("/api/v1/features?kind=marker&kind=stake&kind=gate")
    assert len(reads(founded, "features_bulk")) > len(events)


def test_few_positions_are_ordinary_work(client: TestClient, founded: Session) -> None:
    assert client.get("/api/v1/features?province=houaphanh&damaged=true").status_code == 200
    assert client.get("/api/v1/features/405(1)").status_code == 200
    assert client.get("/reports").status_code == 200
    assert [
        event.action for event in founded.scalars(select(Event)) if event.action.startswith("read_")
    ] == []


def test_what_was_counted_is_told_when_the_program_ends(client: TestClient, founded: Session) -> None:
    for _each in range(5):
        client.get("/api/v1/features")
    client.app.state.reads.close()  # type: ignore[attr-defined]
    assert sum(event.after["times"] for event in reads(founded, "features_bulk")) == 5


def test_reports_print_the_head_of_the_chain_as_it_was_known(client: TestClient) -> None:
    path = "/api/v1/reports/repair-status"
    asked = {"province": "houaphanh", "as_of": "2024-06-30"}
    first = client.get(path, params=asked).json()
    inspect(client, "409")
    later = client.get(path, params=asked).json()
    assert first["audit_head"]["seq"] < later["audit_head"]["seq"]
    again = client.get(path, params={**asked, "known_at": first["known_at"]}).json()
    assert again["audit_head"] == first["audit_head"]
    head = later["audit_head"]
    page = client.get("/reports/repair-status/houaphanh?as_of=2024-06-30").text
    assert head["hash"] in page
    sheet = client.get("/reports/repair-status/houaphanh/sheet.csv?as_of=2024-06-30").text
    assert f"{head['seq']}:{head['hash']}" in sheet
