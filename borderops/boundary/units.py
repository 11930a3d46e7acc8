"""What the administrator does to units and their parts of the line: dated, and told by events."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from borderops.audit.actions import record_event
from borderops.boundary.models import Unit, UnitSection
from borderops.boundary.queries import REFERENCE_LINE
from borderops.boundary.rules import UnitKind, UnitSide
from borderops.core.columns import Mark
from borderops.core.errors import BorderopsError, Conflict, InvalidInput, NotFound, Problems
from borderops.core.messages import N_
from borderops.core.viewer import Viewer

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_ID = 60

#: The side that units of a kind belong to.
SIDES = {kind: UnitSide.LA if kind.value.startswith("lao_") else UnitSide.VN for kind in UnitKind}


def get_unit(session: Session, *, unit_id: str) -> Unit:
    """The unit with an id. Raises NotFound."""
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound(N_("There is no unit %(unit)s."), field="unit", unit=unit_id)
    return unit


def make_unit(
    session: Session,
    *,
    viewer: Viewer,
    unit_id: str,
    kind: UnitKind,
    name_vi: str,
    name_en: str = "",
    name_lo: str = "",
    parent_id: str | None = None,
    valid_from: date | None = None,
    note: str = "",
) -> Unit:
    """A unit as it exists from a day on; its side follows from its kind. Raises Problems and Conflict."""
    problems: list[BorderopsError] = []
    if not _ID.fullmatch(unit_id) or len(unit_id) > _LONGEST_ID:
        problems.append(
            InvalidInput(
                N_("Take small letters without marks, digits and dashes, such as don-nam-can."), field="id"
            )
        )
    if not name_vi.strip():
        problems.append(InvalidInput(N_("Give the name in Vietnamese."), field="name_vi"))
    parent = session.get(Unit, parent_id) if parent_id else None
    if parent_id and parent is None:
        problems.append(InvalidInput(N_("There is no unit %(unit)s."), field="parent", unit=parent_id))
    if parent is not None and parent.side != SIDES[kind]:
        problems.append(InvalidInput(N_("It belongs to the other side."), field="parent"))
    if problems:
        raise Problems(problems)
    if session.get(Unit, unit_id) is not None:
        raise Conflict(N_("There is a unit %(unit)s already."), field="id", unit=unit_id)
    unit = Unit(
        id=unit_id,
        kind=kind.value,
        side=SIDES[kind].value,
        parent_id=parent_id or None,
        name_vi=name_vi.strip(),
        name_en=name_en.strip() or None,
        name_lo=name_lo.strip() or None,
        valid=Range(valid_from, None),
        mark=Mark.SOURCED,
        note=note.strip() or None,
        recorded_by=viewer.name,
    )
    session.add(unit)
    session.flush()
    record_event(
        session,
        viewer=viewer,
        action="make_unit",
        subject_kind="unit",
        subject_id=unit.id,
        after={
            "kind": unit.kind,
            "name": unit.name_vi,
            "parent": unit.parent_id,
            "from": valid_from.isoformat() if valid_from else None,
        },
    )
    return unit


def end_unit(
    session: Session,
    *,
    viewer: Viewer,
    unit_id: str,
    ends_on: date,
    successor_id: str | None = None,
    reason: str = "",
) -> Unit:
    """Close a unit's period, once: `ends_on` is the first day on which it no longer exists.

    Raises NotFound, InvalidInput, and Conflict where it has ended already.
    """
    unit = get_unit(session, unit_id=unit_id)
    if unit.valid.upper is not None:
        raise Conflict(N_("The unit has ended already."))
    if unit.valid.lower is not None and ends_on <= unit.valid.lower:
        raise InvalidInput(N_("The end lies before the begin."), field="ends_on")
    if successor_id:
        get_unit(session, unit_id=successor_id)
    unit.valid = Range(unit.valid.lower, ends_on)
    unit.successor_id = successor_id or None
    session.flush()
    record_event(
        session,
        viewer=viewer,
        action="end_unit",
        subject_kind="unit",
        subject_id=unit.id,
        after={"ends_on": ends_on.isoformat(), "successor": unit.successor_id},
        reason=reason or None,
    )
    return unit


def list_sections(session: Session, *, unit_id: str) -> Sequence[UnitSection]:
    """The unit's parts of the line as now known, those of the past too."""
    return session.scalars(
        select(UnitSection)
        .where(UnitSection.unit_id == unit_id, func.upper_inf(UnitSection.known))
        .order_by(func.lower(UnitSection.valid).desc().nulls_last(), UnitSection.from_order)
    ).all()


def add_section(
    session: Session,
    *,
    viewer: Viewer,
    unit_id: str,
    numbers: tuple[str, str],
    orders: tuple[int, int],
    valid_from: date,
    valid_to: date | None = None,
    note: str = "",
    now: datetime,
) -> UnitSection:
    """Give a unit the part of the line from one marker number to another, both ends included.

    `orders` are the numbers' places in line order. Raises NotFound and InvalidInput.
    """
    unit = get_unit(session, unit_id=unit_id)
    if valid_to is not None and valid_to <= valid_from:
        raise InvalidInput(N_("The end lies before the begin."), field="valid_to")
    section = UnitSection(
        unit_id=unit.id,
        from_number=numbers[0],
        to_number=numbers[1],
        from_order=orders[0],
        to_order=orders[1],
        line_id=REFERENCE_LINE,
        mark=Mark.SOURCED,
        note=note.strip() or None,
        valid=Range(valid_from, valid_to),
        known=Range(now, None),
        recorded_by=viewer.name,
    )
    session.add(section)
    session.flush()
    _tell(session, viewer, section, action="add_section")
    return section


def end_section(
    session: Session, *, viewer: Viewer, section_id: int, ends_on: date, now: datetime
) -> UnitSection:
    """Say from which day on the unit no longer has the part; before that day it had it.

    What was known before stays: its period of knowledge is closed, and a row that ends takes its place.
    Raises NotFound, InvalidInput, and Conflict where another did so first.
    """
    held = session.get(UnitSection, section_id)
    if held is None:
        raise NotFound(N_("There is no such part of the line."))
    if held.valid.lower is not None and ends_on <= held.valid.lower:
        raise InvalidInput(N_("The end lies before the begin."), field="ends_on")
    closed = session.execute(
        update(UnitSection)
        .where(UnitSection.id == held.id, func.upper_inf(UnitSection.known))
        .values(known=func.tstzrange(func.lower(UnitSection.known), now))
        .returning(UnitSection.id)
        .execution_options(synchronize_session=False)
    ).first()
    if closed is None:
        raise Conflict(N_("It was changed already; look again."))
    ended = UnitSection(
        **{
            name: getattr(held, name)
            for name in (
                "unit_id",
                "from_number",
                "to_number",
                "from_order",
                "to_order",
                "line_id",
                "from_m",
                "to_m",
                "source_id",
                "mark",
                "note",
            )
        },
        valid=Range(held.valid.lower, ends_on),
        known=Range(now, None),
        recorded_by=viewer.name,
    )
    session.add(ended)
    session.flush()
    _tell(session, viewer, ended, action="end_section")
    return ended


def _tell(session: Session, viewer: Viewer, section: UnitSection, *, action: str) -> None:
    ends_on = section.valid.upper
    record_event(
        session,
        viewer=viewer,
        action=action,
        subject_kind="unit",
        subject_id=section.unit_id,
        after={
            "section": f"{section.from_number}–{section.to_number}",
            "from": section.valid.lower.isoformat() if section.valid.lower else None,
            "to": ends_on.isoformat() if ends_on else None,
        },
    )
