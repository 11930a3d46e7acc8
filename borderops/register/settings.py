"""Setting a rule and deriving anew what follows from it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from borderops.boundary.actions import set_setting
from borderops.boundary.models import RuleSetting
from borderops.core.changes import touch
from borderops.core.viewer import Viewer
from borderops.markers.models import Feature

#: Settings whose key begins so decide what is overdue, for the kind of feature that ends the key.
INTERVAL = "inspection.interval_days."


def change_setting(
    session: Session,
    *,
    viewer: Viewer,
    key: str,
    value: Any,
    legal_basis: str,
    valid_from: date,
    note: str | None = None,
    now: datetime,
) -> RuleSetting:
    """Set a rule from a day on; the features it bears on are derived anew. Raises as `set_setting` does."""
    setting = set_setting(
        session,
        viewer=viewer,
        key=key,
        value=value,
        legal_basis=legal_basis,
        valid_from=valid_from,
        note=note,
        now=now,
    )
    if key.startswith(INTERVAL):
        kind = key.removeprefix(INTERVAL)
        touch(session, feature_ids=session.scalars(select(Feature.id).where(Feature.kind == kind)))
    return setting
