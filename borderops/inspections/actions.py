"""What people do: record what they saw, and add photos to it."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from borderops.audit.actions import record_event
from borderops.core.changes import touch
from borderops.core.clock import today
from borderops.core.columns import Mark, Precision
from borderops.core.coordinates import combined_accuracy
from borderops.core.errors import BorderopsError, Conflict, InvalidInput, NotFound, Problems
from borderops.core.files import FileStore
from borderops.core.geodesy import distance_m
from borderops.core.messages import N_, Message
from borderops.core.viewer import Viewer
from borderops.inspections.checks import AHEAD, InspectionDraft, problems, seen_at
from borderops.inspections.models import Inspection, Photo
from borderops.inspections.photos import read_photo
from borderops.inspections.schemas import InspectionIn
from borderops.markers.models import Feature
from borderops.markers.places import list_positions
from borderops.markers.queries import get_writable_feature
from borderops.markers.recording import check_source, check_unit
from borderops.markers.rules import preferred_position
from borderops.markers.scope import check_writable, find_anywhere, readable

#: A GPS fix worse than this, in metres, is taken but remarked upon.
COARSE_GPS_M = 50


class SentDifferently(Conflict):
    """The same id was received before with other content; what is held stays."""

    code = "sent-differently"


class AlreadyCorrected(Conflict):
    """Another record has taken the place of the inspection; correct that one."""

    code = "already-corrected"


@dataclass(frozen=True)
class Recorded:
    """The inspection as held, whether this sending made it, and what looks odd about it."""

    inspection: Inspection
    created: bool
    warnings: tuple[Message, ...] = ()


def record_inspection(session: Session, *, viewer: Viewer, sent: InspectionIn, now: datetime) -> Recorded:
    """Record what was seen at a feature. Sending the same record again changes nothing.

    Raises Problems with everything that is wrong with it, NotFound for an unknown feature, SentDifferently
    and AlreadyCorrected.
    """
    held = find_anywhere(session, Inspection, sent.id)
    if held is not None:
        return _again(held, sent)
    feature = get_writable_feature(session, viewer=viewer, address=sent.feature)
    observed_at, skew_s = seen_at(sent.observed_at, device_at=sent.device_at, now=now)
    found = problems(
        InspectionDraft(
            observed_at=observed_at,
            occasion=sent.occasion,
            finding=sent.finding,
            position=sent.position,
            position_offset_m=sent.position_offset_m,
            components=sent.components,
            notes=sent.notes,
            correction=sent.corrects is not None,
            correction_reason=sent.correction_reason,
            device_at=sent.device_at,
        ),
        now=now,
    )
    found += _unknown_references(session, sent)
    if found:
        raise Problems(found)
    _check_correction(session, feature, sent)
    observed_at = min(observed_at, now)
    values = {
        "id": sent.id,
        "feature_id": feature.id,
        "observed_at": observed_at,
        "observed_on": today(observed_at),
        "precision": Precision.DAY,
        "onset": False,
        "occasion": sent.occasion,
        "occasion_ref": sent.occasion_ref,
        "finding": sent.finding,
        "position": sent.position,
        "position_offset_m": sent.position_offset_m,
        "components": {component.value: level.value for component, level in sent.components.items()},
        "cause": sent.cause,
        "urgency": sent.urgency,
        "action": sent.action,
        "notes": sent.notes,
        "observer": sent.observer,
        "unit_id": sent.unit,
        "gps": f"SRID=4326;POINT({sent.gps.lon!r} {sent.gps.lat!r})" if sent.gps else None,
        "gps_accuracy_m": sent.gps.accuracy_m if sent.gps else None,
        "corrects_id": sent.corrects,
        "correction_reason": sent.correction_reason,
        "device_at": sent.device_at,
        "clock_skew_s": skew_s,
        "source_id": sent.source,
        "mark": Mark.SOURCED,
        "payload": sent.as_sent(),
        "known_since": now,
        "recorded_by": viewer.name,
    }
    made = session.scalar(
        insert(Inspection)
        .values(values)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(Inspection.id)
    )
    inspection = session.get_one(Inspection, sent.id)
    if made is None:  # the same record arrived twice at once, and the other was first
        return _again(inspection, sent)
    record_event(
        session,
        viewer=viewer,
        action="record_inspection",
        subject_kind="feature",
        subject_id=feature.id,
        after=sent.as_sent(),
        reason=sent.correction_reason,
        device_at=sent.device_at,
    )
    touch(session, feature_ids=[feature.id])
    return Recorded(
        inspection, created=True, warnings=_oddities(session, feature, sent, skew_s, on=today(now))
    )


def attach_photo(
    session: Session,
    *,
    viewer: Viewer,
    store: FileStore,
    photo_id: UUID,
    inspection_id: UUID,
    content: bytes,
    caption: str | None = None,
) -> Photo:
    """Keep a photo with an inspection. Sending the same photo again changes nothing.

    Raises NotFound, NotAPhoto, and SentDifferently where the id stands for another photo.
    """
    inspection = session.scalar(
        select(Inspection).where(
            Inspection.id == inspection_id, *readable(Inspection.feature_id, viewer=viewer)
        )
    )
    if inspection is None:
        raise NotFound(N_("There is no inspection %(id)s."), field="inspection", id=inspection_id)
    check_writable(session, viewer=viewer, feature_id=inspection.feature_id)
    facts = read_photo(content)
    digest = store.keep(content)
    made = session.scalar(
        insert(Photo)
        .values(
            id=photo_id,
            inspection_id=inspection_id,
            sha256=digest,
            media_type=facts.media_type,
            size_bytes=len(content),
            width_px=facts.width_px,
            height_px=facts.height_px,
            caption=caption,
            taken_at=facts.taken_at,
            recorded_by=viewer.name,
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(Photo.id)
    )
    photo = session.get_one(Photo, photo_id)
    if made is None:
        if (photo.sha256, photo.inspection_id) != (digest, inspection_id):
            raise SentDifferently(N_("Another photo was received under this id."), field="id")
        return photo
    record_event(
        session,
        viewer=viewer,
        action="attach_photo",
        subject_kind="inspection",
        subject_id=inspection_id,
        after={"photo": str(photo_id), "sha256": digest},
    )
    touch(session, feature_ids=[inspection.feature_id])
    return photo


def _again(held: Inspection, sent: InspectionIn) -> Recorded:
    if json.dumps(held.payload, sort_keys=True) != json.dumps(sent.as_sent(), sort_keys=True):
        raise SentDifferently(
            N_(
                "Another record was received under this id on %(on)s. "
                "What is held stays as it is; send yours under a new id."
            ),
            field="id",
            on=held.recorded_at,
        )
    return Recorded(held, created=False)


def _unknown_references(session: Session, sent: InspectionIn) -> list[BorderopsError]:
    found: list[BorderopsError] = []
    for check, value in ((check_unit, sent.unit), (check_source, sent.source)):
        try:
            check(session, value)
        except InvalidInput as problem:
            found.append(problem)
    return found


def _check_correction(session: Session, feature: Feature, sent: InspectionIn) -> None:
    if sent.corrects is None:
        return
    # One correction at a time for one record: the second waits here, then sees the first.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(sent.corrects), 0))))
    corrected = session.get(Inspection, sent.corrects)
    if corrected is None or corrected.feature_id != feature.id:
        raise InvalidInput(N_("There is no such inspection of this feature to correct."), field="corrects")
    other = session.scalar(select(Inspection.id).where(Inspection.corrects_id == sent.corrects))
    if other not in {None, sent.id}:  # its own id: the same record arrived twice at once
        raise AlreadyCorrected(
            N_("The inspection was corrected already by %(other)s; correct that one."),
            field="corrects",
            other=other,
        )


def _oddities(
    session: Session, feature: Feature, sent: InspectionIn, skew_s: float | None, *, on: date
) -> tuple[Message, ...]:
    """What looks odd but was taken: a wrong clock, a coarse fix, an observer standing far away."""
    warnings: list[Message] = []
    if skew_s is not None and skew_s > AHEAD.total_seconds():
        warnings.append(
            Message(
                N_("The device's clock runs %(minutes)s minutes ahead; the time was set right."),
                {"minutes": round(skew_s / 60)},
            )
        )
    if sent.gps is None:
        return tuple(warnings)
    if sent.gps.accuracy_m > COARSE_GPS_M:
        warnings.append(
            Message(N_("The GPS fix is only good to %(metres)s m."), {"metres": round(sent.gps.accuracy_m)})
        )
    known = preferred_position(list_positions(session, feature_ids=[feature.id])[feature.id], on=on)
    if known is None:
        return tuple(warnings)
    away_m = distance_m(sent.gps.lon, sent.gps.lat, known.lon, known.lat)
    margin_m = combined_accuracy(sent.gps.accuracy_m, known.accuracy_m) + COARSE_GPS_M
    if away_m > margin_m:
        warnings.append(
            Message(
                N_("The observer stood %(km)s km from where %(feature)s is held to be; check the number."),
                {
                    "km": round(away_m / 1000, 1),
                    "feature": feature.number or feature.name_vi or feature.code,
                },
            )
        )
    return tuple(warnings)
