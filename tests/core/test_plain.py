"""Routes that answer plainly: the same replies as FastAPI's, and its refusals where a question is none."""

from typing import Annotated

import pytest
from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.testclient import TestClient

from borderops.core.addresses import ADDRESS, LONGEST, Address
from borderops.core.plain import answered_by


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: list[str] = []
    day: int | None = Field(None, ge=1)


async def plainly(request: Request, asked: Asked) -> Response:
    return told(request.path_params["address"], asked, way="plainly")


async def thoroughly(address: Address, asked: Annotated[Asked, Query()]) -> Response:
    return told(address, asked, way="thoroughly")


def told(address: str, asked: Asked, *, way: str) -> Response:
    return Response(f"{address} {asked.kind} {asked.day}", headers={"way": way})


def application(route: type[APIRoute]) -> FastAPI:
    router = APIRouter()
    router.add_api_route(f"/{ADDRESS}", thoroughly, route_class_override=route)
    app = FastAPI()
    app.include_router(router)
    return app


APPS = [application(route) for route in (answered_by(plainly, Asked), APIRoute)]
PLAIN, THOROUGH = map(TestClient, APPS)

QUESTIONS = ["", "?day=3", "?kind=marker", "?kind=marker&kind=gate&day=2", "?day=1&day=2"]
WRONG = ["?day=0", "?day=x", "?other=1", "?day="]


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_the_model_takes_is_answered_plainly(question: str) -> None:
    ours, theirs = PLAIN.get(f"/405(1){question}"), THOROUGH.get(f"/405(1){question}")
    assert (ours.status_code, ours.text) == (200, theirs.text)
    assert (ours.headers["way"], theirs.headers["way"]) == ("plainly", "thoroughly")


@pytest.mark.parametrize("question", WRONG)
def test_what_the_model_does_not_take_is_refused_as_ever(question: str) -> None:
    ours, theirs = PLAIN.get(f"/405(1){question}"), THOROUGH.get(f"/405(1){question}")
    assert (ours.status_code, ours.json()) == (422, theirs.json())


def test_an_address_that_is_too_long_is_refused_as_ever() -> None:
    assert PLAIN.get("/" + "1" * LONGEST).headers["way"] == "plainly"
    assert PLAIN.get("/" + "1" * (LONGEST + 1)).status_code == 422


def test_it_is_described_as_ever() -> None:
    ours, theirs = (app.openapi()["paths"] for app in APPS)
    assert ours == theirs
