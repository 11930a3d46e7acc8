"""A recorded track, cleaned of jumps and laid on the border line so that it keeps the line's own order.

A point beside a bend or loop is near the line at several chainages. Taking the nearest each time would
leap from one arm of the loop to the other and swap the markers there. Instead the most likely way along
the line is sought for the whole track (a hidden-Markov model solved by Viterbi's algorithm): a place costs
the more the farther it is from the point, and a move the more it differs from the way that was walked.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from borderops.boundary.line import Line
from borderops.core.geodesy import distance_m
from borderops.patrols.intervals import Intervals

MOST_SPEED_M_S = 5.0
"""Faster than this nobody goes on foot, nor by motorcycle on these tracks for long: a receiver's jump."""

WORST_ACCURACY_M = 100.0
"""A fix that says itself it is worse than this is left out."""

NOISE_M = 40.0
"""By so much two good fixes may differ under trees without anybody having moved."""

LONGEST_STEP_M = 2_000.0
"""Where a track has no times: two points farther apart than this do not follow each other."""

FEWEST_POINTS = 3
"""A stretch between two jumps with fewer points than this is itself the jump."""

NEAR_M = 600.0
"""Farther from the drawn line than this one was not on it: its 95th percentile is 328 m off, and paths
keep off the line."""

SPACING_M = 20.0
"""Points nearer than this to the last one kept say nothing new."""

_OFFSET_M = 150.0
"""What an offset costs is measured by this, the line's own error and the receiver's taken together."""

_SHORTER_M, _LONGER_M = 60.0, 400.0
"""A move costs one unit for so many metres that it is longer or shorter on the line than on the ground: a
path beside the line winds, so a shorter move is nothing odd; a longer one is."""

_FARTHEST_RATIO, _FARTHEST_SLACK_M = 4.0, 500.0
"""The line may be this many times longer than the path that cuts its bends; past that the way is broken."""


@dataclass(frozen=True)
class Fix:
    """One recorded point: degrees on WGS 84, the moment (aware) and accuracy (m, radius) where stated."""

    lon: float
    lat: float
    at: datetime | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True)
class CleanTrack:
    """What is left of a track: stretches of fixes without a jump, and how many were left out for what."""

    parts: tuple[tuple[Fix, ...], ...]
    coarse: int = 0
    jumps: int = 0
    repeated: int = 0

    @property
    def left_out(self) -> int:
        """All fixes that were left out."""
        return self.coarse + self.jumps + self.repeated

    @property
    def fixes(self) -> list[Fix]:
        """All fixes that were kept."""
        return [fix for part in self.parts for fix in part]

    @property
    def walked_m(self) -> float:
        """The way that was walked, in metres along the ground's map."""
        return sum(_apart_m(one, other) for part in self.parts for one, other in pairwise(part))


@dataclass(frozen=True)
class OnLine:
    """A fix with its place on the line: `chainage_m` and `offset_m` in metres."""

    fix: Fix
    chainage_m: float
    offset_m: float


@dataclass(frozen=True)
class Passage:
    """That the track passed a feature at `chainage_m`: when, and how far from its place on the line."""

    key: str
    chainage_m: float
    at: datetime | None
    distance_m: float


@dataclass(frozen=True)
class Matched:
    """A track on the line: runs of places, each unbroken, and the stretches that they cover."""

    runs: tuple[tuple[OnLine, ...], ...]

    @property
    def intervals(self) -> Intervals:
        """What was walked, each metre once however often one went to and fro."""
        return Intervals.of(
            (
                min(place.chainage_m for place in run),
                max(place.chainage_m for place in run),
            )
            for run in self.runs
        )

    def passages(self, features: Sequence[tuple[str, float]], *, within_m: float = 150.0) -> list[Passage]:
        """The features (key, chainage in metres) that the track passed, each once, at its nearest.

        Those beyond the ends of a run by no more than `within_m` count as passed.
        """
        found = []
        for key, chainage_m in features:
            near = min(
                (place for run in self.runs if _reaches(run, chainage_m, within_m) for place in run),
                key=lambda place: (abs(place.chainage_m - chainage_m), place.offset_m),
                default=None,
            )
            if near is not None:
                apart_m = math.hypot(near.chainage_m - chainage_m, near.offset_m)
                found.append(Passage(key, chainage_m, near.fix.at, apart_m))
        return found


def clean(segments: Sequence[Sequence[Fix]]) -> CleanTrack:
    """Leave out coarse fixes, repetitions and jumps, and part the track where one cannot have walked on."""
    coarse = jumps = repeated = 0
    runs: list[list[Fix]] = []
    for segment in segments:
        first = True
        for fix in segment:
            if fix.accuracy_m is not None and fix.accuracy_m > WORST_ACCURACY_M:
                coarse += 1
            elif first or not runs:
                runs.append([fix])
                first = False
            elif (fix.lon, fix.lat, fix.at) == (runs[-1][-1].lon, runs[-1][-1].lat, runs[-1][-1].at):
                repeated += 1
            elif follows(runs[-1][-1], fix):
                runs[-1].append(fix)
            else:
                runs.append([fix])
    whole: list[list[Fix]] = []
    for run in runs:
        if len(run) < FEWEST_POINTS and len(runs) > 1:
            jumps += len(run)
        elif whole and follows(whole[-1][-1], run[0]):
            whole[-1].extend(run)
        else:
            whole.append(run)
    return CleanTrack(tuple(tuple(run) for run in whole), coarse=coarse, jumps=jumps, repeated=repeated)


def follows(one: Fix, other: Fix) -> bool:
    """Whether one can have walked from one fix to the other in the time between them."""
    apart_m = _apart_m(one, other)
    noise_m = NOISE_M + (one.accuracy_m or 0) + (other.accuracy_m or 0)
    if one.at is None or other.at is None:
        return apart_m <= LONGEST_STEP_M
    seconds = (other.at - one.at).total_seconds()
    return seconds >= 0 and apart_m <= MOST_SPEED_M_S * seconds + noise_m


def match(track: CleanTrack, line: Line, *, near_m: float = NEAR_M) -> Matched:
    """Lay a cleaned track on the line. Parts of it farther than `near_m` from the line are not on it."""
    runs: list[tuple[OnLine, ...]] = []
    for part in track.parts:
        runs += _match_part(_thinned(part), line, near_m)
    return Matched(tuple(runs))


@dataclass(frozen=True)
class _Candidate:
    place: OnLine
    cost: float
    before: int | None


def _match_part(part: Sequence[Fix], line: Line, near_m: float) -> list[tuple[OnLine, ...]]:
    """Viterbi over the places that each fix may have on the line; a fix with none ends the run."""
    runs: list[tuple[OnLine, ...]] = []
    columns: list[list[_Candidate]] = []
    last: Fix | None = None
    for fix in part:
        feet = line.feet(fix.lon, fix.lat, within_m=near_m)
        places = [OnLine(fix, foot.chainage_m, foot.offset_m) for foot in feet]
        walked_m = 0.0 if last is None else _apart_m(last, fix)
        last = fix
        column = [_reached(place, columns[-1], walked_m) for place in places] if columns else []
        held = [candidate for candidate in column if candidate is not None]
        if columns and not held:
            runs.append(_traced(columns))
            columns = []
        if not columns:
            held = [_Candidate(place, _offset_cost(place), None) for place in places]
        if held:
            columns.append(held)
    if columns:
        runs.append(_traced(columns))
    return runs


def _reached(place: OnLine, column: Sequence[_Candidate], walked_m: float) -> _Candidate | None:
    """The cheapest way to a place from those before it, or None where it lies beyond what one can walk."""
    best: tuple[float, int] | None = None
    for number, candidate in enumerate(column):
        move_m = abs(place.chainage_m - candidate.place.chainage_m)
        if move_m > _FARTHEST_RATIO * walked_m + _FARTHEST_SLACK_M:
            continue
        longer_m = move_m - walked_m
        cost = candidate.cost + (longer_m / _SHORTER_M if longer_m > 0 else -longer_m / _LONGER_M)
        if best is None or cost < best[0]:
            best = cost, number
    if best is None:
        return None
    return _Candidate(place, best[0] + _offset_cost(place), best[1])


def _offset_cost(place: OnLine) -> float:
    return (place.offset_m / _OFFSET_M) ** 2 / 2


def _traced(columns: Sequence[Sequence[_Candidate]]) -> tuple[OnLine, ...]:
    """The cheapest way through the columns, from its end back to its beginning."""
    at: int | None = min(range(len(columns[-1])), key=lambda number: columns[-1][number].cost)
    found = []
    for column in reversed(columns):
        assert at is not None
        found.append(column[at].place)
        at = column[at].before
    return tuple(reversed(found))


def _thinned(part: Sequence[Fix]) -> list[Fix]:
    """The fixes at least `SPACING_M` apart, and the last one: a rest of an hour is one place."""
    kept: list[Fix] = []
    for fix in part:
        if not kept or _apart_m(kept[-1], fix) >= SPACING_M:
            kept.append(fix)
    if kept and kept[-1] is not part[-1]:
        kept.append(part[-1])
    return kept


def _reaches(run: Sequence[OnLine], chainage_m: float, within_m: float) -> bool:
    least = min(place.chainage_m for place in run)
    greatest = max(place.chainage_m for place in run)
    return least - within_m <= chainage_m <= greatest + within_m


def _apart_m(one: Fix, other: Fix) -> float:
    return distance_m(one.lon, one.lat, other.lon, other.lat)
