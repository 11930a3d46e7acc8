"""Every route demands exactly one permission, and says so in the OpenAPI document."""

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi import Depends, FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from starlette.routing import Mount
from starlette.testclient import TestClient

from borderops.accounts.routes import STATIC, MarkedRoute, Unmarked, list_marked_routes
from borderops.accounts.rules import PERMISSIONS, Permission
from borderops.accounts.web import public, requires
from borderops.app import NAVIGATION, make_app
from borderops.ui.frame import PACKAGE

APP = make_app(sessions=sessionmaker(), engine=create_engine("postgresql+psycopg://"), home=Path("nowhere"))
ROUTES = {route.key: route for route in list_marked_routes(APP)}

#: Who has not signed in may ask for no more than this; a route that joins them is a decision.
PUBLIC = {
    "alive",
    "ready",
    "sign_in",
    "sign_in_form",
    "second_factor",
    "second_factor_form",
    "set_up",
    "set_up_form",
    "sign_out",
    "link",
    "link_form",
    "organisation",
    "organisation_return",
}


def test_every_route_demands_exactly_one_permission() -> None:
    assert len(ROUTES) > 40  # reading them raises Unmarked where one has none or two


def test_few_routes_are_public() -> None:
    assert {route.name for route in ROUTES.values() if route.permission is None} == PUBLIC


def test_nothing_is_mounted_but_files() -> None:
    """A mounted application would have routes of its own, which this table does not see."""
    assert {route.path for route in APP.routes if isinstance(route, Mount)} == STATIC


@pytest.mark.parametrize(
    "dependencies",
    [
        [],
        [Depends(requires(Permission.EXPORT)), Depends(requires(Permission.SIGN))],
        [Depends(public), Depends(requires(Permission.SIGN))],
    ],
)
def test_a_route_with_no_permission_or_two_is_found(dependencies: list[Any]) -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/x", dependencies=dependencies)
    def x() -> None: ...

    with pytest.raises(Unmarked, match="/x"):
        list(list_marked_routes(app))


def test_every_permission_that_a_route_demands_is_held_by_someone() -> None:
    held = frozenset[Permission]().union(*PERMISSIONS.values())
    assert {route.permission for route in ROUTES.values() if route.permission} <= held


def test_who_may_read_a_form_may_send_it() -> None:
    for key, route in ROUTES.items():
        form = ROUTES.get(f"GET {route.path}")
        if route.method == "POST" and route.path.endswith("/new") and form is not None:
            assert form.permission == route.permission, key


def test_the_navigation_asks_for_what_its_pages_demand() -> None:
    demanded = {route.name: route.permission for route in ROUTES.values() if route.method == "GET"}
    for item in NAVIGATION:
        assert item.permission == demanded[item.route], item.route


def test_the_document_says_what_each_operation_demands() -> None:
    document = APP.openapi()
    assert document["components"]["securitySchemes"].keys() == {"session", "token"}
    told = 0
    for route in ROUTES.values():
        operation = document["paths"].get(route.path, {}).get(route.method.lower())
        if operation is not None:
            told += 1
            _check_operation(route, operation)
    assert told == sum(len(methods) for methods in document["paths"].values())


def _check_operation(route: MarkedRoute, operation: dict[str, Any]) -> None:
    if route.permission is None:
        assert "security" not in operation, route
        return
    assert operation["security"] == [{"session": []}, {"token": []}], route
    assert operation["x-permission"] == route.permission, route
    for status in ("401", "403"):
        assert list(operation["responses"][status]["content"]) == ["application/problem+json"], route


def test_templates_ask_for_permissions_that_there_are() -> None:
    asked = {
        permission
        for template in PACKAGE.glob("*/templates/**/*.html")
        for permission in re.findall(r"""\bmay\(["'](\w+)["']\)""", template.read_text(encoding="utf-8"))
    }
    assert "record_inspection" in asked
    assert asked <= {permission.value for permission in Permission}


def test_what_writes_is_a_post() -> None:
    """A link, a picture or a prefetched page changes nothing."""
    assert {route.method for route in ROUTES.values()} == {"GET", "POST"}


@pytest.mark.parametrize("path", ["/static", "/static/", "/static/ui", "/static/ui/"])
def test_folders_are_not_listed(path: str) -> None:
    with TestClient(APP, base_url="http://127.0.0.1") as client:
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND"])
@pytest.mark.parametrize("path", ["/features", "/api/v1/features", "/static/ui/app.css"])
def test_trace_is_not_answered(method: str, path: str) -> None:
    with TestClient(APP, base_url="http://127.0.0.1") as client:
        assert client.request(method, path).status_code == 405
