"""What the other side is shown of a feature beside its present state: what changed when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from borderops.core.asof import AsOf
from borderops.core.viewer import Sees, Viewer
from borderops.markers.models import FeatureShare
from borderops.register.disclosure_rules import Part
from borderops.register.features import FeatureOnDay, feature_columns, feature_on_day
from borderops.register.filters import visible
from borderops.register.models import FeaturePeriod


@dataclass(frozen=True)
class Change:
    """What was true of a feature from a day on, as it is shared."""

    since: date
    feature: FeatureOnDay


def shared_parts(session: Session, *, viewer: Viewer, feature_id: UUID, on: date) -> frozenset[Part]:
    """Which parts of the feature are shared with the viewer's province on a day; none for our own people."""
    if viewer.sees != Sees.SHARED:
        return frozenset()
    held = session.scalar(
        select(FeatureShare.parts).where(
            FeatureShare.feature_id == feature_id,
            FeatureShare.audience == viewer.audience,
            FeatureShare.valid.contains(on),
        )
    )
    return frozenset(Part(part) for part in held or ())


def list_changes(session: Session, *, viewer: Viewer, feature_id: UUID, at: AsOf) -> Sequence[Change]:
    """What changed when of a shared feature, newest first, of the days that are shared with their history."""
    if viewer.sees != Sees.SHARED:
        return ()
    with_history = (
        select(FeatureShare.feature_id)
        .where(
            FeatureShare.feature_id == FeaturePeriod.feature_id,
            FeatureShare.audience == viewer.audience,
            FeatureShare.valid.contains(func.lower(FeaturePeriod.valid)),
            FeatureShare.parts.contains([Part.HISTORY.value]),
        )
        .exists()
    )
    begun = func.lower(FeaturePeriod.valid)
    rows = session.execute(
        feature_columns()
        .add_columns(begun.label("begun"))
        .where(FeaturePeriod.feature_id == feature_id, *visible(viewer), begun <= at.as_of, with_history)
        .order_by(begun.desc())
    )
    return [Change(row.begun, feature_on_day(row)) for row in rows]
