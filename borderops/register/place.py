"""Where any point lies: how far along the line, how far off it, and between which two markers."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from borderops.boundary.along import Between, between
from borderops.boundary.line import Place
from borderops.boundary.queries import get_line
from borderops.core.asof import AsOf
from borderops.core.coordinates import FAR_FROM_LINE_M, Wgs84, plausibility, to_wgs84
from borderops.core.messages import Message
from borderops.core.pairs import Figures
from borderops.core.viewer import Viewer
from borderops.markers.rules import Kind
from borderops.register.filters import dates, visible
from borderops.register.models import FeaturePeriod


@dataclass(frozen=True)
class PlaceOnLine:
    """A point in WGS 84, its place by the line, the markers around it, and what looks odd about it."""

    point: Wgs84
    place: Place
    between: Between
    warnings: list[Message]


def place_on_line(session: Session, *, viewer: Viewer, given: Figures, at: AsOf) -> PlaceOnLine:
    """The place of a point by the line, and the standing markers nearest before and after it on a day.

    Where those markers' positions are schematic, so are the distances to them. Raises as `to_wgs84` does.
    """
    point = to_wgs84(given)
    place = get_line(session, viewer=viewer).locate(point.lon, point.lat)
    markers = session.execute(
        select(FeaturePeriod.number, FeaturePeriod.chainage_m)
        .where(
            *dates(at),
            *visible(viewer),
            FeaturePeriod.kind == Kind.MARKER,
            FeaturePeriod.standing == "standing",
            FeaturePeriod.chainage_m.is_not(None),
        )
        .order_by(FeaturePeriod.line_order)
    )
    along = [(str(number), chainage_m) for number, chainage_m in markers if chainage_m is not None]
    return PlaceOnLine(
        point,
        place,
        between(place, along),
        plausibility(point, offset_from_line_m=place.offset_m, far_m=FAR_FROM_LINE_M),
    )
