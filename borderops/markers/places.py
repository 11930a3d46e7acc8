"""Where a stated position lies on the line, in number order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from geoalchemy2 import functions as spatial
from sqlalchemy import select
from sqlalchemy.orm import Session

from borderops.core.coordinates import FarFromLine
from borderops.markers.models import Feature, FeaturePosition
from borderops.markers.rules import Method, PositionFacts, preferred_position


def position_facts(row: FeaturePosition, *, lon: float, lat: float) -> PositionFacts:
    """A position's row as the rules speak of it."""
    return PositionFacts(
        id=row.id,
        lon=lon,
        lat=lat,
        method=Method(row.method),
        accuracy_m=row.accuracy_m,
        measured_on=row.measured_on,
        known_from=row.known_since,
        chainage_m=row.chainage_m,
        corrects=row.corrects_id,
        doubtful=any(warning.get("code") == FarFromLine.code for warning in row.warnings),
    )


def list_positions(session: Session, *, feature_ids: Sequence[UUID]) -> dict[UUID, list[PositionFacts]]:
    """All positions stated for these features."""
    found: dict[UUID, list[PositionFacts]] = {feature_id: [] for feature_id in feature_ids}
    rows = session.execute(
        select(FeaturePosition, spatial.ST_X(FeaturePosition.geom), spatial.ST_Y(FeaturePosition.geom)).where(
            FeaturePosition.feature_id.in_(feature_ids)
        )
    )
    for row, lon, lat in rows:
        found[row.feature_id].append(position_facts(row, lon=lon, lat=lat))
    return found


@dataclass(frozen=True)
class Window:
    """The stretch of chainage, in metres, in which a numbered feature can lie between its neighbours."""

    from_m: float
    to_m: float


def chainage_window(session: Session, *, feature: Feature, length_m: float, on: date) -> Window:
    """The stretch that number order leaves for a feature: markers keep their order on bends and loops.

    The nearest placed neighbour on each side bounds it, widened by how uncertain that neighbour is, so a
    schematic neighbour guides and a measured one decides. A feature without number may lie anywhere.
    """
    from_m, to_m = 0.0, length_m
    if feature.line_order is None:
        return Window(from_m, to_m)
    for before in (True, False):
        place = Feature.line_order < feature.line_order if before else Feature.line_order > feature.line_order
        order = Feature.line_order.desc() if before else Feature.line_order.asc()
        neighbour = session.scalar(
            select(Feature.id)
            .join(FeaturePosition, FeaturePosition.feature_id == Feature.id)
            .where(place, FeaturePosition.chainage_m.is_not(None))
            .order_by(order)
            .limit(1)
        )
        if neighbour is None:
            continue
        position = preferred_position(list_positions(session, feature_ids=[neighbour])[neighbour], on=on)
        if position is None or position.chainage_m is None:
            continue
        if before:
            from_m = max(from_m, position.chainage_m - position.accuracy_m)
        else:
            to_m = min(to_m, position.chainage_m + position.accuracy_m)
    return Window(from_m, to_m) if from_m < to_m else Window(0.0, length_m)
