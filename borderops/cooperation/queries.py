"""Reading the other side's statements."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from borderops.cooperation.models import Statement
from borderops.core.viewer import Sees, Viewer
from borderops.markers.scope import readable


def list_statements(session: Session, *, viewer: Viewer, feature_id: UUID) -> Sequence[Statement]:
    """What was stated about a feature, the newest first; the other side reads its own province's."""
    if viewer.sees == Sees.SHARED:
        seen = [Statement.audience == viewer.audience]
    else:
        seen = readable(Statement.feature_id, viewer=viewer)
    return session.scalars(
        select(Statement)
        .where(Statement.feature_id == feature_id, *seen)
        .order_by(Statement.stated_on.desc(), Statement.recorded_at.desc(), Statement.id)
    ).all()
