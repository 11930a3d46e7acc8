"""The program keeps its word: whatever is sent to it, it answers as its OpenAPI document says."""

from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from starlette.testclient import TestClient

from borderops.app import make_app
from tests.people import TESTER

#: An application without a database says what it would answer; the answers come from `server`.
DOCUMENT = make_app(
    sessions=sessionmaker(), engine=create_engine("postgresql+psycopg://"), home=Path("nowhere")
).openapi()
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
    unsupported_method,
]


@SCHEMA.parametrize()
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_documented(case: schemathesis.Case[Any], server: str) -> None:
    """On a database that may be filled with anything; no answer may be a fault of the program."""
    case.call_and_validate(base_url=server, headers=TESTER.headers, checks=CHECKS)


def test_the_document_is_served(client: TestClient) -> None:
    assert client.get("/api/v1/openapi.json").json() == DOCUMENT


def test_every_question_and_every_record_has_an_example() -> None:
    """What a reader of the document tries first must work; see `test_every_answer_is_as_documented`."""
    for name, schema in DOCUMENT["components"]["schemas"].items():
        if name.endswith("In"):
            assert schema.get("examples"), name


def test_problems_have_their_media_type_everywhere() -> None:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], (
                        f"{method} {path} {status}"
                    )
