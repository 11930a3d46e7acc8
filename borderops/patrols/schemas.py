"""What goes over the wire about patrols: the plan, the other side's answer."""

from datetime import time
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from borderops.core.texts import KEEPABLE, Day
from borderops.patrols.rules import (
    PatrolKind,
    PatrolLevel,
    PatrolReply,
    Task,
)

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4_000, pattern=KEEPABLE)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=KEEPABLE)
]


class Strict(BaseModel):
    """Refuses what it does not know: a misspelled field would be lost silently."""

    model_config = ConfigDict(extra="forbid")


#: For the document of the API: what a reader tries first must work.
SOME_ID = "018f3c52-6f0e-7c1a-9a53-3f1f0c8e2b11"
_PLAN: dict[str, Any] = {
    "starts_on": "2026-03-10",
    "ends_on": "2026-03-11",
    "sections": [{"first": "420", "last": "422"}],
    "teams": [
        {"key": "vn-1", "side": "VN", "unit": "don-na-ngoi", "leader": "Thiếu tá Nguyễn Văn A", "strength": 8}
    ],
    "meeting_point": "420",
    "tasks": ["check", "clear"],
}


def example(value: dict[str, Any]) -> ConfigDict:
    """The configuration of a schema that shows this example."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [value]})


class Section(Strict):
    """From one marker to another, both included; `from_m` and `to_m` are its chainage, filled in here."""

    first: Name = Field(examples=["420"])
    last: Name = Field(examples=["422"])
    from_m: float | None = Field(None, ge=0, allow_inf_nan=False, description="Filled in by the register.")
    to_m: float | None = Field(None, ge=0, allow_inf_nan=False, description="Filled in by the register.")

    def __str__(self) -> str:
        return self.first if self.first == self.last else f"{self.first}–{self.last}"


class Place(Strict):
    """A place on the ground: degrees on WGS 84 and what people call it."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    name: Name


class Team(Strict):
    """A team of one side: its leader by name and how many they are; nobody else is named.

    `start` is where it sets out: a marker's number, or latitude and longitude.
    """

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,20}$")]
    side: Literal["VN", "LA"]
    unit: Name = Field(description="Id of the unit it comes from.")
    others: list[Name] = Field(default_factory=list, max_length=10, description="Further units in it.")
    leader: Name = Field(description="Rank and name of the leader.")
    strength: int = Field(ge=1, le=100, description="How many people.")
    start: Name | None = Field(None, examples=["420", "19.3021, 104.1103"])
    party: int | None = Field(
        None,
        ge=0,
        le=5,
        description="Teams of both sides with the same number walk together from the meeting point on; 0 "
        "walks alone. Where no team has one, a joint patrol with one team of each side walks together.",
    )


class StopKind(StrEnum):
    """What is done at a place on the way."""

    VISIT = "visit"
    CAMP = "camp"
    MEET = "meet"
    CROSS = "cross"
    START = "start"
    PART = "part"
    BACK = "back"


class Stop(Strict):
    """A place on a team's way on a day: a feature to look at, a camp, a meeting, a crossing.

    `together` are the other teams that are there with it, of the party that it walks in.
    """

    day: int = Field(ge=1, le=31, description="1 is the first day.")
    team: Name
    together: list[Name] = Field(default_factory=list, max_length=9)
    kind: StopKind = StopKind.VISIT
    feature: Name | None = Field(None, description="The feature's number or code.")
    place: Place | None = None
    at: time | None = Field(None, description="Local time of arrival.")
    minutes: float | None = Field(None, ge=0, le=1440)
    tasks: list[Task] = Field(default_factory=list)
    note: Text | None = None


class Crossing(Strict):
    """Who crosses the line where: by agreement of both sides alone."""

    team: Name
    where: Name
    to_side: Literal["VN", "LA"]
    note: Text | None = None


class Reason(Strict):
    """Why the planner took a feature or left it: in words of the program, with their values."""

    feature: Name
    chosen: bool
    text: Text
    values: dict[str, Any] = Field(default_factory=dict)


class LimitSaid(Strict):
    """A season or standing record that bears on a day of the plan: `closed` are its stretches hereabouts."""

    name: Name
    pace: float | None = Field(None, gt=0)
    closed: list[Name] = Field(default_factory=list)


class DayHours(Strict):
    """From when until when one is out on a day of the plan, local time.

    `sunrise` and `sunset` are those of the middle of the sections; without them a person stated both times.
    """

    day: int = Field(ge=1, le=31, description="1 is the first day.")
    sets_out: time
    back_by: time
    sunrise: time | None = None
    sunset: time | None = None
    stated: bool = Field(False, description="Whether a person stated one of the times for this plan.")
    limits: list[LimitSaid] = Field(default_factory=list, description="Seasons and closed stretches.")


class WalkingBasis(Strict):
    """What the walking times of a plan rest on.

    How many legs go over brought paths, over brought heights, and along the drawn line; along the line one
    walks `km_an_hour`, and the way is `factor` times as long. The least known place is good to `accuracy_km`.
    """

    paths: int = Field(0, ge=0)
    ground: int = Field(0, ge=0)
    line: int = Field(0, ge=0)
    km_an_hour: float = Field(gt=0)
    factor: float = Field(gt=0)
    accuracy_km: float = Field(ge=0)


class Plan(Strict):
    """All that is planned of a patrol. What a person leaves out is not known, not empty."""

    starts_on: Day
    ends_on: Day
    sections: list[Section] = Field(default_factory=list, max_length=20)
    teams: list[Team] = Field(default_factory=list, max_length=10)
    meeting_point: Text | None = None
    meeting_at: time | None = None
    crossings: list[Crossing] = Field(default_factory=list, max_length=20)
    objectives: Text | None = None
    tasks: list[Task] = Field(default_factory=list)
    supplies: Text | None = None
    camps: list[Place] = Field(default_factory=list, max_length=20)
    radio_every_hours: float = Field(6, gt=0, le=72, description="How often a patrol under way reports.")
    stops: list[Stop] = Field(default_factory=list, max_length=400)
    walking_by: WalkingBasis | None = None
    hours: list[DayHours] = Field(default_factory=list, max_length=31)
    reasons: list[Reason] = Field(default_factory=list, max_length=400)

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.ends_on - self.starts_on).days + 1


class PatrolIn(Strict):
    """A new patrol as a draft. `id` is made by the sender, so that sending twice drafts once."""

    model_config = example(
        {"id": SOME_ID, "kind": "joint", "unit": "don-na-ngoi", "other_unit": "dai-doi-222", "plan": _PLAN}
    )

    id: UUID
    kind: PatrolKind
    level: PatrolLevel = PatrolLevel.POST
    unit: Name = Field(description="Id of our unit that leads it.")
    other_unit: Name | None = Field(None, description="Id of the other side's unit, for a joint patrol.")
    follows: UUID | None = Field(None, description="The patrol at which this one was agreed on.")
    plan: Plan


class RevisionIn(Strict):
    """A new version of the plan."""

    model_config = example({"plan": _PLAN, "note": "Đổi ngày theo thời tiết"})

    plan: Plan
    note: Text | None = None


class PlanPart(StrEnum):
    """A part of the plan that may be given to the other side."""

    DATES = "dates"
    SECTIONS = "sections"
    TEAMS = "teams"
    MEETING = "meeting"
    CROSSINGS = "crossings"
    OBJECTIVES = "objectives"
    TASKS = "tasks"
    CAMPS = "camps"
    STOPS = "stops"


#: What is needed to agree at all, and what is not given unless somebody chooses to.
ALWAYS_GIVEN = frozenset({PlanPart.DATES, PlanPart.SECTIONS, PlanPart.MEETING})
USUALLY_GIVEN = ALWAYS_GIVEN | {PlanPart.CROSSINGS, PlanPart.TASKS, PlanPart.OBJECTIVES}


class ProposalIn(Strict):
    """Proposing the plan to the other side, and what of it is given."""

    model_config = example({"parts": ["dates", "sections", "meeting", "tasks"], "note": "Theo kế hoạch quý"})

    parts: list[PlanPart] = Field(default_factory=lambda: sorted(USUALLY_GIVEN))
    note: Text | None = None


class Counter(Strict):
    """What the other side proposes instead; what it leaves out it leaves as it was."""

    starts_on: Day | None = None
    ends_on: Day | None = None
    sections: list[Section] | None = Field(None, max_length=20)
    meeting_point: Text | None = None
    meeting_at: time | None = None
    teams: list[Team] | None = Field(None, max_length=10, description="Its own teams.")


class AnswerIn(Strict):
    """The other side's answer; `reference` names its letter where our side enters it."""

    model_config = example({"answer": "agreed", "reference": "Công văn 12/ĐB222 ngày 02/3/2026"})

    answer: PatrolReply
    note: Text | None = None
    counter: Counter | None = None
    reference: Name | None = None


class StepIn(Strict):
    """A step that needs nothing but a reason, where it needs one."""

    model_config = example({"reason": "Mưa lũ"})

    reason: Text | None = None
