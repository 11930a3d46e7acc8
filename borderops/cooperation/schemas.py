"""What goes over the wire about the other side's statements."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from borderops.cooperation.rules import About, Answer
from borderops.core.texts import KEEPABLE, Day

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000, pattern=KEEPABLE)]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=KEEPABLE)
]


class StatementIn(BaseModel):
    """What the other side states about a feature that is shared with it; sending twice states once."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "id": "018f3c52-6f0e-7c1a-9a53-3f1f0c8e2b30",
                    "feature": "405(1)",
                    "about": "condition",
                    "answer": "objects",
                    "words": "ຫຼັກໝາຍຍັງຢູ່ໃນສະພາບດີ",
                    "stated_by": "Khamphone",
                }
            ]
        },
    )

    id: UUID
    feature: Words
    about: About
    answer: Answer
    words: Text | None = None
    stated_on: Day | None = Field(None, description="The day of the statement; today if left out.")
    stated_by: Words = Field(description="Who states it.")


class StatementOut(BaseModel):
    """A statement as it is held, beside what we hold ourselves."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    feature_id: UUID
    audience: Literal["xiangkhouang", "houaphanh", "bolikhamxay"]
    about: About
    answer: Answer
    words: str | None
    stated_on: date
    stated_by: str
    recorded_at: datetime
    recorded_by: str
