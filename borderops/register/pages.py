"""The pages of the register: overview, list and feature."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from borderops.accounts.names import list_names
from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.audit.actions import record_read
from borderops.audit.rules import Read
from borderops.boundary.queries import UnitFacts, list_units
from borderops.cooperation.queries import list_statements
from borderops.core.addresses import ADDRESS
from borderops.core.asof import AsOf
from borderops.core.clock import today
from borderops.core.errors import BorderopsError, NotFound
from borderops.core.viewer import Sees, Viewer
from borderops.core.web import NowDep, SessionDep
from borderops.inspections.definitions import DEFINITIONS
from borderops.inspections.queries import list_shared_photos
from borderops.markers.queries import get_feature as get_registered
from borderops.markers.rules import Kind
from borderops.markers.scope import is_writable
from borderops.register.asking import PAGE_SIZE, Question, is_past, read_dates, read_question
from borderops.register.disclosure_rules import Part
from borderops.register.disclosures import list_disclosures
from borderops.register.elsewhen import units_elsewhen
from borderops.register.features import FeatureOnDay
from borderops.register.filters import RegisterFilter
from borderops.register.gate_standing import gate_standing
from borderops.register.history import list_history
from borderops.register.overview import (
    count_damaged,
    count_overdue,
    count_positions,
    count_states,
    list_latest,
)
from borderops.register.presentation import (
    Placement,
    chips,
    disagreements,
    duty_in_force,
    is_at,
    is_wgs84,
    lao_provinces,
    offered_units,
    province_counts,
    read_partial,
    show_position,
    state_totals,
    system_label,
    units_of,
    warnings_of,
)
from borderops.register.queries import (
    FeaturePage,
    Order,
    find_feature_id,
    get_feature,
    list_features,
    list_neighbours,
)
from borderops.register.shared_view import list_changes, shared_parts
from borderops.register.sheet import MEDIA_TYPE, write_sheet
from borderops.ui.fields import ProblemsAt
from borderops.ui.frame import render, request_translator
from borderops.ui.notices import read_notices, take_notices

router = APIRouter(include_in_schema=False)

#: How many damaged features of each side the overview names before it leads to the list.
DAMAGED_SHOWN = 10


@router.get("/", name="overview", dependencies=[Depends(requires(Permission.READ_REGISTER))])
def overview(request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep) -> Response:
    """How many features, by Lao province and state; what is damaged and whose duty; what happened last."""
    at, problems = read_dates(request.query_params, moment=moment)
    units = list_units(session, viewer=viewer)
    counts = count_states(session, viewer=viewer, at=at)
    sides = count_damaged(session, viewer=viewer, at=at)
    return render(
        request,
        "register/overview.html",
        at=at,
        problems=problems,
        units=units,
        partial=read_partial,
        totals=state_totals(counts),
        provinces=province_counts(counts, lao_provinces(units)),
        overdue=count_overdue(session, viewer=viewer, at=at),
        sides=sides,
        damaged={
            count.side: list_features(
                session,
                viewer=viewer,
                asked=RegisterFilter(at=at, damaged=True, responsible_side=(count.side,)),
                limit=DAMAGED_SHOWN,
            ).features
            for count in sides
        },
        latest=list_latest(session, viewer=viewer, at=at),
        completeness=count_positions(session, viewer=viewer, at=at),
        definitions=DEFINITIONS["state"],
    )


@router.get("/features", name="features", dependencies=[Depends(requires(Permission.READ_REGISTER))])
def features(request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep) -> Response:
    """The list, narrowed and sorted as the address says."""
    units = list_units(session, viewer=viewer)
    question, found = _ask(request, session, viewer, moment, units=units)
    return render(
        request,
        "register/list.html",
        question=question,
        problems=question.problems,
        wrong=ProblemsAt(question.problems),
        features=found.features,
        total=found.total,
        elsewhen=units_elsewhen(question.asked.text, units=units, on=question.asked.at.as_of)
        if not found.total
        else [],
        page_size=PAGE_SIZE,
        chips=chips(question.in_use, request.query_params),
        units=units,
        partial=read_partial,
        provinces=lao_provinces(units),
        unit_groups=offered_units(
            units, on=question.asked.at.as_of, language=request_translator(request).language
        ),
        orders=list(Order),
    )


@router.get("/features.csv", name="features_csv", dependencies=[Depends(requires(Permission.EXPORT))])
def features_csv(request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep) -> Response:
    """The whole list as a CSV file; an address that cannot be read leads to the page that says why."""
    units = list_units(session, viewer=viewer)
    question, found = _ask(request, session, viewer, moment, units=units, whole=True)
    if question.problems:
        return RedirectResponse(
            f"{request.app.url_path_for('features')}?{request.query_params}", status_code=303
        )
    record_read(
        session,
        viewer=viewer,
        read=Read.FEATURES_SHEET,
        question={name: request.query_params.getlist(name) for name in request.query_params},
        features=len(found.features),
    )
    name = f"borderops-{question.asked.at.as_of.isoformat()}.csv"
    return Response(
        write_sheet(found.features, units=units, translator=request_translator(request)),
        media_type=MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get(
    f"/features/{ADDRESS}", name="feature", dependencies=[Depends(requires(Permission.READ_REGISTER))]
)
def feature(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, address: str
) -> Response:
    """All that is known of one feature. An earlier number of it leads to the feature. Raises NotFound."""
    at, problems = read_dates(request.query_params, moment=moment)
    try:
        shown = get_feature(session, viewer=viewer, address=address, at=at)
    except NotFound:
        known = find_feature_id(session, viewer=viewer, address=address)
        if known is None or address == str(known):
            raise
        path = request.app.url_path_for("feature", address=str(known))
        return RedirectResponse(f"{path}?{request.query_params}", status_code=307)
    if viewer.sees == Sees.SHARED:
        return _shared_feature(request, session, viewer, moment, shown=shown, at=at, problems=problems)
    units = list_units(session, viewer=viewer)
    history = list_history(session, viewer=viewer, feature_id=shown.id, at=at)
    before, after = list_neighbours(session, viewer=viewer, feature=shown, at=at)
    positions = [entry for entry in history if entry.what == "position"]
    held = next((entry for entry in positions if is_at(entry, shown.lon, shown.lat)), None)
    reply = render(
        request,
        "register/feature.html",
        at=at,
        problems=problems,
        past=is_past(at, moment=moment),
        feature=shown,
        writable=is_writable(session, viewer=viewer, feature_id=shown.id),
        registered=get_registered(session, viewer=viewer, address=str(shown.id)),
        units=units,
        unit_sides=units_of(shown, units),
        history=history,
        recorders=list_names(session, logins={entry.recorded_by for entry in history}),
        condition=next((entry for entry in history if entry.id == str(shown.inspection_id)), None),
        duty=duty_in_force(history, on=at.as_of),
        position=held,
        figures=show_position(shown.lon, shown.lat, accuracy_m=shown.accuracy_m or 0)
        if shown.lon is not None and shown.lat is not None
        else None,
        disagreeing=disagreements(held, positions) if held else [],
        gate=gate_standing(history) if shown.kind == Kind.GATE else None,
        placement=Placement(shown.chainage_km, next(iter(before), None), next(iter(after), None)),
        before=before,
        after=after,
        photos=[(entry, photo) for entry in history for photo in entry.details.get("photos", ())],
        notices=read_notices(request),
        recorded=request.query_params.get("recorded"),
        partial=read_partial,
        warnings_of=warnings_of,
        is_wgs84=is_wgs84,
        system_label=system_label,
        definitions=DEFINITIONS,
        statements=list_statements(session, viewer=viewer, feature_id=shown.id),
        shared=list_disclosures(session, viewer=viewer, feature_id=shown.id)
        if viewer.may(Permission.DISCLOSE)
        else (),
    )
    take_notices(request, reply)
    return reply


def _shared_feature(
    request: Request,
    session: Session,
    viewer: Viewer,
    moment: datetime,
    *,
    shown: FeatureOnDay,
    at: AsOf,
    problems: Sequence[BorderopsError],
) -> Response:
    """The feature as it is shared with the other side: a page of its own, with nothing to leave out."""
    before, after = list_neighbours(session, viewer=viewer, feature=shown, at=at)
    now_shared = shared_parts(session, viewer=viewer, feature_id=shown.id, on=today(moment))
    reply = render(
        request,
        "register/shared_feature.html",
        at=at,
        problems=problems,
        feature=shown,
        units=list_units(session, viewer=viewer),
        figures=show_position(shown.lon, shown.lat, accuracy_m=shown.accuracy_m or 0)
        if shown.lon is not None and shown.lat is not None
        else None,
        before=before,
        after=after,
        photos=list_shared_photos(session, viewer=viewer, feature_id=shown.id),
        changes=list_changes(session, viewer=viewer, feature_id=shown.id, at=at),
        statements=list_statements(session, viewer=viewer, feature_id=shown.id),
        statable=bool(now_shared & {Part.CONDITION, Part.DUTY}),
        notices=read_notices(request),
        partial=read_partial,
    )
    take_notices(request, reply)
    return reply


def _ask(
    request: Request,
    session: Session,
    viewer: Viewer,
    moment: datetime,
    *,
    units: Mapping[str, UnitFacts],
    whole: bool = False,
) -> tuple[Question, FeaturePage]:
    """The question of the address and the part of the list that answers it; the `whole` list for a file."""
    question = read_question(request.query_params, moment=moment, provinces=lao_provinces(units), units=units)
    found = list_features(
        session,
        viewer=viewer,
        asked=question.asked,
        order=question.order,
        descending=question.descending,
        limit=None if whole else PAGE_SIZE,
        offset=0 if whole else (question.page - 1) * PAGE_SIZE,
    )
    return question, found
