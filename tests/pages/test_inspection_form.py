"""The inspection form: what it takes, what it refuses and where it says so, and that nothing is doubled."""

import io
import re
from html import unescape
from uuid import UUID, uuid4

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from borderops.inspections.models import Inspection, Photo

FORM = "/features/405(1)/inspections/new"


def entries(**changes: str) -> dict[str, str]:
    """A form as a phone sends it."""
    return {
        "id": str(uuid4()),
        "observed_at": "2026-01-15T09:30",
        "finding": "seen",
        "all_good": "yes",
        "part_foundation": "severe",
        "position": "in_place",
        "cause": "flood",
        "urgency": "soon",
        "notes": "Nước xói chân mốc",
        "occasion": "inspection",
        "observer": "Nguyễn Văn A",
        **changes,
    }


def photo() -> bytes:
    """A small JPEG."""
    target = io.BytesIO()
    Image.new("RGB", (64, 48), (40, 90, 60)).save(target, "JPEG")
    return target.getvalue()


def count(session: Session, model: type[Inspection] | type[Photo]) -> int:
    session.expire_all()
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_recording_changes_the_feature(client: TestClient, founded: Session) -> None:
    sent = entries()
    reply = client.post(FORM, data=sent, follow_redirects=False)
    assert reply.status_code == 303
    assert reply.headers["location"] == f"/features/405(1)?recorded={sent['id']}"
    page = client.get(reply.headers["location"] + "&lang=en").text
    assert "Recorded. The register, its map and its reports have changed with it." in page
    assert f'data-recorded="{sent["id"]}"' in page
    assert 'data-state="severe"' in page
    assert "Recorded. The register" not in client.get("/features/405(1)?lang=en").text
    held = founded.get_one(Inspection, UUID(sent["id"]))
    assert held.components["foundation"] == "severe"
    assert held.components["body"] == "good"
    assert len(held.components) == 7


def test_sending_twice_records_once(client: TestClient, founded: Session) -> None:
    before = count(founded, Inspection), count(founded, Photo)
    sent = entries()
    for _ in range(2):
        reply = client.post(
            FORM, data=sent, files={"photos": ("a.jpg", photo(), "image/jpeg")}, follow_redirects=False
        )
        assert reply.status_code == 303
    assert (count(founded, Inspection), count(founded, Photo)) == (before[0] + 1, before[1] + 1)
    assert "had arrived before" in client.get(reply.headers["location"] + "&lang=en").text


def test_other_content_under_the_same_id_is_refused_and_kept(client: TestClient, founded: Session) -> None:
    sent = entries()
    client.post(FORM, data=sent, follow_redirects=False)
    before = count(founded, Inspection)
    reply = client.post(FORM + "?lang=en", data={**sent, "notes": "Khác"}, follow_redirects=False)
    assert reply.status_code == 409
    assert "Khác" in reply.text
    assert f'value="{sent["id"]}"' not in reply.text
    assert count(founded, Inspection) == before


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"finding": ""}, "finding", "Say whether you saw it."),
        ({"finding": "eaten"}, "finding", "none of the choices"),
        ({"all_good": "", "part_foundation": ""}, "components", "at least one part"),
        (
            {"finding": "not_visited", "all_good": "", "part_foundation": "", "notes": ""},
            "notes",
            "why it was not",
        ),
        ({"finding": "not_found"}, "components", "only be judged when"),
        ({"position": "moved"}, "position_offset_m", "measured offset"),
        ({"position_offset_m": "far"}, "position_offset_m", "is not a number"),
        ({"observed_at": ""}, "observed_at", "Give the day and time"),
        ({"observed_at": "2999-01-01T00:00"}, "observed_at", "lies in the future"),
        ({"lat": "19.5"}, "gps", "longitude, latitude and accuracy"),
        ({"lat": "190", "lon": "104", "accuracy_m": "5"}, "gps", "is not a number from -90 to 90"),
        (
            {"lat": "19", "lon": "104", "accuracy_m": "-1"},
            "gps",
            '"-1" is not a number from 0 to 1,000,000.',
        ),
        ({"unit": "nobody"}, "unit", "There is no unit"),
        ({"part_body": "rotten"}, "components", "none of the choices"),
    ],
)  # fmt: skip
def test_errors_stand_at_their_field_and_nothing_typed_is_lost(
    client: TestClient, founded: Session, changes: dict[str, str], field: str, text: str
) -> None:
    before = count(founded, Inspection)
    sent = entries(**{"notes": "Nước xói <chân> mốc", **changes})
    reply = client.post(FORM + "?lang=en", data=sent)
    assert reply.status_code == 422
    assert f'href="#{field}"' in reply.text
    assert f'id="{field}-error"' in reply.text
    assert text in unescape(reply.text)
    assert f'value="{sent["id"]}"' in reply.text
    assert "&lt;chân&gt;" in reply.text or not sent["notes"]
    assert count(founded, Inspection) == before
    if sent.get("part_foundation") == "severe":
        assert re.search(r'name="part_foundation" value="severe" checked', reply.text)


def test_several_problems_are_told_together(client: TestClient) -> None:
    reply = client.post(FORM + "?lang=en", data=entries(finding="", observed_at="", lat="x"))
    assert "3 entries need correcting" in reply.text


def test_a_file_that_is_no_photo_records_nothing(client: TestClient, founded: Session) -> None:
    before = count(founded, Inspection)
    reply = client.post(
        FORM + "?lang=en", data=entries(), files={"photos": ("a.jpg", b"not a photo", "image/jpeg")}
    )
    assert reply.status_code == 422
    assert 'id="photo-error"' in reply.text
    assert count(founded, Inspection) == before


def test_photos_are_shown_with_the_inspection(client: TestClient) -> None:
    sent = entries()
    reply = client.post(FORM, data=sent, files={"photos": ("a.jpg", photo(), "image/jpeg")})
    preview = re.search(r'<img src="([^"]+size=preview[^"]*)"', reply.text)
    assert preview is not None
    assert client.get(unescape(preview[1])).headers["content-type"] == "image/jpeg"


def test_warnings_are_shown_after_recording(client: TestClient) -> None:
    sent = entries(lat="18.0", lon="105.0", accuracy_m="80")
    page = client.post(FORM + "?lang=en", data=sent).text
    assert "only good to 80 m" in page
    assert "check the number" in page


def test_a_correction_takes_the_place_of_the_earlier_record(client: TestClient) -> None:
    first = entries()
    client.post(FORM, data=first)
    form = client.get(f"{FORM}?corrects={first['id']}&lang=en").text
    assert 'name="part_foundation" value="severe" checked' in form
    assert "Nước xói chân mốc" in form
    second = entries(corrects=first["id"], part_foundation="good")
    assert 'id="correction_reason-error"' in client.post(FORM + "?lang=en", data=second).text
    page = client.post(FORM + "?lang=en", data={**second, "correction_reason": "Nhầm mốc"}).text
    assert 'data-state="good"' in page
    assert "No longer holds: corrected by a later record." in page
    assert "Nhầm mốc" in page
    old = client.get(f"/inspections/{first['id']}?lang=en").text
    assert f"/inspections/{second['id']}" in old
    assert "Correct this record" not in old


def test_the_number_leads_to_the_form(client: TestClient) -> None:
    for text in ("405(1)", "mốc 405 (1)"):
        reply = client.get("/inspections/new", params={"feature": text}, follow_redirects=False)
        assert reply.headers["location"].endswith("/features/405(1)/inspections/new")
    page = client.get("/inspections/new?feature=397&lang=en").text
    assert page.count("/inspections/new") >= 3
    assert "Nothing in the register is called" in unescape(
        client.get("/inspections/new?feature=999&lang=en").text
    )
    assert "cannot stand in brackets" in unescape(client.get("/inspections/new?feature=397(9)&lang=en").text)
