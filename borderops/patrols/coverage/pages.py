"""The duty officer's page and the page of coverage."""

from datetime import date

from fastapi import APIRouter, Depends, Request, Response

from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.boundary.along import between
from borderops.boundary.line import Place
from borderops.boundary.queries import list_units
from borderops.core.clock import BORDER_TIME, today
from borderops.core.errors import BorderopsError, InvalidInput
from borderops.core.geojson import GeoJSONResponse
from borderops.core.messages import N_
from borderops.core.web import NowDep, SessionDep
from borderops.patrols.coverage.duty import list_under_way
from borderops.patrols.coverage.geojson import coverage_geojson
from borderops.patrols.coverage.queries import Asked, Coverage, get_coverage
from borderops.patrols.coverage.strip import draw_strip
from borderops.patrols.forms import new_ids
from borderops.patrols.ground import read_section
from borderops.ui.frame import render, request_translator

router = APIRouter(include_in_schema=False)

OWN = [Depends(requires(Permission.READ_HISTORY))]


@router.get("/patrols/duty", name="patrol_duty", dependencies=OWN)
def duty(request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep) -> Response:
    """What is under way, and which patrol has not reported by its radio time."""
    return render(
        request,
        "patrols/duty.html",
        as_of_bar=False,
        patrols=list_under_way(session, viewer=viewer, now=now),
        now=now,
        moment_now=now.astimezone(BORDER_TIME).strftime("%Y-%m-%dT%H:%M"),
        units=list_units(session, viewer=viewer),
        ids=new_ids("radio"),
        new_id=lambda: new_ids("radio")["radio"],
        may_record=viewer.may(Permission.RECORD_PATROL),
    )


@router.get("/patrols/coverage", name="patrol_coverage", dependencies=OWN)
def coverage(request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep) -> Response:
    """What of the line was walked and seen, when last: map, strip chart and tables."""
    asked, problems = read_asked(request, today(now))
    held = get_coverage(session, viewer=viewer, asked=asked)
    units = list_units(session, viewer=viewer)
    return render(
        request,
        "patrols/coverage.html",
        status_code=422 if problems else 200,
        as_of_bar=False,
        coverage=held,
        asked=asked,
        strip=draw_strip(held),
        rows=_rows(held),
        gap_rows=[_named(held, gap.from_m, gap.to_m) for gap in held.gaps],
        units=units,
        choices=sorted(
            ((unit, units[unit].name(request_translator(request).language)) for unit in held.choices),
            key=lambda pair: pair[1],
        ),
        most_m=max((one.walked_m for one in held.quarters), default=0) or 1,
        problems=problems,
        today=today(now),
    )


@router.get("/patrols/coverage.geojson", name="patrol_coverage_geojson", dependencies=OWN)
def coverage_data(request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep) -> GeoJSONResponse:
    """The coverage as pieces of the line, for its map."""
    asked, _problems = read_asked(request, today(now))
    held = get_coverage(session, viewer=viewer, asked=asked)
    return GeoJSONResponse(
        coverage_geojson(session, viewer=viewer, held=held), headers={"Cache-Control": "no-store"}
    )


def read_asked(request: Request, day: date) -> tuple[Asked, list[BorderopsError]]:
    """The question of the address, and what of it could not be read and was left out."""
    params = request.query_params
    problems: list[BorderopsError] = []
    as_of, section = day, None
    if params.get("on", "").strip():
        try:
            as_of = date.fromisoformat(params["on"].strip())
        except ValueError:
            problems.append(InvalidInput(N_("Give a date such as 2024-06-30."), field="on"))
    if params.get("section", "").strip():
        try:
            section = read_section(params["section"])
        except InvalidInput as problem:
            problems.append(problem)
    sides = {"VN": ("VN",), "LA": ("LA",), "BOTH": ("VN", "LA")}.get(params.get("side", ""), ())
    return Asked(as_of=as_of, sides=sides, unit=params.get("unit") or None, section=section), problems


def _rows(held: Coverage) -> list[dict[str, object]]:
    """The stretches as rows: between which markers, how long, when last, by whom."""
    return [
        {
            **_named(held, one.stretch.from_m, one.stretch.to_m),
            "last_on": one.last_on,
            "days": one.age_days(held.asked.as_of),
            "sides": sorted(one.sides, reverse=True),
        }
        for one in held.stretches
    ]


def _named(held: Coverage, from_m: float, to_m: float) -> dict[str, object]:
    start = between(Place(from_m + 1, 0.0, None), held.markers)
    end = between(Place(to_m - 1, 0.0, None), held.markers)
    return {
        "from_m": from_m,
        "to_m": to_m,
        "length_m": to_m - from_m,
        "from_marker": start.before,
        "to_marker": end.after,
    }
