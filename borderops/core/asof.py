"""The two dates of every question: what was true on a day, as known at a moment."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class AsOf:
    """`as_of` is a day on the ground (Indochina time); `known_at` the moment of our knowledge.

    `known_at` of None means "all we know now".
    """

    as_of: date
    known_at: datetime | None = None
