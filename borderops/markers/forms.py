"""Forms about features: what was typed is read by the same schemas as the API, problems told at the field."""

from collections.abc import Mapping, Sequence
from typing import TypeVar, get_args

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from borderops.core.coordinates import PAIR_FIELD
from borderops.core.errors import BorderopsError, InvalidInput, Problems
from borderops.core.messages import N_, Message
from borderops.markers.rules import GateAspect

#: What a field that was left empty asks for, so that the list of problems can be read by itself.
_LABELS = {
    "system": N_("Coordinate system"),
    "figures": N_("Both figures"),
    "method": N_("How the position was had"),
    "accuracy_m": N_("Accuracy in metres"),
    "side": N_("Whose duty it is"),
    "valid_from": N_("From"),
    "legal_basis": N_("Legal basis"),
    "stated_by": N_("Stated by"),
    "aspect": N_("What it is about"),
    "value": N_("What was decided"),
    "from_on": N_("In force from"),
    "decision_ref": N_("Decision: number, date, who issued it"),
    "event": N_("What happened"),
    "occurred_on": N_("When"),
    "precision": N_("How finely the date is known"),
}

_EMPTY = frozenset({"missing", "string_too_short"})

#: Pydantic's other kinds of error in the words of a form.
_TEXTS = {
    "date_parsing": N_("Give a date such as 2024-06-30."),
    "date_from_datetime_parsing": N_("Give a date such as 2024-06-30."),
    "date_from_datetime_inexact": N_("Give a date such as 2024-06-30."),
    "float_parsing": N_("Give a number."),
    "enum": N_("Choose one of these."),
    "string_too_long": N_("This is too long."),
    "uuid_parsing": N_("The form is damaged; open it anew."),
}

M = TypeVar("M", bound=BaseModel)


class UnreadableEntry(InvalidInput):
    """An entry of the form that cannot be taken."""

    code = "unreadable-entry"


def typed_values(form: FormData) -> dict[str, str]:
    """Everything typed or chosen, by field; to be shown again where something is wrong."""
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


def decided_values(typed: Mapping[str, str]) -> dict[str, str]:
    """The entries of a gate's decision, where a class and a status have a field each, with the one meant."""
    meant = "status_value" if typed.get("aspect") == GateAspect.STATUS else "class_value"
    return {**typed, "value": typed.get(meant, "")}


def at_fields(problems: Sequence[BorderopsError]) -> Sequence[BorderopsError]:
    """The problems at the fields of the forms, where both figures are typed in one."""
    for problem in problems:
        if problem.field in {"x", "y", PAIR_FIELD}:
            problem.field = "figures"
    return problems


def read_form(model: type[M], values: Mapping[str, str | int | Sequence[str]]) -> M:
    """The entries as `model` has them; empty ones are left out. Raises Problems, each at its field.

    A decimal may have a point or, as in Vietnamese, a comma.
    """
    names = model.model_fields
    decimals = {
        name for name, told in names.items() if float in (told.annotation, *get_args(told.annotation))
    }
    read = {
        name: _tidy(value, decimal=name in decimals) if isinstance(value, str) else value
        for name, value in values.items()
        if name in names
    }
    typed = {name: value for name, value in read.items() if value != ""}
    try:
        return model.model_validate(typed)
    except ValidationError as error:
        raise Problems([_problem(one["type"], one["loc"]) for one in error.errors()]) from None


def _tidy(typed: str, *, decimal: bool) -> str:
    text = typed.replace("\0", "").strip()
    return text.replace(",", ".") if decimal else text


def _problem(kind: str, place: tuple[int | str, ...]) -> BorderopsError:
    field = str(place[0]) if place else None
    if kind in _EMPTY:
        if field in _LABELS:
            return UnreadableEntry(
                N_("This is needed: %(entry)s."), field=field, entry=Message(_LABELS[field])
            )
        return UnreadableEntry(N_("This is needed."), field=field)
    return UnreadableEntry(_TEXTS.get(kind, N_("This cannot be taken as it is.")), field=field)
