"""The pages of inspecting: finding the feature, the form, one inspection."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from borderops.accounts.forgery import FormDep
from borderops.accounts.names import list_names
from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.boundary.queries import list_sources, list_units
from borderops.boundary.rules import UnitKind
from borderops.core.addresses import ADDRESS
from borderops.core.clock import BORDER_TIME, today
from borderops.core.errors import BorderopsError, Conflict, InvalidInput, Problems
from borderops.core.messages import N_, Message
from borderops.core.viewer import Viewer
from borderops.core.web import FilesDep, NowDep, SessionDep
from borderops.inspections.actions import attach_photo, record_inspection
from borderops.inspections.definitions import DEFINITIONS, LEVEL_DEFINITIONS
from borderops.inspections.forms import (
    MOST_PHOTOS,
    OCCASIONS,
    PARTS,
    photo_id,
    read_inspection,
    read_photos,
    typed_values,
    values_of,
)
from borderops.inspections.photos import LARGEST_BYTES
from borderops.inspections.queries import get_inspection
from borderops.inspections.rules import Level, Occasion, in_order
from borderops.markers.models import Feature
from borderops.markers.queries import get_writable_feature
from borderops.markers.scope import is_writable
from borderops.markers.search import search_features
from borderops.ui.fields import ProblemsAt
from borderops.ui.frame import onward, render, request_translator
from borderops.ui.labels import LABELS
from borderops.ui.notices import leave_notices

router = APIRouter()

#: Units whose people inspect.
OBSERVERS = (UnitKind.BORDER_POST, UnitKind.LAO_COMPANY)


@router.get(
    "/inspections/new", name="inspect", dependencies=[Depends(requires(Permission.RECORD_INSPECTION))]
)
def which_feature(request: Request, session: SessionDep, viewer: ViewerDep) -> Response:
    """Which feature was inspected: by its number, or a gate's name."""
    text = request.query_params.get("feature", "").strip()
    problem: BorderopsError | None = None
    found: Sequence[Feature] = []
    try:
        found = search_features(session, viewer=viewer, text=text)
    except InvalidInput as error:
        problem = error
    if len(found) == 1:
        return RedirectResponse(onward(request, "new_inspection", address=found[0].code), status_code=303)
    if text and not found and problem is None:
        problem = InvalidInput(
            N_('Nothing in the register is called "%(given)s".'), field="feature", given=text
        )
    return render(request, "inspections/start.html", as_of_bar=False, text=text, found=found, problem=problem)


@router.get(
    f"/features/{ADDRESS}/inspections/new",
    name="new_inspection",
    dependencies=[Depends(requires(Permission.RECORD_INSPECTION))],
)
def new_inspection(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, address: str
) -> Response:
    """The empty form, or one filled with the inspection that it corrects. Raises NotFound."""
    feature = get_writable_feature(session, viewer=viewer, address=address)
    values = {"observed_at": moment.astimezone(BORDER_TIME).strftime("%Y-%m-%dT%H:%M")}
    corrects = request.query_params.get("corrects", "")
    if corrects:
        try:
            corrected = get_inspection(session, viewer=viewer, inspection_id=UUID(corrects))
        except ValueError:
            raise InvalidInput(N_("The form is damaged; open it anew."), field="corrects") from None
        values = {**values_of(corrected), "corrects": corrects}
    return _form(request, session, viewer, moment, feature=feature, values={"id": str(uuid4()), **values})


@router.post(
    f"/features/{ADDRESS}/inspections/new",
    name="record_inspection_form",
    dependencies=[Depends(requires(Permission.RECORD_INSPECTION))],
    max_body_size=(MOST_PHOTOS + 1) * LARGEST_BYTES,
)
def record_inspection_form(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    moment: NowDep,
    files: FilesDep,
    form: FormDep,
    address: str,
) -> Response:
    """Record what was sent, with its photos, and lead back to the feature; or show what is wrong with it.

    Everything is checked before anything is kept: a form that comes back has recorded nothing.
    """
    feature = get_writable_feature(session, viewer=viewer, address=address)
    values = typed_values(form)
    problems: list[BorderopsError] = []
    photos: list[bytes] = []
    try:
        photos = read_photos(form)
    except InvalidInput as error:
        problems.append(error)
    try:
        sent = read_inspection(values, address=str(feature.id))
        if not problems:
            done = record_inspection(session, viewer=viewer, sent=sent, now=moment)
    except Problems as error:
        problems = [*error.problems, *problems]
    except (InvalidInput, Conflict) as error:
        problems.append(error)
    if problems:
        if any(isinstance(problem, Conflict) for problem in problems):
            values["id"] = str(uuid4())
        return _form(request, session, viewer, moment, feature=feature, values=values, problems=problems)
    for content in photos:
        attach_photo(
            session,
            viewer=viewer,
            store=files,
            photo_id=photo_id(sent.id, hashlib.sha256(content).hexdigest()),
            inspection_id=sent.id,
            content=content,
        )
    reply = RedirectResponse(
        onward(request, "feature", {"recorded": sent.id}, address=feature.code), status_code=303
    )
    said = (
        Message(N_("Recorded. The register, its map and its reports have changed with it."))
        if done.created
        else Message(N_("This record had arrived before; it is held once."))
    )
    leave_notices(reply, [said, *done.warnings])
    return reply


@router.get(
    "/inspections/{inspection_id}",
    name="inspection",
    dependencies=[Depends(requires(Permission.READ_HISTORY))],
)
def inspection(request: Request, session: SessionDep, viewer: ViewerDep, inspection_id: UUID) -> Response:
    """One inspection as it was recorded, with what corrects it. Raises NotFound."""
    held = get_inspection(session, viewer=viewer, inspection_id=inspection_id)
    source_id = held.inspection.source_id
    return render(
        request,
        "inspections/inspection.html",
        as_of_bar=False,
        held=held,
        row=held.inspection,
        components=in_order(held.inspection.components),
        feature=held.feature,
        recorders=list_names(session, logins={held.inspection.recorded_by}),
        units=list_units(session, viewer=viewer),
        source=list_sources(session, ids=[source_id], viewer=viewer)[source_id] if source_id else None,
        correctable=held.corrected_by is None
        and held.inspection.occasion != Occasion.DOCUMENT
        and is_writable(session, viewer=viewer, feature_id=held.feature.id),
    )


def _form(
    request: Request,
    session: Session,
    viewer: Viewer,
    moment: datetime,
    *,
    feature: Feature,
    values: Mapping[str, str],
    problems: Sequence[BorderopsError] = (),
) -> Response:
    language = request_translator(request).language
    conflict = any(isinstance(problem, Conflict) for problem in problems)
    units = [
        (unit.id, unit.name(language))
        for unit in list_units(session, viewer=viewer).values()
        if unit.kind in OBSERVERS and unit.exists_on(today(moment))
    ]
    return render(
        request,
        "inspections/form.html",
        status_code=409 if conflict else 422 if problems else 200,
        as_of_bar=False,
        feature=feature,
        values=values,
        problems=problems,
        wrong=ProblemsAt(problems),
        parts=PARTS,
        levels=list(Level),
        level_definitions=LEVEL_DEFINITIONS,
        definitions=DEFINITIONS,
        labels=LABELS,
        occasions=OCCASIONS,
        units=sorted(units, key=lambda pair: pair[1]),
    )
