"""The administrator's pages about units: which there are, on which days, and their parts of the line."""

from collections.abc import Callable, Sequence
from datetime import datetime

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from borderops.accounts.forgery import FormDep
from borderops.accounts.forms import day_of, draw, text_of, try_to
from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.boundary.queries import list_units
from borderops.boundary.rules import UnitKind
from borderops.boundary.units import end_unit, get_unit, list_sections, make_unit
from borderops.core.clock import today
from borderops.core.errors import BorderopsError, InvalidInput
from borderops.core.messages import N_, Message
from borderops.core.viewer import Viewer
from borderops.core.web import NowDep, SessionDep
from borderops.register.sections import give_section, take_section
from borderops.ui.fields import ProblemsAt
from borderops.ui.frame import onward, request_translator
from borderops.ui.notices import leave_notices

router = APIRouter(prefix="/administration/units", dependencies=[Depends(requires(Permission.MANAGE_UNITS))])

_UNIT_FIELDS = ("id", "kind", "name_vi", "name_en", "name_lo", "parent", "valid_from", "note")


@router.get("", name="units")
def units(request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep) -> Response:
    """All units, those of the past too."""
    return _units_page(request, session, viewer, moment, values={})


@router.post("", name="make_unit_form")
def make_unit_form(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, form: FormDep
) -> Response:
    """A new unit."""
    values = {name: text_of(form, name).strip() for name in _UNIT_FIELDS}

    def make() -> None:
        if values["kind"] not in set(UnitKind):
            raise InvalidInput(N_("Choose what it is."), field="kind")
        make_unit(
            session,
            viewer=viewer,
            unit_id=values["id"],
            kind=UnitKind(values["kind"]),
            name_vi=values["name_vi"],
            name_en=values["name_en"],
            name_lo=values["name_lo"],
            parent_id=values["parent"] or None,
            valid_from=day_of(form, "valid_from", required=False),
            note=values["note"],
        )

    problems = try_to(make)
    if problems:
        return _units_page(request, session, viewer, moment, values=values, problems=problems)
    return RedirectResponse(onward(request, "unit", unit_id=values["id"]), status_code=303)


def _units_page(
    request: Request,
    session: Session,
    viewer: Viewer,
    moment: datetime,
    *,
    values: dict[str, str],
    problems: Sequence[BorderopsError] = (),
) -> Response:
    language = request_translator(request).language
    held = sorted(
        list_units(session, viewer=viewer).values(),
        key=lambda unit: (list(UnitKind).index(UnitKind(unit.kind)), unit.name(language)),
    )
    return draw(
        request,
        "register/units.html",
        status_code=422 if problems else 200,
        units=held,
        kinds=list(UnitKind),
        parents=[(unit.id, unit.name(language)) for unit in held if unit.exists_on(today(moment))],
        today=today(moment),
        values=values,
        problems=problems,
        wrong=ProblemsAt(problems),
    )


@router.get("/{unit_id}", name="unit")
def unit(request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, unit_id: str) -> Response:
    """One unit with its parts of the line. Raises NotFound."""
    return _unit_page(request, session, viewer, moment, unit_id)


@router.post("/{unit_id}/end", name="end_unit_form")
def end_unit_form(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, form: FormDep, unit_id: str
) -> Response:
    """End the unit on a day."""

    def end() -> None:
        end_unit(
            session,
            viewer=viewer,
            unit_id=unit_id,
            ends_on=day_of(form, "ends_on") or today(moment),
            successor_id=text_of(form, "successor") or None,
            reason=text_of(form, "reason"),
        )

    return _answer(request, session, viewer, moment, unit_id, end, N_("The unit ends on that day."))


@router.post("/{unit_id}/sections", name="give_section_form")
def give_section_form(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, form: FormDep, unit_id: str
) -> Response:
    """Give the unit a part of the line from a day on."""

    def give() -> None:
        give_section(
            session,
            viewer=viewer,
            unit_id=unit_id,
            section=text_of(form, "section"),
            valid_from=day_of(form, "valid_from") or today(moment),
            valid_to=day_of(form, "valid_to", required=False),
            note=text_of(form, "note"),
            now=moment,
        )

    return _answer(request, session, viewer, moment, unit_id, give, N_("The unit has this part of the line."))


@router.post("/{unit_id}/sections/{section_id}/end", name="take_section_form")
def take_section_form(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    moment: NowDep,
    form: FormDep,
    unit_id: str,
    section_id: int,
) -> Response:
    """Say from which day on the unit no longer has a part."""

    def take() -> None:
        take_section(
            session,
            viewer=viewer,
            section_id=section_id,
            ends_on=day_of(form, "ends_on") or today(moment),
            now=moment,
        )

    return _answer(
        request, session, viewer, moment, unit_id, take, N_("It is no longer the unit's from then.")
    )


def _answer(
    request: Request,
    session: Session,
    viewer: Viewer,
    moment: datetime,
    unit_id: str,
    do: Callable[[], object],
    said: str,
) -> Response:
    problems = try_to(do)
    if problems:
        return _unit_page(request, session, viewer, moment, unit_id, problems=problems)
    reply = RedirectResponse(onward(request, "unit", unit_id=unit_id), status_code=303)
    leave_notices(reply, [Message(said)])
    return reply


def _unit_page(
    request: Request,
    session: Session,
    viewer: Viewer,
    moment: datetime,
    unit_id: str,
    *,
    problems: Sequence[BorderopsError] = (),
) -> Response:
    language = request_translator(request).language
    get_unit(session, unit_id=unit_id)
    held = list_units(session, viewer=viewer)
    return draw(
        request,
        "register/unit.html",
        status_code=422 if problems else 200,
        unit=held[unit_id],
        units=held,
        sections=list_sections(session, unit_id=unit_id),
        successors=sorted(
            (
                (one.id, one.name(language))
                for one in held.values()
                if one.kind == held[unit_id].kind and one.id != unit_id and one.exists_on(today(moment))
            ),
            key=lambda pair: pair[1],
        ),
        today=today(moment),
        problems=problems,
        wrong=ProblemsAt(problems),
    )
