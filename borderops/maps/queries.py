"""What lies under the features: the line, and where the names of the lands along it are written."""

import json
from dataclasses import dataclass

from pyproj import Geod
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from borderops.boundary.line import Line
from borderops.boundary.models import BorderLine, UnitSection
from borderops.boundary.queries import REFERENCE_LINE, get_line, line_geojson, list_units
from borderops.boundary.rules import UnitKind
from borderops.core.asof import AsOf
from borderops.core.viewer import Viewer

_GEOD = Geod(ellps="WGS84")

#: How far from the line a land's name is written, in metres: clear of the symbols on the line.
_ASIDE_M = {UnitKind.LAO_PROVINCE: 32_000, UnitKind.PROVINCE: 55_000}


@dataclass(frozen=True)
class Extent:
    """A box in degrees on WGS 84."""

    west: float
    south: float
    east: float
    north: float


def find_extent(session: Session, *, viewer: Viewer) -> Extent | None:  # noqa: ARG001
    """The box around the line of the register, or None where it was not loaded."""
    box = select(func.Box2D(BorderLine.geom).label("box")).where(BorderLine.id == REFERENCE_LINE).subquery()
    row = session.execute(
        select(
            func.ST_XMin(box.c.box), func.ST_YMin(box.c.box), func.ST_XMax(box.c.box), func.ST_YMax(box.c.box)
        )
    ).first()
    return None if row is None else Extent(*row)


def ground_geojson(session: Session, *, viewer: Viewer, at: AsOf, language: str) -> bytes:
    """The line and the names of the lands on both sides of it, as an RFC 7946 FeatureCollection.

    Names are points with the property `name`, Laos to the right of the line and Vietnam to its left, beside
    the middle of the part that each has on the day. Raises NotFound where the line was not loaded.
    """
    shape = line_geojson(session, viewer=viewer)
    line = get_line(session, viewer=viewer)
    units = list_units(session, viewer=viewer)
    rows = session.execute(
        select(UnitSection.unit_id, ((UnitSection.from_m + UnitSection.to_m) / 2).label("middle_m")).where(
            UnitSection.line_id == REFERENCE_LINE,
            UnitSection.from_m.is_not(None),
            UnitSection.unit_id.in_([unit.id for unit in units.values() if unit.kind in _ASIDE_M]),
            UnitSection.valid.contains(at.as_of),
            func.upper_inf(UnitSection.known)
            if at.known_at is None
            else UnitSection.known.contains(at.known_at),
        )
    )
    features = [f'{{"type":"Feature","properties":{{"line":true}},"geometry":{shape}}}']
    for unit_id, middle_m in rows:
        unit = units[unit_id]
        aside_m = _ASIDE_M[UnitKind(unit.kind)]
        lon, lat = beside(line, float(middle_m or 0), right_m=aside_m if unit.side == "LA" else -aside_m)
        features.append(
            json.dumps(
                {
                    "type": "Feature",
                    "properties": {"name": unit.name(language), "side": unit.side},
                    "geometry": {"type": "Point", "coordinates": [round(lon, 5), round(lat, 5)]},
                },
                ensure_ascii=False,
            )
        )
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'.encode()


def beside(line: Line, chainage_m: float, *, right_m: float) -> tuple[float, float]:
    """The point (longitude, latitude) that far to the right of the line, or left where negative.

    The course of the line there is taken over as many metres of it as the point is away, so that a small
    bend does not send a name across the line.
    """
    reach_m = abs(right_m)
    start = line.point_at(max(0.0, chainage_m - reach_m))
    end = line.point_at(min(line.length_m, chainage_m + reach_m))
    azimuth, _, _ = _GEOD.inv(*start, *end)
    lon, lat = line.point_at(min(chainage_m, line.length_m))
    lon, lat, _ = _GEOD.fwd(lon, lat, azimuth + 90, right_m)
    return float(lon), float(lat)
