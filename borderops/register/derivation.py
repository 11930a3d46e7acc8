"""Keeping the derived periods true: after each change, and from nothing.

`refresh` brings the present knowledge of some features up to date and closes what it replaces;
`rebuild` throws their periods away and replays everything that was ever known of them. Both come to the
same rows, which a test holds.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from borderops.core.changes import lock_features, lock_name
from borderops.core.elevation import as_system
from borderops.core.viewer import OWN
from borderops.inspections.rules import State
from borderops.markers.models import Feature
from borderops.markers.rules import FeatureFacts, Kind
from borderops.register.histories import in_batches, list_histories
from borderops.register.models import FeaturePeriod
from borderops.register.scope import chainages, derive_scope, list_unnumbered
from borderops.register.sharing import derive_shared
from borderops.register.timeline import (
    FeatureHistory,
    Period,
    feature_geojson,
    moments_of_knowledge,
    periods,
    timeline,
)

#: A period as its table knows it: all that it says, which tells it from the feature's other periods.
Key = tuple[object, ...]

#: The columns that say it. `geojson` has most; `since` is finer than its text there.
TELLING = ("geojson", "position_id", "unit_ids", "inspection_id", "since")


def refresh(session: Session, *, feature_ids: frozenset[UUID]) -> None:
    """Derive what is now known of these features, closing what it replaces, and in whose scope they lie.

    One at a time for each feature: a second writer waits for the first one's commit and then sees what it
    wrote. Where a fact turns out to be older than what was last derived, the feature is replayed whole.
    """
    with as_system(session):
        session.execute(text("LOCK TABLE feature_period IN ROW EXCLUSIVE MODE"))  # not while all are rebuilt
        lock_features(session, feature_ids=feature_ids)
        before = chainages(session, feature_ids=feature_ids)
        for history in list_histories(session, feature_ids=feature_ids):
            _refresh(session, history)
        moved = before ^ chainages(session, feature_ids=feature_ids)
        _derive_from_periods(session, feature_ids=feature_ids, moved={kind for _, kind, _ in moved})


def _refresh(session: Session, history: FeatureHistory) -> None:
    held = _held(session, history.feature.id)
    latest = max((row.known.lower for row in held.values() if row.known.lower), default=None)
    moments = moments_of_knowledge(history)
    new = [moment for moment in moments if latest is None or moment > latest]
    then = {_key(_row(history.feature, period)) for period in timeline(history, known_at=latest)}
    if not new or then != held.keys():
        _replay(session, [history.feature.id])
        return
    # One transaction may have brought several moments: a record, and its photo a little later.
    for moment in new:
        _learn(session, history, moment)


def _derive_from_periods(session: Session, *, feature_ids: Collection[UUID], moved: set[str]) -> None:
    """What follows from periods: scope, and what is shared. Where a marker moved, the gates around it may."""
    wanted = set(feature_ids)
    lock_name(session, name="scope")  # features without number are derived by whoever moves a marker
    if moved - {Kind.GATE}:
        wanted.update(list_unnumbered(session))
    derive_scope(session, feature_ids=wanted)
    derive_shared(session, feature_ids=wanted)


def _learn(session: Session, history: FeatureHistory, moment: datetime) -> None:
    """Close the periods that no longer hold in the knowledge of the moment, and add those that do."""
    held = _held(session, history.feature.id)
    rows = (_row(history.feature, period) for period in timeline(history, known_at=moment))
    wanted = {_key(row): row for row in rows}
    replaced = [row.id for key, row in held.items() if key not in wanted]
    if replaced:
        session.execute(
            update(FeaturePeriod)
            .where(FeaturePeriod.id.in_(replaced))
            .values(known=func.tstzrange(func.lower(FeaturePeriod.known), moment))
            .execution_options(synchronize_session=False)
        )
    added = [{**row, "known": Range(moment, None)} for key, row in wanted.items() if key not in held]
    if added:
        session.execute(insert(FeaturePeriod), added)


def rebuild(
    session: Session,
    *,
    feature_ids: Iterable[UUID] | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> int:
    """Throw away and derive again the periods of these features, or of all. Returns how many features.

    While all are derived whoever writes waits; readers see what was there before.
    """
    with as_system(session):
        if feature_ids is None:
            session.execute(text("LOCK TABLE feature_period IN SHARE ROW EXCLUSIVE MODE"))
        wanted = list(feature_ids if feature_ids is not None else session.scalars(select(Feature.id)))
        done = 0
        for batch in in_batches(wanted):
            _replay(session, batch)
            done += len(batch)
            progress(done)
        for batch in in_batches(wanted):
            _derive_from_periods(session, feature_ids=batch, moved=set())
        _derive_from_periods(session, feature_ids=(), moved={Kind.MARKER})
    return done


def _replay(session: Session, feature_ids: Sequence[UUID]) -> None:
    session.execute(delete(FeaturePeriod).where(FeaturePeriod.feature_id.in_(feature_ids)))
    histories = list_histories(session, feature_ids=feature_ids)
    rows = [row for history in histories for row in period_rows(history)]
    if rows:
        session.execute(insert(FeaturePeriod), rows)


def period_rows(history: FeatureHistory) -> list[dict[str, Any]]:
    """The rows of `FeaturePeriod` that say all that was ever true and known of a feature, by column."""
    return [
        {**_row(history.feature, period), "known": Range(period.known_from, period.known_to)}
        for period in periods(history)
    ]


def _held(session: Session, feature_id: UUID) -> dict[Key, Any]:
    """The feature's periods as now known, by what identifies them."""
    rows = session.execute(
        select(
            FeaturePeriod.id,
            FeaturePeriod.valid,
            FeaturePeriod.known,
            *(getattr(FeaturePeriod, name) for name in TELLING),
        ).where(
            FeaturePeriod.feature_id == feature_id,
            FeaturePeriod.audience == OWN,
            func.upper_inf(FeaturePeriod.known),
        )
    )
    return {_key(dict(row._mapping)): row for row in rows}


def _row(feature: FeatureFacts, period: Period) -> dict[str, Any]:
    facts = period.facts
    position = facts.position
    return {
        "feature_id": feature.id,
        "audience": OWN,
        "valid": Range(period.valid_from, period.valid_to),
        "kind": feature.kind.value,
        "code": feature.code,
        "number": facts.number,
        "line_order": facts.line_order,
        "standing": facts.standing.value,
        "state": facts.condition.state.value,
        "damaged": facts.condition.damaged,
        "overdue": facts.condition.overdue or facts.condition.state == State.OVERDUE,
        "last_visit_on": facts.condition.last_visit_on,
        "since": facts.condition.since,
        "responsible_side": facts.side.value,
        "responsible_unit": facts.unit_id,
        "lao_province": facts.lao_province,
        "commune": facts.commune,
        "unit_ids": list(facts.unit_ids),
        "position_id": position.id if position else None,
        "inspection_id": facts.condition.inspection_id,
        "chainage_m": position.chainage_m if position else None,
        "geom": f"SRID=4326;POINT({position.lon!r} {position.lat!r})" if position else None,
        "geojson": feature_geojson(feature, facts),
    }


def _key(row: Mapping[str, Any]) -> Key:
    told = (tuple(row[name]) if name == "unit_ids" else row[name] for name in TELLING)
    return row["valid"].lower, row["valid"].upper, *told
