"""Line-shaped problems like ours: features along a border line, posts, slopes, camps, closures, windows."""

from datetime import date, timedelta

import numpy as np

from borderops.patrols.planning.problem import (
    Camp,
    Closure,
    Problem,
    Site,
    Team,
    TeamDay,
    Travel,
    Window,
)

_FIRST_DAY = date(2026, 1, 5)

#: Minutes for a kilometre along the line on level ground (2.4 km/h), and more for each way up.
_LEVEL = 25.0
_CLIMB = 15.0

#: The longest line: the official length of the Nghệ An section is 468.281 km.
LONGEST_KM = 470.0


def line_problem(
    seed: int, *, features: int, posts: int, days: int, length_km: float = LONGEST_KM
) -> Problem:
    """A problem of so many features, teams of `posts` and days; equal arguments make equal problems."""
    random = np.random.default_rng(seed)
    feature_km = np.sort(random.uniform(0.0, length_km, features)).round(2)
    post_km = ((np.arange(posts) + 0.5) * length_km / posts + random.uniform(-2, 2, posts)).round(2)
    camp_km = (post_km + random.uniform(-15, 15, posts)).clip(0, length_km).round(2)
    keys = (
        *(f"feature {number}" for number in range(features)),
        *(f"post {number}" for number in range(posts)),
        *(f"camp {number}" for number in range(posts)),
    )
    minutes = _walking(np.concatenate([feature_km, post_km, camp_km]), length_km, random)
    dates = tuple(_FIRST_DAY + timedelta(days=number) for number in range(days))
    return Problem(
        sites=tuple(_site(random, key, dates) for key in keys[:features]),
        teams=tuple(
            Team(
                f"team {number}",
                f"post {number}",
                tuple(TeamDay(day) for day in dates),
                camps=(Camp(f"camp {number}"),),
            )
            for number in range(posts)
        ),
        travel=Travel(keys, minutes),
        closures=_closures(random, keys, np.concatenate([feature_km, post_km, camp_km]), dates, length_km),
    )


def _walking(km: np.ndarray, length_km: float, random: np.random.Generator) -> np.ndarray:
    """Minutes along the line over hills of chance: up is slower than down."""
    grid = np.linspace(0.0, length_km, 512)
    hills = np.cumsum(random.normal(0.0, 1.0, grid.size))
    rise = np.diff(hills)
    step = grid[1] - grid[0]
    forward = np.concatenate([[0.0], np.cumsum(step * (_LEVEL + _CLIMB * np.maximum(rise, 0.0)))])
    back = np.concatenate([[0.0], np.cumsum(step * (_LEVEL + _CLIMB * np.maximum(-rise, 0.0)))])
    ahead = np.interp(km, grid, forward)
    behind = np.interp(km, grid, back)
    onward = ahead[None, :] - ahead[:, None]
    backward = behind[:, None] - behind[None, :]
    minutes: np.ndarray = np.where(km[None, :] >= km[:, None], onward, backward).round(1)
    return minutes


def _site(random: np.random.Generator, key: str, dates: tuple[date, ...]) -> Site:
    windows: tuple[Window, ...] = ()
    chance = random.uniform()
    if chance < 0.1:
        windows = (Window(7 * 60.0, 11 * 60.0), Window(13 * 60.0, 17 * 60.0))
    elif chance < 0.2:
        windows = (Window(6 * 60.0, 17 * 60.0, dates[int(random.integers(len(dates)))]),)
    return Site(key, int(random.integers(1, 20)), float(random.choice([20.0, 30.0, 60.0])), windows)


def _closures(
    random: np.random.Generator,
    keys: tuple[str, ...],
    km: np.ndarray,
    dates: tuple[date, ...],
    length_km: float,
) -> tuple[Closure, ...]:
    """A stretch that nobody passes on one day."""
    at = random.uniform(0.2, 0.8) * length_km
    day = dates[int(random.integers(len(dates)))]
    inside = frozenset(
        key for key, place in zip(keys, km, strict=True) if at <= place <= at + 3 and key[0] == "f"
    )
    legs = frozenset(
        (one, other)
        for one, here in zip(keys, km, strict=True)
        for other, there in zip(keys, km, strict=True)
        if min(here, there) < at <= max(here, there)
    )
    return (Closure(day, day, inside, legs),)
