"""The table of routes: which permission each demands, read from the routes themselves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts

from borderops.accounts.rules import Permission
from borderops.accounts.web import MARK

#: Addresses beneath which files of the program itself are served, the same to everybody.
STATIC = frozenset({"/static"})


class Unmarked(Exception):
    """A route that demands no permission, or more than one: a fault in the program, told to who wrote it."""


@dataclass(frozen=True)
class MarkedRoute:
    """A route and what it demands; `permission` is None where nobody need sign in."""

    method: str
    path: str
    name: str
    permission: Permission | None

    @property
    def key(self) -> str:
        """What tells the route from all others: names may be given twice."""
        return f"{self.method} {self.path}"

    @property
    def pattern(self) -> re.Pattern[str]:
        """Matches the addresses of the route."""
        return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(self.path)))


def list_marked_routes(app: FastAPI) -> Iterator[MarkedRoute]:
    """Every method of every route with its permission, but for the static files. Raises Unmarked."""
    for route in iter_route_contexts(app.routes):
        if route.path in STATIC:
            continue
        permission = permission_of(route)
        for method in sorted(route.methods or ()):
            yield MarkedRoute(method, str(route.path_format), str(route.name), permission)


def permission_of(route: RouteContext) -> Permission | None:
    """The permission that a route demands; None for a public one. Raises Unmarked unless it is one."""
    marks = _marks(getattr(route, "dependant", None))
    if len(marks) != 1:
        raise Unmarked(f"{route.path} ({route.name}) declares {len(marks)} permissions; give it one")
    return marks[0]


def _marks(dependant: Dependant | None) -> list[Permission | None]:
    if dependant is None:
        return []
    calls: list[Any] = [needed.call for needed in dependant.dependencies]
    return [getattr(call, MARK) for call in calls if hasattr(call, MARK)]
