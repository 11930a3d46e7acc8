"""A plan on the ground as GeoJSON, for the map and for programs."""

import json
from collections.abc import Mapping
from typing import Any

from borderops.patrols.proposals.planned import Planned, PlannedPlace, side_of, teams_name


def planned_geojson(planned: Planned) -> bytes:
    """The plan as an RFC 7946 FeatureCollection: sections, ways, places; `what` says which."""
    features: list[dict[str, Any]] = [
        _feature("LineString", points, {"what": "section", "name": name})
        for name, points in planned.sections.items()
        if len(points) > 1
    ]
    for line in planned.lines:
        told = {"what": "way", "team": teams_name(line.teams), "side": side_of(line.teams), "day": line.day}
        features.append(_feature("LineString", list(line.points), told))
    for place in planned.places:
        if place.point is not None:
            features.append(_feature("Point", place.point, place_told(place)))
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def place_told(place: PlannedPlace) -> dict[str, Any]:
    """What is told of a place, for files and maps; empty entries are left out."""
    told = {
        "what": place.kind,
        "name": place.name,
        "team": teams_name(place.teams) or None,
        "side": side_of(place.teams),
        "day": place.day,
        "order": place.order,
        "at": place.at.strftime("%H:%M") if place.at else None,
        "minutes": place.minutes,
        "tasks": ", ".join(place.tasks) or None,
        "note": place.note,
        "state": place.feature.feature.state if place.feature else None,
        "schematic": place.feature.feature.schematic if place.feature else None,
        "accuracy_m": place.feature.feature.accuracy_m if place.feature else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _feature(kind: str, points: Any, told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": dict(told),
        "geometry": {"type": kind, "coordinates": _rounded(points)},
    }


def _rounded(points: Any) -> Any:
    if isinstance(points, tuple) and isinstance(points[0], float | int):
        return [round(points[0], 6), round(points[1], 6)]
    return [_rounded(point) for point in points]
