"""A feature's card for programs: what it is by its entry in the register, and how a gate stands on a day."""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from borderops.markers.rules import GateAspect, GateClass, GateSide, GateStatus, Grade, Multiplicity, StandsOn
from borderops.register.gate_standing import gate_standing
from borderops.register.history import HistoryEntry


class CardOut(BaseModel):
    """What a marker, stake or gate is, as registered; null is what nobody has stated."""

    model_config = ConfigDict(from_attributes=True)

    grade: Grade | None
    multiplicity: Multiplicity | None
    material: str | None
    elevation_m: float | None = Field(description="Metres, in the height system of the source.")
    stands_on: StandsOn | None
    year: int | None = Field(description="The year written on it.")
    note: str | None
    source_id: str | None
    mark: Literal["sourced", "inferred", "unknown"]


class GateDecisionOut(BaseModel):
    """A decision in force on a gate: of one side, or of both for the pair."""

    aspect: GateAspect
    side: GateSide
    value: GateClass | GateStatus
    since: str | None = Field(description="The date as finely as it is known.", examples=["2003-01"])
    decision_ref: str | None
    mark: str


def gate_decisions_in_force(history: Iterable[HistoryEntry]) -> list[GateDecisionOut]:
    """The decisions in force, of the history as it was known and had happened (newest first)."""
    return [
        GateDecisionOut(
            aspect=GateAspect(aspect),
            side=GateSide(side),
            value=entry.details["value"],
            since=entry.on,
            decision_ref=entry.details["decision_ref"],
            mark=entry.mark,
        )
        for (aspect, side), entry in sorted(gate_standing(history).decisions.items())
    ]
