"""Deriving what the other side sees: rows of the register made of what is shared, and which photos."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from borderops.boundary.models import Unit
from borderops.core.viewer import OWN
from borderops.inspections.models import Inspection, Photo, SharedPhoto
from borderops.markers.models import Duty, FeatureScope, FeatureShare
from borderops.register.disclosure_rules import DisclosureFacts, Part, Share, as_shared, joined, shares
from borderops.register.models import Disclosure, FeaturePeriod

#: The register's own columns that `disclosure_rules.as_shared` reads as they are.
_COLUMNS = (
    "feature_id",
    "kind",
    "code",
    "number",
    "line_order",
    "standing",
    "state",
    "damaged",
    "overdue",
    "last_visit_on",
    "since",
    "responsible_side",
    "responsible_unit",
    "lao_province",
    "unit_ids",
    "chainage_m",
)


def derive_shared(session: Session, *, feature_ids: Collection[UUID]) -> None:
    """Derive anew what is shared of these features; their own periods and their scope must be true already.

    Called as the program itself (`core.elevation`).
    """
    session.execute(
        delete(FeaturePeriod).where(FeaturePeriod.feature_id.in_(feature_ids), FeaturePeriod.audience != OWN)
    )
    for table in (FeatureShare, SharedPhoto):
        session.execute(delete(table).where(table.feature_id.in_(feature_ids)))
    disclosures = list_disclosure_facts(session)
    if not disclosures:
        return
    lao_units = frozenset(session.scalars(select(Unit.id).where(Unit.side == "LA")))
    rows: defaultdict[tuple[UUID, str], list[dict[str, Any]]] = defaultdict(list)
    shared: list[tuple[dict[str, Any], Share]] = []
    for row in _own_rows(session, feature_ids):
        for share in shares(row, disclosures):
            made = as_shared(
                row,
                share,
                lao_units=lao_units,
                notes=row["notes"],
                legal_basis=row["legal_basis"],
            )
            rows[row["feature_id"], share.audience].append(made)
            shared.append((row, share))
    periods = [_period(row) for several in rows.values() for row in joined(several)]
    if periods:
        session.execute(insert(FeaturePeriod), periods)
        session.execute(insert(FeatureShare), list(_share_rows(shared)))
    _share_photos(session, shared)


def list_disclosure_facts(session: Session) -> list[DisclosureFacts]:
    """What is decided to be shared, as now known."""
    return [
        DisclosureFacts(
            audience=row.audience,
            unit_id=row.unit_id,
            parts=frozenset(Part(part) for part in row.parts),
            fineness_m=row.fineness_m,
            valid_from=row.valid.lower,
            valid_to=row.valid.upper,
            known_from=row.known.lower,
            feature_id=row.feature_id,
            kind=row.kind,
            damaged_only=row.damaged_only,
        )
        for row in session.scalars(select(Disclosure).where(func.upper_inf(Disclosure.known)))
        if row.valid.lower is not None
    ]


def _own_rows(session: Session, feature_ids: Collection[UUID]) -> Iterable[dict[str, Any]]:
    """The features' own rows as now known, with what else may be shared of them."""
    own = FeaturePeriod
    notes = select(Inspection.notes).where(Inspection.id == own.inspection_id).scalar_subquery()
    legal_basis = (
        select(Duty.legal_basis)
        .where(Duty.feature_id == own.feature_id, func.upper_inf(Duty.known), Duty.valid.overlaps(own.valid))
        .limit(1)
        .scalar_subquery()
    )
    scope = (
        select(func.array_agg(FeatureScope.unit_id.distinct()))
        .where(FeatureScope.feature_id == own.feature_id)
        .scalar_subquery()
    )
    found = session.execute(
        select(
            *(getattr(own, name) for name in _COLUMNS),
            own.valid,
            own.known,
            own.geojson,
            func.ST_X(own.geom).label("lon"),
            func.ST_Y(own.geom).label("lat"),
            notes.label("notes"),
            legal_basis.label("legal_basis"),
            scope.label("scope"),
        ).where(own.feature_id.in_(feature_ids), own.audience == OWN, func.upper_inf(own.known))
    )
    for row in found:
        told = dict(row._mapping)
        yield {
            **told,
            "valid": (told["valid"].lower, told["valid"].upper),
            "known_from": told["known"].lower,
            "properties": json.loads(told["geojson"])["properties"],
            "scope": frozenset(told["scope"] or ()),
        }


def _period(row: dict[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in row.items() if name not in {"valid", "known_from"}}
    return {**values, "valid": Range(*row["valid"]), "known": Range(row["known_from"], None)}


def _share_rows(shared: Sequence[tuple[dict[str, Any], Share]]) -> Iterable[dict[str, Any]]:
    for row, share in shared:
        yield {
            "feature_id": row["feature_id"],
            "audience": share.audience,
            "valid": Range(share.valid_from, share.valid_to),
            "parts": sorted(part.value for part in share.parts),
            "code": row["code"],
            "number": row["number"],
        }


def _share_photos(session: Session, shared: Sequence[tuple[dict[str, Any], Share]]) -> None:
    """The photos of the days that are shared with their photos, but for those of corrected records."""
    made: set[tuple[UUID, str, UUID]] = set()
    open_to = [(row["feature_id"], share) for row, share in shared if Part.PHOTOS in share.parts]
    if not open_to:
        return
    corrected = select(Inspection.corrects_id).where(Inspection.corrects_id.is_not(None))
    photos = session.execute(
        select(Photo.id, Inspection.feature_id, Inspection.observed_on)
        .join(Inspection, Inspection.id == Photo.inspection_id)
        .where(
            Inspection.feature_id.in_({feature_id for feature_id, _ in open_to}),
            Inspection.id.not_in(corrected),
        )
    ).all()
    for photo_id, feature_id, observed_on in photos:
        for shared_id, share in open_to:
            ends = share.valid_to
            if (
                shared_id == feature_id
                and share.valid_from <= observed_on
                and (ends is None or observed_on < ends)
            ):
                made.add((photo_id, share.audience, feature_id))
    if made:
        names = ("photo_id", "audience", "feature_id")
        session.execute(
            insert(SharedPhoto), [dict(zip(names, one, strict=True)) for one in sorted(made, key=str)]
        )


#: Deciding to share waits for whoever writes to features, and they for it.
LOCK = text("LOCK TABLE feature_period IN SHARE ROW EXCLUSIVE MODE")
