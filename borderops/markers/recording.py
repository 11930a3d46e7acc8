"""What everything that people record about a feature has in common: its source, its unit, its event."""

from sqlalchemy.orm import Session

from borderops.audit.actions import record_event
from borderops.boundary.models import Source, Unit
from borderops.core.changes import touch
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.core.viewer import Viewer
from borderops.markers.models import Duty, Feature, FeatureEvent, FeaturePosition, GateDecision
from borderops.markers.schemas import DutyIn, FeatureEventIn, GateDecisionIn, PositionIn


def check_unit(session: Session, unit_id: str | None, *, field: str = "unit") -> None:
    """Raise InvalidInput where a unit is named that the register does not know."""
    if unit_id is not None and session.get(Unit, unit_id) is None:
        raise InvalidInput(N_("There is no unit %(unit)s."), field=field, unit=unit_id)


def check_source(session: Session, source_id: str | None, *, field: str = "source") -> None:
    """Raise InvalidInput where a source is named that the register does not know."""
    if source_id is not None and session.get(Source, source_id) is None:
        raise InvalidInput(N_("There is no source %(source)s."), field=field, source=source_id)


def holds(
    held: Duty | FeaturePosition | GateDecision | FeatureEvent,
    feature: Feature,
    sent: DutyIn | PositionIn | GateDecisionIn | FeatureEventIn,
    *names: str,
    **more: object,
) -> bool:
    """Whether the row says of the feature what was sent: in the fields of the same name, and in `more`."""
    more |= {name: getattr(sent, name) for name in names}
    more |= {"feature_id": feature.id, "source_id": sent.source}
    return all(getattr(held, name) == value for name, value in more.items())


def tell(
    session: Session,
    viewer: Viewer,
    feature: Feature,
    *,
    action: str,
    after: dict[str, object],
    before: dict[str, object] | None = None,
) -> None:
    """Record what was done to the feature, and have derived what follows from it."""
    record_event(
        session,
        viewer=viewer,
        action=action,
        subject_kind="feature",
        subject_id=feature.id,
        before=before,
        after=after,
    )
    touch(session, feature_ids=[feature.id])
