"""The pages of the register: overview, list and feature."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.audit.actions import record_read
from borderops.audit.rules import Read
from borderops.boundary.queries import UnitFacts, list_units
from borderops.core.addresses import ADDRESS
from borderops.core.errors import NotFound
from borderops.core.viewer import Viewer
from borderops.core.web import NowDep, SessionDep
from borderops.inspections.definitions import DEFINITIONS
from borderops.markers.queries import get_feature as get_registered
from borderops.markers.rules import Kind, Side
from borderops.markers.scope import is_writable
from borderops.register.asking import PAGE_SIZE, Question, is_past, read_dates, read_question
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
                asked=RegisterFilter(at=at, damaged=True, responsible_side=(Side(count.side),)),
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
