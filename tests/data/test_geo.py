"""The founding data holds together: references resolve, figures are figures, the manifest is true."""

import hashlib
import json
import re
import subprocess
import sys
from collections import defaultdict
from datetime import date
from enum import StrEnum
from itertools import pairwise

import pytest

from borderops.boundary.rules import UnitKind, UnitSide
from borderops.core.columns import Mark, Precision
from borderops.inspections.rules import (
    Action,
    Cause,
    Component,
    Finding,
    GroundPosition,
    Level,
    Occasion,
    Urgency,
)
from borderops.markers.numbers import parse_number, parse_range
from borderops.markers.rules import (
    GATE_VALUES,
    EventKind,
    GateAspect,
    GateSide,
    Grade,
    Kind,
    Method,
    Multiplicity,
    Side,
    StandsOn,
)
from tests.data.geo_tables import COLUMNS, FEATURES, GATES, GEO, ROOT, SOURCES, TABLES, UNITS

KEYS = {
    "sources": ["id"],
    "units": ["id"],
    "unit_names": ["unit", "name"],
    "border_communes": ["unit"],
    "feature_names": ["feature", "name"],
    "gate_decisions": ["gate", "side", "aspect", "from_date"],
    "gate_places": ["gate"],
    "positions": ["feature"],
    "conditions": ["feature", "observed_on", "component", "source"],
    "duties": ["feature", "valid_from"],
    "events": ["feature", "event"],
    "settings": ["key", "valid_from"],
}

#: Column by column, what may stand in it; an empty cell is always "unknown".
VALUES: dict[tuple[str, str], type[StrEnum]] = {
    ("units", "kind"): UnitKind,
    ("units", "side"): UnitSide,
    ("features", "kind"): Kind,
    ("features", "grade"): Grade,
    ("features", "multiplicity"): Multiplicity,
    ("features", "stands_on"): StandsOn,
    ("gate_decisions", "side"): GateSide,
    ("gate_decisions", "aspect"): GateAspect,
    ("positions", "method"): Method,
    ("conditions", "finding"): Finding,
    ("conditions", "position"): GroundPosition,
    ("conditions", "level"): Level,
    ("conditions", "cause"): Cause,
    ("conditions", "urgency"): Urgency,
    ("conditions", "action"): Action,
    ("conditions", "occasion"): Occasion,
    ("duties", "side"): Side,
    ("events", "event"): EventKind,
}
for name, columns in COLUMNS.items():
    if "mark" in columns.split(","):
        VALUES[name, "mark"] = Mark
    if "precision" in columns.split(","):
        VALUES[name, "precision"] = Precision

DATES = {"published", "valid_from", "valid_to", "from_date", "measured_on", "observed_on", "occurred_on"}
FIGURES = {"elevation_m", "from_km", "to_km", "lon", "lat", "x", "y", "accuracy_m", "radius_km", "year"}


def test_the_folder_holds_these_tables_and_the_line() -> None:
    named = {f"{name}.csv" for name in COLUMNS} | {"line.geojson", "manifest.json", "README.md"}
    assert {path.name for path in GEO.iterdir()} == named


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_is_plain_utf8_with_its_columns_and_no_stray_space(name: str) -> None:
    data = (GEO / f"{name}.csv").read_bytes()
    assert b"\r" not in data
    assert not data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\n")
    assert data.decode().splitlines()[0] == COLUMNS[name]
    for row in TABLES[name]:
        assert None not in row
        assert all(cell is not None and cell == cell.strip() for cell in row.values()), row


@pytest.mark.parametrize("name", KEYS)
def test_no_row_stands_twice(name: str) -> None:
    keys = [tuple(row[column] for column in KEYS[name]) for row in TABLES[name]]
    assert len(keys) == len(set(keys))


def test_every_feature_is_registered_once() -> None:
    assert len(FEATURES) == len(TABLES["features"])


@pytest.mark.parametrize(("name", "column"), VALUES)
def test_words_are_those_of_the_register(name: str, column: str) -> None:
    assert {row[column] for row in TABLES[name]} <= {value.value for value in VALUES[name, column]} | {""}


@pytest.mark.parametrize("name", [name for name in COLUMNS if "mark" in COLUMNS[name].split(",")])
def test_every_row_has_a_mark_and_its_source_is_listed(name: str) -> None:
    for row in TABLES[name]:
        assert row["mark"], row
        assert row["source"] in SOURCES or (row["mark"] == Mark.UNKNOWN and not row["source"]), row
        assert row["mark"] == Mark.SOURCED or row["note"], f"says not why it is {row['mark']}: {row}"


@pytest.mark.parametrize("name", TABLES)
def test_a_note_calls_a_source_by_its_title(name: str) -> None:
    cited = [
        (source, row["note"])
        for row in TABLES[name]
        for source in SOURCES
        if re.search(rf"(?<![\w-]){re.escape(source)}(?![\w-])", row.get("note") or "")
    ]
    assert cited == []


def test_no_source_is_listed_that_no_row_names() -> None:
    named = {row.get("source") for rows in TABLES.values() for row in rows}
    notes = " ".join(row.get("note", "") for rows in TABLES.values() for row in rows)
    assert [
        one["id"] for one in SOURCES.values() if one["id"] not in named and one["title"] not in notes
    ] == []


@pytest.mark.parametrize("name", COLUMNS)
def test_dates_are_dates_and_say_how_fine_they_are(name: str) -> None:
    for row in TABLES[name]:
        dates = [column for column in row if column in DATES and row[column]]
        for column in dates:
            date.fromisoformat(row[column])
        if "precision" in row:
            assert bool(row["precision"]) == bool(dates), row
        if row.get("valid_from") and row.get("valid_to"):
            assert row["valid_from"] < row["valid_to"]


@pytest.mark.parametrize("name", COLUMNS)
def test_figures_are_figures(name: str) -> None:
    for row in TABLES[name]:
        for column in FIGURES & row.keys():
            assert re.fullmatch(r"\d+(\.\d+)?|", row[column]), row


def test_numbers_are_written_as_the_register_prints_them() -> None:
    for row in TABLES["features"]:
        if row["kind"] == Kind.GATE:
            assert row["code"]
            assert not row["number"]
            assert row["name_vi"].endswith(row["name_la_side"])
        else:
            number = parse_number(row["number"])
            assert str(number) == row["number"]
            assert not row["code"]
            assert (number.stake is not None) == (row["kind"] == Kind.STAKE)


def test_numbers_stand_in_line_order_and_within_the_section() -> None:
    numbers = [parse_number(row["number"]) for row in TABLES["features"] if row["number"]]
    assert numbers == sorted(numbers)
    assert 359 <= numbers[0].position <= numbers[-1].position <= 463


def test_features_and_gates_that_rows_speak_of_are_registered() -> None:
    for name in ("positions", "conditions", "duties", "events", "feature_names"):
        assert {row["feature"] for row in TABLES[name]} <= FEATURES.keys(), name
    assert {row["gate"] for name in ("gate_decisions", "gate_places") for row in TABLES[name]} <= GATES


def test_units_that_rows_speak_of_are_listed() -> None:
    for name in ("unit_names", "unit_sections", "border_communes"):
        assert {row["unit"] for row in TABLES[name]} <= UNITS.keys(), name
    assert {row["unit"] for row in TABLES["duties"]} <= UNITS.keys() | {""}
    for row in UNITS.values():
        assert {row["parent"], row["successor"]} <= UNITS.keys() | {""}, row


def test_a_section_is_given_by_numbers_or_by_kilometres() -> None:
    for row in TABLES["unit_sections"]:
        if row["from_km"]:
            assert not row["from_number"]
            assert not row["to_number"]
            assert float(row["from_km"]) < float(row["to_km"])
        else:
            parse_range(f"{row['from_number']}–{row['to_number']}")


@pytest.mark.parametrize("kind", [UnitKind.LAO_PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE])
def test_kilometres_cover_the_section_without_gap_or_overlap(kind: UnitKind) -> None:
    (whole,) = (row for row in TABLES["unit_sections"] if row["unit"] == "nghe-an")
    rows = [row for row in TABLES["unit_sections"] if row["from_km"] and UNITS[row["unit"]]["kind"] == kind]
    if kind is UnitKind.COMMUNE:
        rows = [row for row in rows if row["valid_from"]]
    ends = [(row["from_km"], row["to_km"]) for row in rows]
    assert ends[0][0] == whole["from_km"]
    assert ends[-1][1] == whole["to_km"]
    assert all(first[1] == second[0] for first, second in pairwise(ends))


def test_components_are_those_of_the_register() -> None:
    words = {component.value for component in Component} | {"unspecified", ""}
    assert {row["component"] for row in TABLES["conditions"]} <= words


def test_nothing_was_known_before_it_happened() -> None:
    for row in TABLES["conditions"] + TABLES["events"]:
        published = SOURCES[row["source"]]["published"]
        assert not published or published >= (row.get("observed_on") or row["occurred_on"]), row


def test_duties_of_one_feature_do_not_overlap() -> None:
    periods: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in TABLES["duties"]:
        periods[row["feature"]].append((row["valid_from"], row["valid_to"] or "9999-12-31"))
    for spans in periods.values():
        assert all(first[1] <= second[0] for first, second in pairwise(sorted(spans)))


def test_an_unsettled_duty_names_no_unit() -> None:
    for row in TABLES["duties"]:
        assert bool(row["unit"]) == (row["side"] != Side.UNSETTLED)
        assert row["legal_basis"]
        assert row["stated_by"]


def test_gate_decisions_take_the_values_of_their_aspect() -> None:
    for row in TABLES["gate_decisions"]:
        GATE_VALUES[GateAspect(row["aspect"])](row["value"])


def test_every_feature_has_a_schematic_position_with_a_radius() -> None:
    assert [row["feature"] for row in TABLES["positions"]] == list(FEATURES)
    for row in TABLES["positions"]:
        assert row["method"] == Method.SCHEMATIC
        assert row["system"] == "EPSG:4326"
        assert row["mark"] == Mark.INFERRED
        assert (row["x"], row["y"]) == (row["lon"], row["lat"])
        assert 103.7 < float(row["lon"]) < 105.3
        assert 18.5 < float(row["lat"]) < 20.1
        assert 1000 <= float(row["accuracy_m"]) <= 25000


def test_markers_of_one_position_share_its_point() -> None:
    points = defaultdict(set)
    for row in TABLES["positions"]:
        if row["feature"] not in GATES:
            name = row["feature"]
            points[str(parse_number(name).position_number)].add((row["lon"], row["lat"]))
    assert all(len(found) == 1 for found in points.values())
    assert len(points) == len({point for found in points.values() for point in found})


def test_the_lines_run_from_north_to_south_and_carry_their_licence() -> None:
    features = json.loads((GEO / "line.geojson").read_text(encoding="utf-8"))["features"]
    assert [feature["properties"]["id"] for feature in features] == ["vietnam-laos", "nghe-an"]
    for feature in features:
        assert feature["geometry"]["type"] == "LineString"
        assert feature["geometry"]["coordinates"][0][1] > feature["geometry"]["coordinates"][-1][1]
        assert feature["properties"]["licence"] == "ODbL-1.0"
        assert feature["properties"]["source"] in SOURCES
        assert feature["properties"]["accuracy_m"] == 350


def test_the_manifest_is_that_of_the_files() -> None:
    files = json.loads((GEO / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert files.keys() == {f"{name}.csv" for name in COLUMNS} | {"line.geojson"}
    for name, entry in files.items():
        data = (GEO / name).read_bytes()
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()
        assert entry["bytes"] == len(data)
        assert entry["licence"]
        assert entry["made_by"]
        assert set(entry["sources"]) <= SOURCES.keys()
    assert all(files[f"{name}.csv"]["rows"] == len(rows) for name, rows in TABLES.items())


def test_the_script_checks_the_manifest() -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "make_geo.py", "--check"], check=True, timeout=60)
