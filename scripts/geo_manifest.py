"""The manifest over data/geo: what lies there, checksums, the sources its rows name and their licences."""

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

GEO = Path(__file__).resolve().parent.parent / "data" / "geo"
MANIFEST = "manifest.json"
LINE_SOURCE = "osm-geo-tz"  # all that is computed lies on this line
MADE_BY = {
    "line.geojson": "scripts/make_geo.py",
    "positions.csv": "scripts/make_geo.py",
    "unit_sections.csv": "by hand; rows in kilometres by scripts/make_geo.py",
}

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    """The rows of a CSV file, by column."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def digest(path: Path) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def data_files() -> list[Path]:
    """What the manifest covers."""
    return sorted(path for path in GEO.iterdir() if path.suffix in {".csv", ".geojson"})


def _entry(path: Path, licences: dict[str, str]) -> dict[str, Any]:
    if path.suffix == ".csv":
        rows = read(path)
        count = len(rows)
        sources = {row["source"] for row in rows if row.get("source")}
    else:
        count = len(json.loads(path.read_text(encoding="utf-8"))["features"])
        sources = set()
    if path.name in MADE_BY:
        sources.add(LINE_SOURCE)
    return {
        "sha256": digest(path),
        "bytes": path.stat().st_size,
        "rows": count,
        "licence": " AND ".join(sorted({licences[source] for source in sources})) or "facts-only",
        "sources": sorted(sources),
        "made_by": MADE_BY.get(path.name, "by hand"),
    }


def write_manifest() -> None:
    """Write manifest.json over what lies there now. The words for licences are explained in README.md."""
    licences = {row["id"]: row["licence"] for row in read(GEO / "sources.csv")}
    files = {path.name: _entry(path, licences) for path in data_files()}
    about = "Founding data of the register; marks, licences and gaps are explained in README.md."
    text = json.dumps({"about": about, "files": files}, ensure_ascii=False, indent=2) + "\n"
    (GEO / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def check() -> list[str]:
    """What in data/geo differs from its manifest; empty when nothing does."""
    listed = json.loads((GEO / MANIFEST).read_text(encoding="utf-8"))["files"]
    present = {path.name: path for path in data_files()}
    problems = [f"{name}: in the manifest but not there" for name in sorted(listed.keys() - present.keys())]
    problems += [f"{name}: not in the manifest" for name in sorted(present.keys() - listed.keys())]
    both = sorted(listed.keys() & present.keys())
    changed = [name for name in both if digest(present[name]) != listed[name]["sha256"]]
    return problems + [f"{name}: checksum differs" for name in changed]
