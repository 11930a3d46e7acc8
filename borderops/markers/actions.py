"""What people do to features: register them, state positions, decide on gates, tell events."""

import re
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from borderops.boundary.queries import get_line, setting_value
from borderops.core.changes import lock_features, lock_name
from borderops.core.clock import today
from borderops.core.columns import Mark, Precision
from borderops.core.coordinates import (
    FAR_FROM_LINE_M,
    FarFromLine,
    SwappedAxes,
    check_accuracy,
    plausibility,
    to_wgs84,
)
from borderops.core.elevation import as_system
from borderops.core.errors import Conflict, InvalidInput
from borderops.core.messages import N_, Message
from borderops.core.pairs import Figures, parse_pair
from borderops.core.viewer import Sees, Viewer
from borderops.markers.models import Feature, FeatureEvent, FeaturePosition, GateDecision
from borderops.markers.movement import movement_warning
from borderops.markers.numbers import parse_number
from borderops.markers.places import chainage_window
from borderops.markers.queries import find_numbered
from borderops.markers.recording import check_source, holds, tell
from borderops.markers.rules import GATE_VALUES, EventKind, Kind, Standing, standing_on
from borderops.markers.schemas import FeatureEventIn, FeatureIn, GateDecisionIn, PositionIn
from borderops.markers.scope import find_anywhere
from borderops.ui.labels import LABELS

#: Looks along the whole line whether a number is free, within `as_system`.
LINE = Viewer("line", sees=Sees.ALL)

#: A gate's code can be told from a number and from an id, and needs no encoding in an address.
GATE_CODE = re.compile(r"(?![0-9a-f]{8}-)[a-z][a-z0-9]*(-[a-z0-9]+)*")


class AlreadyRegistered(Conflict):
    """The number, code or id is taken."""

    code = "already-registered"


def register_feature(session: Session, *, viewer: Viewer, sent: FeatureIn, now: datetime) -> Feature:
    """Enter a new feature. Raises InvalidInput and AlreadyRegistered."""
    if sent.kind == Kind.GATE:
        if not sent.code or not sent.name_vi:
            raise InvalidInput(N_("A gate needs a code and its pair of names."), field="code")
        number, code = None, sent.code.casefold()
        if not GATE_CODE.fullmatch(code):
            raise InvalidInput(
                N_("A gate's code is small letters, digits and hyphens, such as nam-can."), field="code"
            )
    else:
        if sent.number is None:
            raise InvalidInput(N_("A marker or stake needs its number."), field="number")
        number = parse_number(sent.number, field="number")
        code = str(number)
    check_source(session, sent.source)
    lock_name(session, name=code)
    with as_system(session):  # also where the viewer sees nothing: a number is given once on the whole line
        taken = session.scalar(select(Feature).where((Feature.code == code) | (Feature.id == sent.id)))
        if taken is None and number is not None:
            taken = find_numbered(session, viewer=LINE, number=code)
    if taken is not None:
        field = "number" if number else "code"
        raise AlreadyRegistered(N_("%(code)s is registered already."), field=field, code=taken.code)
    feature = Feature(
        id=sent.id,
        kind=sent.kind,
        code=code,
        number=str(number) if number else None,
        line_order=number.line_order if number else None,
        source_id=sent.source,
        mark=Mark.SOURCED,
        known_since=now,
        recorded_by=viewer.name,
        **sent.model_dump(exclude={"id", "kind", "number", "code", "source"}),
    )
    session.add(feature)
    tell(session, viewer, feature, action="register_feature", after=sent.model_dump(mode="json"))
    return feature


def state_position(
    session: Session, *, viewer: Viewer, feature: Feature, sent: PositionIn, now: datetime
) -> FeaturePosition:
    """Add a position; none that was stated before is changed. What looks odd is kept as warnings.

    Raises InvalidInput for figures, systems or accuracies that cannot be taken.
    """
    lock_features(session, feature_ids=[feature.id])
    held = find_anywhere(session, FeaturePosition, sent.id)
    given = _figures(sent)
    if held is not None:
        stated = {"x": given.x_given, "y": given.y_given, "system": given.system}
        alike = ("method", "accuracy_m", "measured_on", "measured_by", "note")
        if holds(held, feature, sent, *alike, corrects_id=sent.corrects, **stated):
            return held
        raise Conflict(N_("Another position was recorded under this id."), field="id")
    check_source(session, sent.source)
    check_accuracy(sent.accuracy_m)
    if sent.measured_on is not None and sent.measured_on > today(now):
        raise InvalidInput(N_("The day of measurement lies in the future."), field="measured_on")
    if sent.corrects is not None:
        corrected = session.get(FeaturePosition, sent.corrects)
        if corrected is None or corrected.feature_id != feature.id:
            raise InvalidInput(N_("There is no such position of this feature to correct."), field="corrects")
    point = to_wgs84(given)
    line = get_line(session, viewer=viewer)
    with as_system(session):  # the neighbours that bound it may stand in others' parts of the line
        window = chainage_window(session, feature=feature, length_m=line.length_m, on=today(now))
    place = line.locate(point.lon, point.lat, between=(window.from_m, window.to_m))
    anywhere = line.locate(point.lon, point.lat)
    far_m = float(
        setting_value(session, key="position.plausible_offset_m", on=today(now), default=FAR_FROM_LINE_M)
    )
    warnings = plausibility(point, offset_from_line_m=anywhere.offset_m, far_m=far_m)
    if anywhere.offset_m + sent.accuracy_m < place.offset_m:
        warnings.append(
            Message(
                N_(
                    "The line is nearer at a place where this number cannot stand; "
                    "check the number and the figures."
                )
            )
        )
    movement = movement_warning(
        session,
        feature_id=feature.id,
        point=point,
        method=sent.method,
        system=given.system,
        accuracy_m=sent.accuracy_m,
        on=today(now),
    )
    warnings += [movement] if movement else []
    position = FeaturePosition(
        id=sent.id,
        feature_id=feature.id,
        geom=f"SRID=4326;POINT({point.lon!r} {point.lat!r})",
        x=given.x_given,
        y=given.y_given,
        system=given.system,
        operation=point.operation,
        operation_accuracy_m=point.operation_accuracy_m,
        method=sent.method,
        accuracy_m=sent.accuracy_m,
        measured_on=sent.measured_on,
        precision=Precision.DAY if sent.measured_on else None,
        measured_by=sent.measured_by,
        chainage_m=place.chainage_m,
        offset_m=place.offset_m,
        warnings=[_kept(warning) for warning in warnings],
        corrects_id=sent.corrects,
        note=sent.note,
        source_id=sent.source,
        mark=Mark.SOURCED,
        known_since=now,
        recorded_by=viewer.name,
    )
    session.add(position)
    tell(session, viewer, feature, action="state_position", after=sent.model_dump(mode="json"))
    return position


def decide_gate(
    session: Session, *, viewer: Viewer, feature: Feature, sent: GateDecisionIn, now: datetime
) -> GateDecision:
    """Record a decision on a gate's class or status. Raises InvalidInput."""
    if feature.kind != Kind.GATE:
        raise InvalidInput(N_("Only gates have a class and a working status."), field="feature")
    allowed = [value.value for value in GATE_VALUES[sent.aspect]]
    if sent.value not in allowed:
        raise InvalidInput(
            N_('"%(value)s" is not possible here; possible are %(allowed)s.'),
            field="value",
            value=_named(sent.value),
            allowed=Message(
                ", ".join(f"%({value})s" for value in allowed), {value: _named(value) for value in allowed}
            ),
        )
    held = find_anywhere(session, GateDecision, sent.id)
    if held is not None:
        if holds(held, feature, sent, "side", "aspect", "value", "from_on", "decision_ref", "note"):
            return held
        raise Conflict(N_("Another decision was recorded under this id."), field="id")
    check_source(session, sent.source)
    decision = GateDecision(
        feature_id=feature.id,
        precision=Precision.DAY,
        mark=Mark.SOURCED,
        source_id=sent.source,
        known_since=now,
        recorded_by=viewer.name,
        **sent.model_dump(exclude={"source"}),
    )
    session.add(decision)
    tell(session, viewer, feature, action="decide_gate", after=sent.model_dump(mode="json"))
    return decision


def tell_event(
    session: Session, *, viewer: Viewer, feature: Feature, sent: FeatureEventIn, now: datetime
) -> FeatureEvent:
    """Record an event in the feature's life. Raises InvalidInput or AlreadyRegistered (number taken)."""
    held = find_anywhere(session, FeatureEvent, sent.id)
    if held is not None:
        if holds(held, feature, sent, "event", "occurred_on", "precision", "note"):
            return held
        raise Conflict(N_("Another event was recorded under this id."), field="id")
    if sent.occurred_on > today(now):
        raise InvalidInput(N_("The event lies in the future."), field="occurred_on")
    check_source(session, sent.source)
    if sent.event == EventKind.LOST:
        _check_stood(session, feature, on=sent.occurred_on)
    details = None
    if sent.event == EventKind.RENUMBERED:
        if sent.number is None or feature.kind == Kind.GATE:
            raise InvalidInput(N_("A renumbering needs the new number of a marker or stake."), field="number")
        number = parse_number(sent.number, field="number")
        lock_name(session, name=str(number))
        with as_system(session):
            bearer = find_numbered(session, viewer=LINE, number=str(number))
        if bearer is not None and bearer.id != feature.id:
            raise AlreadyRegistered(N_("%(code)s is registered already."), field="number", code=str(number))
        details = {"number": str(number), "line_order": number.line_order}
    event = FeatureEvent(
        id=sent.id,
        feature_id=feature.id,
        event=sent.event,
        occurred_on=sent.occurred_on,
        precision=sent.precision,
        details=details,
        note=sent.note,
        source_id=sent.source,
        mark=Mark.SOURCED,
        known_since=now,
        recorded_by=viewer.name,
    )
    session.add(event)
    tell(session, viewer, feature, action="tell_event", after=sent.model_dump(mode="json"))
    return event


def _check_stood(session: Session, feature: Feature, *, on: date) -> None:
    """Raise InvalidInput where a feature is told as lost that was out of service by then."""
    told = session.execute(
        select(FeatureEvent.event, FeatureEvent.occurred_on).where(FeatureEvent.feature_id == feature.id)
    )
    if standing_on(((EventKind(event), day) for event, day in told), on) == Standing.RETIRED:
        raise InvalidInput(
            N_("%(code)s was out of service by that day and cannot be lost; tell its restoration first."),
            field="event",
            code=feature.code,
        )


def _named(value: str) -> Message:
    """A gate's class or status by its name, and by its code for programs."""
    name = LABELS["gate_class"].get(value) or LABELS["gate_status"].get(value)
    if name is None:
        return Message("%(code)s", {"code": value})
    return Message("%(name)s (%(code)s)", {"name": Message(name), "code": value})


def _kept(warning: Message) -> dict[str, object]:
    """A warning as it is kept with a position: its text in English, its values, and a code if it has one."""
    code = warning.code if isinstance(warning, FarFromLine | SwappedAxes) else None
    return {"code": code, "text": warning.text, "values": dict(warning.values)}


def _figures(sent: PositionIn) -> Figures:
    if sent.figures is not None:
        return parse_pair(sent.figures, sent.system)
    if sent.x is None or sent.y is None:
        raise InvalidInput(
            N_("Give both figures, or one text with both."), field="x" if sent.x is None else "y"
        )
    return parse_pair((sent.x, sent.y), sent.system)
