"""What a person wants of the planner, beside what the plan says."""

from datetime import time
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from borderops.patrols.schemas import Name, Section, Strict


def _of_the_border(value: time) -> time:
    if value.tzinfo is not None:
        raise PydanticCustomError("time_zone", "Give the time at the border, without a zone.")
    return value


#: A time of day at the border, UTC+7.
TimeOfDay = Annotated[time, AfterValidator(_of_the_border)]


class Wish(Strict):
    """The wishes for one run. Times of day are local (UTC+7); left out, they follow the sun."""

    seed: int = Field(1, ge=0, le=2**31 - 1)
    seconds: float = Field(10, ge=1, le=120)
    pins: list[Name] = Field(default_factory=list, description="Features that must be visited.")
    forbidden: list[Name] = Field(default_factory=list, description="Features that must not be visited.")
    order: list[Name] = Field(default_factory=list, description="Features to be visited in this order.")
    metres_an_hour: float = Field(
        1_200, gt=100, le=6_000, description="Along the line, where nothing better is known."
    )
    factor: float = Field(
        1.3, ge=1, le=5, description="How much longer the way beside the line is than the drawn line."
    )
    closed: list[Section] = Field(default_factory=list, max_length=20, description="Closed stretches.")
    sets_out: TimeOfDay | None = Field(None, description="From when one walks; by the sunrise if left out.")
    back_by: TimeOfDay | None = Field(None, description="Until when one is back; by the sunset if left out.")

    @field_validator("back_by")
    @classmethod
    def _out_before_back(cls, value: time | None, info: ValidationInfo) -> time | None:
        out = info.data.get("sets_out")
        if value is not None and out is not None and not out < value:
            raise PydanticCustomError("hours", "One sets out before one is back.")
        return value
