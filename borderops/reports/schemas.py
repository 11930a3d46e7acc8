"""The repair-status report as it goes over the wire."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from borderops.audit.schemas import HeadOut
from borderops.core.texts import Day
from borderops.markers.rules import Kind, Side
from borderops.register.schemas import Dates, LaoProvince
from borderops.reports.rules import Change


class RepairStatusQuery(Dates):
    """Which report: the Lao province, the day, and the day that it is compared with."""

    province: LaoProvince
    previous: Day | None = Field(
        None, description="The day to compare with; the end of the half-year before if left out."
    )


class DutyBasis(BaseModel):
    """By what the duty to repair rests on one side."""

    legal_basis: str
    stated_by: str
    valid_from: str | None
    source: str | None
    mark: str
    note: str | None


class PositionOnMap(BaseModel):
    """Where the feature is held to be, WGS 84. `schematic` positions are good to `accuracy_m` metres only."""

    lon: float
    lat: float
    method: str
    schematic: bool
    accuracy_m: float
    chainage_km: float | None


class RepairItem(BaseModel):
    """One damaged feature: its state, since when and why, whose duty repair is, and what is planned.

    `since` is an ISO date as finely as it is known; `since_is` says whether the damage happened then or was
    first put on record. `planned` is the work that the last statement asks for.
    """

    number: str
    id: UUID
    code: str
    kind: Kind
    state: str
    since: str | None
    since_is: Literal["event", "first_record"] | None
    cause: str | None
    urgency: str | None
    components: dict[str, str]
    responsible_side: Side | Literal["WITHHELD"]
    responsible_unit: str | None
    duty: DutyBasis | None
    planned: str | None
    stated: str | None = Field(description="What the record that the state rests on says, in its words.")
    source: str | None = Field(description="Title of the document the state rests on, where it is one.")
    mark: str | None
    last_visit_on: str | None
    overdue: bool
    commune: str | None
    district: str | None
    lao_district: str | None
    position: PositionOnMap | None


class ChangeItem(BaseModel):
    """What is different from the report before."""

    number: str
    code: str
    change: Change
    before: str | None
    after: str | None


class RepairStatus(BaseModel):
    """What is damaged in a Lao province's part of the line on a day, as known at a moment.

    Asking again with the same `as_of` and `known_at` gives the same report.
    """

    province: LaoProvince
    as_of: date
    known_at: AwareDatetime
    previous: date
    items: list[RepairItem]
    changes: list[ChangeItem]
    totals: dict[str, int] = Field(description="Features in the province's part of the line, by state.")
    audit_head: HeadOut | None = Field(
        description="The head of the chain of events at `known_at`; null before the first event."
    )
