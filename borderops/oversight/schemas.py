"""What auditors ask, and the verification, as they go over the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from borderops.audit.queries import EventFilter
from borderops.audit.schemas import HeadOut
from borderops.audit.walk import Harm
from borderops.core.texts import KEEPABLE, Day

#: More at once are taken as a file.
LARGEST_PAGE = 500

Name = Annotated[str, StringConstraints(pattern=KEEPABLE, max_length=200)]


class EventQuery(BaseModel):
    """Which events, newest first."""

    model_config = ConfigDict(extra="forbid")

    actor: Name | None = Field(None, description="Sign-in name of who did it.")
    action: Name | None = Field(None, examples=["record_inspection"])
    subject_kind: Name | None = Field(None, examples=["feature"])
    subject_id: Name | None = Field(None, description="Id of what it was done to.")
    since: Day | None = Field(None, description="From this day on, in border time.")
    until: Day | None = Field(None, description="Up to the end of this day, in border time.")
    limit: int = Field(50, ge=1, le=LARGEST_PAGE)
    offset: int = Field(0, ge=0, le=10**9)

    def asked(self) -> EventFilter:
        """The question as the chain takes it."""
        return EventFilter(
            actor=self.actor,
            action=self.action,
            subject_kind=self.subject_kind,
            subject_id=self.subject_id,
            since=self.since,
            until=self.until,
        )


class FindingOut(BaseModel):
    """One harm to the chain: what, at which event, and in what."""

    model_config = ConfigDict(from_attributes=True)

    harm: Harm
    seq: int | None
    detail: str


class VerificationOut(BaseModel):
    """What the last run of `borderops audit verify` found."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    whole: bool = Field(validation_alias="is_whole")
    events: int = Field(description="How many were walked and are as they were written.")
    hash: str = Field(description="The hash of the last of them.")
    signed: int | None = Field(description="Up to which event the signed head reaches.")
    unsigned: int = Field(description="Events after the signed head.")
    findings: list[FindingOut]


class ChainOut(BaseModel):
    """The head of the chain now, and what the last verification found; null where there was none."""

    head: HeadOut | None
    verification: VerificationOut | None
