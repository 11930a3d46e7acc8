"""The founding files one by one: what each row becomes in the register."""

import json
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from geoalchemy2 import WKTElement
from sqlalchemy.dialects.postgresql import Range

from borderops.boundary.line import Line
from borderops.boundary.models import BorderLine, RuleSetting, Source, Unit, UnitName, UnitSection
from borderops.boundary.queries import REFERENCE_LINE, get_line
from borderops.core.clock import BORDER_TIME
from borderops.core.coordinates import to_wgs84
from borderops.core.pairs import parse_pair
from borderops.inspections.models import Inspection
from borderops.markers.models import Duty, Feature, FeatureEvent, FeatureName, FeaturePosition, GateDecision
from borderops.markers.numbers import parse_number, parse_range
from borderops.register.founding_tables import FoundingTables, Row, founding_id

#: What tells one decision on a gate from another.
DECISION = ("gate", "side", "aspect", "value", "from_date")


class FoundingFacts(FoundingTables):
    """One load in progress. The steps are called in the order in which they stand here."""

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
                    "source_id": row.get("source"),
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
                    "id": founding_id("decision", *(row.get(name, "") for name in DECISION)),
                    "feature_id": self.feature_ids[row["gate"]],
                    "from_on": _day(row.get("from_date")),
                    "source_id": row.get("source"),
                    "known_since": self.since(row.get("source")),
                    **_pick(row, "side", "aspect", "value", "precision", "decision_ref", "mark", "note"),
                }
                for row in self.rows("gate_decisions.csv")
            ],
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
                    "id": founding_id("event", row["feature"], row["event"], row["occurred_on"]),
                    "feature_id": self.feature_ids[row["feature"]],
                    "occurred_on": _day(row["occurred_on"]),
                    "details": None,
                    "source_id": row.get("source"),
                    "known_since": self.since(row.get("source")),
                    **_pick(row, "event", "precision", "note", "mark"),
                }
                for row in self.rows("events.csv")
            ],
        )


def _pick(row: Row, *names: str) -> dict[str, str | None]:
    return {name: row.get(name) for name in names}


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
