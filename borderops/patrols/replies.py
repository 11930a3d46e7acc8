"""What is answered about patrols: how a patrol, its record and its coverage go over the wire."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from borderops.patrols.rules import PatrolKind, PatrolLevel, PatrolReply, PatrolState, RunState
from borderops.patrols.schemas import Counter


class StepOut(BaseModel):
    """A step as it is held."""

    state: PatrolState
    before: PatrolState | None
    side: str
    happened_at: datetime
    recorded_at: datetime
    recorded_by: str
    plan_version: int
    reason: str | None
    details: dict[str, Any]


class AnswerOut(BaseModel):
    """An answer as it is held."""

    answer: PatrolReply
    plan_version: int
    note: str | None
    counter: Counter | None
    reference: str | None
    recorded_at: datetime


class TrackOut(BaseModel):
    """A track as it is held, and what of the line it covers."""

    id: UUID
    name: str | None
    sides: list[str]
    points: int
    left_out: dict[str, int]
    walked_m: float
    started_at: datetime | None
    ended_at: datetime | None
    covers: list[tuple[float, float]]
    withdrawn: str | None = None


class PatrolOut(BaseModel):
    """A patrol as the viewer may see it; the other side's people see what was given to them."""

    id: UUID
    code: str
    kind: PatrolKind
    level: PatrolLevel
    unit: str
    other_unit: str | None
    state: PatrolState
    plan_version: int
    starts_on: date
    ends_on: date
    sections: list[str]
    given: bool = Field(False, description="Whether this is only what was given to the other side.")


class PatrolDetail(PatrolOut):
    """A patrol with its plan and its history."""

    plan: dict[str, Any]
    steps: list[StepOut] = Field(default_factory=list)
    answers: list[AnswerOut] = Field(default_factory=list)
    tracks: list[TrackOut] = Field(default_factory=list)
    follows: UUID | None = None
    next: UUID | None = None


class BroughtOut(BaseModel):
    """A track that was brought in: what it covers (metres of chainage), and the features it passed."""

    track: UUID
    created: bool = Field(description="False when the same track had been received before.")
    covers: list[tuple[float, float]]
    passed: list[str]
    left_out: int = Field(description="Points that were left out: jumps, coarse fixes, repetitions.")
    warnings: list[str] = Field(default_factory=list)


class WatchOut(BaseModel):
    """A patrol under way and when it must be heard of."""

    patrol: PatrolOut
    started_at: datetime
    last_heard_at: datetime
    due_at: datetime
    late_minutes: int | None = Field(description="None where it is not late.")


class RunOut(BaseModel):
    """How far a run of the planner is, and what it proposes."""

    id: UUID
    patrol: UUID
    state: RunState
    progress: dict[str, Any]
    result: dict[str, Any] | None


class AgedOut(BaseModel):
    """A stretch and when it was last walked."""

    from_m: float
    to_m: float
    last_on: date | None
    days: int | None
    sides: list[str]


class CoverageOut(BaseModel):
    """What of the line was walked, as of a day."""

    as_of: date
    required_days: float
    basis: str
    line_m: float
    walked_m: float = Field(description="Walked within the required days, each metre once.")
    stretches: list[AgedOut]
    gaps: list[tuple[float, float]]
    quarters: list[dict[str, Any]]
    units: list[dict[str, Any]]
    unseen: list[str] = Field(description="Features not looked at by a patrol within the required days.")
