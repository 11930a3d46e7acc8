"""What the other side sees of a feature: what was decided to be shared, and how a row is made of it.

Nothing is shared unless a specialist decided so. A shared row is put together from what may be in it, never
by taking away from the register's own row: what a later version adds to the register is not shared by itself.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any
from uuid import UUID


class Part(StrEnum):
    """What of a feature is shared, beside that it is there, its number and its province."""

    CONDITION = "condition"
    DUTY = "duty"
    COORDINATES = "coordinates"
    NOTES = "notes"
    PHOTOS = "photos"
    HISTORY = "history"


#: How coarse shared coordinates may be: the side in metres of the square that they name; 0 is as we have
#: them. Each is a whole multiple of the finer ones, so that two squares of different size never cut each
#: other into something smaller than either.
FINENESS_M = (0, 1_000, 10_000)

#: Stands for a condition or a duty that is not shared.
WITHHELD_STATE = "withheld"
WITHHELD_SIDE = "WITHHELD"

#: How a shared position came to be that is coarser than ours.
COARSE = "coarse"

#: What each part takes over from the properties of the register's own row.
_ALWAYS = ("id", "code", "number", "kind", "names", "standing", "province")
_CONDITION = (
    "since",
    "since_is",
    "cause",
    "urgency",
    "action",
    "components",
    "position",
    "last_visit_on",
)

#: Metres to a degree of latitude, less than anywhere on the ellipsoid, so that squares are rather too large.
_DEGREE_M = 110_000
#: Rows of this height have squares of one width in degrees: a whole number of rows of every fineness.
_BAND_M = 100_000
#: From the middle of a square to its corner, in its sides, with what the ellipsoid adds.
_TO_CORNER = 0.73


@dataclass(frozen=True)
class DisclosureFacts:
    """One decision to share: with which Lao province, which features, what of them, and of which days.

    A rule (no `feature_id`) speaks of the features in the province's part of the line, perhaps of one `kind`
    or only while damaged, and only where they lie in the scope of `unit_id`, whose people decided it: no
    province shares another's. `valid_to` is the first day that is no longer shared. `fineness_m` is one of
    FINENESS_M where coordinates are shared.
    """

    audience: str
    unit_id: str
    parts: frozenset[Part]
    fineness_m: int | None
    valid_from: date
    valid_to: date | None
    known_from: datetime | None = None
    feature_id: UUID | None = None
    kind: str | None = None
    damaged_only: bool = False

    def speaks_of(self, row: Mapping[str, Any]) -> bool:
        """Whether the register's own row is among what is shared by this."""
        if self.unit_id not in row["scope"]:
            return False
        if self.feature_id is not None:
            return bool(row["feature_id"] == self.feature_id)
        return bool(
            row["lao_province"] == self.audience
            and self.kind in {None, row["kind"]}
            and (row["damaged"] or not self.damaged_only)
        )


@dataclass(frozen=True)
class Share:
    """What all decisions together share of a feature in a stretch of days."""

    audience: str
    parts: frozenset[Part]
    fineness_m: int | None
    valid_from: date
    valid_to: date | None
    known_from: datetime | None


def shares(row: Mapping[str, Any], disclosures: Sequence[DisclosureFacts]) -> list[Share]:
    """What is shared of a row of the register's own, with each audience, by stretches within its days.

    `row["valid"]` is a pair of days, None where it has no end; `row["scope"]` the units in whose scope the
    feature lies. Where several decisions hold, what any of them shares is shared, and the finest
    coordinates.
    """
    found: list[Share] = []
    mine = [one for one in disclosures if one.speaks_of(row)]
    for audience in sorted({one.audience for one in mine}):
        held = [one for one in mine if one.audience == audience]
        first, end = row["valid"]
        days = {day for one in held for day in (one.valid_from, one.valid_to) if day is not None}
        days |= {first} - {None}
        starts = sorted(day for day in days if (first is None or day >= first) and (end is None or day < end))
        for start, next_start in pairwise([*starts, end]):
            holding = [one for one in held if _holds(one, start)]
            if holding:
                fine = [one.fineness_m for one in holding if one.fineness_m is not None]
                parts = frozenset(part for one in holding for part in one.parts)
                since = max((one.known_from for one in holding if one.known_from), default=None)
                found.append(Share(audience, parts, min(fine, default=None), start, next_start, since))
    return found


def _holds(one: DisclosureFacts, day: date) -> bool:
    return one.valid_from <= day and (one.valid_to is None or day < one.valid_to)


def as_shared(
    row: Mapping[str, Any],
    share: Share,
    *,
    lao_units: frozenset[str] = frozenset(),
    notes: str | None = None,
    legal_basis: str | None = None,
) -> dict[str, Any]:
    """The row for the other side: a row of the register's own with nothing in it but what is shared.

    `row` has the columns of `FeaturePeriod`, its `properties` as a mapping, and `lon` and `lat`; `lao_units`
    are the other side's own units, which alone are named; `notes` and `legal_basis` are shared with their
    parts. Coordinates are the middle of the square in which the feature lies.
    """
    told: Mapping[str, Any] = row["properties"]
    condition, duty = Part.CONDITION in share.parts, Part.DUTY in share.parts
    side = row["responsible_side"] if duty else WITHHELD_SIDE
    unit = row["responsible_unit"] if duty and row["responsible_unit"] in lao_units else None
    state = row["state"] if condition else WITHHELD_STATE
    names = (*_ALWAYS, *(_CONDITION if condition else ()))
    properties: dict[str, Any] = {name: told[name] for name in names if name in told}
    properties |= {
        "state": state,
        "damaged": bool(condition and row["damaged"]),
        "overdue": bool(condition and row["overdue"]),
        "responsible_side": side,
        "responsible_unit": unit,
        "lao_district": told.get("lao_district") if told.get("lao_district") in lao_units else None,
        "notes": notes if Part.NOTES in share.parts else None,
        "legal_basis": legal_basis if duty else None,
    }
    lon, lat, chainage_m = None, None, None
    if Part.COORDINATES in share.parts and share.fineness_m is not None and row["lon"] is not None:
        lon, lat = snapped(row["lon"], row["lat"], fineness_m=share.fineness_m)
        properties |= {"schematic": told["schematic"], **_how_known(told, share.fineness_m)}
        if share.fineness_m == 0:
            chainage_m = row["chainage_m"]
            properties["chainage_km"] = told.get("chainage_km")
    return {
        "feature_id": row["feature_id"],
        "audience": share.audience,
        "valid": (share.valid_from, share.valid_to),
        "known_from": max((since for since in (row["known_from"], share.known_from) if since), default=None),
        "kind": row["kind"],
        "code": row["code"],
        "number": row["number"],
        "line_order": row["line_order"],
        "standing": row["standing"],
        "state": state,
        "damaged": properties["damaged"],
        "overdue": properties["overdue"],
        "last_visit_on": row["last_visit_on"] if condition else None,
        "since": row["since"] if condition else None,
        "responsible_side": side,
        "responsible_unit": unit,
        "lao_province": row["lao_province"],
        "commune": None,
        "unit_ids": [unit_id for unit_id in row["unit_ids"] if unit_id in lao_units],
        "position_id": None,
        "inspection_id": None,
        "chainage_m": chainage_m,
        "geom": None if lon is None else f"SRID=4326;POINT({lon!r} {lat!r})",
        "geojson": _geojson(row["feature_id"], lon, lat, properties),
    }


def joined(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Shared rows of one feature and audience in order of their days, neighbours that say the same as one.

    Where our own row changes in something that is not shared, not even the day of it may be told.
    """
    result: list[dict[str, Any]] = []
    for row in sorted(rows, key=lambda row: row["valid"][0]):
        last = result[-1] if result else None
        if last is not None and last["valid"][1] == row["valid"][0] and _said(last) == _said(row):
            known = [one["known_from"] for one in (last, row)]
            last["known_from"] = None if None in known else min(known)
            last["valid"] = (last["valid"][0], row["valid"][1])
        else:
            result.append(dict(row))
    return result


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"valid", "known_from"}}


def snapped(lon: float, lat: float, *, fineness_m: int) -> tuple[float, float]:
    """The middle of the square of that size that the point lies in, in degrees on WGS 84; 0 keeps the point.

    The squares lie on a grid that depends on nothing but their size: however often a point in a square is
    asked for, and from wherever, the answer is the same.
    """
    if fineness_m == 0:
        return lon, lat
    height = fineness_m / _DEGREE_M
    row = math.floor(lat / height)
    # The width of a square in degrees is that at the edge of the band farther from the equator, where a
    # degree is shortest: everywhere else in the band it is rather wider.
    per_band = _BAND_M // fineness_m
    band = math.floor(row / per_band)
    edge = max(abs(band), abs(band + 1)) * _BAND_M / _DEGREE_M
    width = height / math.cos(math.radians(min(edge, 89.0)))
    column = math.floor(lon / width)
    return round((column + 0.5) * width, 7), round((row + 0.5) * height, 7)


def radius_m(fineness_m: int, accuracy_m: float) -> float:
    """The radius in metres around a shared point within which the feature lies, in whole squares.

    From the middle of a square to its corner, and what the position itself may be off.
    """
    if fineness_m == 0:
        return accuracy_m
    return float(math.ceil((_TO_CORNER * fineness_m + accuracy_m) / fineness_m) * fineness_m)


def _how_known(told: Mapping[str, Any], fineness_m: int) -> dict[str, Any]:
    method = told["method"] if fineness_m == 0 or told["schematic"] else COARSE
    return {"method": method, "accuracy_m": radius_m(fineness_m, told["accuracy_m"])}


def _geojson(feature_id: UUID, lon: float | None, lat: float | None, properties: Mapping[str, Any]) -> str:
    """As `register.timeline.feature_geojson` writes a feature."""
    point = (
        "null"
        if lon is None or lat is None
        else f'{{"type":"Point","coordinates":[{round(lon, 7)},{round(lat, 7)}]}}'
    )
    stated = {name: value for name, value in properties.items() if value is not None}
    text = json.dumps(stated, ensure_ascii=False, separators=(",", ":"))
    return f'{{"type":"Feature","id":"{feature_id}","geometry":{point},"properties":{text}}}'
