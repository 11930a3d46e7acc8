"""Fair timing on a busy machine: contenders take turns, and the median of each counts."""

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Literal

Goal = Literal["at least", "at most"]


class DifferentAnswers(Exception):
    """The program and its reference do not say the same, so their times must not be compared."""


@dataclass(frozen=True)
class Figure:
    """One measured ratio and what it is held against; `limit` of None means that it is only told.

    `ours` and `reference` are in `unit`; `ratio` is of rates where a goal says "at least", of times where
    it says "at most".
    """

    name: str
    ours: float
    reference: float
    unit: str
    ratio: float
    goal: Goal
    limit: float | None

    @property
    def kept(self) -> bool:
        """Whether the goal is reached, or none is set."""
        if self.limit is None:
            return True
        return self.ratio >= self.limit if self.goal == "at least" else self.ratio <= self.limit


def slower_by(name: str, *, ours_s: float, reference_s: float, limit: float | None) -> Figure:
    """A figure of two times, in seconds, that says how many times as long ours may take."""
    return Figure(name, ours_s * 1e3, reference_s * 1e3, "ms", ours_s / reference_s, "at most", limit)


def rate_of(name: str, *, ours_s: float, reference_s: float, limit: float | None) -> Figure:
    """A figure of two times, in seconds, that says what share of the reference's rate ours must have."""
    return Figure(name, 1 / ours_s, 1 / reference_s, "1/s", reference_s / ours_s, "at least", limit)


def take_turns(
    contenders: Mapping[str, Callable[[], object]],
    *,
    rounds: int,
    warm_up: int = 8,
    progress: Callable[[], None] = lambda: None,
) -> dict[str, float]:
    """The median seconds of each contender's turn; they alternate, and who begins changes with each round."""
    for contender in contenders.values():
        for _ in range(warm_up):
            contender()
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    gc.collect()
    gc.disable()
    try:
        for turn in range(rounds):
            first = turn % len(names)
            for name in (*names[first:], *names[:first]):
                contender = contenders[name]
                begun = time.perf_counter()
                contender()
                taken[name].append(time.perf_counter() - begun)
            progress()
    finally:
        gc.enable()
    return {name: median(times) for name, times in taken.items()}
