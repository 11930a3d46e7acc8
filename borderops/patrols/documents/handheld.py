"""The plan as files for handheld receivers and desktop programs: GPX, KML 2.2, GeoPackage; all WGS 84."""

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pyogrio.raw
import shapely

from borderops.core.messages import N_
from borderops.patrols.documents.plan_geojson import place_told
from borderops.patrols.proposals.planned import Planned, PlannedPlace, side_of, teams_name
from borderops.patrols.recording.gpx import Route, Waypoint, write_gpx
from borderops.patrols.schemas import Team
from borderops.ui.languages import Translator

KML = "http://www.opengis.net/kml/2.2"

#: The columns of the places' table, with the type that each has.
COLUMNS: tuple[tuple[str, type], ...] = (
    ("what", str),
    ("name", str),
    ("team", str),
    ("side", str),
    ("day", float),
    ("order", float),
    ("at", str),
    ("minutes", float),
    ("tasks", str),
    ("note", str),
    ("state", str),
    ("accuracy_m", float),
)


def plan_gpx(planned: Planned, *, translator: Translator, made_at: datetime) -> bytes:
    """Waypoints of all places and a route for each team's day; without ways, one route along the sections.

    Teams that walk together have a route each: their own way to the meeting point, the common way, and home.
    """
    waypoints = [_waypoint(place, translator) for place in planned.places if place.point is not None]
    routes = [
        Route(
            way_name(way.day, (team,), translator),
            [_waypoint(place, translator) for place in way.places_of(team) if place.point is not None],
        )
        for way in planned.ways
        for team in way.teams
    ]
    if not routes:
        routes = [Route(planned.held.code, [_waypoint(place, translator) for place in planned.others])]
    return write_gpx(
        name=plan_name(planned, translator),
        made_at=made_at,
        waypoints=waypoints,
        routes=[route for route in routes if route.points],
    )


def plan_kml(planned: Planned, *, translator: Translator) -> bytes:
    """A KML 2.2 document with a folder for the sections, one for the places and one for the ways."""
    root = ElementTree.Element("kml", xmlns=KML)
    document = ElementTree.SubElement(root, "Document")
    ElementTree.SubElement(document, "name").text = plan_name(planned, translator)
    sections = _folder(document, translator.t(N_("Sections")))
    for name, points in planned.sections.items():
        if len(points) > 1:
            _placemark(sections, name, "", points, line=True)
    ways = _folder(document, translator.t(N_("Ways")))
    for line in planned.lines:
        _placemark(ways, way_name(line.day, line.teams, translator), "", line.points, line=True)
    places = _folder(document, translator.t(N_("Places")))
    for place in planned.places:
        if place.point is not None:
            _placemark(places, place.name, place_words(place, translator), [place.point], line=False)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def plan_geopackage(planned: Planned) -> bytes:
    """A GeoPackage with the layers `sections`, `ways` and `places`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.gpkg"
        sections = {name: points for name, points in planned.sections.items() if len(points) > 1}
        _write(
            file,
            "sections",
            "LineString",
            [shapely.LineString(points) for points in sections.values()],
            {"name": np.array(list(sections), dtype=object)},
        )
        ways = planned.lines
        _write(
            file,
            "ways",
            "LineString",
            [shapely.LineString(way.points) for way in ways],
            {
                "team": np.array([teams_name(way.teams) for way in ways], dtype=object),
                "side": np.array([side_of(way.teams) for way in ways], dtype=object),
                "day": np.array([way.day for way in ways], dtype=np.int32),
                "date": np.array([way.on.isoformat() for way in ways], dtype=object),
            },
        )
        places = [place for place in planned.places if place.point is not None]
        points = [place.point for place in places if place.point is not None]
        told = [place_told(place) for place in places]
        _write(
            file,
            "places",
            "Point",
            [shapely.Point(point) for point in points],
            {name: _column([one.get(name) for one in told], kind) for name, kind in COLUMNS},
        )
        return file.read_bytes()


def plan_name(planned: Planned, translator: Translator) -> str:
    """What the file calls itself."""
    return f"{planned.held.code} · {planned.held.sections} · {translator.date(planned.held.plan.starts_on)}"


def way_name(day: int, teams: Sequence[Team], translator: Translator) -> str:
    """What a day of these teams is called."""
    return f"{translator.t('Day %(n)s', n=day)} · {teams_name(teams)}"


def place_words(place: PlannedPlace, translator: Translator) -> str:
    """What is told of a place in one line."""
    told = [
        translator.label("stop", place.kind),
        translator.t(N_("Day %(n)s"), n=place.day) if place.day else "",
        place.at.strftime("%H:%M") if place.at else "",
        ", ".join(translator.label("task", task) for task in place.tasks),
        translator.label("state", place.feature.feature.state) if place.feature else "",
        translator.t(N_("schematic position")) if place.feature and place.feature.feature.schematic else "",
        place.note or "",
    ]
    return " · ".join(word for word in told if word)


def _waypoint(place: PlannedPlace, translator: Translator) -> Waypoint:
    lon, lat = place.point or (0.0, 0.0)
    return Waypoint(lon, lat, place.name, place_words(place, translator))


def _folder(parent: ElementTree.Element, name: str) -> ElementTree.Element:
    folder = ElementTree.SubElement(parent, "Folder")
    ElementTree.SubElement(folder, "name").text = name
    return folder


def _placemark(
    parent: ElementTree.Element,
    name: str,
    words: str,
    points: Sequence[tuple[float, float]],
    *,
    line: bool,
) -> None:
    mark = ElementTree.SubElement(parent, "Placemark")
    ElementTree.SubElement(mark, "name").text = name
    if words:
        ElementTree.SubElement(mark, "description").text = words
    shape = ElementTree.SubElement(mark, "LineString" if line else "Point")
    ElementTree.SubElement(shape, "coordinates").text = " ".join(
        f"{lon:.6f},{lat:.6f}" for lon, lat in points
    )


def _write(
    file: Path,
    layer: str,
    kind: str,
    shapes: Sequence[shapely.Geometry],
    columns: dict[str, np.ndarray],
) -> None:
    pyogrio.raw.write(
        file,
        geometry=np.array(shapely.to_wkb(np.array(shapes, dtype=object)), dtype=object),
        field_data=list(columns.values()),
        fields=np.array(list(columns), dtype=object),
        layer=layer,
        driver="GPKG",
        geometry_type=kind,
        crs="EPSG:4326",
    )


def _column(values: Sequence[object], kind: type) -> np.ndarray:
    if kind is str:
        return np.array(values, dtype=object)
    # A number that is not known is no number: GeoPackage has only real columns for that.
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
