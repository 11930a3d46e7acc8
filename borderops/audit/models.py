"""The table of events."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from borderops.core.database import Base, Moment

_JSON = JSONB(none_as_null=True)


class Event(Base):
    """Something a person or a load did: `action` on the subject, with the values before and after.

    `seq` counts without a gap in the order of the commits. `body` is the canonical text of the other
    columns, `hash` is over the `previous` event's hash and the body (`audit.rules`). `at` is the
    database's clock just before the commit; `device_at` what the sender's clock said, where it said
    anything. `origin` is null, and `roles` empty, only for events from before they were kept.

    Rows are never changed or removed: the application role may not, and a trigger refuses it. Another
    trigger refuses a row that does not follow the last one.
    """

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint(
            "hash = encode(sha256(convert_to(previous || chr(10) || body, 'UTF8')), 'hex')", name="hash"
        ),
        Index("ix_event_subject", "subject_kind", "subject_id", "seq"),
        Index("ix_event_actor", "actor", "seq"),
        Index("ix_event_at", "at", "seq"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str]
    account_id: Mapped[UUID | None]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    origin: Mapped[str | None]
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(_JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(_JSON)
    reason: Mapped[str | None]
    device_at: Mapped[datetime | None] = mapped_column(Moment)
    body: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[str] = mapped_column(unique=True)
