"""Texts as they come over the wire: what can be kept, and days and moments as ISO 8601 writes them.

Pydantic alone would read `2024` as so many seconds after 1970: a day asked about would silently be another.
"""

import re
from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator
from pydantic_core import PydanticCustomError

#: All texts but those with the sign U+0000, which PostgreSQL cannot keep; for pydantic and JSON Schema alike.
KEEPABLE = r"^[^\x00]*$"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}.*", re.ASCII)


def _written_as_day(value: object) -> object:
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise PydanticCustomError("date_parsing", "Give a date such as 2024-06-30.")


def _written_as_moment(value: object) -> object:
    if isinstance(value, date) or (isinstance(value, str) and _MOMENT.fullmatch(value)):
        return value
    raise PydanticCustomError("datetime_parsing", "Give a time such as 2024-05-15T09:30:00+07:00.")


#: A calendar day, `2024-06-30`.
Day = Annotated[date, BeforeValidator(_written_as_day)]

#: A moment with its zone, `2024-05-15T09:30:00+07:00`.
MomentWithZone = Annotated[AwareDatetime, BeforeValidator(_written_as_moment)]
