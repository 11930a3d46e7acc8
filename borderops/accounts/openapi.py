"""The OpenAPI document: where it is served, and what it says of signing in."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse

from borderops.accounts.routes import list_marked_routes
from borderops.accounts.rules import Permission
from borderops.accounts.web import requires

router = APIRouter(prefix="/api/v1", include_in_schema=False)

#: How a request says whom it speaks for: a browser by its session, a program by a token.
SCHEMES: dict[str, dict[str, str]] = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "borderops_session",
        "description": "The session of a browser that signed in. What writes needs X-CSRF-Token with it.",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of a person or a device, made on the page of one's account.",
    },
}

#: How one is told that nobody is signed in, or that their duties do not cover it.
REFUSALS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@router.get("/openapi.json", name="openapi", dependencies=[Depends(requires(Permission.OWN_ACCOUNT))])
async def document(request: Request) -> JSONResponse:
    """What programs may ask for and what they are answered."""
    return JSONResponse(request.app.openapi())


def as_protected(schema: dict[str, Any], app: FastAPI) -> dict[str, Any]:
    """The document with what each operation demands: the way of signing in, the permission, the refusals."""
    schema.setdefault("components", {})["securitySchemes"] = SCHEMES
    for route in list_marked_routes(app):
        operation = schema["paths"].get(route.path, {}).get(route.method.lower())
        if operation is None or route.permission is None:
            continue
        operation["security"] = [{name: []} for name in SCHEMES]
        operation["x-permission"] = route.permission.value
        for status in REFUSALS:
            operation["responses"].setdefault(str(status.value), {"description": status.phrase})
    return schema
