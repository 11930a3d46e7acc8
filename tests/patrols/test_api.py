"""Patrols over HTTP, for programs."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from borderops.audit.models import Event
from borderops.boundary.queries import get_line
from borderops.core.viewer import LOCAL_OPERATOR
from tests.patrols.making import a_plan, drafted, gpx_along, under_way

PATROLS = "/api/v1/patrols"


def sent(**changes: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "kind": "joint",
        "unit": "don-na-ngoi",
        "other_unit": "dai-doi-222",
        "plan": a_plan().model_dump(mode="json", exclude_none=True),
        **changes,
    }


def test_from_a_draft_to_approval(
    client: TestClient, signed_in_as: Callable[[str], TestClient], founded: Session
) -> None:
    body = sent()
    made = client.post(PATROLS, json=body)
    assert made.status_code == 201, made.text
    assert client.post(PATROLS, json=body).json()["code"] == made.json()["code"]
    patrol = f"{PATROLS}/{body['id']}"
    plan = made.json()["plan"] | {"meeting_point": "421"}
    assert client.post(f"{patrol}/plan", json={"plan": plan}).json()["plan_version"] == 2
    assert client.post(f"{patrol}/proposal", json={"parts": ["teams"]}).json()["state"] == "proposed"
    counterpart = signed_in_as("lao-specialist-xk")
    given = counterpart.get(patrol).json()
    assert given["given"]
    assert "supplies" not in given["plan"]
    assert given["plan"]["teams"]
    assert counterpart.post(f"{patrol}/plan", json={"plan": plan}).status_code == 403
    assert counterpart.get(f"{PATROLS}/coverage").status_code == 403
    agreed = counterpart.post(f"{patrol}/answer", json={"answer": "agreed"})
    assert agreed.json()["state"] == "agreed"
    again = counterpart.post(f"{patrol}/answer", json={"answer": "agreed"})
    assert (again.status_code, again.json()["code"]) == (409, "patrol-not-now")
    for login in ("lao-specialist-hp", "officer"):
        assert signed_in_as(login).get(patrol).status_code == 404
        assert signed_in_as(login).get(PATROLS).json() == []
    ours = signed_in_as("tester")
    assert ours.post(f"{patrol}/approval").json()["state"] == "approved"
    assert [one["code"] for one in ours.get(PATROLS, params={"state": "approved"}).json()] == [
        made.json()["code"]
    ]


def test_a_track_and_the_coverage_that_follows(client: TestClient, founded: Session) -> None:
    held = under_way(founded)
    section = held.plan.sections[0]
    assert section.from_m is not None
    assert section.to_m is not None
    track = gpx_along(get_line(founded, viewer=LOCAL_OPERATOR), section.from_m, section.to_m)
    asked = {"as_of": "2026-03-31", "section": "420–422", "side": "VN"}
    before = client.get(f"{PATROLS}/coverage", params=asked).json()
    reply = client.post(
        f"{PATROLS}/{held.id}/tracks",
        data={"id": str(uuid4()), "sides": ["VN"]},
        files={"track": ("t.gpx", track)},
    )
    assert reply.status_code == 201, reply.text
    after = client.get(f"{PATROLS}/coverage", params=asked).json()
    assert before["walked_m"] == 0
    assert after["walked_m"] == pytest.approx(section.to_m - section.from_m, abs=5)
    assert after["gaps"] == []
    assert client.get(f"{PATROLS}/coverage", params={**asked, "side": "LA"}).json()["walked_m"] == 0
    (watch,) = client.get(f"{PATROLS}/under-way").json()
    assert watch["late_minutes"] > 0
    bad = client.post(
        f"{PATROLS}/{held.id}/tracks",
        data={"id": str(uuid4()), "sides": ["VN"]},
        files={"track": ("t.gpx", b"<gpx>")},
    )
    assert (bad.status_code, bad.json()["code"]) == (422, "not-gpx")


@pytest.mark.parametrize("ending", ["plan.geojson", "plan.gpx", "plan.kml", "plan.gpkg", "sheet.pdf"])
def test_documents_are_given_to_those_who_take_part(
    client: TestClient, signed_in_as: Callable[[str], TestClient], founded: Session, ending: str
) -> None:
    held = drafted(founded)
    reply = client.get(f"{PATROLS}/{held.id}/{ending}")
    assert reply.status_code == 200
    assert len(reply.content) > 300
    assert signed_in_as("lao-officer-xk").get(f"{PATROLS}/{held.id}/{ending}").status_code == 404


@pytest.mark.parametrize("ending", ["plan.gpx", "plan.kml", "plan.gpkg", "sheet.pdf"])
def test_a_plan_taken_out_as_a_file_is_an_event(client: TestClient, founded: Session, ending: str) -> None:
    held = drafted(founded)
    assert client.get(f"{PATROLS}/{held.id}/{ending}").status_code == 200
    asked = select(Event.after).where(Event.action == "read_patrol_file", Event.subject_id == str(held.id))
    assert founded.scalars(asked).all() == [{"question": {"file": ending}}]


def test_the_other_side_gets_documents_of_what_was_given(
    client: TestClient, signed_in_as: Callable[[str], TestClient], founded: Session
) -> None:
    held = drafted(founded)
    client.post(f"{PATROLS}/{held.id}/proposal", json={"parts": []})
    told = signed_in_as("lao-officer-xk").get(f"{PATROLS}/{held.id}/plan.geojson").json()
    places = [one for one in told["features"] if one["geometry"]["type"] == "Point"]
    assert places == [], "nothing of the register was shared with the other side"
    assert [one["properties"]["what"] for one in told["features"]] == ["section"]
    sheet = client.get(f"{PATROLS}/{held.id}/sheet.pdf")
    assert sheet.headers["content-type"] == "application/pdf"


def test_both_sides_walk_together_in_what_is_proposed(client: TestClient, founded: Session) -> None:
    body = sent()
    body["plan"] |= {"sections": [{"first": "405", "last": "409"}], "meeting_point": "407"}
    vietnamese, lao = body["plan"]["teams"]
    body["plan"]["teams"] = [{**vietnamese, "party": 1, "start": "406"}, {**lao, "party": 1, "start": "408"}]
    assert client.post(PATROLS, json=body).status_code == 201
    runs = f"{PATROLS}/{body['id']}/runs"
    begun = client.post(runs, json={"seconds": 1, "metres_an_hour": 4000, "back_by": "16:30"})
    assert begun.status_code == 202, begun.text
    result = client.get(f"{runs}/{begun.json()['id']}").json()["result"]
    (meeting,) = result["meetings"]
    assert [one["team"] for one in meeting["teams"]] == ["vn", "la"]
    visits = [stop for stop in result["stops"] if stop["kind"] == "visit"]
    assert visits
    assert all(sorted([stop["team"], *stop["together"]]) == ["la", "vn"] for stop in visits)
    assert max(stop["at"] for stop in result["stops"]) <= "16:30:00"
    adopted = client.post(f"{runs}/{begun.json()['id']}/adoption").json()["plan"]
    assert [hours["back_by"] for hours in adopted["hours"]] == ["16:30:00", "16:30:00"]
    lines = client.get(f"{PATROLS}/{body['id']}/plan.geojson").json()["features"]
    sides = {one["properties"]["side"] for one in lines if one["properties"]["what"] == "way"}
    assert sides == {"BOTH", "VN", "LA"}
    alone = {**body, "plan": {**body["plan"], "teams": [{**vietnamese, "party": 1}]}, "id": str(uuid4())}
    assert client.post(PATROLS, json=alone).status_code == 422
