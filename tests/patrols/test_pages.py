"""The pages of patrols: every form, in three languages, and what the other side is shown."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from borderops.boundary.queries import get_line
from borderops.core.clock import now, today
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.patrols.queries import get_patrol, list_patrols
from borderops.patrols.rules import PatrolState
from tests.patrols.making import drafted, gpx_along, under_way


def typed(**changes: str) -> dict[str, str]:
    start = today(now()) + timedelta(days=3)
    return {
        "id": str(uuid4()),
        "kind": "joint",
        "level": "post",
        "unit": "don-na-ngoi",
        "other_unit": "dai-doi-222",
        "starts_on": start.isoformat(),
        "ends_on": (start + timedelta(days=1)).isoformat(),
        "sections": "420–421\n421-422",
        "team1_side": "VN",
        "team1_unit": "don-na-ngoi",
        "team1_leader": "Thiếu tá A",
        "team1_strength": "8",
        "team2_side": "LA",
        "team2_unit": "dai-doi-222",
        "team2_leader": "ຮ້ອຍເອກ ບ",
        "team2_strength": "6",
        "meeting_point": "Mốc 420",
        "radio_every_hours": "2,5",
        "camps": "19.33, 104.05 Suối Thơm",
        **changes,
    }


def location(reply: object) -> str:
    return str(reply.headers["location"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["vi", "lo", "en"])
def test_every_page_is_drawn(client: TestClient, founded: Session, language: str) -> None:
    held, walking = drafted(founded), under_way(founded)
    for path in (
        "/patrols",
        "/patrols?year=2026&quarter=1",
        "/patrols/new",
        "/patrols/duty",
        "/patrols/coverage",
        "/patrols/coverage?unit=don-na-ngoi&section=420–422&side=BOTH",
        f"/patrols/{held.id}",
        f"/patrols/{held.id}/plan",
        f"/patrols/{walking.id}",
        f"/map/patrol/{held.id}",
        "/map/patrol-coverage",
    ):
        reply = client.get(path, params={"lang": language} if "?" not in path else None)
        assert reply.status_code == 200, path
        assert "style=" not in reply.text, f"{path} has a style that the policy refuses"


def test_a_plan_is_typed_proposed_and_its_letter_entered(client: TestClient, founded: Session) -> None:
    reply = client.post("/patrols/new", data=typed(), follow_redirects=False)
    assert reply.status_code == 303
    page = location(reply).partition("?")[0]
    (held,) = list_patrols(founded, viewer=LOCAL_OPERATOR)
    assert [str(section) for section in held.plan.sections] == ["420–421", "421–422"]
    assert [team.key for team in held.plan.teams] == ["vn-1", "la-1"]
    assert held.plan.camps[0].name == "Suối Thơm"
    assert held.plan.radio_every_hours == 2.5
    changed = typed(team1_key="vn-1", team2_key="la-1", objectives="Phát quang", sections="420-422")
    reply = client.post(f"{page}/plan", data=changed, follow_redirects=False)
    assert reply.status_code == 303
    assert (
        client.post(f"{page}/propose", data={"parts": ["tasks"]}, follow_redirects=False).status_code == 303
    )
    reply = client.post(f"{page}/letter", data={"answer": "agreed"})
    assert reply.status_code == 422
    answer = {
        "answer": "counter_proposed",
        "reference": "Công văn 7",
        "meeting_point": "421",
        "note": "mưa",
    }
    assert client.post(f"{page}/letter", data=answer, follow_redirects=False).status_code == 303
    assert "Công văn 7" in client.get(page).text
    assert client.post(f"{page}/accept", follow_redirects=False).status_code == 303
    assert client.post(f"{page}/approve", follow_redirects=False).status_code == 303
    reply = client.post(f"{page}/cancel", data={"reason": ""})
    assert reply.status_code == 422
    held = get_patrol(founded, viewer=LOCAL_OPERATOR, patrol_id=held.id)
    assert (held.state, held.plan.meeting_point) == (PatrolState.APPROVED, "421")


def test_a_step_that_is_closed_is_told_in_the_reader_s_words(client: TestClient, founded: Session) -> None:
    held = drafted(founded)
    page = f"/patrols/{held.id}"
    assert client.post(f"{page}/cancel", data={"reason": "mưa"}, follow_redirects=False).status_code == 303
    again = client.post(f"{page}/cancel?lang=vi", data={"reason": "mưa"})
    assert again.status_code == 409
    assert "cancelled&#34;" not in again.text
    assert "Đã hủy" in again.text


def test_a_wrong_form_comes_back_with_what_was_typed(client: TestClient, founded: Session) -> None:
    wrong = typed(starts_on="soon", sections="9999999", team1_strength="many", camps="nowhere")
    reply = client.post("/patrols/new?lang=en", data=wrong)
    assert reply.status_code == 422
    assert "Thiếu tá A" in reply.text
    assert "is no camp" in reply.text
    assert list_patrols(founded, viewer=LOCAL_OPERATOR) == []


def test_what_is_brought_back_is_recorded_on_the_page(client: TestClient, founded: Session) -> None:
    held = under_way(founded)
    page = f"/patrols/{held.id}"
    section = held.plan.sections[0]
    assert section.from_m is not None
    assert section.to_m is not None
    track = gpx_along(get_line(founded, viewer=LOCAL_OPERATOR), section.from_m, section.to_m)
    reply = client.post(
        f"{page}/track?lang=en",
        data={"id": str(uuid4()), "sides": ["VN"]},
        files={"track": ("a.gpx", track, "application/gpx+xml")},
    )
    assert reply.status_code == 200
    assert "km of the line" in reply.text
    reply = client.post(
        f"{page}/track?lang=en",
        data={"id": str(uuid4()), "sides": ["VN"]},
        files={"track": ("a.gpx", b"<gpx><trk>", "application/gpx+xml")},
    )
    assert reply.status_code == 422
    assert "line 1" in reply.text
    work = {
        "id": str(uuid4()),
        "task": "clear",
        "where": "420–421",
        "done_on": "2026-03-10",
        "amount": "120,5",
    }
    assert client.post(f"{page}/work", data=work, follow_redirects=False).status_code == 303
    radio = {"id": str(uuid4()), "heard_at": "2199-01-01T00:00", "near": "421"}
    reply = client.post(f"{page}/radio?lang=en", data=radio)
    assert reply.status_code == 422
    assert '<a href="#heard_at">' in reply.text
    assert 'name="near" autocomplete="off" value="421"' in reply.text
    wrong = {"id": str(uuid4()), "happened_at": "2026-03-11T16:00", "present_vn": "tám", "cut_short": "yes"}
    reply = client.post(f"{page}/end?lang=en", data=wrong)
    assert reply.status_code == 422
    assert '<a href="#present_vn">' in reply.text
    assert 'value="tám"' in reply.text
    assert 'name="cut_short" value="yes" checked' in reply.text
    assert 'value="2026-03-11T16:00"' in reply.text
    walk = {"id": str(uuid4()), "walked": "421–422", "walked_on": "2026-03-10", "sides": ["VN"]}
    assert client.post(f"{page}/walk", data=walk, follow_redirects=False).status_code == 303
    end = {"id": str(uuid4()), "present_vn": "8", "notes": "an toàn", "next_starts_on": "2026-12-24"}
    assert client.post(f"{page}/end", data=end, follow_redirects=False).status_code == 303
    states = {one.state for one in list_patrols(founded, viewer=LOCAL_OPERATOR)}
    assert states == {PatrolState.DONE, PatrolState.DRAFTED}
    shown = client.get(f"{page}?lang=en").text
    assert "120.5 m²" in shown
    found = re.search(r'name="subject_id" value="([^"]+)"', shown)
    assert found is not None
    reply = client.post(
        f"{page}/withdraw",
        data={"subject_kind": "track", "subject_id": found[1], "reason": "nhầm"},
        follow_redirects=False,
    )
    assert reply.status_code == 303
    assert "nhầm" in client.get(page).text


def test_the_duty_officer_sees_who_is_late(client: TestClient, founded: Session) -> None:
    held = under_way(founded)
    late = client.get("/patrols/duty?lang=en").text
    assert held.code in late
    assert "Not heard of since" in late
    heard = {"id": str(uuid4()), "near": "421"}
    assert client.post(f"/patrols/{held.id}/radio", data=heard, follow_redirects=False).status_code == 303
    assert "Not heard of since" not in client.get("/patrols/duty?lang=en").text
