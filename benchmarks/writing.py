"""Writing the synthetic register into an empty database, by COPY."""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from benchmarks.databases import SYNTHETIC
from benchmarks.synthetic import PROVINCES, Life, Marker, make_markers, shares, stand_at
from borderops.boundary.line import Line
from borderops.boundary.queries import REFERENCE_LINE
from borderops.core.database import PROJECT
from borderops.markers.marker_number import LAST_MARKER, LAST_POSITION, LAST_STAKE, MarkerNumber
from borderops.markers.rules import Kind

#: Vietnam's districts ended on this day, and communes were drawn anew.
REFORM = date(2025, 7, 1)

NOTE = "Synthetic: made by benchmarks.generate. It says nothing about any real marker."

#: How many units of each kind divide the line among them: kind, side, how many, from and until when.
UNITS = (
    ("lao_district", "LA", 40, None, None),
    ("district", "VN", 30, None, REFORM),
    ("commune", "VN", 90, None, REFORM),
    ("commune", "VN", 60, REFORM, None),
    ("border_post", "VN", 60, None, None),
    ("lao_company", "LA", 25, None, None),
)

#: What every synthetic row says of its origin, where its table has room for it.
MARKED: Mapping[str, str] = {"mark": "unknown", "note": NOTE, "source_id": SYNTHETIC}

Progress = Callable[[int], None]
Row = dict[str, Any]


def whole_line() -> Line:
    """The Vietnam–Laos line from north to south, from data/geo."""
    collection = json.loads((PROJECT / "data" / "geo" / "line.geojson").read_text(encoding="utf-8"))
    (found,) = (f for f in collection["features"] if f["properties"]["id"] == "vietnam-laos")
    return Line.from_coordinates([(lon, lat) for lon, lat in found["geometry"]["coordinates"]])


def write_ground(connection: psycopg.Connection, line: Line) -> None:
    """The source, the line in the place of the register's own, units with their sections, settings."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO source (id, title, note) VALUES (%s, 'Synthetic register', %s)", (SYNTHETIC, NOTE)
        )
        vertices = zip(line.lon, line.lat, line.chainage_m, strict=True)
        drawn = ",".join(f"{lon:.7f} {lat:.7f} {metres:.3f}" for lon, lat, metres in vertices)
        cursor.execute(
            "INSERT INTO border_line (id, name, geom, accuracy_m, source_id, licence) "
            "VALUES (%s, 'Vietnam–Laos, synthetic register', ST_GeomFromEWKT(%s), 350, %s, 'ODbL-1.0')",
            (REFERENCE_LINE, f"SRID=4326;LINESTRINGM({drawn})", SYNTHETIC),
        )
        first = 1
        for province, last in PROVINCES:
            _write_unit(cursor, province, ("lao_province", "LA", None, None), (first, last))
            first = last + 1
        for kind, side, count, begin, end in UNITS:
            for place in range(count):
                stretch = (LAST_POSITION * place // count + 1, LAST_POSITION * (place + 1) // count)
                name = f"synthetic-{kind}-{begin or 'first'}-{place + 1}".replace("_", "-")
                _write_unit(cursor, name, (kind, side, begin, end), stretch)
        for kind in Kind:
            cursor.execute(
                "INSERT INTO rule_setting (key, value, legal_basis, mark, valid, known, note) "
                "VALUES (%s, '365', %s, 'unknown', '(,)', '(,)', %s)",
                (f"inspection.interval_days.{kind}", NOTE, NOTE),
            )


def _write_unit(
    cursor: psycopg.Cursor,
    name: str,
    facts: tuple[str, str, date | None, date | None],
    positions: tuple[int, int],
) -> None:
    kind, side, begin, end = facts
    cursor.execute(
        "INSERT INTO unit (id, kind, side, name_vi, name_en, valid, source_id, mark, note) "
        "VALUES (%s, %s, %s, %s, %s, daterange(%s, %s), %s, 'unknown', %s)",
        (name, kind, side, f"{name} (synthetic)", f"{name} (synthetic)", begin, end, SYNTHETIC, NOTE),
    )
    first = MarkerNumber(positions[0])
    last = MarkerNumber(positions[1], LAST_STAKE, LAST_MARKER)
    cursor.execute(
        "INSERT INTO unit_section (unit_id, from_number, to_number, from_order, to_order, line_id, "
        "valid, known, source_id, mark, note) "
        "VALUES (%s, %s, %s, %s, %s, %s, daterange(%s, %s), '(,)', %s, 'unknown', %s)",
        (
            name,
            str(first),
            str(last),
            first.line_order,
            last.line_order,
            REFERENCE_LINE,
            begin,
            end,
            SYNTHETIC,
            NOTE,
        ),
    )


def write_features(
    connection: psycopg.Connection, line: Line, *, count: int, seed: int, progress: Progress
) -> list[Marker]:
    """Features, each with a GNSS position and mostly with a duty. `progress` is told how many are done."""
    markers: list[Marker] = []
    for marker in make_markers(line, count=count, seed=seed):
        markers.append(marker)
        if len(markers) % 500 == 0:
            progress(len(markers))
    _copy(connection, "feature", (_feature(marker) for marker in markers))
    _copy(connection, "feature_position", (_position(marker) for marker in markers))
    _copy(connection, "duty", (_duty(marker) for marker in markers if marker.side is not None))
    progress(count)
    return markers


def write_inspections(
    connection: psycopg.Connection, markers: Sequence[Marker], *, total: int, seed: int, progress: Progress
) -> None:
    """`total` inspections of these features. `progress` is told how many are written."""
    _copy(connection, "inspection", _inspections(markers, total, seed, progress))


def _feature(marker: Marker) -> Row:
    return {
        "id": marker.id,
        "kind": marker.kind,
        "code": str(marker.number),
        "number": str(marker.number),
        "line_order": marker.number.line_order,
        "grade": marker.grade,
        "multiplicity": marker.multiplicity,
        "stands_on": "LINE",
        **MARKED,
    }


def _position(marker: Marker) -> Row:
    return {
        "id": marker.position_id,
        "feature_id": marker.id,
        "geom": _point(marker.lon, marker.lat),
        "x": str(marker.lon),
        "y": str(marker.lat),
        "system": "EPSG:4326",
        "operation": "noop",
        "operation_accuracy_m": 0.0,
        "method": "gnss",
        "accuracy_m": marker.accuracy_m,
        "measured_on": marker.measured_on,
        "precision": "day",
        "chainage_m": marker.chainage_m,
        "offset_m": marker.offset_m,
        "warnings": Jsonb([]),
        **MARKED,
    }


def _duty(marker: Marker) -> Row:
    return {
        "id": marker.position_id,
        "feature_id": marker.id,
        "side": marker.side,
        "valid": f"[{marker.duty_since},)",
        "known": f"[{marker.duty_since} 00:00+00,)",
        "precision": "day",
        "legal_basis": NOTE,
        "stated_by": SYNTHETIC,
        **MARKED,
    }


def _inspections(markers: Sequence[Marker], total: int, seed: int, progress: Progress) -> Iterator[Row]:
    written = 0
    for place, (marker, count) in enumerate(zip(markers, shares(len(markers), total), strict=True)):
        draw = random.Random(seed * 1_000_003 + place)
        for seen in Life(draw, count).inspections():
            lon, lat, accuracy_m = stand_at(marker, draw)
            yield {
                **vars(seen),
                "components": Jsonb(seen.components),
                "feature_id": marker.id,
                "observed_on": seen.observed_at.date(),
                "precision": "day",
                "onset": False,
                "occasion": "inspection",
                "gps": _point(lon, lat),
                "gps_accuracy_m": accuracy_m,
                "payload": Jsonb({"synthetic": True}),
                "notes": NOTE,
                "mark": "unknown",
                "source_id": SYNTHETIC,
            }
            written += 1
            if written % 1000 == 0:
                progress(written)
    progress(written)


def _copy(connection: psycopg.Connection, table: str, rows: Iterable[Row]) -> None:
    """Write the rows, which all have the columns of the first."""
    waiting = iter(rows)
    first = next(waiting, None)
    if first is None:
        return
    columns = list(first)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in chain([first], waiting):
            copy.write_row([row[column] for column in columns])


def _point(lon: float, lat: float) -> str:
    return f"SRID=4326;POINT({lon!r} {lat!r})"
