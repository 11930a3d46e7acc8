"""Closed stretches as the planner takes them: the places within them, and the ways that lead over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from borderops.core.errors import InvalidInput
from borderops.patrols.ground import OnLineFeature, resolve_section
from borderops.patrols.limits.rules import WalkingLimit, spells
from borderops.patrols.planning.problem import Closure
from borderops.patrols.schemas import Section
from borderops.patrols.walking.times import Spot


@dataclass(frozen=True)
class Stretch:
    """A stretch of chainage in metres; a single marker has both ends in one place."""

    from_m: float
    to_m: float

    def touches(self, along: Sequence[float]) -> bool:
        """Whether it lies between the first and the last of these places, or reaches in."""
        return bool(along) and self.from_m <= max(along) and self.to_m >= min(along)


def stretch_of(section: Section, placed: Sequence[OnLineFeature], *, field: str = "closed") -> Stretch:
    """Where a section lies. Raises InvalidInput where no marker of it has a known place."""
    found = resolve_section(section, placed, field=field)
    return Stretch(found.from_m or 0.0, found.to_m or 0.0)


def standing_stretches(limit: WalkingLimit, placed: Sequence[OnLineFeature]) -> dict[str, Stretch]:
    """The closed stretches of a limit by their names; one whose markers have no place bars no way."""
    found = {}
    for section in limit.closed:
        try:
            found[str(section)] = stretch_of(section, placed)
        except InvalidInput:
            continue
    return found


def closure_of(spots: Mapping[str, Spot], stretch: Stretch, first: date, last: date) -> Closure:
    """The legs that lead over a closed stretch, and the places within it, from day to day."""
    along = {key: spot.chainage_m for key, spot in spots.items() if spot.chainage_m is not None}
    from_m, to_m = stretch.from_m, stretch.to_m
    return Closure(
        first,
        last,
        # Where a team sets out or camps stays open: it may have come another way.
        frozenset(
            key
            for key, at_m in along.items()
            if (from_m < at_m < to_m or from_m == at_m == to_m) and ":" not in key
        ),
        frozenset(
            (one, other)
            for one, at_m in along.items()
            for other, further_m in along.items()
            if min(at_m, further_m) < to_m and max(at_m, further_m) > from_m
        ),
    )


def standing_closures(
    spots: Mapping[str, Spot],
    limits: Sequence[WalkingLimit],
    placed: Sequence[OnLineFeature],
    *,
    days: Sequence[date],
) -> list[Closure]:
    """What seasons and standing records close on these days."""
    return [
        closure_of(spots, stretch, first, last)
        for limit in limits
        for stretch in standing_stretches(limit, placed).values()
        for first, last in spells(limit, days)
    ]
