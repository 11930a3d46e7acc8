"""Tables of what was seen: inspections and their photos. Rows are added, never changed or removed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from borderops.core.columns import Known, Mark, Precision, Recorded, one_of
from borderops.core.database import Base, Moment
from borderops.inspections.rules import Action, Cause, Finding, GroundPosition, Occasion, Urgency


class Inspection(Known, Base):
    """What somebody saw at a feature, or what a document says of its state.

    `id` is made by whoever records it, so that sending twice records once. `observed_at` is when it was
    seen by our best knowledge; `device_at` what the device's clock said when it sent, `clock_skew_s` by how
    many seconds that differed from the server's. `gps` is where the observer stood (WGS 84), good to
    `gps_accuracy_m`. `components` maps component to level. `payload` is what was sent, as it was sent.
    """

    __tablename__ = "inspection"
    __table_args__ = (
        one_of("occasion", Occasion),
        one_of("finding", Finding),
        one_of("position", GroundPosition),
        one_of("cause", Cause),
        one_of("urgency", Urgency),
        one_of("action", Action),
        one_of("precision", Precision),
        one_of("mark", Mark),
        CheckConstraint("gps_accuracy_m >= 0", name="gps_accuracy"),
        CheckConstraint("position_offset_m >= 0", name="position_offset"),
        Index("ix_inspection_feature", "feature_id", "observed_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    feature_id: Mapped[UUID] = mapped_column(ForeignKey("feature.id"))
    observed_at: Mapped[datetime] = mapped_column(Moment)
    observed_on: Mapped[date] = mapped_column(Date)
    precision: Mapped[str]
    onset: Mapped[bool]
    occasion: Mapped[str]
    occasion_ref: Mapped[str | None]
    finding: Mapped[str]
    position: Mapped[str | None]
    position_offset_m: Mapped[float | None]
    components: Mapped[dict[str, Any]]
    cause: Mapped[str | None]
    urgency: Mapped[str | None]
    action: Mapped[str | None]
    notes: Mapped[str | None]
    observer: Mapped[str | None]
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    gps: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    gps_accuracy_m: Mapped[float | None]
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("inspection.id"), index=True)
    correction_reason: Mapped[str | None]
    device_at: Mapped[datetime | None] = mapped_column(Moment)
    clock_skew_s: Mapped[float | None]
    source_id: Mapped[str | None] = mapped_column(ForeignKey("source.id"))
    mark: Mapped[str]
    payload: Mapped[dict[str, Any]]


class Photo(Recorded, Base):
    """A photo taken at an inspection. The file lies in the data folder under its SHA-256."""

    __tablename__ = "photo"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.id"), index=True)
    sha256: Mapped[str] = mapped_column(String)
    media_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    width_px: Mapped[int]
    height_px: Mapped[int]
    caption: Mapped[str | None]
    taken_at: Mapped[datetime | None] = mapped_column(Moment)


class SharedPhoto(Base):
    """That a photo is shared with a Lao province. Derived from `disclosure`, with what else is shared."""

    __tablename__ = "shared_photo"
    __table_args__ = (Index("ix_shared_photo_feature", "feature_id"),)

    photo_id: Mapped[UUID] = mapped_column(ForeignKey("photo.id"), primary_key=True)
    audience: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    feature_id: Mapped[UUID] = mapped_column(ForeignKey("feature.id"))
