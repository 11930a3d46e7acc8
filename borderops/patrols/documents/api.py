"""The plan as documents: the leader's sheet, files for receivers and desktop programs, the map's data."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.audit.actions import record_read
from borderops.audit.rules import Read
from borderops.boundary.queries import list_units
from borderops.core.geojson import GeoJSONResponse
from borderops.core.web import NowDep, SessionDep
from borderops.patrols.documents.handheld import plan_geopackage, plan_gpx, plan_kml
from borderops.patrols.documents.leader_sheet import leader_sheet
from borderops.patrols.documents.plan_geojson import planned_geojson
from borderops.patrols.proposals.planned import Planned, lay_out
from borderops.patrols.queries import get_patrol
from borderops.ui.frame import request_translator
from borderops.ui.problems import problems_documented

router = APIRouter(
    prefix="/api/v1/patrols/{patrol_id}",
    tags=["patrols"],
    responses=problems_documented(404, 422),
)

READS = [Depends(requires(Permission.READ_PATROLS))]


def laid_out(session: SessionDep, viewer: ViewerDep, patrol_id: UUID) -> Planned:
    """The plan on the ground, as the viewer may see it. Raises NotFound."""
    return lay_out(session, viewer=viewer, held=get_patrol(session, viewer=viewer, patrol_id=patrol_id))


PlannedDep = Annotated[Planned, Depends(laid_out)]


def told(request: Request, session: SessionDep, viewer: ViewerDep, planned: PlannedDep) -> None:
    """That the plan was taken out as a file is an event."""
    record_read(
        session,
        viewer=viewer,
        read=Read.PATROL_FILE,
        subject_kind="patrol",
        subject_id=planned.held.id,
        question={"file": request.url.path.rpartition("/")[2]},
    )


FILES = [*READS, Depends(told)]


def _documented(media_type: str, what: str) -> dict[int | str, dict[str, object]]:
    return {200: {"content": {media_type: {}}, "description": what}}


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(
        content,
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@router.get(
    "/plan.geojson",
    dependencies=READS,
    response_class=GeoJSONResponse,
    responses=_documented("application/geo+json", "Sections, ways and places of the plan"),
)
def patrol_geojson(planned: PlannedDep) -> GeoJSONResponse:
    """The plan as an RFC 7946 FeatureCollection."""
    return GeoJSONResponse(planned_geojson(planned), headers={"Cache-Control": "no-store"})


@router.get(
    "/plan.gpx",
    dependencies=FILES,
    response_class=Response,
    responses=_documented("application/gpx+xml", "GPX 1.1"),
)
def patrol_gpx(request: Request, now: NowDep, planned: PlannedDep) -> Response:
    """Waypoints and routes for a handheld receiver."""
    content = plan_gpx(planned, translator=request_translator(request), made_at=now)
    return _file(content, "application/gpx+xml", f"patrol-{planned.held.code}.gpx")


@router.get(
    "/plan.kml",
    dependencies=FILES,
    response_class=Response,
    responses=_documented("application/vnd.google-earth.kml+xml", "KML 2.2"),
)
def patrol_kml(request: Request, planned: PlannedDep) -> Response:
    """Sections, ways and places for a globe or a phone's map."""
    content = plan_kml(planned, translator=request_translator(request))
    return _file(content, "application/vnd.google-earth.kml+xml", f"patrol-{planned.held.code}.kml")


@router.get(
    "/plan.gpkg",
    dependencies=FILES,
    response_class=Response,
    responses=_documented("application/geopackage+sqlite3", "GeoPackage"),
)
def patrol_geopackage(planned: PlannedDep) -> Response:
    """The layers `sections`, `ways` and `places` for QGIS."""
    return _file(
        plan_geopackage(planned), "application/geopackage+sqlite3", f"patrol-{planned.held.code}.gpkg"
    )


@router.get(
    "/sheet.pdf",
    dependencies=FILES,
    response_class=Response,
    responses=_documented("application/pdf", "The leader's sheet, A4"),
)
def patrol_sheet(
    request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, planned: PlannedDep
) -> Response:
    """The sheet that the leader carries."""
    content = leader_sheet(
        planned,
        units=list_units(session, viewer=viewer),
        translator=request_translator(request),
        now=now,
    )
    return _file(content, "application/pdf", f"patrol-{planned.held.code}.pdf")
