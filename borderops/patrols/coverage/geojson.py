"""Coverage as GeoJSON: the pieces of the line by how long ago they were walked."""

import json
from collections.abc import Mapping

from sqlalchemy.orm import Session

from borderops.boundary.queries import get_line
from borderops.core.viewer import Viewer
from borderops.patrols.coverage.queries import Coverage


def coverage_geojson(session: Session, *, viewer: Viewer, held: Coverage) -> bytes:
    """An RFC 7946 FeatureCollection of pieces of the line and of the features that patrols should look at.

    A piece has `look`: recent (within the required days), old, never.
    """
    line = get_line(session, viewer=viewer)
    features: list[dict[str, object]] = []
    for one in held.stretches:
        from_m, to_m = one.stretch.from_m, min(one.stretch.to_m, line.length_m)
        if from_m >= to_m:
            continue
        age = one.age_days(held.asked.as_of)
        look = "never" if age is None else "recent" if age < held.required_days else "old"
        points = [[round(float(lon), 5), round(float(lat), 5)] for lon, lat in line.part(from_m, to_m)]
        told = {
            "what": "coverage",
            "look": look,
            "last_on": one.last_on.isoformat() if one.last_on else None,
            "sides": sorted(one.sides, reverse=True),
            "km": round((to_m - from_m) / 1000, 1),
        }
        features.append(_feature("LineString", points, told))
    unseen = {one.id for one in held.unseen}
    for feature in held.features:
        seen = {"what": "seen", "name": feature.label, "seen": feature.id not in unseen}
        features.append(_feature("Point", [round(feature.lon, 5), round(feature.lat, 5)], seen))
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def _feature(kind: str, points: object, told: Mapping[str, object]) -> dict[str, object]:
    return {"type": "Feature", "properties": dict(told), "geometry": {"type": kind, "coordinates": points}}
