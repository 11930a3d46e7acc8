"""Forms about features: what was typed is read by the same schemas as the API, problems told at the field."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from borderops.core.coordinates import PAIR_FIELD
from borderops.core.errors import BorderopsError, InvalidInput, Problems
from borderops.core.messages import N_

#: Pydantic's kinds of error in the words of a form.
_TEXTS = {
    "missing": N_("This is needed."),
    "string_too_short": N_("This is needed."),
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


def at_fields(problems: Sequence[BorderopsError]) -> Sequence[BorderopsError]:
    """The problems at the fields of the forms, where both figures are typed in one."""
    for problem in problems:
        if problem.field in {"x", "y", PAIR_FIELD}:
            problem.field = "figures"
    return problems


def read_form(model: type[M], values: Mapping[str, str]) -> M:
    """The entries as `model` has them; empty ones are left out. Raises Problems, each at its field."""
    names = model.model_fields
    typed = {
        name: text
        for name, value in values.items()
        if name in names and (text := value.replace("\0", "").strip())
    }
    try:
        return model.model_validate(typed)
    except ValidationError as error:
        raise Problems([_problem(one["type"], one["loc"]) for one in error.errors()]) from None


def _problem(kind: str, place: tuple[int | str, ...]) -> BorderopsError:
    return UnreadableEntry(
        _TEXTS.get(kind, N_("This cannot be taken as it is.")), field=str(place[0]) if place else None
    )
