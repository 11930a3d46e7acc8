"""Over a network of paths that the user brings: an OSM extract, recorded tracks, or drawn lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import Geod
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.patrols.walking.barriers import Barriers
from borderops.patrols.walking.paces import minutes_over

#: Coordinates that agree to so many decimals are one junction (about a metre).
JUNCTION_DECIMALS = 5

#: From a place to a path one walks at most so far over open ground, in metres.
REACH_M = 500.0

#: OSM highways that nobody walks.
NOT_WALKED = frozenset({"motorway", "motorway_link", "construction", "proposed", "raceway"})

#: GPX layers that hold lines.
_GPX_LINES = ("tracks", "routes")

_GEOD = Geod(ellps="WGS84")

Floats = NDArray[np.float64]


class UnreadablePaths(InvalidInput):
    """The file holds no paths that can be used."""

    code = "unreadable-paths"


@dataclass(frozen=True)
class Paths:
    """A network: junctions (longitude, latitude) and the minutes of each stretch, both directions apart."""

    points: Floats
    graph: csr_array
    barriers: Barriers

    def minutes(self, places: Sequence[tuple[float, float]], *, longest_minutes: float) -> Floats:
        """Minutes from each place to each other, each by its nearest junction; inf where there is no way.

        A place has no way if its nearest junction is more than `REACH_M` off or across a barrier.
        """
        found = np.full((len(places), len(places)), np.inf)
        np.fill_diagonal(found, 0.0)
        if not len(self.points):
            return found
        tree = shapely.STRtree(np.asarray(shapely.points(self.points), dtype=object))
        nearest = np.asarray(tree.nearest(np.asarray(shapely.points(np.asarray(places)), dtype=object)))
        _, _, away = _GEOD.inv(*np.asarray(places).T, *self.points[nearest].T)
        access = shapely.linestrings(np.stack([np.asarray(places), self.points[nearest]], axis=1))
        known = np.flatnonzero((np.asarray(away) <= REACH_M) & ~self.barriers.blocks(np.asarray(access)))
        if not known.size:
            return found
        starts = nearest[known]
        times = dijkstra(self.graph, directed=True, indices=starts, limit=longest_minutes)[:, starts]
        off = np.array(
            [minutes_over(float(metres), 0.0, off_path=True) for metres in np.asarray(away)[known]]
        )
        times = times + off[:, None] + off[None, :]
        np.fill_diagonal(times, 0.0)
        found[np.ix_(known, known)] = times
        return found


def read_paths(path: Path, barriers: Barriers) -> Paths:
    """The network of a file: .osm or .pbf by its highways, else the lines GDAL reads (GeoPackage, GPX, …).

    Raises `UnreadablePaths` if there are none.
    """
    lines = _osm_lines(path) if path.suffix in (".osm", ".pbf") else _lines(path)
    if not lines:
        raise UnreadablePaths(N_("%(file)s holds no paths."), field="paths", file=path.name)
    return build_paths(lines, barriers)


def build_paths(lines: Iterable[NDArray[np.float64]], barriers: Barriers) -> Paths:
    """The network of lines of (longitude, latitude[, height in metres]); lines meet where their points agree.

    Heights, where all of a stretch's points have them, make uphill slower than downhill. Stretches across a
    barrier are left out.
    """
    index: dict[tuple[float, float], int] = {}
    points: list[tuple[float, float]] = []
    ends: list[tuple[int, int]] = []
    rises: list[float] = []
    for line in lines:
        for one, other in pairwise(line):
            numbers = []
            for place in (one, other):
                key = (round(float(place[0]), JUNCTION_DECIMALS), round(float(place[1]), JUNCTION_DECIMALS))
                if key not in index:
                    index[key] = len(points)
                    points.append(key)
                numbers.append(index[key])
            if numbers[0] != numbers[1]:
                ends.append((numbers[0], numbers[1]))
                rise = float(other[2] - one[2]) if len(one) > 2 and len(other) > 2 else 0.0
                rises.append(0.0 if np.isnan(rise) else rise)
    where = np.asarray(points, np.float64).reshape(len(points), 2)
    pairs = np.asarray(ends, np.int64).reshape(len(ends), 2)
    open_way = (
        ~barriers.blocks(np.asarray(shapely.linestrings(where[pairs]), dtype=object))
        if len(pairs)
        else np.zeros(0, bool)
    )
    best: dict[tuple[int, int], float] = {}
    for (one, other), rise, passes in zip(pairs.tolist(), rises, open_way, strict=True):
        if passes:
            length = float(_GEOD.inv(*where[one], *where[other])[2])
            for way, up in (((one, other), rise), ((other, one), -rise)):
                best[way] = min(best.get(way, np.inf), minutes_over(length, up))
    rows = [way[0] for way in best]
    columns = [way[1] for way in best]
    graph = csr_array(coo_array((list(best.values()), (rows, columns)), shape=(len(points), len(points))))
    return Paths(where, graph, barriers)


def _lines(path: Path) -> list[NDArray[np.float64]]:
    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
        if path.suffix == ".gpx":
            layers = [name for name in layers if name in _GPX_LINES]
        shapes = [shape for layer in layers for shape in _shapes(path, layer)]
    except (DataSourceError, DataLayerError) as error:
        raise UnreadablePaths(N_("%(file)s cannot be read."), field="paths", file=path.name) from error
    parts = shapely.get_parts(np.asarray(shapes, dtype=object)) if shapes else ()
    return [
        shapely.get_coordinates(part, include_z=bool(part.has_z))
        for part in parts
        if isinstance(part, shapely.LineString)
    ]


def _shapes(path: Path, layer: str) -> list[shapely.Geometry]:
    meta, _, shapes, _ = pyogrio.raw.read(path, layer=layer, columns=[])
    if shapes is None:
        return []
    found = [shape for shape in shapely.from_wkb(shapes) if shape is not None]
    crs = meta["crs"]
    if found and (crs is None or crs.upper() not in ("EPSG:4326", "OGC:CRS84")):
        raise UnreadablePaths(
            N_("%(file)s must be in longitude and latitude, WGS 84."), field="paths", file=path.name
        )
    return found


def _osm_lines(path: Path) -> list[NDArray[np.float64]]:
    found = []
    try:
        ways = osmium.FileProcessor(path, osmium.osm.NODE | osmium.osm.WAY).with_locations()
        for way in ways.with_filter(osmium.filter.KeyFilter("highway")):
            if isinstance(way, osmium.osm.Way) and way.tags["highway"] not in NOT_WALKED:
                places = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
                if len(places) > 1:
                    found.append(np.asarray(places))
    except RuntimeError as error:  # what osmium raises for a file that it cannot read
        raise UnreadablePaths(N_("%(file)s cannot be read."), field="paths", file=path.name) from error
    return found
