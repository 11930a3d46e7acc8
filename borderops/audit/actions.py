"""Writing events."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from borderops.audit.models import Event
from borderops.core.viewer import Viewer


def record_event(
    session: Session,
    *,
    viewer: Viewer,
    action: str,
    subject_kind: str,
    subject_id: object,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
    device_at: datetime | None = None,
) -> None:
    """Write one event into the session's transaction; it stands or falls with the change it tells of.

    `before` and `after` hold JSON values.
    """
    session.add(
        Event(
            actor=viewer.name,
            action=action,
            subject_kind=subject_kind,
            subject_id=str(subject_id),
            before=dict(before) if before is not None else None,
            after=dict(after) if after is not None else None,
            reason=reason,
            device_at=device_at,
        )
    )
