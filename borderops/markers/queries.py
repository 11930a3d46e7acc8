"""Reading features and their own history: events, positions, duties, gate decisions."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from borderops.core.errors import NotFound
from borderops.core.messages import N_
from borderops.core.viewer import Viewer
from borderops.markers.models import Duty, Feature, FeatureEvent, FeaturePosition, GateDecision
from borderops.markers.numbers import looks_like_number, parse_number
from borderops.markers.rules import EventKind
from borderops.markers.scope import check_writable, readable


def find_feature(session: Session, *, viewer: Viewer, address: str) -> Feature | None:
    """The feature by any number it ever bore, as people write it, a gate's code, or its id."""
    try:
        meant = Feature.id == UUID(address)
    except ValueError:
        if looks_like_number(address):
            return find_numbered(session, viewer=viewer, number=str(parse_number(address)))
        meant = Feature.code == address.strip().casefold()
    return session.scalar(select(Feature).where(meant, *readable(Feature.id, viewer=viewer)))


def find_numbered(session: Session, *, viewer: Viewer, number: str) -> Feature | None:
    """The feature that bears the number or ever bore it; a number is never given to a second one."""
    seen = readable(Feature.id, viewer=viewer)
    first = session.scalar(select(Feature).where(Feature.number == number, *seen))
    if first is not None:
        return first
    return session.scalar(
        select(Feature)
        .join(FeatureEvent, FeatureEvent.feature_id == Feature.id)
        .where(FeatureEvent.event == EventKind.RENUMBERED, FeatureEvent.details["number"].astext == number)
        .where(*seen)
        .limit(1)
    )


def get_feature(session: Session, *, viewer: Viewer, address: str) -> Feature:
    """As `find_feature`. Raises NotFound."""
    feature = find_feature(session, viewer=viewer, address=address)
    if feature is None:
        raise NotFound(
            N_("There is no feature %(address)s in the register."), field="feature", address=address
        )
    return feature


def get_writable_feature(session: Session, *, viewer: Viewer, address: str) -> Feature:
    """As `get_feature`, for whoever wants to write to it. Raises NotFound and NotAllowed."""
    feature = get_feature(session, viewer=viewer, address=address)
    check_writable(session, viewer=viewer, feature_id=feature.id)
    return feature


def list_events(session: Session, *, feature_id: UUID) -> Sequence[FeatureEvent]:
    """What happened to the feature as such, oldest first."""
    return session.scalars(
        select(FeatureEvent)
        .where(FeatureEvent.feature_id == feature_id)
        .order_by(FeatureEvent.occurred_on, FeatureEvent.recorded_at, FeatureEvent.id)
    ).all()


def list_stated_positions(
    session: Session, *, feature_id: UUID
) -> Sequence[tuple[FeaturePosition, float, float]]:
    """All positions ever stated, with longitude and latitude on WGS 84, newest record first."""
    return [
        (row, lon, lat)
        for row, lon, lat in session.execute(
            select(FeaturePosition, func.ST_X(FeaturePosition.geom), func.ST_Y(FeaturePosition.geom))
            .where(FeaturePosition.feature_id == feature_id)
            .order_by(FeaturePosition.recorded_at.desc(), FeaturePosition.id)
        )
    ]


def list_duties(session: Session, *, feature_id: UUID) -> Sequence[Duty]:
    """All assignments of the duty to repair, also those that newer knowledge replaced, by valid date."""
    return session.scalars(
        select(Duty)
        .where(Duty.feature_id == feature_id)
        .order_by(func.lower(Duty.valid).asc().nulls_first(), func.lower(Duty.known))
    ).all()


def find_duty(session: Session, *, feature_id: UUID, on: date) -> Duty | None:
    """The duty in force on a day, as now known."""
    return session.scalar(
        select(Duty).where(Duty.feature_id == feature_id, Duty.valid.contains(on), func.upper_inf(Duty.known))
    )


def list_gate_decisions(session: Session, *, feature_id: UUID) -> Sequence[GateDecision]:
    """The decisions on a gate, oldest first."""
    return session.scalars(
        select(GateDecision)
        .where(GateDecision.feature_id == feature_id)
        .order_by(GateDecision.from_on.asc().nulls_first(), GateDecision.recorded_at, GateDecision.id)
    ).all()
