"""Everything that ever happened to one feature, in one list: what a timeline shows and the API hands out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from borderops.boundary.queries import list_sources
from borderops.core.asof import AsOf
from borderops.core.columns import Known
from borderops.core.viewer import Viewer
from borderops.inspections.models import Photo
from borderops.inspections.queries import HeldInspection, list_inspections
from borderops.inspections.rules import in_order
from borderops.markers.models import Duty, FeatureEvent, FeaturePosition, GateDecision
from borderops.markers.queries import list_duties, list_events, list_gate_decisions, list_stated_positions
from borderops.markers.scope import is_readable
from borderops.register.timeline import partial_date


@dataclass(frozen=True)
class HistoryEntry:
    """One thing that happened to a feature, or that somebody stated about it.

    `what` is `inspection`, `duty`, `position`, `gate` or `event`; `day` the first day of the period that
    `precision` says, None where no date is known. `source` is the title of the source and
    `source_reference` the place in it. `details` hold what it says, in values that JSON knows.
    """

    id: str
    what: str
    day: date | None
    precision: str
    recorded_at: datetime
    recorded_by: str
    known_since: datetime | None
    mark: str
    source_id: str | None
    source: str | None = None
    source_reference: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def on(self) -> str | None:
        """The date in ISO 8601 as finely as it is known; None where it is not known."""
        return partial_date(self.day, self.precision)

    @property
    def superseded(self) -> bool:
        """Whether another record has taken its place: a correction, or a later statement of the duty."""
        return bool(self.details.get("corrected_by") or self.details.get("known_to"))


def list_history(session: Session, *, viewer: Viewer, feature_id: UUID, at: AsOf) -> list[HistoryEntry]:
    """What had happened to the feature by the day and was known by the moment of `at`, newest first.

    Corrected inspections and replaced duties stay in the list and say what took their place. What has no
    date comes last.
    """
    if not is_readable(session, viewer=viewer, feature_id=feature_id):
        return []
    entries = [
        *_inspections(list_inspections(session, viewer=viewer, feature_id=feature_id), at),
        *_positions(list_stated_positions(session, feature_id=feature_id), at),
        *_duties(list_duties(session, feature_id=feature_id), at),
        *_gate_decisions(list_gate_decisions(session, feature_id=feature_id), at),
        *_events(list_events(session, feature_id=feature_id), at),
    ]
    sources = list_sources(
        session, ids=sorted({entry.source_id for entry in entries if entry.source_id}), viewer=viewer
    )
    named = [
        HistoryEntry(
            **{
                **vars(entry),
                "source": sources[entry.source_id].title,
                "source_reference": sources[entry.source_id].reference,
            }
        )
        if entry.source_id
        else entry
        for entry in entries
        if entry.day is None or entry.day <= at.as_of
    ]
    return sorted(named, key=lambda entry: (entry.day or date.min, entry.recorded_at), reverse=True)


def _is_known(since: datetime | None, at: AsOf) -> bool:
    return since is None or at.known_at is None or since <= at.known_at


def _known(rows: Iterable[Known], at: AsOf) -> set[Any]:
    """The ids of the rows that were known at the moment asked about."""
    return {row.id for row in rows if _is_known(row.known_since, at)}  # type: ignore[attr-defined]


def _inspections(held: Sequence[HeldInspection], at: AsOf) -> Iterator[HistoryEntry]:
    known = _known((one.inspection for one in held), at)
    for one in held:
        row = one.inspection
        if row.id not in known:
            continue
        yield HistoryEntry(
            id=str(row.id),
            what="inspection",
            day=row.observed_on,
            precision=row.precision,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
            known_since=row.known_since,
            mark=row.mark,
            source_id=row.source_id,
            details={
                "id": str(row.id),
                "observed_at": row.observed_at.isoformat(),
                "onset": row.onset,
                "occasion": row.occasion,
                "occasion_ref": row.occasion_ref,
                "finding": row.finding,
                "position": row.position,
                "position_offset_m": row.position_offset_m,
                "components": in_order(row.components),
                "cause": row.cause,
                "urgency": row.urgency,
                "action": row.action,
                "notes": row.notes,
                "observer": row.observer,
                "unit": row.unit_id,
                "gps": {"lon": one.gps[0], "lat": one.gps[1], "accuracy_m": row.gps_accuracy_m}
                if one.gps
                else None,
                "corrects": str(row.corrects_id) if row.corrects_id else None,
                "correction_reason": row.correction_reason,
                "corrected_by": str(one.corrected_by) if one.corrected_by in known else None,
                "photos": [_photo(photo) for photo in one.photos if _is_known(photo.recorded_at, at)],
            },
        )


def _photo(photo: Photo) -> dict[str, object]:
    return {
        "id": str(photo.id),
        "caption": photo.caption,
        "width_px": photo.width_px,
        "height_px": photo.height_px,
        "taken_at": photo.taken_at.isoformat() if photo.taken_at else None,
    }


def _positions(stated: Sequence[tuple[FeaturePosition, float, float]], at: AsOf) -> Iterator[HistoryEntry]:
    known = _known((row for row, _, _ in stated), at)
    taken_back = {row.corrects_id: str(row.id) for row, _, _ in stated if row.id in known}
    for row, lon, lat in stated:
        if row.id not in known:
            continue
        yield HistoryEntry(
            id=str(row.id),
            what="position",
            day=row.measured_on,
            precision=row.precision or "day",
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
            known_since=row.known_since,
            mark=row.mark,
            source_id=row.source_id,
            details={
                "id": str(row.id),
                "lon": lon,
                "lat": lat,
                "x": row.x,
                "y": row.y,
                "system": row.system,
                "operation": row.operation,
                "operation_accuracy_m": row.operation_accuracy_m,
                "method": row.method,
                "accuracy_m": row.accuracy_m,
                "measured_by": row.measured_by,
                "chainage_km": round(row.chainage_m / 1000, 3) if row.chainage_m is not None else None,
                "offset_m": row.offset_m,
                "warnings": list(row.warnings),
                "note": row.note,
                "corrects": str(row.corrects_id) if row.corrects_id else None,
                "corrected_by": taken_back.get(row.id),
            },
        )


def _duties(duties: Sequence[Duty], at: AsOf) -> Iterator[HistoryEntry]:
    for row in duties:
        if not _is_known(row.known.lower, at):
            continue
        ended = row.known.upper is not None and _is_known(row.known.upper, at)
        yield HistoryEntry(
            id=str(row.id),
            what="duty",
            day=row.valid.lower,
            precision=row.precision,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
            known_since=row.known.lower,
            mark=row.mark,
            source_id=row.source_id,
            details={
                "id": str(row.id),
                "side": row.side,
                "unit": row.unit_id,
                "valid_from": partial_date(row.valid.lower, row.precision),
                "valid_to": row.valid.upper.isoformat() if row.valid.upper else None,
                "known_from": row.known.lower.isoformat() if row.known.lower else None,
                "known_to": row.known.upper.isoformat() if ended and row.known.upper else None,
                "legal_basis": row.legal_basis,
                "stated_by": row.stated_by,
                "note": row.note,
            },
        )


def _gate_decisions(decisions: Sequence[GateDecision], at: AsOf) -> Iterator[HistoryEntry]:
    known = _known(decisions, at)
    for row in decisions:
        if row.id in known:
            yield HistoryEntry(
                id=str(row.id),
                what="gate",
                day=row.from_on,
                precision=row.precision or "day",
                recorded_at=row.recorded_at,
                recorded_by=row.recorded_by,
                known_since=row.known_since,
                mark=row.mark,
                source_id=row.source_id,
                details={
                    "side": row.side,
                    "aspect": row.aspect,
                    "value": row.value,
                    "decision_ref": row.decision_ref,
                    "note": row.note,
                },
            )


def _events(events: Sequence[FeatureEvent], at: AsOf) -> Iterator[HistoryEntry]:
    known = _known(events, at)
    for row in events:
        if row.id in known:
            yield HistoryEntry(
                id=str(row.id),
                what="event",
                day=row.occurred_on,
                precision=row.precision,
                recorded_at=row.recorded_at,
                recorded_by=row.recorded_by,
                known_since=row.known_since,
                mark=row.mark,
                source_id=row.source_id,
                details={
                    "event": row.event,
                    "number": (row.details or {}).get("number"),
                    "note": row.note,
                },
            )
