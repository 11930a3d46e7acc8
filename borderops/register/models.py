"""The derived table that answers every question as of a date, and what was decided to be shared of it."""

from datetime import date, datetime
from uuid import UUID

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Identity, Index, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from borderops.core.columns import Bitemporal, one_of
from borderops.core.database import Base
from borderops.core.viewer import OWN
from borderops.markers.rules import Kind

_CURRENT_KNOWLEDGE = text("upper_inf(known)")


class FeaturePeriod(Base):
    """What was true of a feature in a stretch of days, as known in a stretch of moments.

    Derived from history by `register.timeline` and nothing else: it may be thrown away and made again
    (`borderops db derive`) without a row's meaning changing. For each feature exactly one of the register's
    own rows holds any day and any moment. `audience` is OWN for those, else the Lao province for which the
    row was made of what is shared with it (see `register.disclosure_rules`). `geojson` is the whole feature
    as an RFC 7946 Feature in text, ready to be sent: a map asks for a thousand at once.
    """

    __tablename__ = "feature_period"
    __table_args__ = (
        ExcludeConstraint(
            ("feature_id", "="),
            ("audience", "="),
            ("valid", "&&"),
            ("known", "&&"),
            name="one_truth",
            using="gist",
        ),
        Index(
            "ix_feature_period_map",
            "geom",
            "valid",
            postgresql_using="gist",
            postgresql_where=_CURRENT_KNOWLEDGE,
        ),
        Index(
            "ix_feature_period_province",
            "lao_province",
            "valid",
            postgresql_using="gist",
            postgresql_where=_CURRENT_KNOWLEDGE,
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    feature_id: Mapped[UUID] = mapped_column(ForeignKey("feature.id"), index=True)
    audience: Mapped[str] = mapped_column(String, server_default=OWN)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)
    known: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    kind: Mapped[str]
    code: Mapped[str] = mapped_column(String, index=True)
    number: Mapped[str | None] = mapped_column(String, index=True)
    # No index: every list is sorted by it, and PostgreSQL would walk the line for a page of one province.
    line_order: Mapped[int | None] = mapped_column(BigInteger)
    standing: Mapped[str]
    state: Mapped[str]
    damaged: Mapped[bool]
    overdue: Mapped[bool]
    last_visit_on: Mapped[date | None] = mapped_column(Date)
    since: Mapped[date | None] = mapped_column(Date)
    responsible_side: Mapped[str]
    responsible_unit: Mapped[str | None]
    lao_province: Mapped[str | None]
    commune: Mapped[str | None]
    unit_ids: Mapped[list[str]] = mapped_column(ARRAY(String))
    position_id: Mapped[UUID | None]
    inspection_id: Mapped[UUID | None]
    chainage_m: Mapped[float | None]
    geom: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    geojson: Mapped[str] = mapped_column(Text)


class Disclosure(Bitemporal, Base):
    """A decision to share with a Lao province: one feature, or by a rule those of a part of the line.

    `unit_id` is whose people decided, and whose features it can speak of; `valid` the days that are shared;
    `known` since when it holds and until when: taking it back closes it. Other columns are those of
    `disclosure_rules.DisclosureFacts`.
    """

    __tablename__ = "disclosure"
    __table_args__ = (
        one_of("kind", Kind),
        CheckConstraint(
            "parts <@ ARRAY['condition', 'duty', 'coordinates', 'notes', 'photos', 'history']::varchar[]"
            " AND cardinality(parts) > 0",
            name="parts",
        ),
        CheckConstraint(
            "(fineness_m IS NOT NULL) = ('coordinates' = ANY (parts)) AND fineness_m IN (0, 1000, 10000)",
            name="fineness",
        ),
        CheckConstraint("feature_id IS NULL OR (kind IS NULL AND NOT damaged_only)", name="item_or_rule"),
        CheckConstraint("NOT damaged_only OR 'condition' = ANY (parts)", name="damage_is_condition"),
        CheckConstraint(
            "NOT isempty(valid) AND NOT lower_inf(valid) AND NOT isempty(known)", name="some_time"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    audience: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    feature_id: Mapped[UUID | None] = mapped_column(ForeignKey("feature.id"), index=True)
    kind: Mapped[str | None]
    damaged_only: Mapped[bool]
    parts: Mapped[list[str]] = mapped_column(ARRAY(String))
    fineness_m: Mapped[int | None]
    decided_by: Mapped[str]
    legal_basis: Mapped[str]
    reason: Mapped[str | None]
