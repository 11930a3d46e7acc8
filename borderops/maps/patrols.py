"""Maps of patrols, to be parts of their pages: a plan with both sides' ways, and the coverage of the line."""

from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.core.messages import N_
from borderops.core.viewer import Viewer
from borderops.core.web import SessionDep
from borderops.maps.canvas import draw_drawing
from borderops.maps.queries import find_extent
from borderops.patrols.queries import get_patrol
from borderops.ui.frame import render, request_translator
from borderops.ui.headers import let_be_framed
from borderops.ui.languages import Translator

router = APIRouter(include_in_schema=False)

_ASKED = ("on", "unit", "section", "side")


@router.get(
    "/map/patrol/{patrol_id:uuid}",
    name="map_patrol",
    dependencies=[Depends(requires(Permission.READ_PATROLS))],
)
def map_patrol(request: Request, session: SessionDep, viewer: ViewerDep, patrol_id: UUID) -> Response:
    """The map of a plan: sections, teams' ways day by day, camps, meeting point. Raises NotFound."""
    held = get_patrol(session, viewer=viewer, patrol_id=patrol_id)
    data = _address(request, "patrol_geojson", [], patrol_id=held.id)
    return _page(request, session, viewer, title=held.code, data_url=data, fit=True)


@router.get(
    "/map/patrol-coverage",
    name="map_coverage",
    dependencies=[Depends(requires(Permission.READ_HISTORY))],
)
def map_coverage(request: Request, session: SessionDep, viewer: ViewerDep) -> Response:
    """The map of coverage, asked as its page is asked."""
    params = request.query_params
    asked = [(name, params[name]) for name in _ASKED if params.get(name, "").strip()]
    data = _address(request, "patrol_coverage_geojson", asked)
    title = request_translator(request).t(N_("Map of coverage"))
    return _page(request, session, viewer, title=title, data_url=data, fit=bool(params.get("unit")))


def _page(
    request: Request, session: Session, viewer: Viewer, *, title: str, data_url: str, fit: bool
) -> Response:
    translator = request_translator(request)
    let_be_framed(request)
    extent = find_extent(session, viewer=viewer)
    ground = _address(request, "map_ground", [("lang", translator.language)])
    return render(
        request,
        "maps/drawing.html",
        title=title,
        canvas=draw_drawing(translator=translator),
        settings={
            "data_url": data_url,
            "ground_url": ground,
            "fit": fit,
            "extent": [extent.west, extent.south, extent.east, extent.north] if extent else None,
            "texts": _texts(translator),
            "credit": translator.t(N_("Border line: for orientation, not for demarcation"))
            + " © OpenStreetMap contributors, ODbL",
        },
    )


def _texts(say: Translator) -> dict[str, object]:
    return {
        "map": say.t(N_("Map")),
        "zoom_in": say.t(N_("Nearer")),
        "zoom_out": say.t(N_("Farther")),
        "failed": say.t(N_("The map's data could not be fetched.")),
        "day": say.t(N_("Day %(n)s")),
        "schematic": say.t(N_("schematic position")),
        "looks": {
            "recent": say.t(N_("walked in time")),
            "old": say.t(N_("walked, but longer ago")),
            "never": say.t(N_("never walked")),
        },
        "seen": {
            "true": say.t(N_("feature looked at in time")),
            "false": say.t(N_("not looked at in time")),
        },
        "kinds": {kind: say.label("stop", kind) for kind in ("visit", "camp", "meet", "cross", "start")},
        "sides": {side: say.label("side", side) for side in ("VN", "LA", "BOTH")},
        "states": {state: say.label("state", state) for state in _STATES},
        "section": say.t(N_("Section")),
    }


_STATES = (
    "never_inspected",
    "seen",
    "good",
    "fair",
    "poor",
    "severe",
    "not_found",
    "reported_destroyed",
    "destroyed",
    "overdue",
)


def _address(request: Request, route: str, query: list[tuple[str, str]], /, **path: object) -> str:
    root = str(request.scope.get("root_path", "")).rstrip("/")
    return f"{root}{request.app.url_path_for(route, **path)}" + (f"?{urlencode(query)}" if query else "")
