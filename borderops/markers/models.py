"""Tables of the things on the line: features, their events, positions, duties and gate decisions.

All of it is history: rows are added, never changed (a duty's `known` period may be closed), never removed.
"""

from datetime import date
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, JSONB, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from borderops.core.columns import Bitemporal, Known, Mark, Precision, Recorded, one_of
from borderops.core.database import Base
from borderops.markers.rules import (
    EventKind,
    GateAspect,
    GateSide,
    Grade,
    Kind,
    Method,
    Multiplicity,
    Side,
    StandsOn,
)


class Feature(Known, Base):
    """A marker, stake or gate, registered once and never deleted.

    `code` is how it is addressed: the number as first registered, or a gate's short name. A later
    renumbering is an event. `line_order` is the number's place in line order (see `markers.numbers`).
    Elevation in metres above the datum that the source uses.
    """

    __tablename__ = "feature"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("grade", Grade),
        one_of("multiplicity", Multiplicity),
        one_of("stands_on", StandsOn),
        one_of("mark", Mark),
        CheckConstraint("(kind = 'gate') = (number IS NULL)", name="gates_have_no_number"),
        CheckConstraint("(number IS NULL) = (line_order IS NULL)", name="number_and_order"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str]
    code: Mapped[str] = mapped_column(String, unique=True)
    number: Mapped[str | None] = mapped_column(String, unique=True)
    line_order: Mapped[int | None] = mapped_column(BigInteger)
    name_vi: Mapped[str | None]
    name_en: Mapped[str | None]
    name_lo: Mapped[str | None]
    grade: Mapped[str | None]
    multiplicity: Mapped[str | None]
    material: Mapped[str | None]
    elevation_m: Mapped[float | None]
    stands_on: Mapped[str | None]
    year: Mapped[int | None]
    note: Mapped[str | None]
    source_id: Mapped[str | None] = mapped_column(ForeignKey("source.id"))
    mark: Mapped[str]


class FeatureName(Recorded, Base):
    """A further name or spelling of a feature, so that a search finds it."""

    __tablename__ = "feature_name"

    feature_id: Mapped[UUID] = mapped_column(ForeignKey("feature.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String, primary_key=True)
    language: Mapped[str | None]
    note: Mapped[str | None]


class FeatureScope(Base):
    """That a feature lies in a unit's scope on some days, as now known: who serves there reads it.

    Derived with the register's periods and nothing else: from the sections of units, of their parts (a
    province has what its posts have), and for a gate from the markers around it.
    """

    __tablename__ = "feature_scope"
    # No index of periods: PostgreSQL would ask that for each row of a list, in 40 µs for 2.
    __table_args__ = (Index("ix_feature_scope_unit", "unit_id", "feature_id"),)

    feature_id: Mapped[UUID] = mapped_column(ForeignKey("feature.id"), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, primary_key=True)


class FeatureShare(Base):
    """Which parts of a feature are shared with a Lao province on some days, as now decided.

    Derived from `disclosure`; `code` and `number` are how the other side may address the feature.
    """

    __tablename__ = "feature_share"
    __table_args__ = (Index("ix_feature_share_audience", "audience", "feature_id"),)

    feature_id: Mapped[UUID] = mapped_column(ForeignKey("feature.id"), primary_key=True)
    audience: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, primary_key=True)
    parts: Mapped[list[str]] = mapped_column(ARRAY(String))
    code: Mapped[str]
    number: Mapped[str | None]


class FeatureEvent(Known, Base):
    """Something that happened to a feature as such: inaugurated, renumbered, lost, retired, repainted."""

    __tablename__ = "feature_event"
    __table_args__ = (one_of("event", EventKind), one_of("precision", Precision), one_of("mark", Mark))

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    feature_id: Mapped[UUID] = mapped_column(ForeignKey("feature.id"), index=True)
    event: Mapped[str]
    occurred_on: Mapped[date] = mapped_column(Date)
    precision: Mapped[str]
    details: Mapped[dict[str, Any] | None]
    note: Mapped[str | None]
    source_id: Mapped[str | None] = mapped_column(ForeignKey("source.id"))
    mark: Mapped[str]


class FeaturePosition(Known, Base):
    """A position that somebody stated. Many per feature; none replaces another, the best is shown.

    `x`, `y` and `system` are the figures as given; `geom` is the point in WGS 84 (EPSG:4326) that
    `operation` made of them, itself good to `operation_accuracy_m`. `accuracy_m` is the radius in metres
    within which the feature lies. `chainage_m` and `offset_m` place it on the line.
    """

    __tablename__ = "feature_position"
    __table_args__ = (
        one_of("method", Method),
        one_of("precision", Precision),
        one_of("mark", Mark),
        CheckConstraint("accuracy_m >= 0", name="accuracy"),
        CheckConstraint("operation_accuracy_m >= 0", name="operation_accuracy"),
        Index("ix_feature_position_geom", "geom", postgresql_using="gist"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    feature_id: Mapped[UUID] = mapped_column(ForeignKey("feature.id"), index=True)
    geom: Mapped[WKBElement] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    x: Mapped[str]
    y: Mapped[str]
    system: Mapped[str]
    operation: Mapped[str]
    operation_accuracy_m: Mapped[float]
    method: Mapped[str]
    accuracy_m: Mapped[float]
    measured_on: Mapped[date | None] = mapped_column(Date)
    precision: Mapped[str | None]
    measured_by: Mapped[str | None]
    chainage_m: Mapped[float | None]
    offset_m: Mapped[float | None]
    warnings: Mapped[list[Any]] = mapped_column(JSONB)
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("feature_position.id"))
    note: Mapped[str | None]
    source_id: Mapped[str | None] = mapped_column(ForeignKey("source.id"))
    mark: Mapped[str]


class Duty(Bitemporal, Base):
    """Whose duty it is to repair a feature in a period, by which legal basis, as stated by whom.

    The database holds that no two are in force for one feature on one day in the same knowledge.
    """

    __tablename__ = "duty"
    __table_args__ = (
        one_of("side", Side),
        one_of("precision", Precision),
        one_of("mark", Mark),
        CheckConstraint("NOT isempty(valid) AND NOT isempty(known)", name="some_time"),
        ExcludeConstraint(
            ("feature_id", "="), ("valid", "&&"), ("known", "&&"), name="one_duty_at_a_time", using="gist"
        ),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    feature_id: Mapped[UUID] = mapped_column(ForeignKey("feature.id"), index=True)
    side: Mapped[str]
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    precision: Mapped[str]
    legal_basis: Mapped[str]
    stated_by: Mapped[str]
    note: Mapped[str | None]
    source_id: Mapped[str | None] = mapped_column(ForeignKey("source.id"))
    mark: Mapped[str]


class GateDecision(Known, Base):
    """A decision on a gate's class, planned class or working status, by one side or by both for the pair."""

    __tablename__ = "gate_decision"
    __table_args__ = (
        one_of("side", GateSide),
        one_of("aspect", GateAspect),
        one_of("precision", Precision),
        one_of("mark", Mark),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    feature_id: Mapped[UUID] = mapped_column(ForeignKey("feature.id"), index=True)
    side: Mapped[str]
    aspect: Mapped[str]
    value: Mapped[str]
    from_on: Mapped[date | None] = mapped_column(Date)
    precision: Mapped[str | None]
    decision_ref: Mapped[str | None]
    note: Mapped[str | None]
    source_id: Mapped[str | None] = mapped_column(ForeignKey("source.id"))
    mark: Mapped[str]
