"""Over open ground: an elevation raster, Tobler's function, uphill and downhill apart."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer
from rasterio.enums import Resampling
from rasterio.windows import Window
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.patrols.walking.barriers import Barriers
from borderops.patrols.walking.paces import OFF_PATH, TOBLER_BEST_KM_H, TOBLER_BEST_SLOPE, TOBLER_FALL

#: More cells are read coarser: time grows with them for each place.
MOST_CELLS = 400_000

#: How far round the places the raster is read, in metres: ways round a mountain.
MARGIN_M = 3_000.0

_GEOD = Geod(ellps="WGS84")
_STEPS = ((0, 1), (1, 0), (1, 1), (1, -1))

Floats = NDArray[np.float64]


class UnreadableRaster(InvalidInput):
    """The file is no elevation raster that can be used."""

    code = "unreadable-raster"


@dataclass(frozen=True)
class Ground:
    """Heights on a grid: `heights_m[row, column]`, NaN where unknown; cell centres in degrees, WGS 84."""

    heights_m: Floats
    longitudes: Floats
    latitudes: Floats

    def nearest_cell(self, longitude: float, latitude: float) -> int | None:
        """The cell that holds the place, as an index into the flattened grid; None outside or unknown."""
        east = np.cos(np.radians(latitude))
        gap = np.hypot((self.longitudes - longitude) * east, self.latitudes - latitude)
        cell = int(np.argmin(gap))
        reach = _cell_degrees(self)
        if gap.flat[cell] > reach or np.isnan(self.heights_m.flat[cell]):
            return None
        return cell

    def minutes(
        self, places: list[tuple[float, float]], barriers: Barriers, *, longest_minutes: float
    ) -> Floats:
        """Minutes from each place (longitude, latitude) to each other, inf beyond `longest_minutes`."""
        found = np.full((len(places), len(places)), np.inf)
        cells = [self.nearest_cell(*place) for place in places]
        known = [index for index, cell in enumerate(cells) if cell is not None]
        np.fill_diagonal(found, 0.0)
        if known:
            graph = self.graph(barriers)
            starts = [cells[index] for index in known]
            times = dijkstra(graph, directed=True, indices=starts, limit=longest_minutes)
            found[np.ix_(known, known)] = times[:, starts]
        return found

    def graph(self, barriers: Barriers) -> csr_array:
        """Minutes between neighbouring cells, both directions apart; none across a barrier."""
        rows, columns = self.heights_m.shape
        index = np.arange(rows * columns).reshape(rows, columns)
        parts: list[tuple[NDArray[np.int64], NDArray[np.int64], Floats]] = []
        for down, right in _STEPS:
            one = (slice(0, rows - down), slice(max(0, -right), columns - max(0, right)))
            two = (slice(down, rows), slice(max(0, right), columns + min(0, right)))
            first, second = index[one].ravel(), index[two].ravel()
            rise = (self.heights_m[two] - self.heights_m[one]).ravel()
            _, _, length = _GEOD.inv(
                self.longitudes.flat[first],
                self.latitudes.flat[first],
                self.longitudes.flat[second],
                self.latitudes.flat[second],
            )
            open_way = ~np.isnan(rise) & ~self._blocked(first, second, barriers)
            first, second, rise = first[open_way], second[open_way], rise[open_way]
            metres: Floats = np.asarray(length, np.float64)[open_way]
            parts.append((first, second, _minutes(metres, rise)))
            parts.append((second, first, _minutes(metres, -rise)))
        starts, ends, minutes = (np.concatenate(part) for part in zip(*parts, strict=True))
        return csr_array(coo_array((minutes, (starts, ends)), shape=(index.size, index.size)))

    def _blocked(
        self, first: NDArray[np.int64], second: NDArray[np.int64], barriers: Barriers
    ) -> NDArray[np.bool_]:
        blocked = np.zeros(first.size, dtype=bool)
        if not barriers.lines:
            return blocked
        ends = np.stack(
            [
                np.column_stack([self.longitudes.flat[first], self.latitudes.flat[first]]),
                np.column_stack([self.longitudes.flat[second], self.latitudes.flat[second]]),
            ],
            axis=1,
        )
        segments = np.asarray(shapely.linestrings(ends), dtype=object)
        touching = np.unique(shapely.STRtree(segments).query(barriers.lines, predicate="intersects")[1])
        blocked[touching] = barriers.blocks(segments[touching])
        return blocked


def read_ground(path: Path, places: list[tuple[float, float]]) -> Ground:
    """The part of an elevation raster (GeoTIFF or what else GDAL reads) round the places.

    A raster of more than `MOST_CELLS` cells there is read coarser. Heights are metres.

    Raises `UnreadableRaster` if it is none, has no coordinate system or does not reach any of the places.
    """
    try:
        with rasterio.open(path) as raster:
            if raster.crs is None:
                raise UnreadableRaster(
                    N_("%(file)s has no coordinate system."), field="ground", file=path.name
                )
            window = _window(raster, places)
            if window is None:
                raise UnreadableRaster(
                    N_("%(file)s does not reach any of the places."), field="ground", file=path.name
                )
            coarser = max(1.0, (window.width * window.height / MOST_CELLS) ** 0.5)
            shape = (max(2, int(window.height / coarser)), max(2, int(window.width / coarser)))
            heights = raster.read(
                1, window=window, out_shape=shape, resampling=Resampling.average, masked=True
            ).astype(np.float64)
            rows, columns = np.indices(shape)
            down = window.row_off + (rows + 0.5) * window.height / shape[0]
            right = window.col_off + (columns + 0.5) * window.width / shape[1]
            grid = raster.transform
            eastings = grid.c + grid.a * right + grid.b * down
            northings = grid.f + grid.d * right + grid.e * down
            to_degrees = Transformer.from_crs(raster.crs, "EPSG:4326", always_xy=True)
            longitudes, latitudes = to_degrees.transform(eastings, northings)
    except rasterio.errors.RasterioIOError as error:
        raise UnreadableRaster(N_("%(file)s cannot be read."), field="ground", file=path.name) from error
    return Ground(heights.filled(np.nan), longitudes, latitudes)


def _window(raster: rasterio.DatasetReader, places: list[tuple[float, float]]) -> Window | None:
    margin = MARGIN_M / 111_320
    longitudes, latitudes = zip(*places, strict=True)
    from_degrees = Transformer.from_crs("EPSG:4326", raster.crs, always_xy=True)
    box = from_degrees.transform_bounds(
        min(longitudes) - margin, min(latitudes) - margin, max(longitudes) + margin, max(latitudes) + margin
    )
    grid = raster.transform
    if grid.b or grid.d:
        raise UnreadableRaster(
            N_("%(file)s is turned; give it with north up."), field="ground", file=raster.name
        )
    columns = sorted(((box[0] - grid.c) / grid.a, (box[2] - grid.c) / grid.a))
    rows = sorted(((box[1] - grid.f) / grid.e, (box[3] - grid.f) / grid.e))
    first_column, last_column = (max(0, min(raster.width, round(column))) for column in columns)
    first_row, last_row = (max(0, min(raster.height, round(row))) for row in rows)
    if last_column - first_column < 2 or last_row - first_row < 2:
        return None
    return Window(first_column, first_row, last_column - first_column, last_row - first_row)


def _cell_degrees(ground: Ground) -> float:
    """The diagonal of a cell, in degrees of latitude."""
    rows = np.ptp(ground.longitudes[:2, 0]), np.ptp(ground.latitudes[:2, 0])
    columns = np.ptp(ground.longitudes[0, :2]), np.ptp(ground.latitudes[0, :2])
    return float(np.hypot(np.hypot(*rows), np.hypot(*columns)))


def _minutes(length_m: Floats, rise_m: Floats) -> Floats:
    """As `paces.minutes_over`, off paths, for arrays."""
    slope = rise_m / length_m
    km_h = OFF_PATH * TOBLER_BEST_KM_H * np.exp(-TOBLER_FALL * np.abs(slope - TOBLER_BEST_SLOPE))
    minutes: Floats = length_m / 1000 / km_h * 60
    return minutes
