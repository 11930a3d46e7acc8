"""Tables of seasons and closed stretches. Rows are added, never changed: ending one is a row too."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from borderops.core.columns import Recorded
from borderops.core.database import Base


class PatrolLimit(Recorded, Base):
    """A season or a closed stretch, as `limits.WalkingLimit` says; `closed` are sections by numbers."""

    __tablename__ = "patrol_limit"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint("(yearly_from IS NULL) = (yearly_to IS NULL)", name="both_days"),
        CheckConstraint("pace > 0", name="pace"),
        CheckConstraint("pace IS NOT NULL OR closed <> '[]'::jsonb", name="limits_something"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str]
    basis: Mapped[str]
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    yearly_from: Mapped[str | None] = mapped_column(String)
    yearly_to: Mapped[str | None] = mapped_column(String)
    pace: Mapped[float | None]
    closed: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))


class PatrolLimitEnd(Recorded, Base):
    """That a limit holds no longer: `ends_on` is the last day on which it does, the day before it at most."""

    __tablename__ = "patrol_limit_end"

    limit_id: Mapped[UUID] = mapped_column(ForeignKey("patrol_limit.id"), primary_key=True)
    ends_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str]
