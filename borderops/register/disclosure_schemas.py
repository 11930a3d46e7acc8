"""What goes over the wire about disclosures."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from borderops.core.texts import KEEPABLE, Day
from borderops.markers.rules import Kind
from borderops.register.disclosure_rules import Part
from borderops.register.schemas import LaoProvince, Words

Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000, pattern=KEEPABLE)
]


class DisclosureIn(BaseModel):
    """A decision to share: with which Lao province, which features, what of them, and of which days.

    With `feature` it is one; without, every feature of yours in that province's part of the line, or those
    of one `kind`, or those that are damaged. `valid_from` is the first day shared (today if left out),
    `valid_to` the first that is not. `fineness_m` is the side in metres of the square that coordinates name;
    0 shares them as they are.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "id": "018f3c52-6f0e-7c1a-9a53-3f1f0c8e2b20",
                    "audience": "xiangkhouang",
                    "parts": ["condition", "duty", "coordinates"],
                    "fineness_m": 1000,
                    "decided_by": "Sở Ngoại vụ Nghệ An",
                    "legal_basis": "Biên bản họp thường niên 2024",
                }
            ]
        },
    )

    id: UUID
    audience: LaoProvince
    feature: Words | None = None
    kind: Kind | None = None
    damaged_only: bool = False
    parts: Annotated[list[Part], Field(min_length=1, max_length=len(Part))]
    fineness_m: Literal[0, 1000, 10000] | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    decided_by: Words = Field(min_length=1)
    legal_basis: Text
    reason: Text | None = None
    unit: Words | None = Field(None, description="The province that decides; yours if left out.")


class EndIn(BaseModel):
    """Why a disclosure is taken back."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"reason": "Thay bằng quyết định chia sẻ mới"}]},
    )

    reason: Text


class DisclosureOut(BaseModel):
    """A decision to share as it was made; `ended_at` is when it was taken back."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    audience: str
    unit: str
    feature: str | None
    kind: str | None
    damaged_only: bool
    parts: list[str]
    fineness_m: int | None
    valid_from: date
    valid_to: date | None
    decided_by: str
    legal_basis: str
    reason: str | None
    recorded_at: datetime
    recorded_by: str
    ended_at: datetime | None


def sent_values(sent: DisclosureIn) -> dict[str, Any]:
    """What was decided, as the event keeps it."""
    return sent.model_dump(mode="json")
