"""The pages with maps: everything that is damaged, and one feature with its neighbours."""

import hashlib
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.boundary.queries import list_units
from borderops.core.geojson import GeoJSONResponse
from borderops.core.web import NowDep, SessionDep
from borderops.maps.canvas import draw_canvas
from borderops.maps.queries import find_extent, ground_geojson
from borderops.maps.rules import LIMITS, SHOWN_NAMES, SHOWN_STATES, Shown, feature_collection
from borderops.maps.script import digest, joined
from borderops.maps.wording import Addresses, layers, settings
from borderops.register.asking import is_past, read_dates
from borderops.register.queries import feature_geojson, get_feature, list_neighbours
from borderops.ui.frame import KEPT, SEEN_AS, render, request_translator
from borderops.ui.headers import let_be_framed
from borderops.ui.languages import Translator

router = APIRouter(include_in_schema=False)

FEATURE_PLACE = "--address--"
"""Stands for a feature's address in the addresses that the script completes."""

_DATES = ("as_of", "known_at", SEEN_AS)


@router.get("/map", name="map_damaged", dependencies=[Depends(requires(Permission.READ_REGISTER))])
def map_damaged(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    moment: NowDep,
    show: Annotated[str, Query()] = Shown.DAMAGED,
    embed: Annotated[str, Query()] = "",
) -> Response:
    """The map of what is damaged, or of more, on the day; `embed` leaves out all but the map itself."""
    at, problems = read_dates(request.query_params, moment=moment)
    shown = Shown(show) if show in list(Shown) else Shown.DAMAGED
    translator = request_translator(request)
    units = list_units(session, viewer=viewer)
    framed = _is_framed(request, embed)
    if framed:
        let_be_framed(request)
    canvas = draw_canvas(
        layers=[] if framed else layers(units, translator), translator=translator, controls=not framed
    )
    dates = _dates(request, unreadable={problem.field for problem in problems})
    asked = [
        *dates,
        *((name, value) for name in LIMITS for value in request.query_params.getlist(name) if value.strip()),
    ]
    if shown != Shown.ALL:
        asked += [("state", state.value) for state in SHOWN_STATES[shown]]
    return render(
        request,
        "maps/map.html",
        layout="maps/bare.html" if framed else "ui/base.html",
        canvas=canvas,
        script_url=_script(request),
        settings=settings(
            translator=translator,
            shown=shown,
            units=units,
            extent=find_extent(session, viewer=viewer),
            embed=framed,
            addresses=Addresses(
                data_url=_data(request, asked),
                ground_url=_ground(request, translator, dates),
                gates_url=_data(request, [*dates, ("kind", "gate")]),
                search_url=_data(request, dates),
                feature_url=_feature_page(request),
            ),
        ),
        blocks={},
        problems=problems,
        shown=shown,
        states=SHOWN_STATES[shown],
        shown_names=SHOWN_NAMES,
        framed=framed,
        past=is_past(at, moment=moment),
    )


@router.get("/map/script.js", name="map_script", dependencies=[Depends(requires(Permission.READ_REGISTER))])
def map_script(request: Request) -> Response:
    """The map's script, with `start` for folium's part to call; one asked for by its hash may be kept."""
    kept = "public, max-age=31536000, immutable" if request.query_params.get("v") == digest() else "no-cache"
    return Response(
        f"{joined()}\nexport {{ start }};\n",
        media_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": kept},
    )


@router.get(
    "/map/ground.geojson", name="map_ground", dependencies=[Depends(requires(Permission.READ_REGISTER))]
)
def map_ground(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    moment: NowDep,
) -> Response:
    """The line and the names of the lands along it, with a tag by which a browser knows what it has."""
    at, _problems = read_dates(request.query_params, moment=moment)
    body = ground_geojson(session, viewer=viewer, at=at, language=request_translator(request).language)
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return GeoJSONResponse(body, headers=headers)


@router.get(
    "/map/feature/{address:path}",
    name="map_feature",
    dependencies=[Depends(requires(Permission.READ_REGISTER))],
)
def map_feature(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, address: str
) -> Response:
    """A small map of one feature and its neighbours, to be a part of other pages. Raises NotFound."""
    at, problems = read_dates(request.query_params, moment=moment)
    feature = get_feature(session, viewer=viewer, address=address, at=at)
    before, after = list_neighbours(session, viewer=viewer, feature=feature, at=at)
    let_be_framed(request)
    translator = request_translator(request)
    return render(
        request,
        "maps/map.html",
        layout="maps/bare.html",
        canvas=draw_canvas(layers=[], translator=translator, controls=False),
        script_url=_script(request),
        settings=settings(
            translator=translator,
            shown=Shown.ALL,
            units=list_units(session, viewer=viewer),
            extent=find_extent(session, viewer=viewer),
            selected=feature.code,
            embed=True,
            addresses=Addresses(
                ground_url=_ground(
                    request, translator, _dates(request, unreadable={problem.field for problem in problems})
                ),
                feature_url=_feature_page(request),
            ),
        ),
        blocks={
            "map-data": feature_collection(
                feature_geojson(session, viewer=viewer, address=str(one.id), at=at)
                for one in (*reversed(before), feature, *after)
            ).decode(),
            "map-gates": feature_collection([]).decode(),
        },
        problems=(),
        framed=True,
    )


def _is_framed(request: Request, embed: str) -> bool:
    """Whether the map is asked for as a part of another page, by its address or by what the browser says."""
    return embed == "1" or request.headers.get("sec-fetch-dest") == "iframe"


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", "")).rstrip("/")


def _dates(request: Request, *, unreadable: set[str | None]) -> list[tuple[str, str]]:
    """The dates of this page for the addresses that it fetches; one that cannot be read is left out."""
    return [
        (name, request.query_params[name])
        for name in _DATES
        if request.query_params.get(name, "").strip() and name not in unreadable
    ]


def _script(request: Request) -> str:
    return f"{_root(request)}{request.app.url_path_for('map_script')}?v={digest()}"


def _data(request: Request, asked: list[tuple[str, str]]) -> str:
    path = str(request.app.url_path_for("list_features"))
    return f"{_root(request)}{path}?{urlencode(asked)}"


def _ground(request: Request, translator: Translator, dates: list[tuple[str, str]]) -> str:
    path = str(request.app.url_path_for("map_ground"))
    return f"{_root(request)}{path}?{urlencode([*dates, ('lang', translator.language)])}"


def _feature_page(request: Request) -> str:
    path = str(request.app.url_path_for("feature", address=FEATURE_PLACE))
    kept = [(name, request.query_params[name]) for name in KEPT if request.query_params.get(name)]
    return f"{_root(request)}{path}" + (f"?{urlencode(kept)}" if kept else "")
