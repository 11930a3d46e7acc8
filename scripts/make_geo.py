"""Makes the computed part of data/geo from the project's source material, and the manifest over all of it.

    python scripts/make_geo.py SOURCE   reads border_line.geojson, marker_anchors.csv and communes_by_km.csv
    python scripts/make_geo.py --check  compares data/geo with its manifest

Facts entered by hand stay as they are in the CSV files. Computed are: line.geojson; all of positions.csv; the
rows of unit_sections.csv that are given in kilometres; manifest.json. Running it again changes no byte.

Kilometres run along the Nghệ An section from its north end, geodesic on WGS 84. The source material's own
kilometres are 0.04 % longer than the line it brings, so they are scaled to the line's length.
"""

import argparse
import csv
import json
import math
import sys
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from geo_manifest import GEO, LINE_SOURCE, Row, check, read, write_manifest
from pyproj import Geod

from borderops.markers.numbers import parse_number

LINES = ("vietnam-laos", "nghe-an")  # the features of border_line.geojson, in its order
SECTION = "nghe-an"
LAO_PROVINCES = ("houaphanh", "xiangkhouang", "bolikhamxay")  # from north to south
DISTRICTS_ENDED = "2025-07-01"  # the first day without districts and old communes
ANCHORS = "borderops-anchors"  # the sources that computed rows name
COMMUNES = "borderops-communes-km"


class Place(NamedTuple):
    """A place along the section in kilometres, and the radius in kilometres within which the thing lies."""

    km: float
    radius_km: float


class Stretch(NamedTuple):
    """A part of the section in kilometres, north end first."""

    from_km: float
    to_km: float


class Ruler:
    """A line with its geodesic kilometres."""

    def __init__(self, coordinates: Sequence[Sequence[float]]) -> None:
        self._geod = Geod(ellps="WGS84")
        self._points = [(lon, lat) for lon, lat, *_ in coordinates]
        lons, lats = zip(*self._points, strict=True)
        self._km = [0.0]
        for length_m in self._geod.line_lengths(lons, lats):
            self._km.append(self._km[-1] + length_m / 1000)

    @property
    def length_km(self) -> float:
        """The whole length."""
        return self._km[-1]

    def point_at(self, km: float) -> tuple[float, float]:
        """Longitude and latitude at `km` from the north end."""
        at = min(max(bisect_right(self._km, km) - 1, 0), len(self._points) - 2)
        (lon, lat), (next_lon, next_lat) = self._points[at], self._points[at + 1]
        azimuth, _, _ = self._geod.inv(lon, lat, next_lon, next_lat)
        lon, lat, _ = self._geod.fwd(lon, lat, azimuth, (km - self._km[at]) * 1000)
        return lon, lat


@dataclass(frozen=True)
class Anchors:
    """Markers whose place along the line is roughly known, by position number; the rest lies between them.

    A marker between two anchors is placed in proportion to its number. Its radius is the anchors' radius in
    the same proportion, and to it twice the spread of a chain of uneven steps tied at both ends,
    sqrt(k (n - k) / n) steps, where a step varies by half the mean distance between neighbours. That half is
    an assumption.
    """

    places: dict[int, Place]
    step_km: float

    def around(self, number: float) -> tuple[int, int]:
        """The anchors on either side of a position number; the same twice where it is one itself."""
        before = max(known for known in self.places if known <= number)
        return before, min(known for known in self.places if known >= number)

    def at(self, number: float) -> Place:
        """The place of a position number; 425.25 is a quarter of the way from 425 to 426."""
        before, after = self.around(number)
        first, last = self.places[before], self.places[after]
        if before == after:
            return first
        steps, passed = after - before, number - before
        share = passed / steps
        spread_km = self.step_km / 2 * math.sqrt(passed * (steps - passed) / steps)
        return Place(
            first.km + share * (last.km - first.km),
            first.radius_km + share * (last.radius_km - first.radius_km) + 2 * spread_km,
        )


def write(name: str, columns: str, rows: Iterable[Row]) -> None:
    """A CSV file as all in data/geo: UTF-8, header, LF."""
    with (GEO / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns.split(","), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_lines(given: list[dict[str, Any]]) -> None:
    """line.geojson: one line of text per border line, so that a change shows which one it was."""
    texts = []
    for line, feature in zip(LINES, given, strict=True):
        told = feature["properties"]
        properties = {"id": line, "name": told["name"], "source": LINE_SOURCE, "licence": told["licence"]}
        properties |= {"attribution": "© OpenStreetMap contributors", "use": told["use"]}
        properties |= {"accuracy_m": told["accuracy_m"]}
        kept = {"type": "Feature", "properties": properties, "geometry": feature["geometry"]}
        texts.append(json.dumps(kept, ensure_ascii=False, separators=(",", ":")))
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(texts) + "\n]}\n"
    (GEO / "line.geojson").write_text(text, encoding="utf-8", newline="\n")


def read_anchors(path: Path, *, scale: float, length_km: float) -> Anchors:
    """The anchors, their kilometres brought to the line's length."""
    places = {
        int(row["number"]): Place(float(row["km"]) * scale, float(row["plus_minus_km"])) for row in read(path)
    }
    return Anchors(places, step_km=length_km / (max(places) - min(places)))


def position_row(name: str, place: Place, *, ruler: Ruler, note: str) -> Row:
    """A row of positions.csv: to 0.00001 degree (about 1 m), the radius up to the next 100 m."""
    lon, lat = (f"{figure:.5f}" for figure in ruler.point_at(place.km))
    radius_m = math.ceil(round(place.radius_km * 10, 6)) * 100
    row = {"feature": name, "lon": lon, "lat": lat, "system": "EPSG:4326", "x": lon, "y": lat}
    row |= {"method": "schematic", "accuracy_m": str(radius_m)}
    return row | {"source": ANCHORS, "mark": "inferred", "note": "Vị trí sơ đồ: " + note}


def position_rows(ruler: Ruler, anchors: Anchors) -> Iterable[Row]:
    """A schematic position for every registered feature. Markers of one position share its point."""
    texts = [row["number"] for row in read(GEO / "features.csv") if row["number"]]
    numbers = {text: parse_number(text) for text in texts}
    stakes: dict[int, int] = {}
    for number in numbers.values():
        stakes[number.position] = max(stakes.get(number.position, 0), number.stake or 0)
    for text, number in numbers.items():
        value = number.position + (number.stake or 0) / (stakes[number.position] + 1)
        before, after = anchors.around(value)
        note = f"nội suy theo thứ tự số giữa các điểm tựa {before} và {after}."
        if before == after:
            note = "ước lượng trên đường biên giới theo đoạn, bản hoặc cửa khẩu mà nguồn nêu."
        yield position_row(text, anchors.at(value), ruler=ruler, note=note)
    for gate in read(GEO / "gate_places.csv"):
        ends = [anchors.at(parse_number(gate[end]).position).km for end in ("near_from", "near_to")]
        place = Place(sum(ends) / 2, float(gate["radius_km"]))
        near = " và ".join(dict.fromkeys((gate["near_from"], gate["near_to"])))
        note = f"lấy theo mốc {near} trên đường biên giới; tọa độ cửa khẩu chưa được công bố."
        yield position_row(gate["gate"], place, ruler=ruler, note=note)


def stretch_row(
    unit: str, part: Stretch, *, source: str, mark: str = "inferred", note: str = "", **dates: str
) -> Row:
    """A row of unit_sections.csv in kilometres; `dates` are valid_from and valid_to."""
    row = {"unit": unit, "from_km": f"{part.from_km:.3f}", "to_km": f"{part.to_km:.3f}"}
    return row | {"source": source, "mark": mark, "note": note} | dates


def lao_stretches(numbered: list[Row], anchors: Anchors, end_km: float) -> Iterable[Row]:
    """Where one province's numbers end and the next one's begin, halfway. For what has no number: gates."""
    given = {row["unit"]: row for row in numbered}
    north_km = 0.0
    for province, next_one in zip(LAO_PROVINCES, (*LAO_PROVINCES[1:], None), strict=True):
        note = "By the kilometre halfway between the last number of one province and the first of the next."
        south_km = end_km
        if next_one is not None:
            last, first = given[province]["to_number"], given[next_one]["from_number"]
            ends = [anchors.at(parse_number(text).position) for text in (last, first)]
            south_km = sum(place.km for place in ends) / 2
            note += f" South end uncertain by {max(place.radius_km for place in ends):.0f} km."
        yield stretch_row(province, Stretch(north_km, south_km), source=ANCHORS, note=note)
        north_km = south_km


def commune_stretches(source: Path, *, scale: float, end_km: float) -> Iterable[Row]:
    """Communes since July 2025 as given; districts and old communes as far as the mergers settle them."""
    units = read(GEO / "units.csv")
    border = {row["unit"] for row in read(GEO / "border_communes.csv")}
    new = {row["name_vi"]: row["id"] for row in units if row["valid_from"] == DISTRICTS_ENDED}
    districts: list[tuple[str, Stretch]] = []
    before, since = [], []
    given = read(source / "communes_by_km.csv")
    for row in given:
        unit = new[row["commune_2025"]]
        south_km = end_km if row is given[-1] else float(row["to_km"]) * scale
        part = Stretch(float(row["from_km"]) * scale, south_km)
        note = "From the commune map and the line; the line is good to 350 m."
        since.append(stretch_row(unit, part, source=COMMUNES, note=note, valid_from=DISTRICTS_ENDED))
        merged = [old for old in units if old["successor"] == unit]
        (district,) = {old["parent"] for old in merged}  # no commune was merged across districts
        if districts and districts[-1][0] == district:
            districts[-1] = (district, Stretch(districts[-1][1].from_km, south_km))
        else:
            districts.append((district, part))
        on_line = [old["id"] for old in merged if old["id"] in border]
        if len(on_line) == 1:
            note = f"The only old border commune in the new {row['commune_2025']}: it had the whole stretch."
            before.append(stretch_row(on_line[0], part, source=COMMUNES, note=note, valid_to=DISTRICTS_ENDED))
    note = "All communes merged into the new ones of this stretch were of this district."
    for unit, part in districts:
        yield stretch_row(unit, part, source=COMMUNES, note=note, valid_to=DISTRICTS_ENDED)
    yield from before
    yield from since


def make(source: Path) -> None:
    """Write all that is computed, and the manifest last."""
    lines = json.loads((source / "border_line.geojson").read_text(encoding="utf-8"))["features"]
    ruler = Ruler(lines[LINES.index(SECTION)]["geometry"]["coordinates"])
    scale = ruler.length_km / float(read(source / "communes_by_km.csv")[-1]["to_km"])
    anchors = read_anchors(source / "marker_anchors.csv", scale=scale, length_km=ruler.length_km)
    end_km = math.ceil(ruler.length_km * 10) / 10  # just past the last point, which belongs to the last unit
    write_lines(lines)
    columns = "feature,lon,lat,system,x,y,method,accuracy_m,measured_on,precision,source,mark,note"
    write("positions.csv", columns, position_rows(ruler, anchors))
    numbered = [row for row in read(GEO / "unit_sections.csv") if not row["from_km"]]
    whole = Stretch(0, end_km)
    by_km = [
        stretch_row(SECTION, whole, source=LINE_SOURCE, mark="sourced", note="The whole section."),
        *lao_stretches(numbered, anchors, end_km),
        *commune_stretches(source, scale=scale, end_km=end_km),
    ]
    columns = "unit,from_number,to_number,from_km,to_km,valid_from,valid_to,source,mark,note"
    write("unit_sections.csv", columns, [*numbered, *by_km])
    write_manifest()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 1 where data/geo differs from its manifest."""
    parser = argparse.ArgumentParser(description="Make or check the founding data in data/geo.")
    parser.add_argument("source", nargs="?", type=Path, help="folder with the project's source material")
    parser.add_argument("--check", action="store_true", help="only compare data/geo with its manifest")
    options = parser.parse_args(arguments)
    if options.source is None and not options.check:
        parser.error("name the folder with the source material, or --check")
    if not options.check:
        make(options.source)
    problems = check()
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
