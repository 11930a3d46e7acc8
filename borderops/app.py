"""The web application: slices put together, nothing else."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker
from starlette.concurrency import run_in_threadpool

import borderops
from borderops.accounts import link_pages, organisation_pages, own_pages, people_pages, watch_pages
from borderops.accounts import pages as accounts_pages
from borderops.accounts.authentication import Authentication
from borderops.accounts.forgery import FormSecrets
from borderops.accounts.openapi import as_protected
from borderops.accounts.openapi import router as openapi_router
from borderops.accounts.rules import Permission
from borderops.accounts.seen_as import SeenAs
from borderops.accounts.signing_in import SigningIn
from borderops.accounts.web import install_signing_in, public
from borderops.audit.actions import keep_head
from borderops.audit.gathering import GatheredReads
from borderops.cooperation import api as cooperation_api
from borderops.cooperation import pages as cooperation_pages
from borderops.core import health
from borderops.core.files import FileStore
from borderops.core.messages import N_
from borderops.core.reading import Reading, SessionReading
from borderops.core.signing import SigningKeys
from borderops.inspections import api as inspections_api
from borderops.inspections import pages as inspections_pages
from borderops.maps import pages as maps_pages
from borderops.maps import patrols as maps_patrols
from borderops.markers import api as markers_api
from borderops.markers import duty_pages
from borderops.markers import pages as markers_pages
from borderops.oversight import api as oversight_api
from borderops.oversight import pages as oversight_pages
from borderops.patrols import api as patrols_api
from borderops.patrols import pages as patrols_pages
from borderops.patrols import plan_pages as patrols_plan_pages
from borderops.patrols import record_pages as patrols_record_pages
from borderops.patrols import step_pages as patrols_step_pages
from borderops.patrols.coverage import pages as patrols_watch_pages
from borderops.patrols.documents import api as patrols_documents
from borderops.patrols.limits import api as patrols_limit_api
from borderops.patrols.limits import pages as patrols_limit_pages
from borderops.patrols.proposals import api as patrols_planner_api
from borderops.patrols.proposals import pages as patrols_planner_pages
from borderops.patrols.recording import api as patrols_recording_api
from borderops.register import api as register_api
from borderops.register import disclosure_api, disclosure_pages, unit_pages
from borderops.register import pages as register_pages
from borderops.register.derivation import refresh
from borderops.reports import api as reports_api
from borderops.reports import pages as reports_pages
from borderops.ui.frame import NavItem, install_frame
from borderops.ui.headers import SecureHeaders
from borderops.ui.origin import SameOriginWrites
from borderops.ui.problems import as_answered, install_problems

#: The largest body of a request: a photo or a track, and what is written beside it. A form that takes many
#: photos says so itself.
MOST_BYTES = 32_000_000

#: What keeps derived tables true; every session of the program is made with it.
DERIVE = (refresh,)

API: Sequence[APIRouter] = (
    register_api.router,
    disclosure_api.router,
    cooperation_api.router,
    markers_api.router,
    inspections_api.router,
    oversight_api.router,
    patrols_api.router,
    patrols_recording_api.router,
    patrols_planner_api.router,
    patrols_limit_api.router,
    patrols_documents.router,
    reports_api.router,
)
PAGES: Sequence[APIRouter] = (
    accounts_pages.router,
    organisation_pages.router,
    link_pages.router,
    own_pages.router,
    people_pages.router,
    unit_pages.router,
    watch_pages.router,
    register_pages.router,
    disclosure_pages.router,
    cooperation_pages.router,
    markers_pages.router,
    duty_pages.router,
    inspections_pages.router,
    maps_pages.router,
    maps_patrols.router,
    patrols_watch_pages.router,
    patrols_limit_pages.router,
    patrols_plan_pages.router,
    patrols_pages.router,
    patrols_step_pages.router,
    patrols_planner_pages.router,
    patrols_record_pages.router,
    oversight_pages.router,
    reports_pages.router,
)

NAVIGATION = (
    NavItem("overview", N_("Overview"), "overview", Permission.READ_REGISTER),
    NavItem("features", N_("Register"), "list", Permission.READ_REGISTER),
    NavItem("map_damaged", N_("Map"), "map", Permission.READ_REGISTER),
    NavItem("patrols", N_("Patrols"), "patrol", Permission.READ_PATROLS),
    NavItem("repair_status", N_("Reports"), "report", Permission.READ_REGISTER),
    NavItem("disclosures", N_("Shared"), "info", Permission.DISCLOSE),
    NavItem("events", N_("Events"), "clock", Permission.READ_EVENTS),
    NavItem("inspect", N_("Inspect"), "inspect", Permission.RECORD_INSPECTION),
    NavItem("people", N_("Administration"), "person", Permission.MANAGE_PEOPLE),
)


def make_app(
    *,
    sessions: sessionmaker[Session],
    engine: Engine,
    home: Path,
    reading: Reading | None = None,
    signing_in: SigningIn | None = None,
) -> FastAPI:
    """The application on this database and data folder. Its sessions must derive by `DERIVE`."""
    signing_in = signing_in or SigningIn()
    held = reading or SessionReading(sessions)
    keep_head(sessions, home)
    reads = GatheredReads(sessions)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(reads.close)
        await held.close()

    app = FastAPI(
        lifespan=lifespan,
        title="borderops",
        version=borderops.__version__,
        description="The register of a land border's markers, stakes and gates.",
        openapi_url=None,
        max_body_size=MOST_BYTES,
        docs_url=None,
        redoc_url=None,
    )
    app.state.sessions = sessions
    app.state.reading = held
    app.state.reads = reads
    app.state.engine = engine
    app.state.home = home
    app.state.keys = SigningKeys(home / "keys")
    app.state.signing_in = signing_in
    app.state.home = home
    app.state.files = FileStore(home / "files")
    install_frame(app, nav=NAVIGATION, who="accounts/who.html")
    install_problems(app)
    install_signing_in(app)
    app.add_middleware(SeenAs, sessions=sessions)
    app.add_middleware(SameOriginWrites)
    app.add_middleware(FormSecrets, https=signing_in.https)
    # The last one added is the first one asked: all others know the viewer, and every reply has its headers.
    app.add_middleware(Authentication, sessions=sessions, limits=signing_in.limits, https=signing_in.https)
    app.add_middleware(SecureHeaders, https=signing_in.https)
    app.include_router(health.router, dependencies=[Depends(public)])
    app.include_router(openapi_router)
    for router in API:
        app.include_router(router)
    for router in PAGES:
        app.include_router(router, include_in_schema=False)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        app.openapi_schema = as_answered(as_protected(document, app))
    return app.openapi_schema
