"""Whether a new position says that a marker moved: only where accuracies cannot explain the difference."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from borderops.core.coordinates import Wgs84, moved
from borderops.core.geodesy import distance_m
from borderops.core.messages import N_, Message
from borderops.core.systems import get_system
from borderops.markers.models import FeaturePosition
from borderops.markers.places import list_positions
from borderops.markers.rules import Method, preferred_position

#: Positions that were not measured at the marker say nothing of where exactly it stands.
NOT_MEASURED = frozenset({Method.MAP, Method.SCHEMATIC})


def movement_warning(
    session: Session,
    *,
    feature_id: UUID,
    point: Wgs84,
    method: Method,
    system: str,
    accuracy_m: float,
    on: date,
) -> Message | None:
    """A warning where the point lies farther from the best measured position than both accuracies allow.

    Positions by way of Lao 1997 are never asked: their transformation is only good to metres.
    """
    if method in NOT_MEASURED or not get_system(system).datum.shows_movement:
        return None
    measured = [
        position
        for position in list_positions(session, feature_ids=[feature_id])[feature_id]
        if position.method not in NOT_MEASURED
    ]
    best = preferred_position(measured, on=on)
    if best is None:
        return None
    row = session.get_one(FeaturePosition, best.id)
    if not get_system(row.system).datum.shows_movement:
        return None
    offset_m = distance_m(point.lon, point.lat, best.lon, best.lat)
    # Two positions by the same operation share its error; it cannot make one of them move.
    between = (
        (0.0,) if row.operation == point.operation else (row.operation_accuracy_m, point.operation_accuracy_m)
    )
    if not moved(offset_m, (accuracy_m, best.accuracy_m, *between)):
        return None
    return Message(
        N_(
            "It lies %(metres)s m from the measured position that is held, more than both accuracies "
            "explain: the marker may have moved, or a figure is wrong."
        ),
        {"metres": round(offset_m, 1)},
    )
