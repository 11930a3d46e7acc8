"""What goes over the wire about features: new ones, positions, duties, gate decisions, events."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from borderops.core.columns import Precision
from borderops.core.texts import KEEPABLE, Day
from borderops.markers.rules import (
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

Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000, pattern=KEEPABLE)
]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=KEEPABLE)
]


def _shown(**example: Any) -> ConfigDict:
    """The configuration of a model whose documentation shows this example."""
    return ConfigDict(json_schema_extra={"examples": [example]})


class Given(BaseModel):
    """What is sent: unknown fields are refused, so that a misspelt one is not silently lost."""

    model_config = ConfigDict(extra="forbid")


class FeatureIn(Given):
    """A feature to register: a marker or stake by its number, or a gate by a code and its pair of names."""

    model_config = _shown(
        id="018f3c52-6f0e-7c1a-9a53-3f1f0c8e2b12",
        kind="marker",
        number="398",
        grade="medium",
        stands_on="LINE",
    )

    id: UUID
    kind: Kind
    number: Name | None = Field(None, examples=["398"])
    code: Name | None = Field(None, description="A gate's short name for addresses, such as nam-can.")
    name_vi: Name | None = Field(None, examples=["Nậm Cắn – Nậm Cắn"])
    name_en: Name | None = None
    name_lo: Name | None = None
    grade: Grade | None = None
    multiplicity: Multiplicity | None = None
    material: Name | None = None
    elevation_m: float | None = Field(None, ge=-500, le=9000)
    stands_on: StandsOn | None = None
    year: int | None = Field(None, ge=1900, le=2200)
    note: Text | None = None
    source: Name | None = None


class PositionIn(Given):
    """A position as somebody states it. The figures stay as they are written; the program converts them.

    `x` is longitude or easting, `y` latitude or northing, in `system`; or both in `figures` as one text.
    """

    model_config = _shown(
        id="018f3c52-6f0e-7c1a-9a53-3f1f0c8e2b13",
        system="vn2000-tm3-104-45",
        x="426279.5",
        y="2147650.0",
        method="gnss",
        accuracy_m=0.5,
        measured_on="2024-05-15",
    )

    id: UUID
    system: Name = Field(examples=["vn2000-tm3-104-45", "EPSG:9208", "wgs84"])
    x: Name | None = Field(None, examples=["429456.321"])
    y: Name | None = Field(None, examples=["2151511.160"])
    figures: Name | None = Field(None, examples=["19°28′44.1″N 104°05′02″E"])
    method: Method
    accuracy_m: float = Field(
        allow_inf_nan=False, description="Radius in metres within which the feature lies."
    )
    measured_on: Day | None = None
    measured_by: Name | None = None
    corrects: UUID | None = None
    note: Text | None = None
    source: Name | None = None


class PositionOut(BaseModel):
    """A stated position and where it lies on WGS 84 and on the line."""

    id: UUID
    lon: float
    lat: float
    x: str
    y: str
    system: str
    operation: str
    operation_accuracy_m: float
    method: Method
    accuracy_m: float
    measured_on: date | None
    measured_by: str | None
    chainage_km: float | None
    offset_m: float | None
    corrects: UUID | None
    note: str | None
    source: str | None
    mark: str
    recorded_at: datetime
    warnings: list[str]


class DutyIn(Given):
    """An assignment of the duty to repair from `valid_from` on, until `valid_to` where an end is stated.

    Where another is in force then, nothing is changed unless `replaces` is true: the other then ends the
    day this one begins.
    """

    model_config = _shown(
        id="018f3c52-6f0e-7c1a-9a53-3f1f0c8e2b14",
        side="LA",
        unit="xiangkhouang",
        valid_from="2026-01-01",
        legal_basis="Biên bản hội đàm 12/2025, mục 3",
        stated_by="Sở Ngoại vụ Nghệ An",
        replaces=True,
    )

    id: UUID
    side: Side
    unit: Name | None = Field(None, description="Id of the responsible unit or province.")
    valid_from: Day
    valid_to: Day | None = Field(None, description="The first day on which it no longer holds.")
    legal_basis: Text
    stated_by: Name
    replaces: bool = False
    note: Text | None = None
    source: Name | None = None


class DutyOut(BaseModel):
    """A dated assignment of the duty to repair."""

    id: UUID
    side: Side
    unit: str | None
    valid_from: date | None
    valid_to: date | None
    precision: Precision
    known_from: datetime | None
    known_to: datetime | None
    legal_basis: str
    stated_by: str
    note: str | None
    source: str | None
    mark: str
    warnings: list[str] = Field(default_factory=list)


class GateDecisionIn(Given):
    """A decision on a gate's class, planned class or working status."""

    model_config = _shown(
        side="PAIR",
        aspect="status",
        value="restricted",
        from_on="2024-05-15",
        decision_ref="Công hàm 12/2024",
    )

    id: UUID = Field(default_factory=uuid4, description="Made by the sender: sending twice records once.")
    side: GateSide
    aspect: GateAspect
    value: Name
    from_on: Day
    decision_ref: Text
    note: Text | None = None
    source: Name | None = None


class FeatureEventIn(Given):
    """Something that happened to a feature as such. A renumbering names the new number."""

    model_config = _shown(
        event="renumbered",
        occurred_on="2024-05-15",
        number="409(1)",
    )

    id: UUID = Field(default_factory=uuid4, description="Made by the sender: sending twice records once.")
    event: EventKind
    occurred_on: Day
    precision: Precision = Precision.DAY
    number: Name | None = Field(None, description="The new number, for a renumbering.")
    note: Text | None = None
    source: Name | None = None


class Entry(BaseModel):
    """One line of a feature's history: when, what kind of thing, and what it says."""

    on: str | None = Field(description="The date as finely as it is known; null where it is not known.")
    what: str = Field(examples=["inspection", "duty", "position", "gate", "event"])
    recorded_at: datetime
    known_since: datetime | None
    source: str | None
    mark: str | None
    details: dict[str, Any]
