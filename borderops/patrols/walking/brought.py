"""Paths, heights and rivers that somebody brought, from a folder of the data folder.

`BORDEROPS_HOME/walking/` may hold `paths.*` (an OSM extract, GeoPackage, GPX of recorded tracks),
`heights.*` (an elevation raster), `rivers.*` (lines) and `crossings.*` (points where they can be passed).
Nothing of it is needed: what is missing is walked along the line at a stated speed.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pyogrio.raw
import shapely
from pyogrio.errors import DataSourceError
from shapely import LineString, Point

from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.patrols.walking.barriers import Barriers
from borderops.patrols.walking.ground import Ground, read_ground
from borderops.patrols.walking.paths import Paths, read_paths

FOLDER = "walking"


class UnreadableRivers(InvalidInput):
    """The file holds no lines or points that can be used."""

    code = "unreadable-rivers"


@dataclass(frozen=True)
class Brought:
    """What was brought; None and no barriers where nothing was."""

    paths: Paths | None = None
    ground: Ground | None = None
    barriers: Barriers = field(default_factory=Barriers)


def read_brought(folder: Path, places: list[tuple[float, float]]) -> Brought:
    """What lies in the folder, heights only round the places (longitude, latitude).

    Raises InvalidInput for a file that cannot be used: it is named, and nothing is walked by guess instead.
    """
    rivers, crossings = _find(folder, "rivers"), _find(folder, "crossings")
    barriers = Barriers(
        lines=tuple(shape for shape in _shapes(rivers) if isinstance(shape, LineString)),
        crossings=tuple(shape for shape in _shapes(crossings) if isinstance(shape, Point)),
    )
    paths, heights = _find(folder, "paths"), _find(folder, "heights")
    return Brought(
        paths=read_paths(paths, barriers) if paths else None,
        ground=read_ground(heights, places) if heights else None,
        barriers=barriers,
    )


def _find(folder: Path, name: str) -> Path | None:
    """The file of that name, whatever its ending."""
    return min(folder.glob(f"{name}.*"), default=None) if folder.is_dir() else None


def _shapes(file: Path | None) -> list[shapely.Geometry]:
    if file is None:
        return []
    try:
        told, _index, found, _fields = pyogrio.raw.read(file, columns=[])
    except DataSourceError:
        raise UnreadableRivers(N_("%(file)s cannot be read."), field="walking", file=file.name) from None
    if told["crs"] not in {None, "EPSG:4326", "OGC:CRS84"}:
        raise UnreadableRivers(
            N_("%(file)s must be in longitude and latitude (WGS 84)."), field="walking", file=file.name
        )
    shapes = shapely.from_wkb(found)
    return [part for shape in shapes if shape is not None for part in shapely.get_parts(shape)]
