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
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from geo_manifest import GEO, LINE_SOURCE, Row, check, read, write_manifest

from borderops.boundary.along import Schematic, interpolate
from borderops.boundary.line import Line
from borderops.markers.numbers import parse_number

LINES = ("vietnam-laos", "nghe-an")  # the features of border_line.geojson, in its order
SECTION = "nghe-an"
LAO_PROVINCES = ("houaphanh", "xiangkhouang", "bolikhamxay")  # from north to south
DISTRICTS_ENDED = "2025-07-01"  # the first day without districts and old communes
ANCHORS = "borderops-anchors"  # the sources that computed rows name
COMMUNES = "borderops-communes-km"


class Stretch(NamedTuple):
    """A part of the section in kilometres, north end first."""

    from_km: float
    to_km: float


class Anchors:
    """Markers whose place along the line is roughly known, by position number; the rest lies between them."""

    def __init__(self, path: Path, *, scale: float) -> None:
        self._rows = sorted(
            (int(row["number"]), float(row["km"]) * scale * 1000, float(row["plus_minus_km"]) * 1000)
            for row in read(path)
        )

    def around(self, number: float) -> tuple[int, int]:
        """The anchors on either side of a position number; the same twice where it is one itself."""
        known = [anchor for anchor, _, _ in self._rows]
        before = max(anchor for anchor in known if anchor <= number)
        return before, min(anchor for anchor in known if anchor >= number)

    def at(self, number: float) -> Schematic:
        """The place of a position number; 425.25 is a quarter of the way from 425 to 426."""
        return interpolate(self._rows, number)


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


def position_row(name: str, place: Schematic, *, line: Line, note: str) -> Row:
    """A row of positions.csv: to 0.00001 degree (about 1 m), the radius up to the next 100 m."""
    lon, lat = (f"{figure:.5f}" for figure in line.point_at(place.chainage_m))
    radius_m = math.ceil(round(place.radius_m / 100, 6)) * 100
    row = {"feature": name, "lon": lon, "lat": lat, "system": "EPSG:4326", "x": lon, "y": lat}
    row |= {"method": "schematic", "accuracy_m": str(radius_m)}
    return row | {"source": ANCHORS, "mark": "inferred", "note": "Vị trí sơ đồ: " + note}


def position_rows(line: Line, anchors: Anchors) -> Iterable[Row]:
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
        yield position_row(text, anchors.at(value), line=line, note=note)
    for gate in read(GEO / "gate_places.csv"):
        ends = [anchors.at(parse_number(gate[end]).position) for end in ("near_from", "near_to")]
        place = Schematic(sum(end.chainage_m for end in ends) / 2, float(gate["radius_km"]) * 1000)
        near = " và ".join(dict.fromkeys((gate["near_from"], gate["near_to"])))
        note = f"lấy theo mốc {near} trên đường biên giới; tọa độ cửa khẩu chưa được công bố."
        yield position_row(gate["gate"], place, line=line, note=note)


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
            south_km = sum(place.chainage_m for place in ends) / 2000
            note += f" South end uncertain by {max(place.radius_m for place in ends) / 1000:.0f} km."
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
    given = json.loads((source / "border_line.geojson").read_text(encoding="utf-8"))["features"]
    line = Line.from_coordinates(given[LINES.index(SECTION)]["geometry"]["coordinates"])
    length_km = line.length_m / 1000
    scale = length_km / float(read(source / "communes_by_km.csv")[-1]["to_km"])
    end_km = math.ceil(length_km * 10) / 10  # just past the last point, which belongs to the last unit
    anchors = Anchors(source / "marker_anchors.csv", scale=scale)
    write_lines(given)
    columns = "feature,lon,lat,system,x,y,method,accuracy_m,measured_on,precision,source,mark,note"
    write("positions.csv", columns, position_rows(line, anchors))
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
