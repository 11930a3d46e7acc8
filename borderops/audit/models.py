"""The table of events."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column

from borderops.core.database import Base, Moment


class Event(Base):
    """Something a person or a load did: `action` on the subject, with the values before and after.

    `at` is the server's clock; `device_at` what the sender's clock said, where it said anything. Rows are
    never changed or removed: the application role may not, and a trigger refuses it.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject", "subject_kind", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, server_default=func.clock_timestamp())
    actor: Mapped[str]
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str] = mapped_column(String)
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None]
    device_at: Mapped[datetime | None] = mapped_column(Moment)
