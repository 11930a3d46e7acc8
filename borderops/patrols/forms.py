"""Forms about patrols: what was typed is read by the same schemas as the API, problems told at the field."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID, uuid4

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from borderops.core.errors import BorderopsError, InvalidInput, Problems
from borderops.core.messages import N_
from borderops.markers.forms import UnreadableEntry
from borderops.patrols.ground import read_section
from borderops.patrols.schemas import Plan

#: Rows of the form for teams and for crossings; the program does not need more for two sides.
TEAM_ROWS = 4
CROSSING_ROWS = 3

TEAM_FIELDS = ("side", "unit", "leader", "strength", "start", "party")
CROSSING_FIELDS = ("team", "where", "to_side", "note")

#: The fields of the form that the plan has as they are.
PLAIN = (
    "starts_on",
    "ends_on",
    "meeting_point",
    "meeting_at",
    "objectives",
    "supplies",
    "radio_every_hours",
)

_SEPARATORS = re.compile(r"[\n;,]+")

#: "19.3021, 104.1103 Suối Huồi Thơm": latitude and longitude in degrees, then what people call it.
_CAMP = re.compile(r"(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*[,;]?\s+(.+)")

_EMPTY = frozenset({"missing", "string_too_short", "too_short"})

M = TypeVar("M", bound=BaseModel)


def typed(form: FormData) -> dict[str, str]:
    """Everything typed or chosen, by field; choices of several are told by `chosen`."""
    return {
        name: value.replace("\0", "").strip() for name, value in form.multi_items() if isinstance(value, str)
    }


def chosen(form: FormData, name: str) -> list[str]:
    """All that was chosen in a field of several choices."""
    return [value for value in form.getlist(name) if isinstance(value, str)]


def read(model: type[M], values: Mapping[str, Any], *, fields: Mapping[str, str] | None = None) -> M:
    """The entries as `model` has them; empty ones are left out. Raises Problems, each at its field.

    `fields` are the form's names of fields that the model names otherwise.
    """
    given = {name: value for name, value in values.items() if name in model.model_fields and value != ""}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        named = fields or {}
        places = [(one["type"], one["loc"]) for one in error.errors()]
        raise Problems(
            [_problem(kind, (named.get(str(place[0]), place[0]),) if place else ()) for kind, place in places]
        ) from None


def read_id(values: Mapping[str, str]) -> UUID:
    """The id that the form brought along. Raises InvalidInput where it was damaged."""
    try:
        return UUID(values.get("id", ""))
    except ValueError:
        raise InvalidInput(N_("The form is damaged; open it anew."), field="id") from None


def read_plan(form: FormData, *, keep: Plan | None) -> Plan:
    """The plan that was typed. What the form does not show is kept of the version before, `keep`.

    Raises Problems, each at its field.
    """
    values = typed(form)
    problems: list[BorderopsError] = []
    given: dict[str, Any] = {name: values[name] for name in PLAIN if values.get(name)}
    if "radio_every_hours" in given:
        given["radio_every_hours"] = given["radio_every_hours"].replace(",", ".")
    given["tasks"] = chosen(form, "tasks")
    given["sections"] = _sections(values.get("sections", ""), problems)
    given["camps"] = _camps(values.get("camps", ""), problems)
    given["teams"] = _teams(values)
    given["crossings"] = _crossings(values)
    if keep is not None:
        keys = {team["key"] for team in given["teams"]}
        given["stops"] = [stop.model_dump() for stop in keep.stops if {stop.team, *stop.together} <= keys]
        given["reasons"] = [reason.model_dump() for reason in keep.reasons]
        given["walking_by"] = keep.walking_by
        if [values.get("starts_on"), values.get("ends_on")] == [str(keep.starts_on), str(keep.ends_on)]:
            given["hours"] = [hours.model_dump() for hours in keep.hours]
    try:
        plan = Plan.model_validate(given)
    except ValidationError as error:
        problems += [_problem(one["type"], _at_row(one["loc"])) for one in error.errors()]
        raise Problems(problems) from None
    if problems:
        raise Problems(problems)
    return plan


def plan_values(plan: Plan) -> dict[str, str]:
    """The plan as the form shows it."""
    told = plan.model_dump(mode="json", exclude_none=True)
    values = {name: str(told[name]) for name in PLAIN if name in told}
    if plan.meeting_at is not None:
        values["meeting_at"] = plan.meeting_at.strftime("%H:%M")
    values["radio_every_hours"] = f"{plan.radio_every_hours:g}"
    values["sections"] = "\n".join(str(section) for section in plan.sections)
    values["camps"] = "\n".join(f"{camp.lat}, {camp.lon} {camp.name}" for camp in plan.camps)
    for number, team in enumerate(plan.teams, start=1):
        for name in TEAM_FIELDS:
            value = getattr(team, name)
            values[f"team{number}_{name}"] = "" if value is None else str(value)
        values[f"team{number}_key"] = team.key
    for number, crossing in enumerate(plan.crossings, start=1):
        for name in CROSSING_FIELDS:
            values[f"crossing{number}_{name}"] = str(getattr(crossing, name) or "")
    return values


def new_ids(*names: str) -> dict[str, str]:
    """Fresh ids for the forms of a page, so that sending one twice records once."""
    return {name: str(uuid4()) for name in names}


def _sections(text: str, problems: list[BorderopsError]) -> list[dict[str, Any]]:
    found = []
    for piece in _SEPARATORS.split(text):
        if piece.strip():
            try:
                found.append(read_section(piece.strip(), field="sections").model_dump())
            except InvalidInput as problem:
                problems.append(problem)
    return found


def _camps(text: str, problems: list[BorderopsError]) -> list[dict[str, Any]]:
    found = []
    for row in text.splitlines():
        if not row.strip():
            continue
        read_row = _CAMP.fullmatch(row.strip())
        if read_row is None:
            problems.append(
                UnreadableEntry(
                    N_('"%(given)s" is no camp; write latitude, longitude, name: 19.3021, 104.1103 Name.'),
                    field="camps",
                    given=row.strip()[:80],
                )
            )
            continue
        found.append({"lat": float(read_row[1]), "lon": float(read_row[2]), "name": read_row[3]})
    return found


def _teams(values: Mapping[str, str]) -> list[dict[str, Any]]:
    """The teams; one that is new gets a key by its side and place: vn-1, la-1."""
    found: list[dict[str, Any]] = []
    for number in range(1, TEAM_ROWS + 1):
        for team in _rows(values, f"team{number}", ("",), TEAM_FIELDS):
            taken = {other["key"] for other in found}
            side = str(team.get("side", "team")).lower()
            fresh = (f"{side}-{count}" for count in range(1, TEAM_ROWS + 2))
            given = values.get(f"team{number}_key", "")
            team["key"] = given if given and given not in taken else next(k for k in fresh if k not in taken)
            found.append(team)
    return found


def _crossings(values: Mapping[str, str]) -> list[dict[str, Any]]:
    numbers = [str(number) for number in range(1, CROSSING_ROWS + 1)]
    return _rows(values, "crossing", numbers, CROSSING_FIELDS)


def _rows(
    values: Mapping[str, str], kind: str, numbers: Sequence[str], fields: Sequence[str]
) -> list[dict[str, Any]]:
    """The rows of which anything was typed besides what a row always says (its side)."""
    found = []
    for number in numbers:
        row = {name: value for name in fields if (value := values.get(f"{kind}{number}_{name}", "").strip())}
        if set(row) - {"side", "to_side", "party"}:
            found.append(row)
    return found


def _at_row(place: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The form's field for a place in the plan: `teams`, 0, `leader` is `team1_leader`."""
    if len(place) >= 3 and place[0] in {"teams", "crossings"} and isinstance(place[1], int):
        return (f"{str(place[0])[:-1]}{place[1] + 1}_{place[2]}",)
    return place


def _problem(kind: str, place: tuple[int | str, ...]) -> BorderopsError:
    field = str(place[0]) if place else None
    text = N_("This is needed.") if kind in _EMPTY else N_("This cannot be taken as it is.")
    return UnreadableEntry(text, field=field)
