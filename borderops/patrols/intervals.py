"""Sets of chainage: stretches of the line in metres from its north end, added and taken away like sets."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Self

from borderops.core.errors import InvalidInput
from borderops.core.messages import N_


class Stretch(NamedTuple):
    """A stretch of the line, in metres of chainage, `from_m` less than `to_m`; half-open."""

    from_m: float
    to_m: float

    @property
    def length_m(self) -> float:
        """How long it is, in metres along the line."""
        return self.to_m - self.from_m


@dataclass(frozen=True)
class Intervals:
    """Stretches in order from north to south, none touching another: the one way to write a set of metres.

    >>> Intervals.of([(0, 10), (10, 20), (30, 40)]) - Intervals.of([(5, 35)])
    Intervals(stretches=(Stretch(from_m=0, to_m=5), Stretch(from_m=35, to_m=40)))
    """

    stretches: tuple[Stretch, ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[tuple[float, float]]) -> Self:
        """The set of all metres in any of the pairs; a pair of equal ends has none.

        Raises InvalidInput for a pair that runs backwards.
        """
        merged: list[Stretch] = []
        for from_m, to_m in sorted(pairs):
            if to_m < from_m:
                raise InvalidInput(N_("A part of the line must end south of where it begins."))
            if to_m == from_m:
                continue
            if merged and from_m <= merged[-1].to_m:
                merged[-1] = Stretch(merged[-1].from_m, max(merged[-1].to_m, to_m))
            else:
                merged.append(Stretch(from_m, to_m))
        return cls(tuple(merged))

    def __or__(self, other: "Intervals") -> "Intervals":
        """Metres in either."""
        return Intervals.of((*self.stretches, *other.stretches))

    def __and__(self, other: "Intervals") -> "Intervals":
        """Metres in both."""
        found: list[tuple[float, float]] = []
        mine, theirs = list(self.stretches), list(other.stretches)
        i = j = 0
        while i < len(mine) and j < len(theirs):
            from_m, to_m = max(mine[i].from_m, theirs[j].from_m), min(mine[i].to_m, theirs[j].to_m)
            if from_m < to_m:
                found.append((from_m, to_m))
            if mine[i].to_m < theirs[j].to_m:
                i += 1
            else:
                j += 1
        return Intervals.of(found)

    def __sub__(self, other: "Intervals") -> "Intervals":
        """Metres in this one and not in the other."""
        found: list[tuple[float, float]] = []
        for from_m, to_m in self.stretches:
            at = from_m
            for taken in other.stretches:
                if taken.to_m <= at or taken.from_m >= to_m:
                    continue
                if taken.from_m > at:
                    found.append((at, taken.from_m))
                at = max(at, taken.to_m)
            if at < to_m:
                found.append((at, to_m))
        return Intervals.of(found)

    def __iter__(self) -> Iterator[Stretch]:
        return iter(self.stretches)

    def __bool__(self) -> bool:
        return bool(self.stretches)

    def __contains__(self, chainage_m: float) -> bool:
        return any(from_m <= chainage_m < to_m for from_m, to_m in self.stretches)

    @property
    def length_m(self) -> float:
        """All metres together, each counted once."""
        return sum(stretch.length_m for stretch in self.stretches)

    def at_least(self, least_m: float) -> "Intervals":
        """Without the stretches shorter than `least_m` metres."""
        return Intervals(tuple(stretch for stretch in self.stretches if stretch.length_m >= least_m))


def union(sets: Iterable[Intervals]) -> Intervals:
    """Metres in any of the sets."""
    return Intervals.of(stretch for one in sets for stretch in one)
