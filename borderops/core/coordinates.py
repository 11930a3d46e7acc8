"""Positions in WGS 84: the pinned way there from the systems people use, back again, and what looks wrong.

The transformation is never PROJ's choice: it is the pipeline that `systems` writes out, and each result
carries it, so that a position can be recomputed or disputed years later. This module is the door to
`systems` (the table), `figures` and `pairs` (reading what people write).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import pyproj
from pyproj import Transformer
from pyproj.enums import TransformDirection

from borderops.core.errors import InvalidInput
from borderops.core.figures import PAIR_FIELD, UnreadableFigures
from borderops.core.messages import N_, Message
from borderops.core.pairs import Figures, figures, parse_pair
from borderops.core.systems import (
    REFUSED,
    SYSTEMS,
    RefusedSystem,
    System,
    SystemKind,
    UnknownSystem,
    get_system,
)

__all__ = [
    "AREA",
    "FAR_FROM_LINE_M",
    "PAIR_FIELD",
    "REFUSED",
    "SYSTEMS",
    "BadAccuracy",
    "FarFromLine",
    "Figures",
    "OutsideArea",
    "RefusedSystem",
    "SwappedAxes",
    "System",
    "SystemKind",
    "UnknownSystem",
    "UnreadableFigures",
    "Wgs84",
    "check_accuracy",
    "combined_accuracy",
    "figures",
    "format_dms",
    "from_wgs84",
    "get_system",
    "moved",
    "parse_pair",
    "plausibility",
    "to_wgs84",
]

AREA = (100.0, 8.0, 110.0, 24.0)
"""West, south, east, north in degrees of WGS 84: Laos, Vietnam and room around them. Positions lie in it.

Its longitudes and latitudes have no value in common, so a swapped pair can never pass for a right one.
"""

FAR_FROM_LINE_M = 2_000.0
"""How far from the drawn line a point may lie before it is called implausible; the line is good to 350 m."""

SOFTWARE = f"PROJ {pyproj.proj_version_str}"


class OutsideArea(InvalidInput):
    """The position lies nowhere near Vietnam or Laos."""

    code = "outside-area"


class BadAccuracy(InvalidInput):
    """An accuracy is not a number of metres from 0 up. PROJ's -1 ("ballpark") is one such."""

    code = "bad-accuracy"


class SwappedAxes(Message):
    """Warning: the figures were given the wrong way round."""

    code: ClassVar[str] = "swapped-axes"


class FarFromLine(Message):
    """Warning: the point is implausibly far from the line."""

    code: ClassVar[str] = "far-from-line"


@dataclass(frozen=True)
class Wgs84:
    """A point in WGS 84 (EPSG:4326) in degrees, and how it was come by.

    `operation` names the EPSG datum operations applied (`none` for figures already on WGS 84), good to
    `operation_accuracy_m`; `pipeline` is the exact PROJ text and `software` the PROJ release that ran it.
    `swapped` says that the figures only make sense the other way round and were read so; what was given
    stays as it is in `Figures`, and `plausibility` warns.
    """

    lon: float
    lat: float
    operation: str
    operation_accuracy_m: float
    pipeline: str
    software: str
    swapped: bool = False


def to_wgs84(given: Figures) -> Wgs84:
    """The point in WGS 84 that the figures mean.

    Raises `OutsideArea` if it does not lie in `AREA`, neither as given nor with its figures swapped;
    `UnknownSystem` or `RefusedSystem` as `systems.get_system` does.
    """
    system = get_system(given.system)
    for x, y, swapped in ((given.x, given.y, False), (given.y, given.x, True)):
        point = _forward(system, x, y)
        if point is not None:
            return Wgs84(
                lon=point[0],
                lat=point[1],
                operation=system.datum.operation,
                operation_accuracy_m=check_accuracy(system.datum.accuracy_m, field="system"),
                pipeline=system.pipeline,
                software=SOFTWARE,
                swapped=swapped,
            )
    raise _outside(given, system)


def from_wgs84(lon: float, lat: float, system: str) -> Figures:
    """A WGS 84 point in `system` (a key or EPSG code), for showing: the inverse of `to_wgs84`.

    The texts have 3 decimals for metres and 9 for degrees (both finer than a millimetre).

    Raises `OutsideArea` if the point does not lie in `AREA`; `UnknownSystem` or `RefusedSystem` as
    `systems.get_system` does.
    """
    found = get_system(system)
    if not _in_area(lon, lat):
        raise _outside(figures(lon, lat), get_system("wgs84"))
    transformer = _transformer(found.pipeline)
    x, y = transformer.transform(lon, lat, direction=TransformDirection.INVERSE)
    # PROJ's inverse holds the height at 0 on the other ellipsoid than the forward way does, which costs up to
    # a millimetre. One correction makes what is shown come back to this very point when it is typed in.
    again_lon, again_lat = transformer.transform(x, y)
    x, y = transformer.transform(
        2 * lon - again_lon, 2 * lat - again_lat, direction=TransformDirection.INVERSE
    )
    decimals = 9 if found.kind is SystemKind.GEOGRAPHIC else 3
    return Figures(x, y, found.key, f"{x:.{decimals}f}", f"{y:.{decimals}f}")


def plausibility(
    place: Wgs84, *, offset_from_line_m: float | None = None, far_m: float = FAR_FROM_LINE_M
) -> list[Message]:
    """Warnings about a position, none of which refuses it; empty if it looks right.

    `offset_from_line_m` is how far the point lies from the border line (None: not known), `far_m` from
    where that is implausible.
    """
    warnings: list[Message] = []
    if place.swapped:
        warnings.append(
            SwappedAxes(
                N_(
                    "The two figures look swapped: they only make sense the other way round and were read as "
                    "%(position)s. Check them."
                ),
                {"position": format_dms(place.lon, place.lat)},
            )
        )
    if offset_from_line_m is not None and abs(offset_from_line_m) > far_m:
        warnings.append(
            FarFromLine(
                N_(
                    "The point lies %(km)s km from the border line, implausibly far. Check the figures, the "
                    "coordinate system and its zone."
                ),
                {"km": round(abs(offset_from_line_m) / 1000, 1)},
            )
        )
    return warnings


def check_accuracy(accuracy_m: float, *, field: str = "accuracy_m") -> float:
    """The accuracy itself, in metres.

    Raises `BadAccuracy` if it is below 0 or not a finite number.
    """
    if not math.isfinite(accuracy_m) or accuracy_m < 0:
        raise BadAccuracy(
            N_("An accuracy is a number of metres, 0 or more, not %(given)s."), field=field, given=accuracy_m
        )
    return accuracy_m


def combined_accuracy(*accuracies_m: float) -> float:
    """The accuracy in metres of a difference of independent measurements: the root of the sum of squares.

    Raises `BadAccuracy` if one of them is below 0 or not finite.
    """
    return math.hypot(*(check_accuracy(accuracy_m) for accuracy_m in accuracies_m))


def moved(offset_m: float, accuracies_m: Iterable[float]) -> bool:
    """Whether a difference between two positions is more than their accuracies explain (facts.md, section 7).

    `accuracies_m` are those of both measurements and of the transformations between them. A handheld
    receiver's 5 m can therefore never show a shift of 1 m. Positions in a system whose
    `datum.shows_movement` is false must not be asked about at all.

    Raises `BadAccuracy` if one of them is below 0 or not finite, or there is none: nothing can be said.
    """
    accuracies = tuple(accuracies_m)
    if not accuracies:
        raise BadAccuracy(N_("Whether a marker moved cannot be said without the accuracy of its positions."))
    return abs(offset_m) > combined_accuracy(*accuracies)


def format_dms(lon: float, lat: float, *, decimals: int = 2) -> str:
    """Longitude and latitude in degrees as 19°28′44.10″N 104°05′02.04″E: latitude first, as maps print it.

    0.01″ is about 0.3 m here. `parse_pair` reads it back.
    """
    return f"{_dms(lat, 'NS', decimals)} {_dms(lon, 'EW', decimals)}"


def _dms(degrees: float, letters: str, decimals: int) -> str:
    # Rounded once, as a whole number of the last place, so that 59.999″ carries into the minutes.
    unit = 10**decimals
    count = round(abs(degrees) * 3600 * unit)
    minutes, rest = divmod(count, 60 * unit)
    seconds, fraction = divmod(rest, unit)
    tail = f".{fraction:0{decimals}d}" if decimals else ""
    letter = letters[0] if degrees >= 0 or count == 0 else letters[1]
    return f"{minutes // 60}°{minutes % 60:02d}′{seconds:02d}{tail}″{letter}"


@lru_cache(maxsize=len(SYSTEMS))
def _transformer(pipeline: str) -> Transformer:
    return Transformer.from_pipeline(pipeline)


def _forward(system: System, x: float, y: float) -> tuple[float, float] | None:
    """WGS 84 longitude and latitude of figures in `system`; None if that is no point in `AREA`."""
    # Outside the figures' own domain PROJ fails in many ways: infinities, errors, and points in the antipodes
    # that come out looking right. A datum shifts by less than 0.01°, so degrees can be judged beforehand.
    if system.kind is SystemKind.GEOGRAPHIC:
        sensible = _in_area(x, y, margin=0.01)
    else:
        sensible = abs(x) < 2e6 and 0 < y < 3e6
    if not sensible:
        return None
    lon, lat = _transformer(system.pipeline).transform(x, y)
    return (lon, lat) if _in_area(lon, lat) else None


def _in_area(lon: float, lat: float, *, margin: float = 0.0) -> bool:
    west, south, east, north = AREA
    return west - margin <= lon <= east + margin and south - margin <= lat <= north + margin


def _outside(given: Figures, system: System) -> OutsideArea:
    """The error for figures that lie nowhere here, naming the figure that is to blame where one can tell."""
    west, south, east, north = AREA
    if system.kind is SystemKind.PROJECTED:
        return OutsideArea(
            N_(
                "Easting %(x)s and northing %(y)s lie outside Vietnam and Laos. Check the figures, the "
                "coordinate system and its zone."
            ),
            field="y" if abs(given.x) < 2e6 else "x",
            x=given.x_given,
            y=given.y_given,
        )
    lon_is_right = west <= given.x <= east
    return OutsideArea(
        N_(
            "Longitude %(x)s and latitude %(y)s lie outside Vietnam and Laos: longitude is from %(west)s to "
            "%(east)s, latitude from %(south)s to %(north)s."
        ),
        field="y" if lon_is_right else "x",
        x=given.x_given,
        y=given.y_given,
        west=int(west),
        south=int(south),
        east=int(east),
        north=int(north),
    )
