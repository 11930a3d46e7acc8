"""Reading inspections and photos."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from borderops.core.errors import NotFound
from borderops.core.messages import N_
from borderops.core.viewer import Sees, Viewer
from borderops.inspections.models import Inspection, Photo, SharedPhoto
from borderops.inspections.schemas import Gps, InspectionOut, PhotoOut
from borderops.markers.models import Feature
from borderops.markers.scope import readable


@dataclass(frozen=True)
class HeldInspection:
    """An inspection with what belongs to it.

    `corrected_by` is the record that took its place; `gps` longitude and latitude of the observer.
    """

    inspection: Inspection
    feature: Feature
    photos: Sequence[Photo]
    corrected_by: UUID | None
    gps: tuple[float, float] | None


def get_inspection(session: Session, *, viewer: Viewer, inspection_id: UUID) -> HeldInspection:
    """One inspection. Raises NotFound."""
    found = _held(session, viewer, Inspection.id == inspection_id)
    if not found:
        raise NotFound(N_("There is no inspection %(id)s."), field="id", id=inspection_id)
    return found[0]


def list_inspections(session: Session, *, viewer: Viewer, feature_id: UUID) -> list[HeldInspection]:
    """All inspections of a feature, also the corrected ones, newest seen first."""
    return _held(session, viewer, Inspection.feature_id == feature_id)


def get_photo(session: Session, *, viewer: Viewer, photo_id: UUID) -> Photo:
    """One photo's row. Raises NotFound."""
    if viewer.sees == Sees.SHARED:
        theirs = select(SharedPhoto.photo_id).where(SharedPhoto.audience == viewer.audience)
        photo = session.scalar(select(Photo).where(Photo.id == photo_id, Photo.id.in_(theirs)))
    else:
        photo = session.scalar(
            select(Photo)
            .join(Inspection, Inspection.id == Photo.inspection_id)
            .where(Photo.id == photo_id, *readable(Inspection.feature_id, viewer=viewer))
        )
    if photo is None:
        raise NotFound(N_("There is no photo %(id)s."), field="id", id=photo_id)
    return photo


def list_shared_photos(session: Session, *, viewer: Viewer, feature_id: UUID) -> Sequence[Photo]:
    """The photos of a feature that are shared with the viewer's province, the oldest first."""
    theirs = select(SharedPhoto.photo_id).where(
        SharedPhoto.audience == viewer.audience, SharedPhoto.feature_id == feature_id
    )
    return session.scalars(
        select(Photo).where(Photo.id.in_(theirs)).order_by(Photo.recorded_at, Photo.id)
    ).all()


def inspection_out(held: HeldInspection) -> InspectionOut:
    """The inspection as it goes over the wire."""
    row = held.inspection
    length = {"year": 4, "month": 7}.get(row.precision, 10)
    return InspectionOut(
        id=row.id,
        feature=held.feature.code,
        feature_id=row.feature_id,
        observed_at=row.observed_at,
        observed=row.observed_on.isoformat()[:length],
        occasion=row.occasion,
        occasion_ref=row.occasion_ref,
        finding=row.finding,
        position=row.position,
        position_offset_m=row.position_offset_m,
        components=row.components,
        cause=row.cause,
        urgency=row.urgency,
        action=row.action,
        notes=row.notes,
        observer=row.observer,
        unit=row.unit_id,
        gps=Gps(lon=held.gps[0], lat=held.gps[1], accuracy_m=row.gps_accuracy_m or 0) if held.gps else None,
        source=row.source_id,
        mark=row.mark,
        corrects=row.corrects_id,
        correction_reason=row.correction_reason,
        corrected_by=held.corrected_by,
        recorded_at=row.recorded_at,
        photos=[photo_out(photo) for photo in held.photos],
    )


def photo_out(photo: Photo) -> PhotoOut:
    """The photo's row as it goes over the wire."""
    return PhotoOut(
        id=photo.id,
        inspection=photo.inspection_id,
        sha256=photo.sha256,
        media_type=photo.media_type,
        size_bytes=photo.size_bytes,
        width_px=photo.width_px,
        height_px=photo.height_px,
        caption=photo.caption,
        taken_at=photo.taken_at,
    )


def _held(session: Session, viewer: Viewer, *wanted: ColumnElement[bool]) -> list[HeldInspection]:
    correction = aliased(Inspection)
    rows = session.execute(
        select(
            Inspection,
            Feature,
            correction.id,
            func.ST_X(Inspection.gps),
            func.ST_Y(Inspection.gps),
        )
        .join(Feature, Feature.id == Inspection.feature_id)
        .outerjoin(correction, correction.corrects_id == Inspection.id)
        .where(*wanted, *readable(Inspection.feature_id, viewer=viewer))
        .order_by(Inspection.observed_at.desc(), Inspection.recorded_at.desc())
    ).all()
    photos: dict[UUID, list[Photo]] = {row[0].id: [] for row in rows}
    for photo in session.scalars(
        select(Photo).where(Photo.inspection_id.in_(photos)).order_by(Photo.recorded_at, Photo.id)
    ):
        photos[photo.inspection_id].append(photo)
    return [
        HeldInspection(
            inspection, feature, photos[inspection.id], corrected_by, None if lon is None else (lon, lat)
        )
        for inspection, feature, corrected_by, lon, lat in rows
    ]
