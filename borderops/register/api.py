"""The register over HTTP: features as GeoJSON, one feature, its history."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, request_viewer, requires
from borderops.audit.gathering import GatheredReads, ReadsDep, request_reads
from borderops.audit.rules import READS, Read
from borderops.boundary.queries import list_units
from borderops.core.addresses import ADDRESS, Address
from borderops.core.geojson import NO_FEATURES, GeoJSONResponse, count_features
from borderops.core.plain import answered_by
from borderops.core.reading import request_reading
from borderops.core.viewer import Viewer
from borderops.core.web import NowDep, ReadingDep, SessionDep, request_now
from borderops.markers.queries import get_feature as get_registered
from borderops.markers.rules import Kind
from borderops.register import queries
from borderops.register.card import CardOut, gate_decisions_in_force
from borderops.register.elsewhen import units_elsewhen
from borderops.register.filters import RegisterFilter
from borderops.register.history import list_history
from borderops.register.place import place_on_line
from borderops.register.schemas import (
    Dates,
    EntryOut,
    FeatureCollectionOut,
    FeatureOut,
    FeatureQuery,
    HistoryOut,
    PlaceOut,
    PlaceQuery,
    UnitElsewhenOut,
    UnitOut,
)
from borderops.ui.frame import request_translator
from borderops.ui.problems import problems_documented

router = APIRouter(prefix="/api/v1", tags=["register"])


def _geojson(model: type) -> dict[int | str, dict[str, Any]]:
    return {200: {"model": model, "description": "GeoJSON (RFC 7946)"}, **problems_documented(404, 422)}


reads_register = requires(Permission.READ_REGISTER)


def list_features(
    reading: ReadingDep,
    viewer: ViewerDep,
    now: NowDep,
    reads: ReadsDep,
    asked: Annotated[FeatureQuery, Query()],
) -> GeoJSONResponse:
    """The features that the parameters ask for, with their state and duty on the day, as GeoJSON."""
    with reading.connection(viewer) as connection, Session(connection) as session:
        question = asked.asked(now)
        body = queries.features_geojson(session, viewer=viewer, asked=question)
        if question.text and body == NO_FEATURES:
            body = _why_none(session, viewer=viewer, asked=question)
    noted = BackgroundTask(_note, reads, viewer, asked, body, now) if _may_be_many(body) else None
    return GeoJSONResponse(body, background=noted)


async def _list_features(request: Request, asked: FeatureQuery) -> GeoJSONResponse:
    viewer = await request_viewer(request)
    await reads_register(request, viewer)
    reading, reads = await request_reading(request), await request_reads(request)
    return await run_in_threadpool(list_features, reading, viewer, await request_now(), reads, asked)


router.add_api_route(
    "/features",
    list_features,
    response_class=GeoJSONResponse,
    responses=_geojson(FeatureCollectionOut),
    dependencies=[Depends(reads_register)],
    route_class_override=answered_by(_list_features, FeatureQuery),
)


def _why_none(session: Session, *, viewer: Viewer, asked: RegisterFilter) -> bytes:
    """An empty collection with the units that the text names and that exist on other days only."""
    found = units_elsewhen(asked.text, units=list_units(session, viewer=viewer), on=asked.at.as_of)
    if not found:
        return NO_FEATURES
    told = [UnitElsewhenOut.of(one) for one in found]
    empty = FeatureCollectionOut(type="FeatureCollection", features=[], units_elsewhen=told)
    return empty.model_dump_json().encode()


#: A feature's id, code, state and duty alone are longer.
_FEWEST_BYTES = 100


def _may_be_many(body: bytes) -> bool:
    return len(body) >= READS[Read.FEATURES_BULK].at_least * _FEWEST_BYTES


async def _note(
    reads: GatheredReads, viewer: Viewer, asked: FeatureQuery, body: bytes, now: datetime
) -> None:
    # Not the box: a map that is moved about asks for the same in another window.
    question = asked.model_dump(mode="json", exclude_unset=True, exclude={"bbox"})
    await reads.note(
        viewer=viewer,
        read=Read.FEATURES_BULK,
        question=question,
        count_features=lambda: count_features(body),
        now=now,
    )


async def get_feature(
    reading: ReadingDep, viewer: ViewerDep, now: NowDep, address: Address, dates: Annotated[Dates, Query()]
) -> GeoJSONResponse:
    """One feature as GeoJSON."""
    feature = await queries.find_feature_geojson(reading, viewer=viewer, address=address, at=dates.at(now))
    return GeoJSONResponse(feature)


async def _get_feature(request: Request, dates: Dates) -> GeoJSONResponse:
    viewer = await request_viewer(request)
    await reads_register(request, viewer)
    reading, address = await request_reading(request), request.path_params["address"]
    return await get_feature(reading, viewer, await request_now(), address, dates)


router.add_api_route(
    f"/features/{ADDRESS}",
    get_feature,
    response_class=GeoJSONResponse,
    responses=_geojson(FeatureOut),
    dependencies=[Depends(reads_register)],
    route_class_override=answered_by(_get_feature, Dates),
)


@router.get(
    f"/features/{ADDRESS}/history",
    responses=problems_documented(404, 422),
    dependencies=[Depends(requires(Permission.READ_HISTORY))],
)
def get_history(
    session: SessionDep, viewer: ViewerDep, now: NowDep, address: Address, dates: Annotated[Dates, Query()]
) -> HistoryOut:
    """What the feature is, and all that had happened to it by the day, newest first."""
    at = dates.at(now)
    feature = queries.get_feature(session, viewer=viewer, address=address, at=at)
    history = list_history(session, viewer=viewer, feature_id=feature.id, at=at)
    return HistoryOut(
        feature=feature.code,
        id=feature.id,
        as_of=at.as_of,
        known_at=at.known_at,
        card=CardOut.model_validate(get_registered(session, viewer=viewer, address=str(feature.id))),
        gate=gate_decisions_in_force(history) if feature.kind == Kind.GATE else None,
        entries=[EntryOut.model_validate(entry) for entry in history],
    )


@router.get(
    "/line/place",
    responses=problems_documented(404, 422),
    dependencies=[Depends(requires(Permission.READ_REGISTER))],
)
def get_place(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    now: NowDep,
    asked: Annotated[PlaceQuery, Query()],
) -> PlaceOut:
    """Where a point lies: its chainage on the line, its offset, and the two markers it lies between."""
    found = place_on_line(session, viewer=viewer, given=asked.given(), at=asked.at(now))
    translator = request_translator(request)
    return PlaceOut(
        lon=found.point.lon,
        lat=found.point.lat,
        operation=found.point.operation,
        chainage_km=round(found.place.chainage_m / 1000, 3),
        offset_m=round(found.place.offset_m, 1),
        side=found.place.side,
        before=found.between.before,
        after=found.between.after,
        from_before_m=_metres(found.between.from_before_m),
        to_after_m=_metres(found.between.to_after_m),
        warnings=[translator.t(warning) for warning in found.warnings],
    )


@router.get(
    "/units", responses=problems_documented(422), dependencies=[Depends(requires(Permission.READ_REGISTER))]
)
def list_units_on(
    session: SessionDep, viewer: ViewerDep, now: NowDep, dates: Annotated[Dates, Query()]
) -> list[UnitOut]:
    """The provinces, districts, communes, posts and companies that existed on the day."""
    day = dates.at(now).as_of
    return [
        UnitOut(
            id=unit.id,
            kind=unit.kind,
            side=unit.side,
            parent=unit.parent_id,
            names=dict(unit.names),
            spellings=list(unit.spellings),
            valid_from=unit.valid_from,
            valid_to=unit.valid_to,
        )
        for unit in list_units(session, viewer=viewer).values()
        if unit.exists_on(day)
    ]


def _metres(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
