"""When there is daylight: from sunrise to sunset at a place on a day, by the course of the sun.

Calculated by astral after the formulas of NOAA's solar calculator, for an open horizon at sea level. In a
deep valley the sun comes later and goes sooner: the margins of the settings are for that.
"""

import math
from dataclasses import dataclass
from datetime import date, time

from astral import Observer
from astral.sun import sunrise, sunset

from borderops.core.clock import BORDER_TIME
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class Daylight:
    """Sunrise and sunset in whole minutes after midnight at the border (UTC+7), each towards the light."""

    sunrise_minute: int
    sunset_minute: int


def daylight_at(longitude: float, latitude: float, day: date) -> Daylight:
    """The daylight of a day at a place in degrees (WGS 84).

    Raises InvalidInput where the sun does not rise and set on that day.
    """
    observer = Observer(latitude=latitude, longitude=longitude, elevation=0.0)
    try:
        rises, sets = sunrise(observer, day, BORDER_TIME), sunset(observer, day, BORDER_TIME)
    except (ValueError, OverflowError):
        raise InvalidInput(
            N_("On %(day)s the sun does not rise and set there; say from when until when one walks."),
            field="sets_out",
            day=day.isoformat(),
        ) from None
    return Daylight(
        math.ceil(rises.hour * 60 + rises.minute + rises.second / 60),
        math.floor(sets.hour * 60 + sets.minute + sets.second / 60),
    )


def at_minute(minute: float) -> time:
    """The time of day, to the nearest minute, of minutes after midnight; never of another day."""
    whole = min(max(round(minute), 0), MINUTES_A_DAY - 1)
    return time(whole // 60, whole % 60)


def minute_of(at: time) -> float:
    """Minutes after midnight of a time of day."""
    return at.hour * 60 + at.minute + at.second / 60
