"""Column pieces that every history table shares: known since when, recorded when and by whom, with what mark.

Two clocks run in the register. *Valid* time is when something was true on the ground; *known* time is
since when the service knew it. `recorded_at` is the server's clock at the moment of writing and is never
given by anyone; `known_since` equals it, except for the founding load, where it is the date of the
document that made the fact known.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, String, func, text
from sqlalchemy.dialects.postgresql import DATERANGE, TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from borderops.core.database import Moment


class Mark(StrEnum):
    """How well a fact is grounded: a source states it, we infer it from such facts, or it is not known."""

    SOURCED = "sourced"
    INFERRED = "inferred"
    UNKNOWN = "unknown"


class Precision(StrEnum):
    """How finely a date is known. The stored date is the first day of the period."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """A check that a text column holds a value of the enumeration (or nothing, where it may be empty)."""
    listed = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Recorded:
    """Who wrote the row and when, by the server's clock."""

    recorded_at: Mapped[datetime] = mapped_column(Moment, server_default=func.clock_timestamp())
    recorded_by: Mapped[str] = mapped_column(String, server_default=text("current_user"))


class Known(Recorded):
    """A fact that is never changed: known since a moment, for good. None: it was always known."""

    known_since: Mapped[datetime | None] = mapped_column(Moment)


class Bitemporal(Recorded):
    """A fact with a period in which it holds and a period in which it was what we knew.

    `valid` is half-open in days, `known` half-open in moments. The one change a row may ever see is that
    its `known` period is closed, when a newer row takes its place.
    """

    valid: Mapped[Range[date]] = mapped_column(DATERANGE)
    known: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)


def grounded(**options: Any) -> Mapped[str]:
    """A `mark` column (see `Mark`)."""
    return mapped_column(String, **options)
