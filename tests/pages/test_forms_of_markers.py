"""The forms for a position, a duty, a decision on a gate, and an event."""

import re
from html import unescape
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from borderops.markers.rules import GateClass, GateStatus


def position(**changes: str) -> dict[str, str]:
    return {
        "id": str(uuid4()),
        "system": "wgs84",
        "figures": "19.47866, 104.08396",
        "method": "handheld",
        "accuracy_m": "6",
        "measured_on": "2026-01-15",
        **changes,
    }


def duty(**changes: str) -> dict[str, str]:
    return {
        "id": str(uuid4()),
        "side": "BOTH",
        "valid_from": "2026-01-01",
        "legal_basis": "Biên bản 2026",
        "stated_by": "Sở Ngoại vụ",
        **changes,
    }


def test_a_measured_position_takes_the_place_of_the_schematic_one(client: TestClient) -> None:
    page = unescape(client.post("/features/405(1)/positions/new?lang=en", data=position()).text)
    assert "The position is recorded." in page
    assert "Handheld GPS, ±6 m" in page
    assert "nobody measured it" not in page
    assert "Schematic, ±1.5 km" in page.split('id="history"')[1]


def test_a_decimal_may_have_a_comma(client: TestClient) -> None:
    page = unescape(
        client.post("/features/405(1)/positions/new?lang=vi", data=position(accuracy_m="2,5")).text
    )
    assert "±2,5 m" in page


def test_swapped_axes_are_taken_with_a_warning(client: TestClient) -> None:
    sent = position(figures="")
    del sent["figures"]
    page = client.post(
        "/features/405(1)/positions/new?lang=en", data={**sent, "x": "19.47866", "y": "104.08396"}
    ).text
    assert "look swapped" in page


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"accuracy_m": "-1"}, "accuracy_m", "0 or more"),
        ({"accuracy_m": "near"}, "accuracy_m", "Give a number."),
        ({"system": "hanoi1972"}, "system", "refused"),
        ({"system": ""}, "system", "This is needed: Coordinate system."),
        ({"method": "guess"}, "method", "Choose one of these."),
        ({"measured_on": "15/1/2026"}, "measured_on", "Give a date"),
        ({"measured_on": "2999-01-01"}, "measured_on", "lies in the future"),
        ({"figures": "here"}, "figures", ""),
    ],
)
def test_a_wrong_position_is_told_at_its_field(
    client: TestClient, changes: dict[str, str], field: str, text: str
) -> None:
    reply = client.post("/features/405(1)/positions/new?lang=en", data=position(**changes))
    assert reply.status_code == 422
    assert f'id="{field}-error"' in reply.text
    assert text in unescape(reply.text)
    if "figures" not in changes:
        assert "19.47866, 104.08396" in reply.text


def test_a_duty_is_not_replaced_by_accident(client: TestClient) -> None:
    reply = client.post("/features/409/duties/new?lang=en", data=duty())
    assert reply.status_code == 409
    assert 'id="valid_from-error"' in reply.text
    assert "Biên bản 2026" in reply.text
    page = unescape(client.post("/features/409/duties/new?lang=en", data=duty(replaces="true")).text)
    assert "The duty is assigned." in page
    assert "duty-both" in page
    assert "replaced by a later statement" in page
    then = client.get("/features/409?as_of=2025-12-31&lang=en").text
    assert "duty-la" in then


GATE_FORM = "/features/nam-can/decisions/new?lang=en"


def test_a_decision_that_cannot_be_is_refused(client: TestClient) -> None:
    sent = {
        "side": "LA",
        "aspect": "status",
        "status_value": "main",
        "from_on": "2026-01-01",
        "decision_ref": "12/NQ",
    }
    reply = client.post(GATE_FORM, data=sent)
    assert reply.status_code == 422
    assert 'id="status-value-error"' in reply.text
    page = client.post(GATE_FORM, data={**sent, "status_value": "suspended"}).text
    assert "The decision is recorded." in page
    assert "Suspended" in page
    assert client.get("/features/409/decisions/new?lang=en").status_code == 422


def test_a_class_and_a_status_of_a_gate_are_chosen_apart(client: TestClient) -> None:
    form = client.get(GATE_FORM).text
    classes, statuses = (
        set(
            re.findall(
                r'<option value="(\w+)"', form.partition(f'name="{name}"')[2].partition("</select>")[0]
            )
        )
        for name in ("class_value", "status_value")
    )
    assert classes == {one.value for one in GateClass}
    assert statuses == {one.value for one in GateStatus}
    sent = {"side": "VN", "aspect": "class", "from_on": "2026-01-01", "decision_ref": "12/NQ"}
    missing = client.post(GATE_FORM, data={**sent, "status_value": "suspended"})
    assert missing.status_code == 422
    assert 'id="class-value-error"' in missing.text
    both = {**sent, "status_value": "suspended", "class_value": "main"}
    assert "The decision is recorded." in client.post(GATE_FORM, data=both).text


def test_a_renumbered_marker_is_found_by_its_old_number(client: TestClient) -> None:
    sent = {"event": "renumbered", "occurred_on": "2026-01-10", "precision": "day", "number": "409/1"}
    page = client.post("/features/409/events/new?lang=en", data=sent)
    assert page.status_code == 200
    assert "409/1" in page.text
    assert (
        str(client.get("/features/409?lang=en").url).split("?", maxsplit=1)[0]
        != "http://127.0.0.1/features/409"
    )
    assert "First number" in client.get("/features/409/1?lang=en").text
