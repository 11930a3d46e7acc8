"""From when until when one is out on each day of a plan: by the sun and its margins, or as people state."""

from datetime import timedelta

from borderops.core.errors import InvalidInput
from borderops.core.messages import N_, Message
from borderops.patrols.daylight import at_minute, daylight_at, minute_of
from borderops.patrols.figures import Figures
from borderops.patrols.schemas import DayHours, Plan
from borderops.patrols.wishes import Wish

BY_SUN = N_("out from %(out)s, back by %(back)s (sunrise %(sunrise)s, sunset %(sunset)s)")
STATED = N_(
    "out from %(out)s, back by %(back)s, as stated for this plan (sunrise %(sunrise)s, sunset %(sunset)s)"
)
STATED_ALONE = N_("out from %(out)s, back by %(back)s, as stated for this plan")


def hours_said(hours: DayHours) -> Message:
    """The hours of a day in words, with what they rest on."""
    values = {"out": f"{hours.sets_out:%H:%M}", "back": f"{hours.back_by:%H:%M}"}
    if hours.sunrise is None or hours.sunset is None:
        return Message(STATED_ALONE, values)
    sun = {"sunrise": f"{hours.sunrise:%H:%M}", "sunset": f"{hours.sunset:%H:%M}"}
    return Message(STATED if hours.stated else BY_SUN, {**values, **sun})


def hours_of(
    plan: Plan, wish: Wish, figures: Figures, *, longitude: float, latitude: float
) -> list[DayHours]:
    """The hours of each day at a place in degrees. Raises InvalidInput where a day has none."""
    return [_hours(number, plan, wish, figures, longitude, latitude) for number in range(1, plan.days + 1)]


def _hours(
    number: int, plan: Plan, wish: Wish, figures: Figures, longitude: float, latitude: float
) -> DayHours:
    if wish.sets_out is not None and wish.back_by is not None:
        return DayHours(day=number, sets_out=wish.sets_out, back_by=wish.back_by, stated=True)
    day = plan.starts_on + timedelta(days=number - 1)
    light = daylight_at(longitude, latitude, day)
    out = (
        light.sunrise_minute + figures.after_sunrise_minutes
        if wish.sets_out is None
        else minute_of(wish.sets_out)
    )
    back = (
        light.sunset_minute - figures.before_sunset_minutes
        if wish.back_by is None
        else minute_of(wish.back_by)
    )
    if not out < back:
        raise InvalidInput(
            N_("On %(day)s no time is left between setting out and being back."),
            field="sets_out",
            day=day.isoformat(),
        )
    return DayHours(
        day=number,
        sets_out=at_minute(out),
        back_by=at_minute(back),
        sunrise=at_minute(light.sunrise_minute),
        sunset=at_minute(light.sunset_minute),
        stated=wish.sets_out is not None or wish.back_by is not None,
    )
