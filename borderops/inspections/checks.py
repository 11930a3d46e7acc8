"""What an inspection must say to be taken: pure checks, all problems told together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from borderops.core.errors import BorderopsError, InvalidInput
from borderops.core.messages import N_
from borderops.inspections.rules import Component, Finding, GroundPosition, Level, Occasion

#: How far a moment may lie ahead of the server's clock before we call it a mistake.
AHEAD = timedelta(minutes=5)

#: The program keeps markers planted since 1978; nothing was seen before.
EARLIEST_YEAR = 1978

#: What a device's clock may show, however wrong it is: a calendar ends somewhere.
CLOCK_YEARS = range(1970, 9999)


class IncompleteInspection(InvalidInput):
    """The inspection contradicts itself or leaves out what its finding needs."""

    code = "incomplete-inspection"


@dataclass(frozen=True)
class InspectionDraft:
    """What was sent, with its times already set right (see `seen_at`)."""

    observed_at: datetime
    occasion: Occasion
    finding: Finding
    position: GroundPosition | None = None
    position_offset_m: float | None = None
    components: Mapping[Component, Level] = field(default_factory=dict)
    notes: str | None = None
    correction: bool = False
    correction_reason: str | None = None
    device_at: datetime | None = None


def problems(draft: InspectionDraft, *, now: datetime) -> list[BorderopsError]:
    """Everything that keeps the draft from being taken; empty when it can be."""
    found: list[BorderopsError] = []

    def refuse(name: str, text: str) -> None:
        found.append(IncompleteInspection(text, field=name))

    if draft.observed_at > now + AHEAD:
        refuse("observed_at", N_("The time lies in the future; give the time at which it was seen."))
    if draft.observed_at.year < EARLIEST_YEAR:
        refuse("observed_at", N_("The year is earlier than any marker; give the time at which it was seen."))
    if draft.device_at is not None and draft.device_at.year not in CLOCK_YEARS:
        refuse("device_at", N_("The device's clock shows an impossible time; set it and send again."))
    if draft.finding == Finding.SEEN and draft.occasion == Occasion.INSPECTION and not draft.components:
        refuse("components", N_("Say the state of at least one part of what was seen."))
    if draft.finding != Finding.SEEN and draft.components:
        refuse("components", N_("Parts can only be judged when the feature was seen."))
    if draft.finding == Finding.NOT_VISITED and not draft.notes:
        refuse("notes", N_("Say why it was not visited."))
    if Component.UNSPECIFIED in draft.components and draft.occasion != Occasion.DOCUMENT:
        refuse("components", N_("Say which part; only a document may leave it open."))
    if draft.position == GroundPosition.MOVED and draft.position_offset_m is None:
        refuse(
            "position_offset_m",
            N_("Give the measured offset in metres, or say that a movement is suspected."),
        )
    if draft.correction and not draft.correction_reason:
        refuse("correction_reason", N_("Say why the earlier record is corrected."))
    return found


def seen_at(
    observed_at: datetime, *, device_at: datetime | None, now: datetime
) -> tuple[datetime, float | None]:
    """When it was really seen, and by how many seconds the device's clock was ahead of the server's.

    A device whose clock is wrong is wrong for both times it tells. Where it says its present time, a clock
    that runs ahead is set right by the difference; one that lags cannot be told from a report that waited
    for a network, and is left as it is.
    """
    if device_at is None:
        return observed_at, None
    skew = device_at - now
    if skew <= AHEAD:
        return observed_at, skew.total_seconds()
    earliest = datetime.min.replace(tzinfo=UTC)
    if observed_at - earliest < skew:  # before all calendars, which `problems` then refuses
        return earliest, skew.total_seconds()
    return observed_at - skew, skew.total_seconds()
