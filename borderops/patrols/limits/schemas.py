"""What goes over the wire about seasons and closed stretches."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from borderops.core.texts import Day
from borderops.patrols.schemas import Name, Section, Strict, Text

MonthAndDay = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}-[0-9]{2}$")]

_ID = "018f3c52-6f0e-7c1a-9a53-3f1f0c8e2b11"


class LimitIn(Strict):
    """A season or a closed stretch: what slows or stops walking, from a day on, with its basis."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "id": _ID,
                    "unit": "don-na-ngoi",
                    "name": "Sạt lở",
                    "basis": "Báo cáo của tổ tuần tra ngày 02/3/2026",
                    "starts_on": "2026-03-02",
                    "ends_on": "2026-04-30",
                    "closed": [{"first": "420", "last": "421"}],
                }
            ]
        },
    )

    id: UUID
    unit: Name = Field(description="The unit that states it; its pace is for its patrols and those below it.")
    name: Name = Field(description="What people call it, or why the stretch is closed.")
    basis: Name = Field(description="The document or who said so.")
    starts_on: Day
    ends_on: Day | None = Field(None, description="The last day; without one until it is ended.")
    yearly_from: MonthAndDay | None = Field(
        None, description="Every year from this day, MM-DD.", examples=["05-15"]
    )
    yearly_to: MonthAndDay | None = Field(
        None, description="To this day, it included; a season may last over the turn of the year."
    )
    pace: float | None = Field(None, ge=0.5, le=5, description="How many times as long walking takes.")
    closed: list[Section] = Field(default_factory=list, max_length=20, description="Closed stretches.")


class LimitEndIn(Strict):
    """That a season or closed stretch holds no longer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"ends_on": "2026-03-20", "reason": "Đã thông"}]},
    )

    ends_on: Day = Field(description="The last day on which it holds.")
    reason: Text = Field(min_length=1)


class LimitOut(BaseModel):
    """A season or closed stretch as it is held; `ends_on` is the day on which it was ended, where it was."""

    id: UUID
    unit: str
    name: str
    basis: str
    starts_on: date
    ends_on: date | None
    yearly_from: str | None
    yearly_to: str | None
    pace: float | None
    closed: list[str]
    ended_because: str | None
    recorded_by: str
    holds: bool = Field(description="Whether it holds on the day asked about.")
