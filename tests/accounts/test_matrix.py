"""Everybody at every route, at every place: allowed or refused as the table of permissions and scopes says.

What is expected is worked out from `accounts.rules` and from who reaches which place (`places`), never from
what the program does. Each call is undone, so allowed and refused ones share one set-up.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from html import unescape
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from httpx2 import Response

from borderops.accounts.routes import MarkedRoute
from borderops.accounts.rules import Permission
from borderops.maps.pages import FEATURE_PLACE
from tests.accounts.calls import CALLS, SENT_ELSEWHERE, Call
from tests.accounts.conftest import World
from tests.accounts.places import EVERYBODY, Spot, has, is_shared_with, reads, takes_part, writes
from tests.accounts.test_routes import ROUTES
from tests.people import Person


def test_every_route_has_a_line() -> None:
    assert ROUTES.keys() == CALLS.keys() | SENT_ELSEWHERE
    demanded = {ROUTES[key].permission for key in SENT_ELSEWHERE}
    assert demanded <= {None, Permission.OWN_ACCOUNT, Permission.MANAGE_PEOPLE, Permission.MANAGE_UNITS}


@pytest.mark.parametrize("key", sorted(CALLS.keys() & ROUTES.keys()))
def test_everybody_at_every_place(world: World, key: str) -> None:
    route, call = ROUTES[key], CALLS[key]
    wrong: list[str] = []
    wanted_here: set[Outcome] = set()
    for person in (None, *EVERYBODY):
        for spot in world.spots_of(route, person):
            reply = world.call(person, route, spot)
            wanted = expected(route, person, spot)
            wanted_here.add(wanted)
            who = f"{person.login if person else 'nobody'} at {spot.address if spot else 'no place'}"
            if outcome(reply, call, wanted) != wanted:
                wrong.append(f"{who}: {reply.status_code}, not {wanted}: {reply.text[:300]}")
            elif wanted is Outcome.ALLOWED and person is not None and not call.examples:
                seen = features_named(reply) & world.all_features
                wrong += [f"{who} is told of {code}" for code in sorted(seen - world.visible[person.login])]
    assert wrong == []
    # Somebody is allowed, and but for public routes somebody is refused, on the same set-up.
    assert Outcome.ALLOWED in wanted_here
    assert route.permission is None or len(wanted_here) > 1


class Outcome(StrEnum):
    """How a call ends for who makes it."""

    ALLOWED = "allowed"
    SIGN_IN = "asked to sign in"
    REFUSED = "refused"
    HIDDEN = "not found"


def expected(route: MarkedRoute, person: Person | None, spot: Spot | None) -> Outcome:
    """How the route must answer the person at the place."""
    if route.permission is None:
        return Outcome.ALLOWED
    if person is None:
        return Outcome.SIGN_IN
    if not has(person, route.permission):
        return Outcome.REFUSED
    return Outcome.ALLOWED if spot is None else expected_at(spot, route, person)


def expected_at(spot: Spot, route: MarkedRoute, person: Person) -> Outcome:
    """How the route must answer somebody who has its permission, by where the place lies."""
    call = CALLS[route.key]
    if is_shared_with(person, spot) and (call.shared or call.theirs):
        return Outcome.ALLOWED
    if "{patrol_id}" in route.path:
        return Outcome.ALLOWED if takes_part(person, spot.place) else Outcome.HIDDEN
    if not reads(person, spot.place):
        return Outcome.HIDDEN
    if is_for_writing(route) and not writes(person, spot.place):
        return Outcome.REFUSED
    return Outcome.ALLOWED


def is_for_writing(route: MarkedRoute) -> bool:
    """Whether the route writes, or shows the form of one that does."""
    return route.method == "POST" or route.path.endswith("/new")


def outcome(reply: Response, call: Call, wanted: Outcome) -> Outcome | None:
    """How the call ended; None for an end of another kind. What is hidden may be told in a form."""
    if reply.status_code == 401 or reply.headers.get("location", "").startswith("/sign-in"):
        return Outcome.SIGN_IN
    if reply.status_code == call.hidden and wanted is Outcome.HIDDEN:
        return Outcome.HIDDEN
    if reply.status_code in call.ok:
        return Outcome.ALLOWED
    return {403: Outcome.REFUSED, 404: Outcome.HIDDEN}.get(reply.status_code)


def features_named(reply: Response) -> set[str]:
    """The features that a reply tells of, by code or id: in JSON, in links of a page, in files."""
    kind = reply.headers.get("content-type", "")
    if "json" in kind:
        return set(named_in_json(reply.json()))
    if kind.startswith("text/html"):
        linked = re.findall(r'href="/features/([^"?/]+)', reply.text)
        blocks = re.findall(
            r'<script [^>]*type="application/json"[^>]*>(.*?)</script>', reply.text, re.DOTALL
        )
        return {unquote(code) for code in linked}.union(*(named_in_json(json.loads(one)) for one in blocks))
    if kind.startswith("text/csv"):
        rows = csv.reader(io.StringIO(reply.text.removeprefix("\ufeff")))
        return {cell for row in rows for cell in row[:3]}
    if kind == "application/zip":
        with ZipFile(io.BytesIO(reply.content)) as bundle:
            files = [bundle.read(name) for name in bundle.namelist() if name.endswith(".json")]
        return {named for one in files for named in named_in_json(json.loads(one))}
    return set()


def named_in_json(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, held in value.items():
            if isinstance(held, str) and name in NAMES:
                yield held
            yield from named_in_json(held)
    elif isinstance(value, list):
        for one in value:
            yield from named_in_json(one)


#: Where replies name features.
NAMES = frozenset({"id", "code", "number", "feature", "feature_id", "before", "after"})


def test_the_lists_of_a_reply_are_read(world: World) -> None:
    """Else nothing out of scope would ever be found: to who sees all, all is told."""
    auditor = next(person for person in EVERYBODY if person.login == "auditor")
    for key in ("GET /api/v1/features", "GET /features.csv"):
        told = features_named(world.call(auditor, ROUTES[key], None))
        assert {"408", "400", "390", "470"} <= told & world.all_features, key
    on_page = features_named(world.call(auditor, ROUTES["GET /features"], None))
    assert len(on_page & world.all_features) > 20


@pytest.mark.parametrize("person", EVERYBODY, ids=lambda person: person.login)
def test_no_page_shows_a_way_that_would_refuse(world: World, person: Person) -> None:
    """Every link and form on every page that a person may open leads where they may go."""
    asked: dict[str, int] = {}
    shown = 0
    for route in ROUTES.values():
        if route.method != "GET" or route.key not in CALLS:
            continue
        for spot in world.spots_of(route, person):
            if expected(route, person, spot) is not Outcome.ALLOWED:
                continue
            reply = world.call(person, route, spot)
            if reply.status_code != 200 or not reply.headers.get("content-type", "").startswith("text/html"):
                continue
            shown += 1
            for address in links(reply.text):
                if address not in asked and not may_send(person, address):
                    asked[address] = world.client.get(address).status_code
    assert [address for address, status in asked.items() if status >= 400 or status == 303] == []
    assert shown > 0 or not has(person, Permission.READ_REGISTER)


def may_send(person: Person, address: str) -> bool:
    """Whether the address takes nothing but forms, and takes the person's."""
    path = address.partition("?")[0]
    taking = [route for route in ROUTES.values() if route.pattern.fullmatch(path)]
    return bool(taking) and all(
        route.method == "POST" and (route.permission is None or has(person, route.permission))
        for route in taking
    )


def links(page: str) -> set[str]:
    """Where a page leads: links, frames and pictures, and the forms it shows by their own address."""
    found = re.findall(r'(?:href|src|action)="(/[^"#]*)', page)
    return {
        unescape(address)
        for address in found
        if not address.startswith("/static/")
        and FEATURE_PLACE not in address
        and "lang=" not in address
        # What the other side does not see is not found as the other side sees it.
        and "seen_as=" not in address
    }
