"""Loading the founding data: once, whole, and known since its documents."""

import shutil
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from borderops.boundary.models import Unit
from borderops.core.asof import AsOf
from borderops.core.clock import now as clock_now
from borderops.core.errors import NotFound
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.inspections.models import Inspection
from borderops.markers.models import Duty, Feature, FeaturePosition
from borderops.register.filters import RegisterFilter
from borderops.register.founding import FOUNDING_DATA, DamagedData, load_founding_data
from borderops.register.queries import get_feature, list_features

WHO = LOCAL_OPERATOR
MID_2024 = date(2024, 6, 30)

#: ct-doi-ngoai-2024, footnote 2, as the program must tell it: number, province, duty, work.
FOOTNOTE_2 = {
    ("390", "houaphanh", "UNSETTLED", "decide"),
    ("397(1)", "houaphanh", "LA", "rebuild"),
    ("397(2)", "houaphanh", "VN", "rebuild"),
    ("397(3)", "houaphanh", "VN", "reinforce"),
    ("405(1)", "xiangkhouang", "VN", "repair"),
    ("409", "xiangkhouang", "LA", "rebuild"),
    ("410(1)", "xiangkhouang", "VN", "rebuild"),
}


def damaged(session: Session, at: AsOf) -> set[tuple[str | None, str | None, str, str | None]]:
    found = list_features(session, viewer=WHO, asked=RegisterFilter(at, damaged=True)).features
    return {(one.number, one.province, one.responsible_side, one.action) for one in found}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the founding data, to damage."""
    return Path(shutil.copytree(FOUNDING_DATA, tmp_path / "geo"))


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_loading_twice_adds_nothing(founded: Session) -> None:
    before = [count(founded, table) for table in (Feature, FeaturePosition, Duty, Inspection, Unit)]
    assert all(before)
    again = load_founding_data(founded, viewer=WHO, now=clock_now())
    assert again.total == 0
    assert again.added == {}
    assert [count(founded, table) for table in (Feature, FeaturePosition, Duty, Inspection, Unit)] == before


def test_progress_is_told(session: Session) -> None:
    steps: list[str] = []
    loaded = load_founding_data(session, viewer=WHO, now=clock_now(), progress=steps.append)
    assert loaded.total > 400
    assert steps[0] == "checking"
    assert steps[-1] == "periods"
    assert len(steps) == len(set(steps))


@pytest.mark.parametrize("name", ["duties.csv", "line.geojson", "features.csv"])
def test_a_damaged_file_is_refused_whole(session: Session, data: Path, name: str) -> None:
    path = data / name
    path.write_bytes(path.read_bytes().replace(b"4", b"5", 1))
    with pytest.raises(DamagedData) as refused:
        load_founding_data(session, viewer=WHO, now=clock_now(), folder=data)
    assert name in str(refused.value)
    assert count(session, Feature) == count(session, Unit) == 0


def test_a_missing_file_is_refused_whole(session: Session, data: Path, tmp_path: Path) -> None:
    (data / "units.csv").unlink()
    with pytest.raises(DamagedData):
        load_founding_data(session, viewer=WHO, now=clock_now(), folder=data)
    with pytest.raises(DamagedData):
        load_founding_data(session, viewer=WHO, now=clock_now(), folder=tmp_path)
    assert count(session, Feature) == 0


def test_the_seven_of_footnote_2(founded: Session) -> None:
    assert damaged(founded, AsOf(MID_2024)) == FOOTNOTE_2


@pytest.mark.parametrize("known_at", [datetime(2023, 12, 31, 16, 59, tzinfo=UTC)])
def test_nothing_of_the_document_is_known_before_it(founded: Session, known_at: datetime) -> None:
    assert damaged(founded, AsOf(MID_2024, known_at)) == set()
    before = get_feature(founded, viewer=WHO, address="409", at=AsOf(MID_2024, known_at))
    assert (before.state, before.responsible_side) == ("never_inspected", "UNSETTLED")
    after = get_feature(
        founded, viewer=WHO, address="409", at=AsOf(MID_2024, known_at + timedelta(minutes=1))
    )
    assert (after.state, after.responsible_side) == ("severe", "LA")


def test_390_was_smashed_in_2018_and_nobody_said_so_here_before_2024(founded: Session) -> None:
    told = get_feature(founded, viewer=WHO, address="390", at=AsOf(date(2019, 1, 1)))
    assert (told.state, told.since, told.since_is, told.cause) == ("severe", "2018", "event", "people")
    then = get_feature(
        founded,
        viewer=WHO,
        address="390",
        at=AsOf(date(2019, 1, 1), datetime(2019, 1, 1, tzinfo=UTC)),
    )
    assert then.state == "never_inspected"
    assert get_feature(founded, viewer=WHO, address="390", at=AsOf(date(2017, 12, 31))).state == (
        "never_inspected"
    )


def test_what_is_loaded_into_an_open_register_is_known_from_now_on(session: Session) -> None:
    """No answer given before may change because a later release brings more."""
    now = clock_now()
    session.add(
        Feature(id=FeatureId, kind="marker", code="500", number="500", line_order=500_000_000, mark="sourced")
    )
    session.flush()
    load_founding_data(session, viewer=WHO, now=now)
    assert damaged(session, AsOf(MID_2024)) == FOOTNOTE_2
    assert damaged(session, AsOf(MID_2024, now - timedelta(seconds=1))) == set()
    with pytest.raises(NotFound):
        get_feature(session, viewer=WHO, address="409", at=AsOf(MID_2024, now - timedelta(seconds=1)))


FeatureId = "00000000-0000-4000-8000-000000000500"


@pytest.mark.parametrize(
    ("address", "on", "district", "commune"),
    [
        ("409", MID_2024, "ky-son-district", "xa-ta-ca-cu"),
        ("409", date(2025, 6, 30), "ky-son-district", "xa-ta-ca-cu"),
        ("409", date(2025, 7, 1), None, "xa-muong-xen"),
        ("409", date(2026, 6, 30), None, "xa-muong-xen"),
        ("390", MID_2024, "tuong-duong-district", "xa-mai-son-cu"),
        ("390", date(2026, 1, 1), None, "xa-nhon-mai"),
    ],
)
def test_units_by_date(founded: Session, address: str, on: date, district: str | None, commune: str) -> None:
    told = get_feature(founded, viewer=WHO, address=address, at=AsOf(on))
    assert (told.district, told.commune) == (district, commune)
    names = {
        unit.id: unit.name_vi
        for unit in founded.scalars(select(Unit).where(Unit.id.in_([commune, district or commune])))
    }
    assert {"xa-ta-ca-cu": "Tà Cạ", "xa-muong-xen": "Mường Xén", "xa-mai-son-cu": "Mai Sơn"}.get(
        commune, "Nhôn Mai"
    ) in names[commune]


def test_nothing_is_invented(founded: Session) -> None:
    """A marker of which no source tells shows as never inspected, at a schematic place."""
    told = get_feature(founded, viewer=WHO, address="380", at=AsOf(MID_2024))
    assert (told.state, told.schematic, told.responsible_side) == ("never_inspected", True, "UNSETTLED")
    assert told.accuracy_m is not None
    assert told.accuracy_m >= 1000
    everything = list_features(founded, viewer=WHO, asked=RegisterFilter(AsOf(MID_2024))).features
    assert all(one.schematic for one in everything if one.lon is not None)
    states = Counter(one.state for one in everything)
    assert states["never_inspected"] > len(everything) / 2


def test_every_feature_lies_in_one_lao_province(founded: Session) -> None:
    everything = list_features(founded, viewer=WHO, asked=RegisterFilter(AsOf(MID_2024))).features
    assert {one.province for one in everything} == {"houaphanh", "xiangkhouang", "bolikhamxay"}
