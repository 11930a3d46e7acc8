"""Giving units their parts of the line; the features that lie there are derived anew."""

from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from borderops.boundary.models import UnitSection
from borderops.boundary.units import add_section, end_section
from borderops.core.changes import touch
from borderops.core.elevation import as_system
from borderops.core.viewer import Viewer
from borderops.markers.numbers import parse_range
from borderops.register.models import FeaturePeriod


def give_section(
    session: Session,
    *,
    viewer: Viewer,
    unit_id: str,
    section: str,
    valid_from: date,
    valid_to: date | None = None,
    note: str = "",
    now: datetime,
) -> UnitSection:
    """Give a unit a part of the line, such as `405–409`, from a day on. Raises NotANumber, InvalidInput."""
    asked = parse_range(section, field="section")
    made = add_section(
        session,
        viewer=viewer,
        unit_id=unit_id,
        numbers=(str(asked.first), str(asked.last)),
        orders=asked.line_orders,
        valid_from=valid_from,
        valid_to=valid_to,
        note=note,
        now=now,
    )
    _derive_within(session, made)
    return made


def take_section(
    session: Session, *, viewer: Viewer, section_id: int, ends_on: date, now: datetime
) -> UnitSection:
    """Say from which day on a unit no longer has a part of the line. Raises as `end_section` does."""
    ended = end_section(session, viewer=viewer, section_id=section_id, ends_on=ends_on, now=now)
    _derive_within(session, ended)
    return ended


def _derive_within(session: Session, section: UnitSection) -> None:
    """An administrator sees no feature; which ones lie there is the program's own question."""
    with as_system(session):
        query = select(FeaturePeriod.feature_id).distinct().where(func.upper_inf(FeaturePeriod.known))
        if section.from_order is not None and section.to_order is not None:
            # A gate has no number; whose it is follows from the markers around it.
            within = FeaturePeriod.line_order.between(section.from_order, section.to_order)
            query = query.where(or_(within, FeaturePeriod.line_order.is_(None)))
        else:
            query = query.where(FeaturePeriod.chainage_m.between(section.from_m, section.to_m))
        found = session.scalars(query).all()
    touch(session, feature_ids=found)
