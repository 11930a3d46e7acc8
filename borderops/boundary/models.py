"""Tables of the boundary: sources of facts, the line, units by date, and which part of the line each has."""

from datetime import date
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, CheckConstraint, Date, Float, ForeignKey, Identity, Index, String
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, Range
from sqlalchemy.orm import Mapped, mapped_column

from borderops.boundary.rules import UnitKind, UnitSide
from borderops.core.columns import Bitemporal, Mark, Precision, Recorded, one_of
from borderops.core.database import Base


class Source(Recorded, Base):
    """A named source of facts: a document, an article, a data set.

    `published` is the first day of the period in which it appeared, as finely as `precision` says.
    """

    __tablename__ = "source"
    __table_args__ = (one_of("precision", Precision),)

    id: Mapped[str] = mapped_column(String, primary_key=True)
    title: Mapped[str]
    reference: Mapped[str | None]
    publisher: Mapped[str | None]
    published: Mapped[date | None] = mapped_column(Date)
    precision: Mapped[str | None]
    licence: Mapped[str | None]
    note: Mapped[str | None]


class BorderLine(Recorded, Base):
    """A stretch of the border line, drawn from north to south.

    `geom` is in WGS 84 (EPSG:4326) and carries at each vertex the geodesic chainage in metres from its
    north end as the M value. `official_length_km` is what the two states published; it is never computed.
    """

    __tablename__ = "border_line"
    __table_args__ = (Index("ix_border_line_geom", "geom", postgresql_using="gist"),)

    id: Mapped[str] = mapped_column(String, primary_key=True)
    name: Mapped[str]
    geom: Mapped[WKBElement] = mapped_column(
        Geometry("LINESTRINGM", srid=4326, dimension=3, spatial_index=False)
    )
    accuracy_m: Mapped[float]
    official_length_km: Mapped[float | None]
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    licence: Mapped[str]


class Unit(Recorded, Base):
    """An administrative unit or a force as it existed in a period (kinds: `UnitKind`)."""

    __tablename__ = "unit"
    __table_args__ = (one_of("kind", UnitKind), one_of("side", UnitSide), one_of("mark", Mark))

    id: Mapped[str] = mapped_column(String, primary_key=True)
    kind: Mapped[str]
    side: Mapped[str]
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    name_vi: Mapped[str]
    name_en: Mapped[str | None]
    name_lo: Mapped[str | None]
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)
    successor_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    source_id: Mapped[str | None] = mapped_column(ForeignKey("source.id"))
    mark: Mapped[str]
    note: Mapped[str | None]


class UnitName(Recorded, Base):
    """A further name or spelling of a unit, so that a search finds it."""

    __tablename__ = "unit_name"

    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String, primary_key=True)
    language: Mapped[str | None]
    note: Mapped[str | None]


class UnitSection(Bitemporal, Base):
    """The part of the line that a unit has in a period: from one marker number to another, or by chainage.

    `from_order` and `to_order` are the numbers' places in line order, both ends included; `from_m` and
    `to_m` are metres of chainage on `line_id`, half-open.
    """

    __tablename__ = "unit_section"
    __table_args__ = (
        one_of("mark", Mark),
        CheckConstraint("(from_order IS NULL) = (to_order IS NULL)", name="both_numbers"),
        CheckConstraint("(from_m IS NULL) = (to_m IS NULL)", name="both_metres"),
        CheckConstraint("(from_order IS NULL) <> (from_m IS NULL)", name="numbers_or_metres"),
        CheckConstraint("from_order <= to_order AND from_m < to_m", name="ends_in_order"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    from_number: Mapped[str | None]
    to_number: Mapped[str | None]
    from_order: Mapped[int | None] = mapped_column(BigInteger)
    to_order: Mapped[int | None] = mapped_column(BigInteger)
    line_id: Mapped[str] = mapped_column(ForeignKey("border_line.id"))
    from_m: Mapped[float | None] = mapped_column(Float)
    to_m: Mapped[float | None] = mapped_column(Float)
    source_id: Mapped[str | None] = mapped_column(ForeignKey("source.id"))
    mark: Mapped[str]
    note: Mapped[str | None]


class RuleSetting(Bitemporal, Base):
    """A number or rule set by law or by the administrator, with its legal basis and from when it holds."""

    __tablename__ = "rule_setting"
    __table_args__ = (one_of("mark", Mark),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    key: Mapped[str] = mapped_column(String, index=True)
    value: Mapped[Any] = mapped_column(JSONB)
    legal_basis: Mapped[str]
    source_id: Mapped[str | None] = mapped_column(ForeignKey("source.id"))
    mark: Mapped[str]
    note: Mapped[str | None]
