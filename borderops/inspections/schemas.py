"""What goes over the wire about inspections."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, StringConstraints

from borderops.core.texts import KEEPABLE, MomentWithZone
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

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000, pattern=KEEPABLE)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=KEEPABLE)
]


class Gps(BaseModel):
    """Where the observer stood: degrees on WGS 84, `accuracy_m` the radius the device states, in metres."""

    model_config = ConfigDict(extra="forbid")

    lon: float = Field(ge=-180, le=180, examples=[104.0839])
    lat: float = Field(ge=-90, le=90, examples=[19.4789])
    accuracy_m: float = Field(ge=0, allow_inf_nan=False, examples=[6.5])


class InspectionIn(BaseModel):
    """An inspection as it is sent. `id` is made by the sender, so that sending twice records once."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "id": "018f3c52-6f0e-7c1a-9a53-3f1f0c8e2b11",
                    "feature": "405(1)",
                    "observed_at": "2024-05-15T09:30:00+07:00",
                    "finding": "seen",
                    "position": "in_place",
                    "components": {"body": "good", "foundation": "poor"},
                    "cause": "flood",
                    "urgency": "soon",
                    "observer": "Đồn Biên phòng CKQT Nậm Cắn",
                    "gps": {"lon": 104.0839, "lat": 19.4789, "accuracy_m": 6.5},
                }
            ]
        },
    )

    id: UUID
    feature: Name = Field(
        validation_alias=AliasChoices("feature", "number"),
        description="Number as people write it (`397(2)`), a gate's code, or the feature's id.",
    )
    observed_at: MomentWithZone
    device_at: MomentWithZone | None = Field(None, description="The device's own present time when it sends.")
    occasion: Occasion = Occasion.INSPECTION
    occasion_ref: Text | None = Field(None, description="Which patrol or document.")
    finding: Finding
    position: GroundPosition | None = None
    position_offset_m: float | None = Field(
        None, ge=0, allow_inf_nan=False, description="Measured offset in metres."
    )
    components: dict[Component, Level] = Field(default_factory=dict)
    cause: Cause | None = None
    urgency: Urgency | None = None
    action: Action | None = None
    notes: Text | None = None
    observer: Name | None = None
    unit: Name | None = Field(None, description="Id of the observer's unit.")
    gps: Gps | None = None
    source: Name | None = Field(None, description="Id of the source, for statements from documents.")
    corrects: UUID | None = Field(None, description="Id of the inspection that this one takes the place of.")
    correction_reason: Text | None = None

    def as_sent(self) -> dict[str, Any]:
        """The content, without the sender's present time: what two sendings of one record have in common."""
        return self.model_dump(mode="json", exclude={"device_at"}, exclude_none=True)


class PhotoOut(BaseModel):
    """A photo kept with an inspection."""

    id: UUID
    inspection: UUID
    sha256: str
    media_type: str
    size_bytes: int
    width_px: int
    height_px: int
    caption: str | None
    taken_at: datetime | None


class InspectionOut(BaseModel):
    """An inspection as it is held."""

    id: UUID
    feature: str
    feature_id: UUID
    observed_at: datetime
    observed: str = Field(description="The day as finely as it is known: 2018, 2024-05 or 2024-05-15.")
    occasion: Occasion
    occasion_ref: str | None
    finding: Finding
    position: GroundPosition | None
    position_offset_m: float | None
    components: dict[Component, Level]
    cause: Cause | None
    urgency: Urgency | None
    action: Action | None
    notes: str | None
    observer: str | None
    unit: str | None
    gps: Gps | None
    source: str | None
    mark: str
    corrects: UUID | None
    correction_reason: str | None
    corrected_by: UUID | None
    recorded_at: datetime
    photos: list[PhotoOut] = Field(default_factory=list)


class InspectionReceipt(BaseModel):
    """What the sender is told: the record as held, the state that follows, and what looks odd."""

    inspection: InspectionOut
    created: bool = Field(description="False when the same record had been received before.")
    warnings: list[str] = Field(default_factory=list)
