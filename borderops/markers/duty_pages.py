"""The form for the duty to repair a feature."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from borderops.accounts.forgery import FormDep
from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.boundary.queries import list_units, setting_value
from borderops.boundary.rules import UnitKind
from borderops.core.addresses import ADDRESS
from borderops.core.clock import today
from borderops.core.errors import BorderopsError
from borderops.core.messages import N_, Message
from borderops.core.viewer import Viewer
from borderops.core.web import NowDep, SessionDep
from borderops.markers.duties import assign_duty
from borderops.markers.duty_rule import read_rule
from borderops.markers.forms import read_form, typed_values
from borderops.markers.models import Feature
from borderops.markers.numbers import parse_number
from borderops.markers.pages import answer, draw
from borderops.markers.queries import find_duty, get_writable_feature
from borderops.markers.rules import Side
from borderops.markers.schemas import DutyIn
from borderops.ui.frame import request_translator

router = APIRouter()

#: Units that repair.
REPAIRERS = (
    UnitKind.PROVINCE,
    UnitKind.LAO_PROVINCE,
    UnitKind.COMMUNE,
    UnitKind.BORDER_POST,
    UnitKind.LAO_COMPANY,
)


@router.get(
    f"/features/{ADDRESS}/duties/new",
    name="new_duty",
    dependencies=[Depends(requires(Permission.ASSIGN_DUTY))],
)
def new_duty(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, address: str
) -> Response:
    """The form for the duty to repair. Raises NotFound."""
    feature = get_writable_feature(session, viewer=viewer, address=address)
    return _duty_form(request, session, viewer, moment, feature, {"valid_from": today(moment).isoformat()})


@router.post(
    f"/features/{ADDRESS}/duties/new",
    name="assign_duty_form",
    dependencies=[Depends(requires(Permission.ASSIGN_DUTY))],
)
def assign_duty_form(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, form: FormDep, address: str
) -> Response:
    """Assign the duty and lead back to the feature, with a warning where the rule would propose otherwise."""
    feature = get_writable_feature(session, viewer=viewer, address=address)
    values = typed_values(form)

    def record() -> list[Message]:
        sent = read_form(DutyIn, values)
        _, warnings = assign_duty(session, viewer=viewer, feature=feature, sent=sent, now=moment)
        return [Message(N_("The duty is assigned.")), *warnings]

    return answer(
        request,
        feature,
        record,
        lambda found: _duty_form(request, session, viewer, moment, feature, values, found),
    )


def _duty_form(
    request: Request,
    session: Session,
    viewer: Viewer,
    moment: datetime,
    feature: Feature,
    values: Mapping[str, str],
    problems: Sequence[BorderopsError] = (),
) -> Response:
    say = request_translator(request)
    on = today(moment)
    proposed = None
    if feature.number is not None:
        rule = read_rule(setting_value(session, key="duty.rule", on=on))
        proposed = rule.proposes(parse_number(feature.number))
    units = list_units(session, viewer=viewer)
    return draw(
        request,
        "markers/duty.html",
        feature,
        values,
        problems,
        sides=list(Side),
        in_force=find_duty(session, feature_id=feature.id, on=on),
        proposed=proposed,
        units=units,
        unit_choices=[
            (unit.id, f"{unit.name(say.language)} ({say.label('unit_kind', unit.kind)})")
            for kind in REPAIRERS
            for unit in units.values()
            if unit.kind == kind and unit.exists_on(on)
        ],
    )
