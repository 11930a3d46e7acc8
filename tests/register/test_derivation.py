"""Periods stay true: step by step and from nothing they are the same, and two writers lose nothing."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import Engine, delete, func, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from borderops.app import DERIVE
from borderops.core.changes import settle
from borderops.core.database import Database, make_sessions
from borderops.core.elevation import as_system
from borderops.core.errors import BorderopsError, InvalidInput
from borderops.core.files import FileStore
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.inspections.actions import attach_photo, record_inspection
from borderops.inspections.rules import Component, Finding, GroundPosition, Level, Occasion
from borderops.inspections.schemas import InspectionIn
from borderops.markers.actions import decide_gate, state_position, tell_event
from borderops.markers.duties import assign_duty
from borderops.markers.models import Feature
from borderops.markers.queries import get_feature
from borderops.markers.schemas import DutyIn, FeatureEventIn, GateDecisionIn, PositionIn
from borderops.register.derivation import period_rows, rebuild
from borderops.register.histories import list_histories
from borderops.register.models import FeaturePeriod
from tests.conftest import Databases

WHO = LOCAL_OPERATOR
COLUMNS = [column for column in FeaturePeriod.__table__.columns if column.name not in {"id", "geom"}]


def told(row: dict[str, Any]) -> tuple[Any, ...]:
    """A row in a form that can be put into a set, and in which equal ranges are equal."""
    values = [row[column.name] for column in COLUMNS]
    return tuple(
        (value.lower, value.upper)
        if isinstance(value, Range)
        else tuple(value)
        if isinstance(value, list)
        else value
        for value in values
    )


def held(session: Session, feature_id: UUID) -> set[tuple[Any, ...]]:
    rows = session.execute(select(*COLUMNS).where(FeaturePeriod.feature_id == feature_id)).all()
    found = {told(dict(row._mapping)) for row in rows}
    assert len(found) == len(rows)
    return found


def replayed(session: Session, feature_id: UUID) -> set[tuple[Any, ...]]:
    """What a rebuild would write."""
    (history,) = list_histories(session, feature_ids=[feature_id])
    return {told(row) for row in period_rows(history)}


@contextmanager
def undone(engine: Engine) -> Iterator[Session]:
    with engine.connect() as connection, connection.begin() as outer:
        sessions = make_sessions(
            connection, derive=DERIVE, viewer=LOCAL_OPERATOR, join_transaction_mode="create_savepoint"
        )
        with sessions() as session:
            yield session
        outer.rollback()


def photo() -> bytes:
    target = BytesIO()
    Image.new("RGB", (4, 3)).save(target, "PNG")
    return target.getvalue()


class Officer:
    """One who does this and that to a feature, at moments that go forward, as the test's data says."""

    def __init__(
        self, session: Session, feature: Feature, store: FileStore, draw: Callable[..., Any]
    ) -> None:
        self.session = session
        self.feature = feature
        self.store = store
        self.draw = draw
        self.now = datetime.now(UTC) - timedelta(hours=1)
        self.standing: list[UUID] = []
        self.recorded: list[UUID] = []

    def record(self) -> None:
        draw = self.draw
        finding = draw(st.sampled_from(Finding))
        occasion = draw(st.sampled_from(Occasion))
        parts = st.sampled_from([part for part in Component if part != Component.UNSPECIFIED])
        corrects = draw(st.none() | st.sampled_from(self.standing)) if self.standing else None
        if corrects is not None:
            self.standing.remove(corrects)
        position = draw(st.none() | st.sampled_from(GroundPosition))
        sent = InspectionIn(
            id=uuid4(),
            feature=str(self.feature.id),
            observed_at=self.now - timedelta(days=draw(st.integers(0, 900))),
            occasion=occasion,
            finding=finding,
            position=position,
            position_offset_m=1.1 if position == GroundPosition.MOVED else None,
            components=draw(st.dictionaries(parts, st.sampled_from(Level), min_size=1))
            if finding == Finding.SEEN and (occasion == Occasion.INSPECTION or draw(st.booleans()))
            else {},
            observer=draw(st.none() | st.sampled_from(["A", "B"])),
            notes="–",
            corrects=corrects,
            correction_reason="nhầm" if corrects else None,
        )
        record_inspection(self.session, viewer=WHO, sent=sent, now=self.now)
        self.standing.append(sent.id)
        self.recorded.append(sent.id)

    def photograph(self) -> None:
        if self.recorded:
            attach_photo(
                self.session,
                viewer=WHO,
                store=self.store,
                photo_id=uuid4(),
                inspection_id=self.draw(st.sampled_from(self.recorded)),
                content=photo(),
            )

    def measure(self) -> None:
        sent = PositionIn(
            id=uuid4(),
            system="wgs84",
            x=f"{104.04 + self.draw(st.integers(0, 9)) / 1000:.3f}",
            y="19.423",
            method=self.draw(st.sampled_from(["protocol", "gnss", "handheld"])),
            accuracy_m=5,
            measured_on=(self.now - timedelta(days=self.draw(st.integers(1, 900)))).date(),
        )
        state_position(self.session, viewer=WHO, feature=self.feature, sent=sent, now=self.now)

    def assign(self) -> None:
        begin = (self.now - timedelta(days=self.draw(st.integers(0, 900)))).date()
        end = self.draw(st.none() | st.integers(1, 400))
        sent = DutyIn(
            id=uuid4(),
            side=self.draw(st.sampled_from(["VN", "LA", "BOTH"])),
            valid_from=begin,
            valid_to=begin + timedelta(days=end) if end else None,
            legal_basis="–",
            stated_by="–",
            replaces=True,
        )
        assign_duty(self.session, viewer=WHO, feature=self.feature, sent=sent, now=self.now)

    def tell(self) -> None:
        kinds = ["retired", "restored", "lost", "repainted"]
        kind = self.draw(st.sampled_from([*kinds, "renumbered"] if self.feature.number else kinds))
        sent = FeatureEventIn(
            event=kind,
            occurred_on=(self.now - timedelta(days=self.draw(st.integers(1, 900)))).date(),
            number=f"409/{self.draw(st.integers(1, 99))}" if kind == "renumbered" else None,
        )
        try:
            tell_event(self.session, viewer=WHO, feature=self.feature, sent=sent, now=self.now)
        except InvalidInput as refused:
            # What was out of service by then cannot be lost; the history goes on without it.
            assert (kind, refused.field) == ("lost", "event")  # noqa: PT017 - one kind of refusal is foreseen

    def decide(self) -> None:
        if self.feature.number is None:
            sent = GateDecisionIn(
                side="PAIR", aspect="status", value="open", from_on=self.now.date(), decision_ref="–"
            )
            decide_gate(self.session, viewer=WHO, feature=self.feature, sent=sent, now=self.now)

    def act(self) -> None:
        what = (self.record, self.record, self.photograph, self.measure, self.assign, self.tell, self.decide)
        self.draw(st.sampled_from(what))()
        self.now += timedelta(minutes=1)
        if self.draw(st.booleans()):
            self.session.commit()


@pytest.mark.parametrize("address", ["409", "nam-can"])
@settings(max_examples=25)
@given(data=st.data())
def test_step_by_step_is_the_same_as_from_nothing(
    founded_engine: Engine, tmp_path_factory: pytest.TempPathFactory, address: str, data: st.DataObject
) -> None:
    with undone(founded_engine) as session:
        feature = get_feature(session, viewer=WHO, address=address)
        store = FileStore(tmp_path_factory.getbasetemp() / "files")
        officer = Officer(session, feature, store, data.draw)
        for _ in range(data.draw(st.integers(1, 7))):
            officer.act()
        session.commit()
        step_by_step = held(session, feature.id)
        assert step_by_step == replayed(session, feature.id)
        rebuild(session, feature_ids=[feature.id])
        assert held(session, feature.id) == step_by_step


def test_rebuilding_the_founding_data_changes_nothing(founded: Session) -> None:
    before = {told(dict(row._mapping)) for row in founded.execute(select(*COLUMNS))}
    done: list[int] = []
    total = rebuild(founded, progress=done.append)
    assert total == founded.scalar(select(func.count()).select_from(Feature)) == done[-1]
    assert {told(dict(row._mapping)) for row in founded.execute(select(*COLUMNS))} == before


def test_a_feature_whose_periods_were_lost_gets_them_again(founded: Session) -> None:
    feature = get_feature(founded, viewer=WHO, address="409")
    with as_system(founded):
        founded.execute(delete(FeaturePeriod).where(FeaturePeriod.feature_id == feature.id))
    record_inspection(founded, viewer=WHO, sent=inspection("A"), now=datetime.now(UTC))
    founded.commit()
    assert held(founded, feature.id) == replayed(founded, feature.id)


def test_a_row_read_before_it_was_closed_does_not_count_as_open(founded: Session) -> None:
    """An assignment that another took the place of, while the session still holds the old row."""
    feature = get_feature(founded, viewer=WHO, address="406")
    now = datetime.now(UTC)
    kept = []
    for minute, side in enumerate(["VN", "LA"]):
        sent = DutyIn(
            id=uuid4(),
            side=side,
            valid_from=now.date() - timedelta(days=9),
            legal_basis="–",
            stated_by="–",
            replaces=True,
        )
        at = now + timedelta(minutes=minute)
        kept.append(assign_duty(founded, viewer=WHO, feature=feature, sent=sent, now=at))
        founded.commit()
    sides = founded.scalars(
        select(FeaturePeriod.responsible_side).where(
            FeaturePeriod.feature_id == feature.id,
            func.upper_inf(FeaturePeriod.known),
            func.upper_inf(FeaturePeriod.valid),
        )
    ).all()
    assert sides == ["LA"]
    assert len(kept) == 2


def test_two_rows_cannot_speak_of_one_day_and_moment(founded: Session) -> None:
    names = ", ".join(column.name for column in FeaturePeriod.__table__.columns if column.name != "id")
    with pytest.raises(IntegrityError, match="one_truth"), founded.begin_nested(), as_system(founded):
        founded.execute(
            text(
                f"INSERT INTO feature_period ({names}) SELECT {names} FROM feature_period"
                " WHERE upper_inf(known) AND code = '409' LIMIT 1"
            )
        )


def inspection(observer: str, **more: Any) -> InspectionIn:
    return InspectionIn(
        **{
            "id": uuid4(),
            "feature": "409",
            "observed_at": datetime(2026, 1, 5, 2, tzinfo=UTC),
            "finding": "seen",
            "components": {"body": "good"},
            "observer": observer,
            **more,
        }
    )


@pytest.fixture
def database(databases: Databases) -> Iterator[Database]:
    """The founding data in a database of its own, for several connections at once."""
    with databases.copy("founding") as name:
        database = Database(databases.app(name), derive=DERIVE, viewer=LOCAL_OPERATOR)
        yield database
        database.close()


def wait_for_a_waiting_one(database: Database) -> None:
    """Return once some connection waits for a lock that another holds."""
    deadline = time.monotonic() + 30
    with database.engine.connect() as connection:
        while time.monotonic() < deadline:
            waiting = connection.scalar(
                text(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND cardinality(pg_blocking_pids(pid)) > 0"
                )
            )
            connection.rollback()
            if waiting:
                return
    raise AssertionError("nobody came to wait")


class Other(threading.Thread):
    """Somebody else's request at the same time."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.work = work
        self.result: object = None
        self.start()

    def run(self) -> None:
        try:
            self.result = self.work()
        except BorderopsError as error:
            self.result = error

    def outcome(self) -> object:
        self.join(30)
        assert not self.is_alive()
        return self.result


def components_now(database: Database) -> str:
    with database.transaction() as session:
        (properties,) = session.scalars(
            select(FeaturePeriod.geojson).where(
                FeaturePeriod.code == "409",
                func.upper_inf(FeaturePeriod.known),
                FeaturePeriod.valid.contains(datetime(2026, 1, 6, tzinfo=UTC).date()),
            )
        ).all()
        feature = get_feature(session, viewer=WHO, address="409")
        assert held(session, feature.id) == replayed(session, feature.id)
    return properties


def record(database: Database, sent: InspectionIn, now: datetime) -> object:
    with database.transaction() as session:
        return record_inspection(session, viewer=WHO, sent=sent, now=now)


@pytest.mark.parametrize("other_is_earlier", [True, False])
def test_another_commits_while_i_have_not_derived_yet(database: Database, other_is_earlier: bool) -> None:
    now = datetime.now(UTC)
    other_now = now - timedelta(seconds=5) if other_is_earlier else now + timedelta(seconds=5)
    with database.sessions.begin() as mine:
        record_inspection(mine, viewer=WHO, sent=inspection("A", components={"body": "poor"}), now=now)
        other = Other(lambda: record(database, inspection("B", components={"yard": "fair"}), other_now))
        assert not isinstance(other.outcome(), Exception)
    properties = components_now(database)
    assert '"body":"poor"' in properties
    assert '"yard":"fair"' in properties


@pytest.mark.parametrize("other_is_earlier", [True, False])
def test_another_waits_until_what_i_derived_is_committed(database: Database, other_is_earlier: bool) -> None:
    now = datetime.now(UTC)
    other_now = now - timedelta(seconds=5) if other_is_earlier else now + timedelta(seconds=5)
    with database.sessions.begin() as mine:
        record_inspection(mine, viewer=WHO, sent=inspection("A", components={"body": "poor"}), now=now)
        settle(mine)
        other = Other(lambda: record(database, inspection("B", components={"yard": "fair"}), other_now))
        wait_for_a_waiting_one(database)
    assert not isinstance(other.outcome(), Exception)
    properties = components_now(database)
    assert '"body":"poor"' in properties
    assert '"yard":"fair"' in properties


def test_deriving_everything_anew_waits_for_writers_and_they_for_it(database: Database) -> None:
    now = datetime.now(UTC)
    with database.sessions.begin() as mine:
        rebuild(mine)
        other = Other(lambda: record(database, inspection("B", components={"yard": "fair"}), now))
        wait_for_a_waiting_one(database)
    assert not isinstance(other.outcome(), Exception)
    assert '"yard":"fair"' in components_now(database)


def test_one_correction_sent_twice_at_once_is_taken_once(database: Database) -> None:
    now = datetime.now(UTC)
    first = inspection("A")
    record(database, first, now)
    correction = inspection("A", components={"body": "poor"}, corrects=first.id, correction_reason="nhầm")
    later = now + timedelta(seconds=1)
    with database.sessions.begin() as mine:
        made = record_inspection(mine, viewer=WHO, sent=correction, now=later)
        other = Other(lambda: record(database, correction, later))
        wait_for_a_waiting_one(database)
    again = other.outcome()
    assert not isinstance(again, Exception), again
    assert made.created
    assert not again.created  # type: ignore[attr-defined]


def test_two_corrections_of_one_record_at_once(database: Database) -> None:
    now = datetime.now(UTC)
    first = inspection("A")
    record(database, first, now)
    one, two = (
        inspection("A", components={"body": level}, corrects=first.id, correction_reason="nhầm")
        for level in ("poor", "severe")
    )
    later = now + timedelta(seconds=1)
    with database.sessions.begin() as mine:
        record_inspection(mine, viewer=WHO, sent=one, now=later)
        other = Other(lambda: record(database, two, later))
        wait_for_a_waiting_one(database)
    assert getattr(other.outcome(), "code", None) == "already-corrected"


def test_one_record_sent_twice_at_once_is_taken_once(database: Database) -> None:
    now = datetime.now(UTC)
    sent = inspection("A")
    with database.sessions.begin() as mine:
        made = record_inspection(mine, viewer=WHO, sent=sent, now=now)
        other = Other(lambda: record(database, sent, now))
        wait_for_a_waiting_one(database)
    again = other.outcome()
    assert not isinstance(again, Exception), again
    assert made.created
    assert not again.created  # type: ignore[attr-defined]


def assign(database: Database, side: str, now: datetime) -> object:
    with database.transaction() as session:
        feature = get_feature(session, viewer=WHO, address="409")
        sent = DutyIn(
            id=uuid4(),
            side=side,
            valid_from=now.date(),
            legal_basis="–",
            stated_by="–",
            replaces=True,
        )
        return assign_duty(session, viewer=WHO, feature=feature, sent=sent, now=now)


@pytest.mark.parametrize("before", [-1, 1])
def test_two_assignments_at_once_leave_one_in_force(database: Database, before: int) -> None:
    """The second waits, sees the first, and either replaces it or is told to look at it first."""
    now = datetime.now(UTC)
    with database.sessions.begin() as mine:
        feature = get_feature(mine, viewer=WHO, address="409")
        sent = DutyIn(
            id=uuid4(), side="VN", valid_from=now.date(), legal_basis="–", stated_by="–", replaces=True
        )
        assign_duty(mine, viewer=WHO, feature=feature, sent=sent, now=now)
        other = Other(lambda: assign(database, "BOTH", now + timedelta(seconds=before)))
        wait_for_a_waiting_one(database)
    outcome = other.outcome()
    if before < 0:
        assert getattr(outcome, "code", None) == "duty-in-force"
    else:
        assert not isinstance(outcome, Exception), outcome
    properties = components_now(database)
    assert properties
    with database.transaction() as session:
        side = session.scalar(
            select(FeaturePeriod.responsible_side).where(
                FeaturePeriod.code == "409",
                func.upper_inf(FeaturePeriod.known),
                func.upper_inf(FeaturePeriod.valid),
            )
        )
    assert side == ("VN" if before < 0 else "BOTH")


def test_files_are_kept_once(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    assert store.keep(photo()) == store.keep(photo())
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
