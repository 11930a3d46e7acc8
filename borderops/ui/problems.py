"""Errors at the edge: one table from a kind of error to HTTP status, exit code and log level.

Programs get RFC 9457 problems with a stable `code`; people get a page. Both say the same sentence in the
reader's language. What is not in the table is a fault of ours: logged whole, told without detail.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from borderops.core.errors import (
    BorderopsError,
    Conflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Problems,
    Unavailable,
)
from borderops.core.messages import N_, Message
from borderops.ui.frame import render, request_translator
from borderops.ui.headers import secure_headers
from borderops.ui.languages import Translator

log = logging.getLogger("borderops")

PROBLEM_MEDIA_TYPE = "application/problem+json"

#: Where programs ask; everywhere else people do.
FOR_PROGRAMS = ("/api/", "/healthz", "/readyz")


@dataclass(frozen=True)
class Treatment:
    """How a family of errors is told and logged. `title` is the heading people read."""

    status: HTTPStatus
    exit_code: int
    level: int
    title: str


#: From the special to the general; the first that fits is taken.
TREATMENTS: tuple[tuple[type[BorderopsError], Treatment], ...] = (
    (
        InvalidInput,
        Treatment(HTTPStatus.UNPROCESSABLE_ENTITY, 2, logging.INFO, N_("This cannot be taken as it is")),
    ),
    (NotFound, Treatment(HTTPStatus.NOT_FOUND, 3, logging.INFO, N_("Not in the register"))),
    (Conflict, Treatment(HTTPStatus.CONFLICT, 4, logging.INFO, N_("This contradicts what is recorded"))),
    (NotAllowed, Treatment(HTTPStatus.FORBIDDEN, 5, logging.WARNING, N_("Your duties do not cover this"))),
    (NotSignedIn, Treatment(HTTPStatus.UNAUTHORIZED, 5, logging.INFO, N_("Sign in first"))),
    (Unavailable, Treatment(HTTPStatus.SERVICE_UNAVAILABLE, 6, logging.ERROR, N_("Not possible just now"))),
    (BorderopsError, Treatment(HTTPStatus.BAD_REQUEST, 1, logging.ERROR, N_("This did not work"))),
)


class FieldProblem(BaseModel):
    """One thing that is wrong, and where."""

    code: str = Field(examples=["incomplete-inspection"])
    field: str | None = Field(None, examples=["components"])
    row: int | None = None
    detail: str


class Problem(BaseModel):
    """RFC 9457 problem details. `code` is stable; `errors` names every field that needs correcting."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldProblem] = Field(default_factory=list)


def treatment(error: BorderopsError) -> Treatment:
    """How this error is told."""
    return next(found for family, found in TREATMENTS if isinstance(error, family))


def problem_of(error: BorderopsError, *, translator: Translator) -> Problem:
    """The error as a problem in the translator's language."""
    told = error.problems if isinstance(error, Problems) else (error,)
    how = treatment(error)
    return Problem(
        title=translator.t(how.title),
        status=how.status,
        code=error.code,
        detail=translator.t(error.message),
        errors=[
            FieldProblem(code=one.code, field=one.field, row=one.row, detail=translator.t(one.message))
            for one in told
            if one.field or isinstance(error, Problems)
        ],
    )


#: Signs that would begin a line of their own in a log, or move about in a terminal, as what they are.
_SHOWN = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)}


def one_line(text: object) -> str:
    """The text as one line of a log, whatever somebody typed."""
    return str(text).translate(_SHOWN)


def asked_for(request: Request) -> str:
    """What a request asked for, as one line: its method and path, without what was asked in the address."""
    return f"{request.method} {one_line(request.url.path)}"


def tell(request: Request, error: BorderopsError) -> Response:
    """Log the error and answer with it, as a problem or as a page."""
    log.log(treatment(error).level, "%s: %s", asked_for(request), one_line(error))
    # RFC 9110 asks that a 401 says how one may show who one is.
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, NotSignedIn) else None
    return _reply(request, problem_of(error, translator=request_translator(request)), headers=headers)


def install_problems(app: FastAPI) -> None:
    """Make the app tell errors by the table above."""
    app.exception_handler(BorderopsError)(tell)

    @app.exception_handler(RequestValidationError)
    def tell_validation(request: Request, error: RequestValidationError) -> Response:
        return _reply(request, _validation_problem(error, request_translator(request)))

    @app.exception_handler(HTTPException)
    def tell_http(request: Request, error: HTTPException) -> Response:
        translator = request_translator(request)
        status = HTTPStatus(error.status_code)
        text = _HTTP_TEXTS.get(status, N_("The request cannot be answered."))
        problem = Problem(
            title=translator.t(text),
            status=status,
            code=status.name.lower().replace("_", "-"),
            detail=translator.t(text),
        )
        return _reply(request, problem, headers=error.headers)

    @app.exception_handler(OperationalError)
    def tell_database(request: Request, error: OperationalError) -> Response:
        log.error("%s: the database cannot be reached: %s", asked_for(request), one_line(error.orig))
        unavailable = Unavailable(N_("The database cannot be reached; nothing was recorded. Try again."))
        return _reply(request, problem_of(unavailable, translator=request_translator(request)))

    @app.exception_handler(Exception)
    def tell_fault(request: Request, error: Exception) -> Response:
        log.error("%s failed", asked_for(request), exc_info=error)
        translator = request_translator(request)
        text = translator.t(N_("A fault in the program. It was logged; nothing was half-recorded."))
        reply = _reply(request, Problem(title=text, status=500, code="fault", detail=text))
        # This one is sent from outside of all middleware.
        reply.headers.update(secure_headers(request, media_type=reply.media_type or ""))
        return reply


_HTTP_TEXTS: dict[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: N_("The body of the request cannot be read."),
    HTTPStatus.NOT_FOUND: N_("There is no such page."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_("This is larger than is taken at once; send less."),
    HTTPStatus.METHOD_NOT_ALLOWED: N_("This address does not take that kind of request."),
}


def _validation_problem(error: RequestValidationError, translator: Translator) -> Problem:
    told: dict[str, str] = {}
    for found in error.errors():
        told.setdefault(_validated_field(found), _validation_text(found, translator))
    errors = [FieldProblem(code="invalid-input", field=name, detail=text) for name, text in told.items()]
    how = treatment(InvalidInput("x"))
    return Problem(
        title=translator.t(how.title),
        status=how.status,
        code="invalid-input",
        detail=errors[0].detail
        if len(errors) == 1
        else translator.t(Message(N_("%(count)s entries need correcting."), {"count": len(errors)})),
        errors=errors,
    )


#: What pydantic adds to a place to say which reading of a value it tried; the field is what stands before.
_READING = re.compile(r"datetime|date|\[key\]|function-.*")


def _validated_field(found: Mapping[str, Any]) -> str:
    """The field that an error is about, as the sender wrote it: `components.body`, `state.0`."""
    where, *parts = found["loc"]
    if found["type"] == "json_invalid":
        return str(where)
    while parts and _READING.fullmatch(str(parts[-1])):
        parts.pop()
    return ".".join(str(part) for part in parts) or str(where)


#: Pydantic's kinds of error that have a sentence of ours; `ctx` names give the values.
_VALIDATION_TEXTS: dict[str, str] = {
    "missing": N_("This is needed."),
    "extra_forbidden": N_("There is no such field; check its spelling."),
    "enum": N_("Possible are: %(expected)s."),
    "literal_error": N_("Possible are: %(expected)s."),
    "uuid_type": N_("Give an id such as 018f3c52-6f0e-7c1a-9a53-3f1f0c8e2b11."),
    "uuid_parsing": N_("Give an id such as 018f3c52-6f0e-7c1a-9a53-3f1f0c8e2b11."),
    "timezone_aware": N_("Give the time with its zone, such as 2024-05-15T09:30:00+07:00."),
    "datetime_from_date_parsing": N_("Give a time such as 2024-05-15T09:30:00+07:00."),
    "datetime_parsing": N_("Give a time such as 2024-05-15T09:30:00+07:00."),
    "date_from_datetime_parsing": N_("Give a date such as 2024-06-30."),
    "date_from_datetime_inexact": N_("Give a date such as 2024-06-30."),
    "date_type": N_("Give a date such as 2024-06-30."),
    "datetime_type": N_("Give a time such as 2024-05-15T09:30:00+07:00."),
    "string_type": N_("Give a text."),
    "string_unicode": N_("It contains a sign that cannot be kept; type it again."),
    "dict_type": N_("Give a JSON object."),
    "model_attributes_type": N_("Give a JSON object."),
    "list_type": N_("Give a JSON list."),
    "float_type": N_("Give a number."),
    "int_type": N_("Give a whole number."),
    "int_from_float": N_("Give a whole number."),
    "bool_type": N_("Give true or false."),
    "date_parsing": N_("Give a date such as 2024-06-30."),
    "float_parsing": N_("Give a number."),
    "int_parsing": N_("Give a whole number."),
    "bool_parsing": N_("Give true or false."),
    "greater_than_equal": N_("Give a number of at least %(ge)s."),
    "less_than_equal": N_("Give a number of at most %(le)s."),
    "string_too_short": N_("This is needed."),
    "string_pattern_mismatch": N_("It contains a sign that cannot be kept; type it again."),
    "finite_number": N_("Give a number."),
    "string_too_long": N_("At most %(max_length)s characters are taken."),
    "json_invalid": N_("This is not JSON."),
}


def _validation_text(found: dict[str, object], translator: Translator) -> str:
    text = _VALIDATION_TEXTS.get(str(found["type"]))
    context = found.get("ctx")
    if text is None:
        return str(found["msg"])
    values = {name: str(value) for name, value in context.items()} if isinstance(context, dict) else {}
    if "expected" in values:  # pydantic lists the choices in English: 'a', 'b' or 'c'
        values["expected"] = values["expected"].replace(" or ", ", ").replace("'", "")
    return translator.t(Message(text, values))


def _reply(request: Request, problem: Problem, headers: object = None) -> Response:
    extra = dict(headers) if isinstance(headers, dict) else {}
    if request.url.path.startswith(FOR_PROGRAMS):
        return JSONResponse(
            problem.model_dump(mode="json"),
            status_code=problem.status,
            media_type=PROBLEM_MEDIA_TYPE,
            headers=extra,
        )
    return render(request, "ui/error.html", status_code=problem.status, headers=extra, problem=problem)


def problems_documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that may answer with these problems, for OpenAPI."""
    return {status: {"model": Problem, "description": HTTPStatus(status).phrase} for status in statuses}


def as_answered(schema: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document with each answer as it is really sent.

    Problems have their own media type whatever the route's is, a body that cannot be read is answered with
    400 before any route sees it, and a route that sends text made elsewhere still sends what its model says.
    """
    for path in schema["paths"].values():
        for operation in path.values():
            responses = operation["responses"]
            if "requestBody" in operation:
                responses["400"] = {"description": HTTPStatus.BAD_REQUEST.phrase}
            for status, response in responses.items():
                content = response.get("content", {})
                for body in content.values():
                    if "$ref" in body.get("schema", {}):
                        body["schema"] = {"$ref": body["schema"]["$ref"]}
                if int(status) >= HTTPStatus.BAD_REQUEST:
                    response["content"] = {PROBLEM_MEDIA_TYPE: _PROBLEM_BODY}
    return schema


_PROBLEM_BODY: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}}
