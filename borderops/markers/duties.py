"""Duties to repair: who has one, from when until when, and no two at once for one feature."""

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from borderops.boundary.models import Unit
from borderops.boundary.queries import setting_value
from borderops.core.changes import lock_features
from borderops.core.clock import today
from borderops.core.columns import Mark, Precision
from borderops.core.errors import Conflict, InvalidInput
from borderops.core.messages import N_, Message, PartialDate
from borderops.core.viewer import Viewer
from borderops.markers.duty_rule import contradiction, read_rule
from borderops.markers.models import Duty, Feature
from borderops.markers.numbers import parse_number
from borderops.markers.recording import check_source, check_unit, holds, tell
from borderops.markers.rules import Side
from borderops.markers.schemas import DutyIn
from borderops.markers.scope import find_anywhere
from borderops.ui.labels import LABELS


class DutyInForce(Conflict):
    """Another assignment holds on some of the days; nothing was changed."""

    code = "duty-in-force"


def assign_duty(
    session: Session, *, viewer: Viewer, feature: Feature, sent: DutyIn, now: datetime
) -> tuple[Duty, list[Message]]:
    """Assign the duty to repair, with warnings where the rule in force would propose otherwise.

    Raises DutyInForce where another assignment holds in the period and `replaces` was not said.
    """
    lock_features(session, feature_ids=[feature.id])
    held = find_anywhere(session, Duty, sent.id)
    if held is not None:
        told = {"unit_id": sent.unit, "valid": Range(sent.valid_from, sent.valid_to)}
        if holds(held, feature, sent, "side", "legal_basis", "stated_by", "note", **told):
            return held, []
        raise Conflict(N_("Another duty was recorded under this id."), field="id")
    check_source(session, sent.source)
    check_unit(session, sent.unit)
    _check_side_of_unit(session, sent)
    if sent.valid_to is not None and sent.valid_to <= sent.valid_from:
        raise InvalidInput(N_("The end must lie after the beginning."), field="valid_to")
    period = Range(sent.valid_from, sent.valid_to)
    before = _make_room(session, viewer=viewer, feature=feature, period=period, sent=sent, now=now)
    duty = Duty(
        id=sent.id,
        feature_id=feature.id,
        side=sent.side,
        unit_id=sent.unit,
        valid=period,
        known=Range(now, None),
        precision=Precision.DAY,
        legal_basis=sent.legal_basis,
        stated_by=sent.stated_by,
        note=sent.note,
        source_id=sent.source,
        mark=Mark.SOURCED,
        recorded_by=viewer.name,
    )
    session.add(duty)
    session.flush()
    tell(session, viewer, feature, action="assign_duty", before=before, after=sent.model_dump(mode="json"))
    warnings = []
    if feature.number is not None:
        rule = read_rule(setting_value(session, key="duty.rule", on=today(now)))
        warning = contradiction(rule, number=parse_number(feature.number), side=Side(sent.side))
        warnings = [warning] if warning else []
    return duty, warnings


def _check_side_of_unit(session: Session, sent: DutyIn) -> None:
    """Raise InvalidInput where one side's duty is given to a unit of the other."""
    unit = session.get(Unit, sent.unit) if sent.unit is not None else None
    if unit is not None and sent.side in {Side.VN, Side.LA} and unit.side != sent.side:
        raise InvalidInput(
            N_("This unit is of the other side: %(side)s has the duty, %(unit_side)s has the unit."),
            field="unit",
            side=Message(LABELS["side"][sent.side]),
            unit_side=Message(LABELS["side"][unit.side]),
        )


def _make_room(
    session: Session, *, viewer: Viewer, feature: Feature, period: Range[date], sent: DutyIn, now: datetime
) -> dict[str, object] | None:
    """End what is in force in the period, if the sender said so; what it was before, for the event."""
    in_force = session.scalars(
        select(Duty)
        .where(Duty.feature_id == feature.id, func.upper_inf(Duty.known), Duty.valid.overlaps(period))
        .order_by(func.lower(Duty.valid))
    ).all()
    if not in_force:
        return None
    if not sent.replaces:
        first = in_force[0]
        raise DutyInForce(
            N_(
                "A duty of %(side)s is in force from %(from_on)s; say that this one replaces it, "
                "or choose other dates."
            ),
            field="valid_from",
            side=Message(LABELS["side"][first.side]),
            from_on=PartialDate(first.valid.lower, first.precision or "day") if first.valid.lower else "–",
        )
    if any(duty.known.lower is not None and duty.known.lower >= now for duty in in_force):
        raise DutyInForce(N_("Another duty was assigned meanwhile; look at it first."))
    for duty in in_force:
        session.execute(
            update(Duty)
            .where(Duty.id == duty.id)
            .values(known=func.tstzrange(func.lower(Duty.known), now))
            .execution_options(synchronize_session=False)
        )
        session.expire(duty, ["known"])
        for rest in _left_of(duty.valid, period):
            session.add(_again(duty, valid=rest, now=now, viewer=viewer))
    session.flush()
    return {"duties": [{"side": duty.side, "valid": str(duty.valid)} for duty in in_force]}


def _left_of(whole: Range[date], cut: Range[date]) -> list[Range[date]]:
    """What is left of a period when another is cut out of it."""
    rest = []
    if cut.lower is not None and (whole.lower is None or whole.lower < cut.lower):
        rest.append(Range(whole.lower, cut.lower))
    if cut.upper is not None and (whole.upper is None or cut.upper < whole.upper):
        rest.append(Range(cut.upper, whole.upper))
    return rest


def _again(duty: Duty, *, valid: Range[date], now: datetime, viewer: Viewer) -> Duty:
    return Duty(
        id=uuid4(),
        feature_id=duty.feature_id,
        side=duty.side,
        unit_id=duty.unit_id,
        valid=valid,
        known=Range(now, None),
        precision=duty.precision,
        legal_basis=duty.legal_basis,
        stated_by=duty.stated_by,
        note=duty.note,
        source_id=duty.source_id,
        mark=duty.mark,
        recorded_by=viewer.name,
    )
