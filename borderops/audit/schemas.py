"""Events and what is said of the chain, as they go over the wire."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from borderops.audit.rules import Head


class HeadOut(BaseModel):
    """The head of the chain of events when this was made: `borderops audit verify --head` checks it later."""

    seq: int = Field(description="How many events there were.", examples=[1204])
    hash: str = Field(description="Hash of the last of them, over all before.", pattern="^[0-9a-f]{64}$")
    at: AwareDatetime

    @classmethod
    def of(cls, head: Head | None) -> "HeadOut | None":
        """The head as it goes over the wire."""
        return cls(seq=head.seq, hash=head.hash, at=head.at) if head else None


class EventOut(BaseModel):
    """One event: who, in which role, from where, what on what, before and after, why, by which clocks."""

    model_config = ConfigDict(from_attributes=True)

    seq: int
    at: AwareDatetime
    actor: str
    account_id: UUID | None
    roles: list[str]
    origin: str | None
    action: str
    subject_kind: str
    subject_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None
    device_at: AwareDatetime | None
    body: str = Field(description="The canonical text that the hash is over; docs/audit.md.")
    previous: str
    hash: str


class EventsOut(BaseModel):
    """A page of events, newest first."""

    total: int
    events: list[EventOut]
