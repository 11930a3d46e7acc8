"""The tables of data/geo as they lie there, for the tests."""

import csv
from pathlib import Path

from borderops.markers.rules import Kind

ROOT = Path(__file__).resolve().parents[2]
GEO = ROOT / "data" / "geo"

COLUMNS = {
    "sources": "id,title,reference,publisher,published,precision,licence,note",
    "units": "id,kind,side,parent,name_vi,name_en,name_lo,valid_from,valid_to,successor,source,mark,note",
    "unit_names": "unit,name,language,note,source,mark",
    "unit_sections": "unit,from_number,to_number,from_km,to_km,valid_from,valid_to,source,mark,note",
    "border_communes": "unit,source,mark,note",
    "features": "kind,number,code,name_vi,name_en,name_lo,name_la_side,grade,multiplicity,material,"
    "elevation_m,stands_on,year,source,mark,note",
    "feature_names": "feature,name,language,note,source,mark",
    "gate_decisions": "gate,side,aspect,value,from_date,precision,decision_ref,source,mark,note",
    "gate_places": "gate,near_from,near_to,radius_km,source,mark,note",
    "positions": "feature,lon,lat,system,x,y,method,accuracy_m,measured_on,precision,source,mark,note",
    "conditions": "feature,observed_on,precision,finding,position,component,level,cause,urgency,action,note,"
    "occasion,source,mark,observed_by,event_onset",
    "duties": "feature,side,unit,valid_from,precision,valid_to,legal_basis,stated_by,source,mark,note",
    "events": "feature,event,occurred_on,precision,note,source,mark",
    "settings": "key,value,legal_basis,mark,valid_from,note,source",
}

Row = dict[str, str]


def read(name: str) -> list[Row]:
    with (GEO / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


TABLES = {name: read(name) for name in COLUMNS}
SOURCES = {row["id"]: row for row in TABLES["sources"]}
UNITS = {row["id"]: row for row in TABLES["units"]}
FEATURES = {row["number"] or row["code"]: row for row in TABLES["features"]}
GATES = {name for name, row in FEATURES.items() if row["kind"] == Kind.GATE}
