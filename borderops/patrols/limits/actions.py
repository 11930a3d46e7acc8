"""Seasons and closed stretches: entered, listed, ended; nothing is taken back."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from borderops.audit.actions import record_event
from borderops.boundary.queries import UnitFacts, list_units
from borderops.boundary.rules import UnitSide
from borderops.core.errors import BorderopsError, Conflict, InvalidInput, NotFound, Problems
from borderops.core.messages import N_
from borderops.core.viewer import Viewer
from borderops.patrols.ground import list_placed, resolve_section
from borderops.patrols.limits.models import PatrolLimit, PatrolLimitEnd
from borderops.patrols.limits.rules import MonthDay, WalkingLimit
from borderops.patrols.limits.schemas import LimitEndIn, LimitIn, LimitOut
from borderops.patrols.preparing import check_duty
from borderops.patrols.schemas import Section


def list_limits(session: Session, *, viewer: Viewer) -> list[WalkingLimit]:  # noqa: ARG001 - row security
    """All seasons and closed stretches that were ever entered, those that were ended too; oldest first."""
    asked = (
        select(PatrolLimit, PatrolLimitEnd)
        .join(PatrolLimitEnd, PatrolLimitEnd.limit_id == PatrolLimit.id, isouter=True)
        .order_by(PatrolLimit.starts_on, PatrolLimit.name, PatrolLimit.id)
    )
    return [_limit(row, end) for row, end in session.execute(asked)]


def get_limit(session: Session, *, viewer: Viewer, limit_id: UUID) -> WalkingLimit:
    """One of them. Raises NotFound."""
    for limit in list_limits(session, viewer=viewer):
        if limit.id == limit_id:
            return limit
    raise NotFound(N_("There is no such season or closed stretch."), field="limit")


def add_limit(session: Session, *, viewer: Viewer, sent: LimitIn) -> WalkingLimit:
    """Enter a season or a closed stretch. Sending the same one again changes nothing.

    Raises Problems with everything that is wrong with it, NotAllowed for a unit that is not the viewer's.
    """
    units = list_units(session, viewer=viewer)
    if sent.unit not in units or units[sent.unit].side != UnitSide.VN:
        raise InvalidInput(N_("There is no unit %(unit)s."), field="unit", unit=sent.unit)
    check_duty(viewer, sent.unit, units)
    closed = _checked(session, viewer, sent)
    made = session.scalar(
        insert(PatrolLimit)
        .values(
            id=sent.id,
            unit_id=sent.unit,
            name=sent.name,
            basis=sent.basis,
            starts_on=sent.starts_on,
            ends_on=sent.ends_on,
            yearly_from=sent.yearly_from,
            yearly_to=sent.yearly_to,
            pace=sent.pace,
            closed=[{"first": section.first, "last": section.last} for section in closed],
            recorded_by=viewer.name,
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(PatrolLimit.id)
    )
    held = get_limit(session, viewer=viewer, limit_id=sent.id)
    if made is None:
        if (held.unit, held.name, held.starts_on) != (sent.unit, sent.name, sent.starts_on):
            raise Conflict(N_("Something else was received under this id."), field="id")
        return held
    _tell(session, viewer, "add_patrol_limit", sent.id, after=sent.model_dump(mode="json"))
    return held


def end_limit(session: Session, *, viewer: Viewer, limit_id: UUID, sent: LimitEndIn) -> WalkingLimit:
    """Say that a limit holds no longer after a day. Raises Conflict where it was ended before."""
    held = get_limit(session, viewer=viewer, limit_id=limit_id)
    check_duty(viewer, held.unit, list_units(session, viewer=viewer))
    made = session.scalar(
        insert(PatrolLimitEnd)
        .values(limit_id=limit_id, ends_on=sent.ends_on, reason=sent.reason, recorded_by=viewer.name)
        .on_conflict_do_nothing(index_elements=["limit_id"])
        .returning(PatrolLimitEnd.limit_id)
    )
    if made is None:
        raise Conflict(N_("It was ended before."), field="limit")
    _tell(
        session, viewer, "end_patrol_limit", limit_id, after=sent.model_dump(mode="json"), reason=sent.reason
    )
    return get_limit(session, viewer=viewer, limit_id=limit_id)


def lineage_of(unit: str, units: Mapping[str, UnitFacts]) -> frozenset[str]:
    """The unit and all above it."""
    found: set[str] = set()
    here: str | None = unit
    while here is not None and here not in found:
        found.add(here)
        here = units[here].parent_id if here in units else None
    return frozenset(found)


def limit_out(limit: WalkingLimit, *, on: date) -> LimitOut:
    """The limit as it goes over the wire."""
    first, last = limit.yearly or (None, None)
    return LimitOut(
        id=limit.id,
        unit=limit.unit,
        name=limit.name,
        basis=limit.basis,
        starts_on=limit.starts_on,
        ends_on=limit.ends_on,
        yearly_from=str(first) if first else None,
        yearly_to=str(last) if last else None,
        pace=limit.pace,
        closed=[str(section) for section in limit.closed],
        ended_because=limit.ended_because,
        recorded_by=limit.recorded_by,
        holds=limit.holds_on(on),
    )


def _checked(session: Session, viewer: Viewer, sent: LimitIn) -> list[Section]:
    """The closed sections as they are written. Raises Problems."""
    problems: list[BorderopsError] = []
    if sent.ends_on is not None and sent.ends_on < sent.starts_on:
        problems.append(InvalidInput(N_("It ends before it begins."), field="ends_on"))
    if (sent.yearly_from is None) != (sent.yearly_to is None):
        problems.append(InvalidInput(N_("A season has a first day and a last."), field="yearly_to"))
    for name, text in (("yearly_from", sent.yearly_from), ("yearly_to", sent.yearly_to)):
        if text is not None:
            try:
                MonthDay.read(text, field=name)
            except InvalidInput as problem:
                problems.append(problem)
    if sent.pace is None and not sent.closed:
        problems.append(
            InvalidInput(N_("Say how much longer walking takes, or which stretch is closed."), field="pace")
        )
    closed = []
    placed = list_placed(session, viewer=viewer, on=sent.starts_on) if sent.closed else []
    for section in sent.closed:
        try:
            closed.append(resolve_section(section, placed, field="closed"))
        except InvalidInput as problem:
            problems.append(problem)
    if problems:
        raise Problems(problems)
    return closed


def _limit(row: PatrolLimit, end: PatrolLimitEnd | None) -> WalkingLimit:
    yearly = None
    if row.yearly_from is not None and row.yearly_to is not None:
        yearly = (
            MonthDay.read(row.yearly_from, field="yearly_from"),
            MonthDay.read(row.yearly_to, field="yearly_to"),
        )
    ends = [day for day in (row.ends_on, end.ends_on if end is not None else None) if day is not None]
    return WalkingLimit(
        id=row.id,
        unit=row.unit_id,
        name=row.name,
        basis=row.basis,
        starts_on=row.starts_on,
        ends_on=min(ends, default=None),
        yearly=yearly,
        pace=row.pace,
        closed=tuple(Section.model_validate(section) for section in row.closed),
        ended_because=end.reason if end is not None else None,
        recorded_by=row.recorded_by,
    )


def _tell(
    session: Session,
    viewer: Viewer,
    action: str,
    limit_id: UUID,
    *,
    after: Mapping[str, object],
    reason: str | None = None,
) -> None:
    record_event(
        session,
        viewer=viewer,
        action=action,
        subject_kind="patrol_limit",
        subject_id=limit_id,
        after=after,
        reason=reason,
    )
