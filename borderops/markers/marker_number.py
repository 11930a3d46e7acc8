"""The number of a marker, a stake or a position: its parts, its order along the line, how it is printed.

How such numbers are built is read from the numbers in public sources (data/geo): `422` is a marker alone at
its position, `405(1)` one of several markers at a position, `425/1` what was added later between 425 and 426,
mostly a stake but elsewhere a marker (511/1 in Hà Tĩnh). So the number does not say the kind, nor whose duty.
"""

from dataclasses import dataclass
from functools import total_ordering

from borderops.core.errors import InvalidInput
from borderops.core.messages import N_

LAST_POSITION = 999  # the line has 905 positions, numbered with at most three digits
LAST_STAKE = 99
LAST_MARKER = 3  # single, double or triple

POSITION_RANGE = N_('"%(piece)s" cannot be a position: positions are numbered 1 to %(last)s.')
STAKE_RANGE = N_(
    '"%(piece)s" cannot stand after the slash: stakes after a position are numbered 1 to %(last)s.'
)
MARKER_RANGE = N_(
    '"%(piece)s" cannot stand in brackets: a position holds one to three markers, '
    "numbered 1 to %(last)s, as in 397(2)."
)


class NotANumber(InvalidInput):
    """A text that is not a marker number: the piece of it that is wrong, why, and what would be right."""

    code = "not-a-marker-number"


@total_ordering
@dataclass(frozen=True)
class MarkerNumber:
    """A number such as 390, 397(2), 425/1 or 425/1(2). Numbers sort in the order of the line.

    `position` counts along the line, `stake` what was set after that position and before the next, `marker`
    the physical markers of one position. Raises NotANumber for parts outside 1–999, 1–99 and 1–3.
    """

    position: int
    stake: int | None = None
    marker: int | None = None

    def __post_init__(self) -> None:
        for part, last, why in (
            (self.position, LAST_POSITION, POSITION_RANGE),
            (self.stake, LAST_STAKE, STAKE_RANGE),
            (self.marker, LAST_MARKER, MARKER_RANGE),
        ):
            if part is not None and not 1 <= part <= last:
                raise NotANumber(why, piece=part, last=last)

    def __str__(self) -> str:
        stake = "" if self.stake is None else f"/{self.stake}"
        marker = "" if self.marker is None else f"({self.marker})"
        return f"{self.position}{stake}{marker}"

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, MarkerNumber):
            return NotImplemented
        return self.line_order < other.line_order

    @property
    def line_order(self) -> int:
        """One whole number that sorts as the line runs, and differs for any two numbers; fits 32 bits."""
        return self.position * 1_000_000 + (self.stake or 0) * 1_000 + (self.marker or 0)

    @property
    def position_number(self) -> "MarkerNumber":
        """The number of the place it stands at: 397 for 397(2), 425/1 for 425/1(2), itself for 390."""
        return MarkerNumber(self.position, self.stake)
