"""Loading the founding data: the facts in data/geo, each with its source.

Loading twice adds nothing. What is there already is never changed: where a row of the files differs from
what was loaded before, the register keeps its own and a person corrects it there.

Known since when? Into an empty register every statement of condition, duty or decision is known since its
document appeared, which is what makes questions about the past answerable. Once the register is open,
whatever a later release adds is known from the moment it is loaded, so no answer given before changes.
"""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from geoalchemy2 import WKTElement
from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.orm import Session

from borderops.audit.actions import record_event
from borderops.boundary.line import Line
from borderops.boundary.models import BorderLine, RuleSetting, Source, Unit, UnitName, UnitSection
from borderops.boundary.queries import REFERENCE_LINE, get_line
from borderops.core.clock import BORDER_TIME, start_of_day
from borderops.core.coordinates import to_wgs84
from borderops.core.database import PROJECT, Base
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.core.pairs import parse_pair
from borderops.core.viewer import Viewer
from borderops.inspections.models import Inspection
from borderops.markers.models import Duty, Feature, FeatureEvent, FeatureName, FeaturePosition, GateDecision
from borderops.markers.numbers import parse_number, parse_range
from borderops.register.derivation import rebuild

#: Where the founding data lies in a checkout.
FOUNDING_DATA = PROJECT / "data" / "geo"

#: Ids of founding rows are made from what identifies them, so that loading again finds them.
NAMESPACE = UUID("6f1d5a3e-3c55-5f0b-9a7e-0d0a8e6c2b10")

Row = dict[str, str]
Progress = Callable[[str], None]


class DamagedData(InvalidInput):
    """A file of the founding data is missing or is not what its manifest says."""

    code = "damaged-founding-data"


@dataclass
class Loaded:
    """How many rows of each table a load added."""

    added: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All rows together."""
        return sum(self.added.values())


def founding_id(*parts: str) -> UUID:
    """The id of the founding row with these identifying parts."""
    return uuid5(NAMESPACE, "\x1f".join(parts))


def load_founding_data(
    session: Session,
    *,
    viewer: Viewer,
    now: datetime,
    folder: Path = FOUNDING_DATA,
    progress: Progress = lambda _step: None,
) -> Loaded:
    """Load what is not there yet, and derive the periods of all features if anything was added.

    Raises DamagedData when a file does not have the checksum of its manifest; nothing is loaded then.
    """
    progress("checking")
    _check_manifest(folder)
    load = _Load(session, viewer, now, folder)
    for step in (
        load.sources,
        load.lines,
        load.units,
        load.settings,
        load.features,
        load.positions,
        load.decisions,
        load.duties,
        load.conditions,
        load.events,
    ):
        progress(step.__name__)
        step()
    if load.loaded.total:
        record_event(
            session,
            viewer=viewer,
            action="load_founding_data",
            subject_kind="register",
            subject_id="founding",
            after=dict(load.loaded.added),
        )
        session.flush()
        progress("periods")
        rebuild(session)
    return load.loaded


def _check_manifest(folder: Path) -> None:
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        raise DamagedData(N_("There is no founding data in %(folder)s."), folder=folder)
    for name, facts in json.loads(manifest.read_text(encoding="utf-8"))["files"].items():
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != facts["sha256"]:
            raise DamagedData(N_("%(file)s is not what the manifest says; fetch the data again."), file=name)


class _Load:
    """One load in progress: the files, the session, and what was added so far."""

    def __init__(self, session: Session, viewer: Viewer, now: datetime, folder: Path) -> None:
        self.session = session
        self.viewer = viewer
        self.now = now
        self.folder = folder
        self.loaded = Loaded()
        self.opening = session.scalar(select(func.count()).select_from(Feature)) == 0
        self.published: dict[str, date | None] = {}
        self.feature_ids: dict[str, UUID] = dict(session.execute(select(Feature.code, Feature.id)).all())

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a file; cells without text are left out."""
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield {column: text for column, text in row.items() if text}

    def add(self, table: type[Base], values: Iterable[dict[str, Any]], *, by: tuple[str, ...] = ()) -> None:
        """Insert the rows that are not there, by primary key or, for serial keys, by these columns."""
        held: set[tuple[object, ...]] = set()
        if by:
            columns = [getattr(table, name) for name in by]
            held = {tuple(map(_identity, row)) for row in self.session.execute(select(*columns))}
        new = [row for row in values if not by or tuple(_identity(row[name]) for name in by) not in held]
        if not new:
            return
        made = self.session.execute(
            insert(table)
            .values([{**row, "recorded_by": self.viewer.name} for row in new])
            .on_conflict_do_nothing()
            .returning(literal(1))
        ).all()
        if made:
            self.loaded.added[str(table.__tablename__)] = self.loaded.added.get(
                str(table.__tablename__), 0
            ) + len(made)

    def always(self) -> datetime | None:
        """Since when the identity and place of things is known: always, or now once the register is open."""
        return None if self.opening else self.now

    def since(self, source: str | None) -> datetime:
        """Since when a statement is known: its document's date at the opening, else now."""
        published = self.published.get(source or "")
        return start_of_day(published) if self.opening and published else self.now

    def sources(self) -> None:
        """Named sources."""
        rows = list(self.rows("sources.csv"))
        self.published = {row["id"]: _day(row.get("published")) for row in rows}
        names = ("title", "reference", "publisher", "precision", "licence", "note")
        self.add(
            Source,
            [{"id": row["id"], "published": self.published[row["id"]], **_pick(row, *names)} for row in rows],
        )

    def lines(self) -> None:
        """The border line with its geodesic chainage as M."""
        official = {
            row["key"]: float(row["value"]) for row in self.rows("settings.csv") if "length" in row["key"]
        }
        collection = json.loads((self.folder / "line.geojson").read_text(encoding="utf-8"))
        values = []
        for feature in collection["features"]:
            told = feature["properties"]
            line = Line.from_coordinates([tuple(pair) for pair in feature["geometry"]["coordinates"]])
            vertices = zip(line.lon.tolist(), line.lat.tolist(), line.chainage_m.tolist(), strict=True)
            text = ",".join(f"{lon!r} {lat!r} {metres:.3f}" for lon, lat, metres in vertices)
            values.append(
                {
                    "id": told["id"],
                    "name": told["name"],
                    "geom": WKTElement(f"LINESTRINGM({text})", srid=4326),
                    "accuracy_m": told["accuracy_m"],
                    "official_length_km": official.get(f"line.{told['id']}.official_length_km"),
                    "source_id": "osm-geo-tz",
                    "licence": told["licence"],
                }
            )
        self.add(BorderLine, values)

    def units(self) -> None:
        """Units, their spellings, and their parts of the line."""
        rows = list(self.rows("units.csv"))
        names = ("name_vi", "name_en", "name_lo", "mark", "note", "kind", "side")
        in_order = sorted(rows, key=lambda row: _depth(row["id"], {r["id"]: r for r in rows}))
        for row in in_order:
            self.add(
                Unit,
                [
                    {
                        "id": row["id"],
                        "parent_id": row.get("parent"),
                        "valid": _period(row),
                        "successor_id": row.get("successor"),
                        "source_id": row.get("source"),
                        **_pick(row, *names),
                    }
                ],
            )
        self.add(
            UnitName,
            [
                {"unit_id": row["unit"], **_pick(row, "name", "language", "note")}
                for row in self.rows("unit_names.csv")
            ],
        )
        self.add(
            UnitSection,
            [self._section(row) for row in self.rows("unit_sections.csv")],
            by=("unit_id", "from_order", "to_order", "from_m", "to_m", "valid"),
        )

    def _section(self, row: Row) -> dict[str, Any]:
        first, last = row.get("from_number"), row.get("to_number")
        return {
            "unit_id": row["unit"],
            "from_number": first,
            "to_number": last,
            "from_order": parse_number(first).line_order if first else None,
            "to_order": _last_order(last) if last else None,
            "line_id": REFERENCE_LINE,
            "from_m": float(row["from_km"]) * 1000 if "from_km" in row else None,
            "to_m": float(row["to_km"]) * 1000 if "to_km" in row else None,
            "valid": _period(row),
            "known": Range(self.always(), None),
            "source_id": row.get("source"),
            **_pick(row, "mark", "note"),
        }

    def settings(self) -> None:
        """Rules and figures with their legal basis."""
        self.add(
            RuleSetting,
            [
                {
                    "key": row["key"],
                    "value": _value(row.get("value", "")),
                    "legal_basis": row["legal_basis"],
                    "valid": Range(_day(row.get("valid_from")), None),
                    "known": Range(self.always(), None),
                    **_pick(row, "mark", "note"),
                }
                for row in self.rows("settings.csv")
            ],
            by=("key", "valid"),
        )

    def features(self) -> None:
        """Markers, stakes and gates, and further names of them."""
        names = (
            "name_vi",
            "name_en",
            "name_lo",
            "grade",
            "multiplicity",
            "material",
            "stands_on",
            "mark",
            "note",
        )
        values: list[dict[str, Any]] = []
        for row in self.rows("features.csv"):
            number = parse_number(row["number"]) if "number" in row else None
            code = str(number) if number else row["code"]
            self.feature_ids.setdefault(code, founding_id("feature", code))
            values.append(
                {
                    "id": self.feature_ids[code],
                    "kind": row["kind"],
                    "code": code,
                    "number": str(number) if number else None,
                    "line_order": number.line_order if number else None,
                    "elevation_m": float(row["elevation_m"]) if "elevation_m" in row else None,
                    "year": int(row["year"]) if "year" in row else None,
                    "source_id": row.get("source"),
                    "known_since": self.always(),
                    **_pick(row, *names),
                }
            )
        self.add(Feature, values)
        self.add(
            FeatureName,
            [
                {"feature_id": self.feature_ids[row["feature"]], **_pick(row, "name", "language", "note")}
                for row in self.rows("feature_names.csv")
            ],
        )

    def positions(self) -> None:
        """Stated positions; schematic ones say how far they may be off."""
        line = get_line(self.session, viewer=self.viewer)
        values: list[dict[str, Any]] = []
        for row in self.rows("positions.csv"):
            point = to_wgs84(parse_pair((row["x"], row["y"]), row["system"]))
            place = line.locate(point.lon, point.lat)
            values.append(
                {
                    "id": founding_id("position", row["feature"], row["source"], row["x"], row["y"]),
                    "feature_id": self.feature_ids[row["feature"]],
                    "geom": WKTElement(f"POINT({point.lon!r} {point.lat!r})", srid=4326),
                    "operation": point.operation,
                    "operation_accuracy_m": point.operation_accuracy_m,
                    "accuracy_m": float(row["accuracy_m"]),
                    "measured_on": _day(row.get("measured_on")),
                    "chainage_m": place.chainage_m,
                    "offset_m": place.offset_m,
                    "warnings": [],
                    "source_id": row.get("source"),
                    "known_since": self.always(),
                    **_pick(row, "x", "y", "system", "method", "precision", "mark", "note"),
                }
            )
        self.add(FeaturePosition, values)

    def decisions(self) -> None:
        """Decisions on gates."""
        self.add(
            GateDecision,
            [
                {
                    "feature_id": self.feature_ids[row["gate"]],
                    "from_on": _day(row.get("from_date")),
                    "source_id": row.get("source"),
                    "known_since": self.since(row.get("source")),
                    **_pick(row, "side", "aspect", "value", "precision", "decision_ref", "mark", "note"),
                }
                for row in self.rows("gate_decisions.csv")
            ],
            by=("feature_id", "side", "aspect", "value", "from_on"),
        )

    def duties(self) -> None:
        """Whose duty repair is."""
        self.add(
            Duty,
            [
                {
                    "id": founding_id("duty", row["feature"], row["valid_from"], row["source"]),
                    "feature_id": self.feature_ids[row["feature"]],
                    "unit_id": row.get("unit"),
                    "valid": _period(row),
                    "known": Range(self.since(row["source"]), None),
                    "source_id": row["source"],
                    **_pick(row, "side", "precision", "legal_basis", "stated_by", "mark", "note"),
                }
                for row in self.rows("duties.csv")
            ],
        )

    def conditions(self) -> None:
        """What documents and reported patrols say of conditions: one record per statement."""
        statements: dict[tuple[str, ...], dict[str, Any]] = {}
        for row in self.rows("conditions.csv"):
            key = ("condition", row["feature"], row["observed_on"], row["source"], row["finding"])
            if key not in statements:
                statements[key] = self._statement(founding_id(*key), row)
            if "component" in row:
                statements[key]["components"][row["component"]] = row["level"]
        for statement in statements.values():
            statement["payload"] = {"components": statement["components"], "source": statement["source_id"]}
        self.add(Inspection, statements.values())

    def _statement(self, inspection_id: UUID, row: Row) -> dict[str, Any]:
        day = date.fromisoformat(row["observed_on"])
        return {
            "id": inspection_id,
            "feature_id": self.feature_ids[row["feature"]],
            "observed_at": datetime.combine(day, time(12), BORDER_TIME),
            "observed_on": day,
            "onset": row.get("event_onset") == "yes",
            "components": {},
            "notes": row.get("note"),
            "observer": row.get("observed_by"),
            "source_id": row["source"],
            "known_since": self.since(row["source"]),
            **_pick(
                row, "precision", "occasion", "finding", "position", "cause", "urgency", "action", "mark"
            ),
        }

    def events(self) -> None:
        """Dated events in the life of features."""
        self.add(
            FeatureEvent,
            [
                {
                    "feature_id": self.feature_ids[row["feature"]],
                    "occurred_on": _day(row["occurred_on"]),
                    "details": None,
                    "source_id": row.get("source"),
                    "known_since": self.since(row.get("source")),
                    **_pick(row, "event", "precision", "note", "mark"),
                }
                for row in self.rows("events.csv")
            ],
            by=("feature_id", "event", "occurred_on"),
        )


def _pick(row: Row, *names: str) -> dict[str, str | None]:
    return {name: row.get(name) for name in names}


def _identity(value: object) -> object:
    """A value as it compares whether it comes from a file or from the database."""
    return (value.lower, value.upper) if isinstance(value, Range) else value


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _period(row: Row) -> Range[date]:
    return Range(_day(row.get("valid_from")), _day(row.get("valid_to")))


def _value(text: str) -> object:
    """A figure as a number, anything else as the text it is."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def _last_order(number: str) -> int:
    """The end of a section in line order: an end without brackets takes in all markers of its position."""
    return parse_range(number).line_orders[1]


def _depth(unit_id: str, rows: dict[str, Row]) -> int:
    """How many units must be there before this one: its parent and its successor, and theirs."""
    row = rows[unit_id]
    return 1 + max((_depth(row[name], rows) for name in ("parent", "successor") if name in row), default=0)
