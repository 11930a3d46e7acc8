"""Tables of patrols. All but the planner's runs are history: rows are added, never changed or removed.

A patrol's state is that of its last step, its plan the last version. What the other side sees is a record of
its own (`PatrolDisclosure`): what was given to it, and when.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Identity, Index, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from borderops.boundary.rules import UnitSide
from borderops.core.columns import Recorded, one_of
from borderops.core.database import Base, Moment
from borderops.patrols.rules import (
    PatrolKind,
    PatrolLevel,
    PatrolReply,
    PatrolState,
    RunState,
    Task,
    Withdrawn,
)


class Patrol(Recorded, Base):
    """A patrol as such. `code` is what people call it (2026-014); `unit_id` who leads it on our side.

    `lao_province` is the province of the other side's unit; `follows_id` the patrol at which this one was
    agreed on as the next.
    """

    __tablename__ = "patrol"
    __table_args__ = (
        one_of("kind", PatrolKind),
        one_of("level", PatrolLevel),
        CheckConstraint("(kind = 'joint') = (other_unit_id IS NOT NULL)", name="joint_with_someone"),
        CheckConstraint("(other_unit_id IS NULL) = (lao_province IS NULL)", name="province_of_other"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    code: Mapped[str] = mapped_column(String, unique=True)
    kind: Mapped[str]
    level: Mapped[str]
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    other_unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    lao_province: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    follows_id: Mapped[UUID | None] = mapped_column(ForeignKey("patrol.id"))


class PatrolParty(Base):
    """A unit that takes part, or the province above one: its people see the patrol."""

    __tablename__ = "patrol_party"
    __table_args__ = (Index("ix_patrol_party_unit", "unit_id", "patrol_id"),)

    patrol_id: Mapped[UUID] = mapped_column(ForeignKey("patrol.id"), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)


class PatrolPlan(Recorded, Base):
    """A version of a patrol's plan. `content` is a `schemas.Plan`."""

    __tablename__ = "patrol_plan"
    __table_args__ = (
        Index("ix_patrol_plan_version", "patrol_id", "version", unique=True),
        CheckConstraint("starts_on <= ends_on", name="ends_after_it_starts"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    patrol_id: Mapped[UUID] = mapped_column(ForeignKey("patrol.id"))
    version: Mapped[int]
    starts_on: Mapped[date] = mapped_column(Date, index=True)
    ends_on: Mapped[date] = mapped_column(Date)
    content: Mapped[dict[str, Any]]
    note: Mapped[str | None]


class PatrolStep(Recorded, Base):
    """That a patrol came into a state: when by its people's account (`happened_at`), by which side, why."""

    __tablename__ = "patrol_step"
    __table_args__ = (
        one_of("before", PatrolState),
        one_of("state", PatrolState),
        one_of("side", UnitSide),
        Index("ix_patrol_step_patrol", "patrol_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    patrol_id: Mapped[UUID] = mapped_column(ForeignKey("patrol.id"))
    before: Mapped[str | None]
    state: Mapped[str]
    side: Mapped[str]
    plan_version: Mapped[int]
    happened_at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))


class PatrolAnswer(Recorded, Base):
    """What the other side said to a version of the plan, and what it proposes instead (`schemas.Counter`).

    Entered by its own people, or by ours from a letter (`reference`).
    """

    __tablename__ = "patrol_answer"
    __table_args__ = (
        one_of("answer", PatrolReply),
        one_of("entered_by_side", UnitSide),
        CheckConstraint("entered_by_side = 'LA' OR reference IS NOT NULL", name="letter_named"),
        Index("ix_patrol_answer_patrol", "patrol_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    patrol_id: Mapped[UUID] = mapped_column(ForeignKey("patrol.id"))
    audience: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    plan_version: Mapped[int]
    answer: Mapped[str]
    note: Mapped[str | None]
    counter: Mapped[dict[str, Any] | None]
    entered_by_side: Mapped[str]
    reference: Mapped[str | None]


class PatrolDisclosure(Recorded, Base):
    """What was given to the other side: the state, and of the plan what was chosen for it."""

    __tablename__ = "patrol_disclosure"
    __table_args__ = (
        one_of("state", PatrolState),
        Index("ix_patrol_disclosure_audience", "audience", "patrol_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    patrol_id: Mapped[UUID] = mapped_column(ForeignKey("patrol.id"))
    audience: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    plan_version: Mapped[int]
    state: Mapped[str]
    content: Mapped[dict[str, Any]]


class PatrolRadio(Recorded, Base):
    """That a patrol under way was heard of, and from near which marker where it said so."""

    __tablename__ = "patrol_radio"
    __table_args__ = (Index("ix_patrol_radio_patrol", "patrol_id", "heard_at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patrol_id: Mapped[UUID] = mapped_column(ForeignKey("patrol.id"))
    heard_at: Mapped[datetime] = mapped_column(Moment)
    near: Mapped[str | None]
    note: Mapped[str | None]


class PatrolTrack(Recorded, Base):
    """A recorded track that was brought in, cleaned; the file itself is kept under its SHA-256.

    `points` is how many fixes the file has, `left_out` how many of them for what reason; `geom` on WGS 84.
    """

    __tablename__ = "patrol_track"
    __table_args__ = (Index("ix_patrol_track_patrol", "patrol_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patrol_id: Mapped[UUID] = mapped_column(ForeignKey("patrol.id"))
    sha256: Mapped[str]
    name: Mapped[str | None]
    sides: Mapped[list[str]] = mapped_column(ARRAY(String))
    points: Mapped[int]
    left_out: Mapped[dict[str, Any]]
    walked_m: Mapped[float]
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    geom: Mapped[WKBElement] = mapped_column(Geometry("MULTILINESTRING", srid=4326, spatial_index=False))


class PatrolWalk(Recorded, Base):
    """A stretch of the line (metres of chainage) that a patrol walked on a day, with both sides or one.

    `track_id` is what shows it; without one, people state it.
    """

    __tablename__ = "patrol_walk"
    __table_args__ = (
        CheckConstraint("from_m < to_m", name="ends_in_order"),
        CheckConstraint("cardinality(sides) > 0", name="somebody_walked"),
        Index("ix_patrol_walk_patrol", "patrol_id"),
        Index("ix_patrol_walk_day", "walked_on"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patrol_id: Mapped[UUID] = mapped_column(ForeignKey("patrol.id"))
    track_id: Mapped[UUID | None] = mapped_column(ForeignKey("patrol_track.id"))
    walked_on: Mapped[date] = mapped_column(Date)
    from_m: Mapped[float]
    to_m: Mapped[float]
    sides: Mapped[list[str]] = mapped_column(ARRAY(String))


class PatrolVisit(Recorded, Base):
    """That a patrol looked at a feature: the inspection that says what it saw."""

    __tablename__ = "patrol_visit"
    __table_args__ = (Index("ix_patrol_visit_once", "patrol_id", "inspection_id", unique=True),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patrol_id: Mapped[UUID] = mapped_column(ForeignKey("patrol.id"))
    feature_id: Mapped[UUID] = mapped_column(ForeignKey("feature.id"), index=True)
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.id"))


class PatrolWork(Recorded, Base):
    """Work that a patrol did at a feature or along a stretch: clearing, repainting, cleaning.

    `amount` is square metres for clearing and repainting, or how many otherwise; None where not measured.
    """

    __tablename__ = "patrol_work"
    __table_args__ = (
        one_of("task", Task),
        CheckConstraint("(from_m IS NULL) = (to_m IS NULL)", name="both_metres"),
        CheckConstraint("feature_id IS NOT NULL OR from_m IS NOT NULL", name="somewhere"),
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_patrol_work_patrol", "patrol_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patrol_id: Mapped[UUID] = mapped_column(ForeignKey("patrol.id"))
    task: Mapped[str]
    done_on: Mapped[date] = mapped_column(Date)
    feature_id: Mapped[UUID | None] = mapped_column(ForeignKey("feature.id"))
    from_m: Mapped[float | None]
    to_m: Mapped[float | None]
    amount: Mapped[float | None]
    note: Mapped[str | None]


class PatrolWithdrawal(Recorded, Base):
    """That a track, a walk or work was brought in wrongly and no longer counts; it stays, with the reason."""

    __tablename__ = "patrol_withdrawal"
    __table_args__ = (one_of("subject_kind", Withdrawn),)

    subject_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    subject_kind: Mapped[str]
    patrol_id: Mapped[UUID] = mapped_column(ForeignKey("patrol.id"), index=True)
    reason: Mapped[str]


class PatrolRun(Recorded, Base):
    """A run of the planner for a draft: what it was asked, how far it is, what it proposes. Not history.

    `asked` is a `schemas.Wish`; `progress` and `result` are what the planner told last.
    """

    __tablename__ = "patrol_run"
    __table_args__ = (one_of("state", RunState), Index("ix_patrol_run_patrol", "patrol_id", "recorded_at"))

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patrol_id: Mapped[UUID] = mapped_column(ForeignKey("patrol.id"))
    asked: Mapped[dict[str, Any]]
    state: Mapped[str]
    stop: Mapped[bool] = mapped_column(server_default=text("false"))
    progress: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    result: Mapped[dict[str, Any] | None]
    told_at: Mapped[datetime] = mapped_column(Moment)
