"""The register over HTTP: features as GeoJSON, one feature, its history."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from borderops.accounts.web import ViewerDep
from borderops.core.addresses import ADDRESS, Address
from borderops.core.geojson import GeoJSONResponse
from borderops.core.web import NowDep, SessionDep
from borderops.register import queries
from borderops.register.history import list_history
from borderops.register.schemas import (
    Dates,
    EntryOut,
    FeatureCollectionOut,
    FeatureOut,
    FeatureQuery,
    HistoryOut,
)
from borderops.ui.problems import problems_documented

router = APIRouter(prefix="/api/v1", tags=["register"])


def _geojson(model: type) -> dict[int | str, dict[str, Any]]:
    return {200: {"model": model, "description": "GeoJSON (RFC 7946)"}, **problems_documented(404, 422)}


@router.get("/features", response_class=GeoJSONResponse, responses=_geojson(FeatureCollectionOut))
def list_features(
    session: SessionDep, viewer: ViewerDep, now: NowDep, asked: Annotated[FeatureQuery, Query()]
) -> GeoJSONResponse:
    """The features that the parameters ask for, with their state and duty on the day, as GeoJSON."""
    return GeoJSONResponse(queries.features_geojson(session, viewer=viewer, asked=asked.asked(now)))


@router.get(f"/features/{ADDRESS}", response_class=GeoJSONResponse, responses=_geojson(FeatureOut))
def get_feature(
    session: SessionDep, viewer: ViewerDep, now: NowDep, address: Address, dates: Annotated[Dates, Query()]
) -> GeoJSONResponse:
    """One feature as GeoJSON."""
    return GeoJSONResponse(queries.feature_geojson(session, viewer=viewer, address=address, at=dates.at(now)))


@router.get(f"/features/{ADDRESS}/history", responses=problems_documented(404, 422))
def get_history(
    session: SessionDep, viewer: ViewerDep, now: NowDep, address: Address, dates: Annotated[Dates, Query()]
) -> HistoryOut:
    """Everything that had happened to the feature by the day, newest first."""
    at = dates.at(now)
    feature = queries.get_feature(session, viewer=viewer, address=address, at=at)
    return HistoryOut(
        feature=feature.code,
        id=feature.id,
        as_of=at.as_of,
        known_at=at.known_at,
        entries=[
            EntryOut.model_validate(entry)
            for entry in list_history(session, viewer=viewer, feature_id=feature.id, at=at)
        ],
    )
