"""The forms about a feature: state a position, decide on a gate, tell an event; `duty_pages` has the duty."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from borderops.accounts.forgery import FormDep
from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.core.addresses import ADDRESS
from borderops.core.clock import today
from borderops.core.errors import BorderopsError, Conflict, InvalidInput, Problems
from borderops.core.messages import N_, Message
from borderops.core.systems import SYSTEMS
from borderops.core.web import NowDep, SessionDep
from borderops.markers.actions import decide_gate, state_position, tell_event
from borderops.markers.forms import at_fields, decided_values, read_form, typed_values
from borderops.markers.models import Feature
from borderops.markers.queries import get_writable_feature
from borderops.markers.rules import EventKind, GateAspect, GateClass, GateSide, GateStatus, Kind, Method
from borderops.markers.schemas import FeatureEventIn, GateDecisionIn, PositionIn
from borderops.ui.fields import ProblemsAt
from borderops.ui.frame import onward, render, request_translator
from borderops.ui.notices import leave_notices

router = APIRouter()

#: Methods that a person states by hand; a schematic position is worked out, never stated.
STATED_METHODS = (Method.GNSS, Method.HANDHELD, Method.PROTOCOL, Method.MAP)


@router.get(
    f"/features/{ADDRESS}/positions/new",
    name="new_position",
    dependencies=[Depends(requires(Permission.STATE_POSITION))],
)
def new_position(request: Request, session: SessionDep, viewer: ViewerDep, address: str) -> Response:
    """The form for a position. Raises NotFound."""
    return _position_form(request, get_writable_feature(session, viewer=viewer, address=address), {})


@router.post(
    f"/features/{ADDRESS}/positions/new",
    name="state_position_form",
    dependencies=[Depends(requires(Permission.STATE_POSITION))],
)
def state_position_form(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, form: FormDep, address: str
) -> Response:
    """State a position and lead back to the feature, with what looks odd about it."""
    feature = get_writable_feature(session, viewer=viewer, address=address)
    values = typed_values(form)

    def record() -> list[Message]:
        sent = read_form(PositionIn, values)
        position = state_position(session, viewer=viewer, feature=feature, sent=sent, now=moment)
        odd = [Message(str(one["text"]), dict(one["values"])) for one in position.warnings]
        return [Message(N_("The position is recorded. None that was stated before is changed.")), *odd]

    return answer(request, feature, record, lambda found: _position_form(request, feature, values, found))


@router.get(
    f"/features/{ADDRESS}/decisions/new",
    name="new_gate_decision",
    dependencies=[Depends(requires(Permission.DECIDE_GATE))],
)
def new_gate_decision(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, address: str
) -> Response:
    """The form for a decision on a gate. Raises NotFound, and InvalidInput for what is no gate."""
    feature = get_writable_feature(session, viewer=viewer, address=address)
    if feature.kind != Kind.GATE:
        raise InvalidInput(N_("Only gates have a class and a working status."), field="feature")
    return _gate_form(request, feature, {"from_on": today(moment).isoformat()})


@router.post(
    f"/features/{ADDRESS}/decisions/new",
    name="decide_gate_form",
    dependencies=[Depends(requires(Permission.DECIDE_GATE))],
)
def decide_gate_form(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, form: FormDep, address: str
) -> Response:
    """Record the decision and lead back to the gate."""
    feature = get_writable_feature(session, viewer=viewer, address=address)
    values = decided_values(typed_values(form))

    def record() -> list[Message]:
        sent = read_form(GateDecisionIn, values)
        decide_gate(session, viewer=viewer, feature=feature, sent=sent, now=moment)
        return [Message(N_("The decision is recorded."))]

    return answer(request, feature, record, lambda found: _gate_form(request, feature, values, found))


@router.get(
    f"/features/{ADDRESS}/events/new",
    name="new_event",
    dependencies=[Depends(requires(Permission.TELL_EVENT))],
)
def new_event(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, address: str
) -> Response:
    """The form for an event in a feature's life. Raises NotFound."""
    feature = get_writable_feature(session, viewer=viewer, address=address)
    return _event_form(request, feature, {"occurred_on": today(moment).isoformat()})


@router.post(
    f"/features/{ADDRESS}/events/new",
    name="tell_event_form",
    dependencies=[Depends(requires(Permission.TELL_EVENT))],
)
def tell_event_form(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, form: FormDep, address: str
) -> Response:
    """Record the event and lead back to the feature."""
    feature = get_writable_feature(session, viewer=viewer, address=address)
    values = typed_values(form)

    def record() -> list[Message]:
        sent = read_form(FeatureEventIn, values)
        tell_event(session, viewer=viewer, feature=feature, sent=sent, now=moment)
        return [Message(N_("The event is recorded."))]

    return answer(request, feature, record, lambda found: _event_form(request, feature, values, found))


def answer(
    request: Request,
    feature: Feature,
    record: Callable[[], Sequence[Message]],
    again: Callable[[Sequence[BorderopsError]], Response],
) -> Response:
    """Record and lead back to the feature; or the form again with what is wrong, and nothing recorded."""
    try:
        said = record()
    except Problems as error:
        return again(at_fields(error.problems))
    except (InvalidInput, Conflict) as error:
        return again(at_fields([error]))
    reply = RedirectResponse(onward(request, "feature", address=str(feature.id)), status_code=303)
    leave_notices(reply, said)
    return reply


def draw(
    request: Request,
    template: str,
    feature: Feature,
    values: Mapping[str, str],
    problems: Sequence[BorderopsError],
    **context: Any,
) -> Response:
    """A form about the feature, with what was typed and what is wrong with it."""
    conflict = any(isinstance(problem, Conflict) for problem in problems)
    return render(
        request,
        template,
        status_code=409 if conflict else 422 if problems else 200,
        as_of_bar=False,
        feature=feature,
        values={"id": str(uuid4()), **values},
        problems=problems,
        wrong=ProblemsAt(problems),
        **context,
    )


def _position_form(
    request: Request,
    feature: Feature,
    values: Mapping[str, str],
    problems: Sequence[BorderopsError] = (),
) -> Response:
    say = request_translator(request)
    return draw(
        request,
        "markers/position.html",
        feature,
        values,
        problems,
        systems=[(key, f"{say.t(system.label)} (EPSG:{system.epsg})") for key, system in SYSTEMS.items()],
        methods=[(method.value, say.label("method", method)) for method in STATED_METHODS],
    )


def _gate_form(
    request: Request,
    feature: Feature,
    values: Mapping[str, str],
    problems: Sequence[BorderopsError] = (),
) -> Response:
    return draw(
        request,
        "markers/gate.html",
        feature,
        values,
        problems,
        sides=list(GateSide),
        aspects=list(GateAspect),
        classes=list(GateClass),
        statuses=list(GateStatus),
    )


def _event_form(
    request: Request,
    feature: Feature,
    values: Mapping[str, str],
    problems: Sequence[BorderopsError] = (),
) -> Response:
    say = request_translator(request)
    kinds = [kind for kind in EventKind if not (kind == EventKind.RENUMBERED and feature.kind == Kind.GATE)]
    return draw(
        request,
        "markers/event.html",
        feature,
        values,
        problems,
        events=[(kind.value, say.label("event", kind)) for kind in kinds],
    )
