"""What the other side sees through the program: nothing at first, then exactly what was decided."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from borderops.audit.models import Event
from borderops.core.clock import today
from borderops.core.database import work_for
from borderops.core.elevation import as_system
from borderops.core.viewer import LOCAL_OPERATOR, OWN
from borderops.markers.actions import state_position
from borderops.markers.models import FeatureShare
from borderops.markers.queries import get_feature
from borderops.markers.schemas import PositionIn
from borderops.register.derivation import rebuild
from borderops.register.disclosure_rules import COARSE, snapped
from borderops.register.models import FeaturePeriod
from tests.scope.conftest import COUNTERPART, NOW, OTHER_COUNTERPART

SpeakFor = Callable[[str], TestClient]

RULE: dict[str, Any] = {
    "audience": "xiangkhouang",
    "parts": ["condition", "duty", "coordinates"],
    "fineness_m": 1000,
    "decided_by": "Sở Ngoại vụ",
    "legal_basis": "Biên bản 2026",
}

#: What 405(1) was measured at; only the square of it may reach the other side.
MEASURED = (104.0839123, 19.4786456)


def disclose(client: TestClient, **more: Any) -> str:
    reply = client.post("/api/v1/disclosures", json={"id": str(uuid4()), **RULE, **more})
    assert reply.status_code == 201, reply.text
    return str(reply.json()["id"])


def codes(client: TestClient, query: str = "") -> set[str]:
    reply = client.get(f"/api/v1/features{query}")
    assert reply.status_code == 200
    return {feature["properties"]["code"] for feature in reply.json()["features"]}


def photo_with_place() -> bytes:
    """A photo whose camera wrote down where it stood."""
    image = Image.new("RGB", (1600, 1200), "olive")
    exif = image.getexif()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (19.0, 28.0, 43.0)
    target = BytesIO()
    image.save(target, "JPEG", exif=exif)
    return target.getvalue()


@pytest.fixture
def measured(founded: Session) -> Session:
    """405(1) with a position good to three metres, which no source has."""
    feature = get_feature(founded, viewer=LOCAL_OPERATOR, address="405(1)")
    lon, lat = MEASURED
    sent = PositionIn(id=uuid4(), x=str(lon), y=str(lat), system="wgs84", method="gnss", accuracy_m=3)
    state_position(founded, viewer=LOCAL_OPERATOR, feature=feature, sent=sent, now=NOW)
    founded.commit()
    return founded


@pytest.fixture
def shared(measured: Session, signed_in_as: SpeakFor) -> Iterator[str]:
    """The id of the rule that shares with Xiangkhouang; `signed_in_as` speaks for whom you like then."""
    yield disclose(signed_in_as("specialist"))
    del measured


PAGES = ("/", "/features", "/map", "/reports/repair-status/xiangkhouang")


@pytest.mark.parametrize("person", ["lao-officer-xk", "lao-specialist-hp"])
def test_nothing_is_shared_by_default(signed_in_as: SpeakFor, person: str) -> None:
    client = signed_in_as(person)
    assert codes(client) == set()
    assert client.get("/api/v1/features/405(1)").status_code == 404
    assert client.get("/features/405(1)").status_code == 404
    for address in PAGES:
        page = client.get(address)
        assert page.status_code == 200, address
        assert "/features/405(1)" not in page.text
    place = client.get("/api/v1/line/place", params={"figures": "19.47, 104.08"}).json()
    assert place["before"] is None
    assert place["after"] is None


def test_a_rule_shares_its_province_and_nothing_else(shared: str, signed_in_as: SpeakFor) -> None:
    ours = signed_in_as("specialist")
    theirs = codes(ours, "?province=xiangkhouang")
    assert shared
    assert codes(signed_in_as("lao-officer-xk")) == theirs
    assert "405(1)" in theirs
    assert codes(signed_in_as("lao-officer-hp")) == set()
    assert signed_in_as("lao-officer-xk").get("/features/385").status_code == 404


def test_no_place_finer_than_was_decided_leaves_the_program(shared: str, signed_in_as: SpeakFor) -> None:
    """Not in any reply, page, sheet or report; and nothing of our own units."""
    assert shared
    client = signed_in_as("lao-specialist-xk")
    replies = {
        address: client.get(address)
        for address in (
            "/api/v1/features",
            "/api/v1/features/405(1)",
            "/api/v1/reports/repair-status?province=xiangkhouang",
            "/features/405(1)",
            "/features.csv",
            "/map",
            "/map/feature/405(1)",
            *PAGES,
        )
    }
    for address, reply in replies.items():
        assert reply.status_code == 200, address
        for figure in ("104.0839", "19.4786", "104.084", "19.479"):
            assert figure not in reply.text, (address, figure)
    feature = replies["/api/v1/features/405(1)"].json()
    assert feature["geometry"]["coordinates"] == list(snapped(*MEASURED, fineness_m=1000))
    told = feature["properties"]
    assert (told["method"], told["accuracy_m"]) == (COARSE, 1000)
    assert "chainage_km" not in told
    assert "commune" not in told
    for address in ("/api/v1/features", "/api/v1/features/405(1)", "/features.csv"):
        assert "don-nam-can" not in replies[address].text
        assert "Đồn Biên phòng" not in replies[address].text


def test_what_history_our_own_side_has_stays_ours(shared: str, signed_in_as: SpeakFor) -> None:
    assert shared
    client = signed_in_as("lao-specialist-xk")
    for address in ("/api/v1/features/405(1)/history", "/api/v1/features/405(1)/positions"):
        assert client.get(address).status_code == 403
    page = client.get("/features/405(1)").text
    assert "gnss" not in page.lower()
    assert 'id="history"' not in page


def test_what_changed_when_is_shared_where_that_was_decided(
    measured: Session, signed_in_as: SpeakFor
) -> None:
    assert measured
    history = {"feature": "397(1)", "audience": "houaphanh", "fineness_m": None, "valid_from": "2018-01-01"}
    disclose(signed_in_as("specialist"), parts=["condition"], **history)
    assert 'id="history"' not in signed_in_as("lao-officer-hp").get("/features/397(1)").text
    disclose(signed_in_as("specialist"), parts=["history"], **history)
    client = signed_in_as("lao-officer-hp")
    page = client.get("/features/397(1)").text
    assert 'id="history"' in page
    days = page.split('id="history"')[1]
    assert "2018-01-01" in days
    assert days.count("happened-head") > 1
    early = client.get("/features/397(1)?as_of=2018-01-01").text
    assert early.split('id="history"')[1].count("happened-head") == 1


def test_the_counts_are_those_of_what_is_shared(shared: str, signed_in_as: SpeakFor) -> None:
    assert shared
    client = signed_in_as("lao-officer-xk")
    report = client.get("/api/v1/reports/repair-status?province=xiangkhouang").json()
    assert sum(report["totals"].values()) == len(codes(client))
    assert {item["number"] for item in report["items"]} <= codes(client, "?damaged=true") | {"405(1)"}


def test_a_part_that_is_not_shared_is_withheld_on_every_page(
    measured: Session, signed_in_as: SpeakFor
) -> None:
    assert measured
    disclose(signed_in_as("specialist"), parts=["coordinates"], fineness_m=10000)
    client = signed_in_as("lao-officer-xk")
    for feature in client.get("/api/v1/features").json()["features"]:
        told = feature["properties"]
        assert (told["state"], told["responsible_side"]) == ("withheld", "WITHHELD")
        assert {"since", "cause", "components", "last_visit_on"} & told.keys() == set()
    for address in (*PAGES, "/features/405(1)"):
        assert client.get(address).status_code == 200, address


def test_a_day_to_come_is_not_seen_before(measured: Session, signed_in_as: SpeakFor) -> None:
    assert measured
    later = today(NOW) + timedelta(days=30)
    disclose(signed_in_as("specialist"), valid_from=later.isoformat())
    client = signed_in_as("lao-officer-xk")
    assert codes(client) == set()
    assert codes(client, f"?as_of={later}") == set()


def test_earlier_days_are_shared_where_that_was_decided(measured: Session, signed_in_as: SpeakFor) -> None:
    assert measured
    client = signed_in_as("specialist")
    disclose(client, valid_from="2024-01-01", valid_to="2024-07-01", feature="409")
    client = signed_in_as("lao-officer-xk")
    assert codes(client) == set()
    assert codes(client, "?as_of=2024-06-30") == {"409"}
    assert codes(client, "?as_of=2023-12-31") == set()


def test_what_is_taken_back_is_seen_no_more_and_stays_on_record(
    shared: str, founded: Session, signed_in_as: SpeakFor
) -> None:
    client = signed_in_as("specialist")
    reply = client.post(f"/api/v1/disclosures/{shared}/end", json={"reason": "Hết hạn"})
    assert reply.status_code == 200
    assert reply.json()["ended_at"]
    assert codes(signed_in_as("lao-officer-xk")) == set()
    client = signed_in_as("specialist")
    assert client.get("/api/v1/disclosures").json() == []
    assert [one["id"] for one in client.get("/api/v1/disclosures?ended=true").json()] == [shared]
    work_for(founded, LOCAL_OPERATOR)
    told = founded.scalars(
        select(Event.action).where(Event.subject_kind == "disclosure", Event.subject_id == shared)
    ).all()
    assert sorted(told) == ["disclose", "end_disclosure"]


@pytest.mark.parametrize("person", ["officer", "commander", "auditor", "administrator", "lao-specialist-xk"])
def test_only_specialists_decide(signed_in_as: SpeakFor, person: str) -> None:
    client = signed_in_as(person)
    assert client.get("/disclosures").status_code == 403
    assert client.get("/api/v1/disclosures").status_code == 403
    reply = client.post("/api/v1/disclosures", json={"id": str(uuid4()), **RULE})
    assert reply.status_code == 403


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"fineness_m": None}, "fineness_m"),
        ({"parts": ["condition"]}, "fineness_m"),
        ({"feature": "405(1)", "kind": "marker"}, "feature"),
        ({"damaged_only": True, "parts": ["duty"], "fineness_m": None}, "parts"),
        ({"valid_from": "2026-01-02", "valid_to": "2026-01-02"}, "valid_to"),
    ],
)
def test_what_cannot_be_decided(signed_in_as: SpeakFor, more: dict[str, Any], field: str) -> None:
    reply = signed_in_as("specialist").post("/api/v1/disclosures", json={"id": str(uuid4()), **RULE, **more})
    assert reply.status_code == 422
    assert field in reply.text


def test_the_page_shares_and_takes_back(founded: Session, signed_in_as: SpeakFor) -> None:
    assert founded
    client = signed_in_as("specialist")
    page = client.get("/disclosures?feature=409")
    assert page.status_code == 200
    assert 'value="409"' in page.text
    form = {**RULE, "id": str(uuid4()), "feature": "409", "fineness_m": "10000"}
    wrong = client.post("/disclosures", data={**form, "legal_basis": ""})
    assert wrong.status_code == 422
    assert client.post("/disclosures", data=form, follow_redirects=False).status_code == 303
    assert codes(signed_in_as("lao-officer-xk")) == {"409"}
    client = signed_in_as("specialist")
    assert form["id"] in client.get("/disclosures").text
    assert "xiangkhouang" in client.get("/features/409").text
    ended = client.post(f"/disclosures/{form['id']}/end", data={"reason": "x"}, follow_redirects=False)
    assert ended.status_code == 303
    assert codes(signed_in_as("lao-officer-xk")) == set()


def test_a_page_as_the_other_side_sees_it(shared: str, founded: Session, signed_in_as: SpeakFor) -> None:
    assert shared
    theirs = signed_in_as("lao-specialist-xk").get("/api/v1/features").json()
    client = signed_in_as("specialist")
    assert client.get("/api/v1/features?seen_as=xiangkhouang").json() == theirs
    page = client.get("/features/405(1)?seen_as=xiangkhouang")
    assert page.status_code == 200
    assert "seen-as" in page.text
    assert "104.084" not in page.text
    assert "seen_as=xiangkhouang" in client.get("/map?seen_as=xiangkhouang").text
    refused = client.post("/api/v1/disclosures?seen_as=xiangkhouang", json={"id": str(uuid4()), **RULE})
    assert refused.status_code == 403
    assert client.get("/?seen_as=nowhere").status_code == 404
    work_for(founded, LOCAL_OPERATOR)
    looked = founded.scalars(select(Event.actor).where(Event.action == "read_counterpart_view")).all()
    assert set(looked) == {"specialist"}
    for person in ("officer", "lao-officer-hp", "administrator"):
        assert signed_in_as(person).get("/?seen_as=xiangkhouang").status_code == 403


def test_photos_are_shared_small_and_without_what_the_camera_wrote(
    founded: Session, signed_in_as: SpeakFor
) -> None:
    assert founded
    client = signed_in_as("officer")
    inspection: dict[str, Any] = {
        "id": str(uuid4()),
        "feature": "405(1)",
        "observed_at": NOW.isoformat(),
        "finding": "seen",
        "components": {"body": "good"},
        "notes": "Only for our own side.",
    }
    assert client.post("/api/v1/inspections", json=inspection).status_code == 201
    photo_id = str(uuid4())
    sent = client.post(
        f"/api/v1/inspections/{inspection['id']}/photos",
        data={"id": photo_id},
        files={"photo": ("a.jpg", photo_with_place(), "image/jpeg")},
    )
    assert sent.status_code == 201, sent.text
    disclose(signed_in_as("specialist"))
    client = signed_in_as("lao-officer-xk")
    assert client.get(f"/api/v1/photos/{photo_id}").status_code == 404
    assert client.get(f"/api/v1/inspections/{inspection['id']}").status_code in {403, 404}
    disclose(signed_in_as("specialist"), parts=["photos"], fineness_m=None, feature="405(1)")
    client = signed_in_as("lao-officer-xk")
    reply = client.get(f"/api/v1/photos/{photo_id}")
    assert reply.status_code == 200
    image = Image.open(BytesIO(reply.content))
    assert dict(image.getexif()) == {}
    assert image.getexif().get_ifd(0x8825) == {}
    assert photo_id in client.get("/features/405(1)").text
    assert inspection["notes"] not in client.get("/features/405(1)").text
    assert signed_in_as("lao-officer-hp").get(f"/api/v1/photos/{photo_id}").status_code == 404


def statement(**more: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "feature": "405(1)",
        "about": "condition",
        "answer": "objects",
        "words": "ຫຼັກໝາຍຍັງຢູ່ໃນສະພາບດີ",
        "stated_by": "Khamphone",
        **more,
    }


def test_the_other_side_states_its_view_beside_ours(shared: str, signed_in_as: SpeakFor) -> None:
    assert shared
    client = signed_in_as("lao-officer-xk")
    before = client.get("/api/v1/features/405(1)").json()
    sent = statement()
    assert client.post("/api/v1/statements", json=sent).status_code == 201
    assert client.post("/api/v1/statements", json=sent).status_code == 201
    assert client.post("/api/v1/statements", json={**sent, "words": "x"}).status_code == 409
    assert client.get("/api/v1/features/405(1)").json() == before
    page = client.get("/features/405(1)").text
    assert page.count(sent["words"]) == 1
    for person in ("officer", "specialist", "auditor"):
        assert sent["words"] in signed_in_as(person).get("/features/405(1)").text
    assert sent["words"] not in signed_in_as("officer").get("/features/406").text


def test_a_statement_by_the_form(shared: str, signed_in_as: SpeakFor) -> None:
    assert shared
    client = signed_in_as("lao-officer-xk")
    form = client.get("/features/405(1)/statements/new")
    assert form.status_code == 200
    wrong = client.post("/features/405(1)/statements/new", data=statement(words=""))
    assert wrong.status_code == 422
    done = client.post("/features/405(1)/statements/new", data=statement(), follow_redirects=False)
    assert done.status_code == 303
    assert statement()["words"] in client.get("/features/405(1)").text


def test_what_cannot_be_stated(measured: Session, signed_in_as: SpeakFor) -> None:
    assert measured
    disclose(signed_in_as("specialist"), parts=["duty"], fineness_m=None)
    client = signed_in_as("lao-officer-xk")
    assert client.post("/api/v1/statements", json=statement()).status_code == 403
    assert client.post("/api/v1/statements", json=statement(about="duty")).status_code == 201
    assert client.post("/api/v1/statements", json=statement(feature="385", about="duty")).status_code == 404
    for person in ("specialist", "auditor", "officer"):
        assert signed_in_as(person).post("/api/v1/statements", json=statement()).status_code == 403
    client = signed_in_as("lao-officer-hp")
    assert client.post("/api/v1/statements", json=statement(about="duty")).status_code == 404


def shared_rows(session: Session) -> set[tuple[Any, ...]]:
    with as_system(session):
        rows = session.execute(
            select(
                FeaturePeriod.feature_id,
                FeaturePeriod.audience,
                FeaturePeriod.geojson,
                FeaturePeriod.valid,
                FeaturePeriod.known,
            ).where(FeaturePeriod.audience != OWN)
        ).all()
        parts = session.execute(
            select(FeatureShare.feature_id, FeatureShare.audience, FeatureShare.valid)
        ).all()
    spans = {(*row[:3], str(row.valid), str(row.known)) for row in rows}
    return spans | {(row.feature_id, row.audience, str(row.valid)) for row in parts}


def test_step_by_step_is_the_same_as_from_nothing(
    shared: str, founded: Session, signed_in_as: SpeakFor
) -> None:
    """Shared rows follow every change to the register, and deriving all anew changes none."""
    assert shared
    client = signed_in_as("specialist")
    duty = {
        "id": str(uuid4()),
        "side": "LA",
        "valid_from": today(NOW).isoformat(),
        "legal_basis": "Biên bản 2026",
        "stated_by": "Sở Ngoại vụ",
        "replaces": True,
    }
    assert client.post("/api/v1/features/405(1)/duties", json=duty).status_code == 201
    told = signed_in_as("lao-officer-xk").get("/api/v1/features/405(1)").json()["properties"]
    assert (told["responsible_side"], told["legal_basis"]) == ("LA", "Biên bản 2026")
    work_for(founded, LOCAL_OPERATOR)
    before = shared_rows(founded)
    assert before
    rebuild(founded)
    assert shared_rows(founded) == before


def test_a_forgotten_filter_shows_the_other_side_its_own_rows_only(shared: str, founded: Session) -> None:
    assert shared
    for viewer in (COUNTERPART, OTHER_COUNTERPART):
        work_for(founded, viewer)
        audiences = founded.scalars(text("SELECT DISTINCT audience FROM feature_period")).all()
        assert audiences == (["xiangkhouang"] if viewer is COUNTERPART else [])
        for table in ("feature", "inspection", "feature_position", "duty", "feature_scope", "disclosure"):
            assert founded.execute(text(f"SELECT FROM {table}")).all() == []
    work_for(founded, COUNTERPART)
    for geom, geojson, chainage_m in founded.execute(
        text("SELECT ST_AsText(geom), geojson, chainage_m FROM feature_period WHERE code = '405(1)'")
    ):
        lon, lat = snapped(*MEASURED, fineness_m=1000)
        assert geom == f"POINT({lon} {lat})"
        assert json.loads(geojson)["geometry"]["coordinates"] == [lon, lat]
        assert chainage_m is None
    work_for(founded, LOCAL_OPERATOR)
    assert set(founded.scalars(text("SELECT DISTINCT audience FROM feature_period"))) == {OWN}
