"""What goes over the wire of what a patrol records: setting out, radio, visits, work, the end."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from borderops.core.texts import Day, MomentWithZone
from borderops.patrols.rules import Task, Withdrawn
from borderops.patrols.schemas import SOME_ID, Name, Section, Strict, Text, example


class StartIn(Strict):
    """The patrol has set out."""

    model_config = example({"happened_at": "2026-03-10T06:30:00+07:00"})

    happened_at: MomentWithZone | None = Field(None, description="Now where it is left out.")
    note: Text | None = None


class Present(Strict):
    """How many of a side were there, led by whom."""

    side: Literal["VN", "LA"]
    unit: Name
    strength: int = Field(ge=1, le=100)
    leader: Name | None = None


class NextPatrol(Strict):
    """When the two sides meet again, and how strong: it becomes the next draft."""

    id: UUID
    starts_on: Day
    days: int = Field(2, ge=1, le=10)
    strength: int | None = Field(None, ge=1, le=100)
    sections: list[Section] = Field(default_factory=list, max_length=20)


class WalkIn(Strict):
    """A stretch that the leader states was walked on a day, where no track shows it."""

    model_config = example(
        {
            "id": SOME_ID,
            "walked_on": "2026-03-10",
            "section": {"first": "420", "last": "421"},
            "sides": ["VN"],
        }
    )

    id: UUID
    walked_on: Day
    section: Section
    sides: list[Literal["VN", "LA"]] = Field(min_length=1, max_length=2)


class PatrolEndIn(Strict):
    """The patrol is back, as planned or cut short (then with a reason)."""

    model_config = example({"happened_at": "2026-03-11T16:00:00+07:00", "notes": "Nguyên trạng, an toàn."})

    happened_at: MomentWithZone | None = Field(None, description="Now where it is left out.")
    cut_short: bool = False
    reason: Text | None = None
    present: list[Present] = Field(default_factory=list, max_length=10)
    notes: Text | None = Field(None, description="About the line and its markers only.")
    walked: list[WalkIn] = Field(default_factory=list, max_length=20)
    next: NextPatrol | None = None


class RadioIn(Strict):
    """The patrol was heard of."""

    model_config = example({"id": SOME_ID, "heard_at": "2026-03-10T12:00:00+07:00", "near": "421"})

    id: UUID
    heard_at: MomentWithZone | None = None
    near: Name | None = Field(None, description="Near which marker.")
    note: Text | None = None


class VisitIn(Strict):
    """An inspection that was made on the patrol."""

    model_config = example({"id": SOME_ID, "inspection": SOME_ID})

    id: UUID
    inspection: UUID


class WorkIn(Strict):
    """Work done on the way: at a feature, or along a section."""

    model_config = example(
        {"id": SOME_ID, "task": "clear", "done_on": "2026-03-10", "feature": "421", "amount": 40}
    )

    id: UUID
    task: Task
    done_on: Day
    feature: Name | None = None
    section: Section | None = None
    amount: float | None = Field(None, gt=0, allow_inf_nan=False, description="Square metres, or how many.")
    note: Text | None = None


class WithdrawalIn(Strict):
    """Taking out what was brought in wrongly."""

    model_config = example({"subject_kind": "track", "subject_id": SOME_ID, "reason": "của đợt khác"})

    subject_kind: Withdrawn
    subject_id: UUID
    reason: Name
