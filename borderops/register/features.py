"""A feature as it was on a day: what a list shows of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select

from borderops.register.models import FeaturePeriod


@dataclass(frozen=True)
class FeatureOnDay:
    """What was true of a feature on the day asked for. Fields are those of the GeoJSON properties.

    `since` and `last_visit_on` are ISO dates as finely as they are known; `accuracy_m` is the radius in
    metres within which the shown position lies; `lon` and `lat` degrees on WGS 84. `units` are the ids of
    all units whose part of the line it lies in. `notes` and `legal_basis` are there for the other side where
    they are shared with it; we read them in the history.
    """

    id: UUID
    code: str
    kind: str
    number: str | None
    names: Mapping[str, str]
    standing: str
    state: str
    damaged: bool
    overdue: bool
    since: str | None
    since_is: str | None
    cause: str | None
    urgency: str | None
    action: str | None
    components: Mapping[str, str]
    position: str | None
    last_visit_on: str | None
    responsible_side: str
    responsible_unit: str | None
    province: str | None
    lao_district: str | None
    commune: str | None
    district: str | None
    method: str | None
    schematic: bool
    accuracy_m: float | None
    chainage_km: float | None
    lon: float | None
    lat: float | None
    units: tuple[str, ...]
    line_order: int | None
    inspection_id: UUID | None
    notes: str | None = None
    legal_basis: str | None = None

    def label(self, language: str) -> str:
        """What people call it: its number, or the gate's pair of names in the language."""
        return self.number or self.names.get(language) or self.names.get("vi") or self.code


def feature_columns() -> Select[Any]:
    """The select that `feature_on_day` reads."""
    return select(
        FeaturePeriod.geojson,
        FeaturePeriod.unit_ids,
        FeaturePeriod.line_order,
        FeaturePeriod.inspection_id,
        func.ST_X(FeaturePeriod.geom).label("lon"),
        func.ST_Y(FeaturePeriod.geom).label("lat"),
    )


def feature_on_day(row: Row[Any]) -> FeatureOnDay:
    """The row of `feature_columns` as what it says."""
    told: dict[str, Any] = json.loads(row.geojson)["properties"]
    return FeatureOnDay(
        id=UUID(told["id"]),
        code=told["code"],
        kind=told["kind"],
        number=told.get("number"),
        names=told.get("names", {}),
        standing=told["standing"],
        state=told["state"],
        damaged=told["damaged"],
        overdue=told["overdue"],
        since=told.get("since"),
        since_is=told.get("since_is"),
        cause=told.get("cause"),
        urgency=told.get("urgency"),
        action=told.get("action"),
        components=told.get("components", {}),
        position=told.get("position"),
        last_visit_on=told.get("last_visit_on"),
        responsible_side=told["responsible_side"],
        responsible_unit=told.get("responsible_unit"),
        province=told.get("province"),
        lao_district=told.get("lao_district"),
        commune=told.get("commune"),
        district=told.get("district"),
        method=told.get("method"),
        schematic=told.get("schematic", False),
        accuracy_m=told.get("accuracy_m"),
        chainage_km=told.get("chainage_km"),
        lon=row.lon,
        lat=row.lat,
        units=tuple(row.unit_ids),
        line_order=row.line_order,
        inspection_id=row.inspection_id,
        notes=told.get("notes"),
        legal_basis=told.get("legal_basis"),
    )
