"""What people do to features, over HTTP: register, state positions, assign duties, decide on gates."""

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter, Depends, Request, status
from pydantic import BaseModel

from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.core.addresses import ADDRESS, Address
from borderops.core.messages import Message
from borderops.core.web import NowDep, SessionDep
from borderops.markers import actions, duties, queries
from borderops.markers.models import Duty, FeaturePosition
from borderops.markers.schemas import (
    DutyIn,
    DutyOut,
    FeatureEventIn,
    FeatureIn,
    GateDecisionIn,
    PositionIn,
    PositionOut,
)
from borderops.ui.frame import request_translator
from borderops.ui.languages import Translator
from borderops.ui.problems import problems_documented

router = APIRouter(prefix="/api/v1/features", tags=["features"])

PROBLEMS = problems_documented(404, 409, 422)


class Registered(BaseModel):
    """That something was recorded of a feature."""

    feature: str
    feature_id: UUID
    recorded: datetime


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses=problems_documented(409, 422),
    dependencies=[Depends(requires(Permission.REGISTER_FEATURE))],
)
def register_feature(session: SessionDep, viewer: ViewerDep, now: NowDep, sent: FeatureIn) -> Registered:
    """Register a marker, stake or gate."""
    feature = actions.register_feature(session, viewer=viewer, sent=sent, now=now)
    return Registered(feature=feature.code, feature_id=feature.id, recorded=now)


@router.get(
    f"/{ADDRESS}/positions",
    responses=problems_documented(404, 422),
    dependencies=[Depends(requires(Permission.READ_HISTORY))],
)
def list_positions(
    request: Request, session: SessionDep, viewer: ViewerDep, address: Address
) -> list[PositionOut]:
    """All positions ever stated of a feature, newest record first, with the figures as they were given."""
    feature = queries.get_feature(session, viewer=viewer, address=address)
    translator = request_translator(request)
    return [
        position_out(row, lon=lon, lat=lat, translator=translator)
        for row, lon, lat in queries.list_stated_positions(session, feature_id=feature.id)
    ]


@router.post(
    f"/{ADDRESS}/positions",
    status_code=status.HTTP_201_CREATED,
    responses=PROBLEMS,
    dependencies=[Depends(requires(Permission.STATE_POSITION))],
)
def state_position(
    request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, address: Address, sent: PositionIn
) -> PositionOut:
    """State a position; none stated before is changed. Figures are taken as written, in any known system."""
    feature = queries.get_writable_feature(session, viewer=viewer, address=address)
    position = actions.state_position(session, viewer=viewer, feature=feature, sent=sent, now=now)
    session.flush()
    stated = {
        row.id: (lon, lat) for row, lon, lat in queries.list_stated_positions(session, feature_id=feature.id)
    }
    lon, lat = stated[position.id]
    return position_out(position, lon=lon, lat=lat, translator=request_translator(request))


@router.get(
    f"/{ADDRESS}/duties",
    responses=problems_documented(404, 422),
    dependencies=[Depends(requires(Permission.READ_HISTORY))],
)
def list_duties(session: SessionDep, viewer: ViewerDep, address: Address) -> list[DutyOut]:
    """All assignments of the duty to repair a feature, also those that newer knowledge replaced."""
    feature = queries.get_feature(session, viewer=viewer, address=address)
    return [duty_out(duty) for duty in queries.list_duties(session, feature_id=feature.id)]


@router.post(
    f"/{ADDRESS}/duties",
    status_code=status.HTTP_201_CREATED,
    responses=PROBLEMS,
    dependencies=[Depends(requires(Permission.ASSIGN_DUTY))],
)
def assign_duty(
    request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, address: Address, sent: DutyIn
) -> DutyOut:
    """Assign the duty to repair. Where another is in force, say `replaces` to end it on that day."""
    feature = queries.get_writable_feature(session, viewer=viewer, address=address)
    duty, warnings = duties.assign_duty(session, viewer=viewer, feature=feature, sent=sent, now=now)
    translator = request_translator(request)
    return duty_out(duty, warnings=[translator.t(warning) for warning in warnings])


@router.post(
    f"/{ADDRESS}/decisions",
    status_code=status.HTTP_201_CREATED,
    responses=PROBLEMS,
    dependencies=[Depends(requires(Permission.DECIDE_GATE))],
)
def decide_gate(
    session: SessionDep, viewer: ViewerDep, now: NowDep, address: Address, sent: GateDecisionIn
) -> Registered:
    """Record a decision on a gate's class, planned class or working status."""
    feature = queries.get_writable_feature(session, viewer=viewer, address=address)
    actions.decide_gate(session, viewer=viewer, feature=feature, sent=sent, now=now)
    return Registered(feature=feature.code, feature_id=feature.id, recorded=now)


@router.post(
    f"/{ADDRESS}/events",
    status_code=status.HTTP_201_CREATED,
    responses=PROBLEMS,
    dependencies=[Depends(requires(Permission.TELL_EVENT))],
)
def tell_event(
    session: SessionDep, viewer: ViewerDep, now: NowDep, address: Address, sent: FeatureEventIn
) -> Registered:
    """Record an event in a feature's life: inaugurated, renumbered, lost, retired, repainted."""
    feature = queries.get_writable_feature(session, viewer=viewer, address=address)
    actions.tell_event(session, viewer=viewer, feature=feature, sent=sent, now=now)
    return Registered(feature=feature.code, feature_id=feature.id, recorded=now)


def position_out(row: FeaturePosition, *, lon: float, lat: float, translator: Translator) -> PositionOut:
    """A stated position as it goes over the wire."""
    return PositionOut(
        id=row.id,
        lon=lon,
        lat=lat,
        x=row.x,
        y=row.y,
        system=row.system,
        operation=row.operation,
        operation_accuracy_m=row.operation_accuracy_m,
        method=row.method,
        accuracy_m=row.accuracy_m,
        measured_on=row.measured_on,
        measured_by=row.measured_by,
        chainage_km=round(row.chainage_m / 1000, 3) if row.chainage_m is not None else None,
        offset_m=round(row.offset_m, 1) if row.offset_m is not None else None,
        corrects=row.corrects_id,
        note=row.note,
        source=row.source_id,
        mark=row.mark,
        recorded_at=row.recorded_at,
        warnings=[translator.t(Message(told["text"], told["values"])) for told in row.warnings],
    )


def duty_out(duty: Duty, *, warnings: list[str] | None = None) -> DutyOut:
    """An assignment as it goes over the wire."""
    valid_from: date | None = duty.valid.lower
    return DutyOut(
        id=duty.id,
        side=duty.side,
        unit=duty.unit_id,
        valid_from=valid_from,
        valid_to=duty.valid.upper,
        precision=duty.precision,
        known_from=duty.known.lower,
        known_to=duty.known.upper,
        legal_basis=duty.legal_basis,
        stated_by=duty.stated_by,
        note=duty.note,
        source=duty.source_id,
        mark=duty.mark,
        warnings=warnings or [],
    )
