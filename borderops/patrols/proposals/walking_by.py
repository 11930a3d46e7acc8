"""Walking times for a plan by the best there is, and what they rest on, in words."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

from borderops.core.messages import N_, Message
from borderops.patrols.ground import OnLineFeature
from borderops.patrols.planning.problem import Travel
from borderops.patrols.proposals.wishes import Wish
from borderops.patrols.schemas import WalkingBasis
from borderops.patrols.walking.along import AlongLine
from borderops.patrols.walking.brought import Brought, read_brought
from borderops.patrols.walking.times import Basis, Spot, WalkingTimes, walking_times

ALONG = N_(
    "along the drawn line, taken %(factor)s times as long, at %(speed)s km an hour; no paths and no heights "
    "were brought. Places are good to ±%(accuracy)s km."
)
MIXED = N_(
    "%(paths)s legs over known paths, %(ground)s over the ground by its heights (Tobler), %(line)s along "
    "the drawn line, taken %(factor)s times as long, at %(speed)s km an hour. "
    "Places are good to ±%(accuracy)s km."
)


def walk(spots: Mapping[str, Spot], wish: Wish, folder: Path | None) -> WalkingTimes:
    """Walking times by the best there is: paths, heights, else along the line at the stated speed."""
    places = [(spot.longitude, spot.latitude) for spot in spots.values()]
    brought = read_brought(folder, places) if folder is not None else Brought()
    along = AlongLine(factor=wish.factor, km_h=wish.metres_an_hour / 1000, basis="stated by the planner")
    return walking_times(
        list(spots.values()),
        paths=brought.paths,
        ground=brought.ground,
        along=along,
        barriers=brought.barriers,
    )


def at_pace(travel: Travel, paces: Mapping[date, float]) -> Travel:
    """The walking times with a table of its own for each day on which walking takes longer, or shorter."""
    slowed = {day: travel.table(day) * pace for day, pace in paces.items() if pace != 1.0}
    return Travel(travel.places, travel.minutes, MappingProxyType({**travel.on, **slowed}))


def walking_by(times: WalkingTimes, wish: Wish, features: Mapping[str, OnLineFeature]) -> WalkingBasis:
    """What the walking times rest on."""
    widest = max((one.feature.accuracy_m or 0 for one in features.values()), default=0)
    return WalkingBasis(
        paths=times.shares.get(Basis.PATHS, 0),
        ground=times.shares.get(Basis.GROUND, 0),
        line=times.shares.get(Basis.LINE, 0),
        km_an_hour=round(wish.metres_an_hour / 1000, 1),
        factor=round(wish.factor, 2),
        accuracy_km=round(widest / 1000, 1),
    )


def walking_said(basis: WalkingBasis) -> Message:
    """What the walking times rest on, in words."""
    values = {"speed": basis.km_an_hour, "factor": basis.factor, "accuracy": basis.accuracy_km}
    if not basis.paths + basis.ground:
        return Message(ALONG, values)
    return Message(MIXED, {**values, "paths": basis.paths, "ground": basis.ground, "line": basis.line})
