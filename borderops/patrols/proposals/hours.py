"""From when until when one is out on each day of a plan: by the sun and its margins, or as people state."""

from collections.abc import Sequence
from datetime import timedelta

from borderops.core.errors import InvalidInput
from borderops.core.messages import N_, Message
from borderops.patrols.ground import OnLineFeature
from borderops.patrols.limits.rules import WalkingLimit
from borderops.patrols.proposals.closing import standing_stretches
from borderops.patrols.proposals.daylight import at_minute, daylight_at, minute_of
from borderops.patrols.proposals.figures import Figures
from borderops.patrols.proposals.wishes import Wish
from borderops.patrols.schemas import DayHours, LimitSaid, Plan

BY_SUN = N_("out from %(out)s, back by %(back)s (sunrise %(sunrise)s, sunset %(sunset)s)")
STATED = N_(
    "out from %(out)s, back by %(back)s, as stated for this plan (sunrise %(sunrise)s, sunset %(sunset)s)"
)
SLOWER = N_("%(name)s: walking takes %(pace)s times as long")
CLOSED = N_("%(name)s: closed %(sections)s")
STATED_ALONE = N_("out from %(out)s, back by %(back)s, as stated for this plan")


def hours_said(hours: DayHours) -> Message:
    """The hours of a day in words, with what they rest on."""
    values = {"out": f"{hours.sets_out:%H:%M}", "back": f"{hours.back_by:%H:%M}"}
    if hours.sunrise is None or hours.sunset is None:
        return Message(STATED_ALONE, values)
    sun = {"sunrise": f"{hours.sunrise:%H:%M}", "sunset": f"{hours.sunset:%H:%M}"}
    return Message(STATED if hours.stated else BY_SUN, {**values, **sun})


def limits_said(hours: DayHours) -> list[Message]:
    """The seasons and closed stretches of a day in words."""
    found: list[Message] = []
    for limit in hours.limits:
        if limit.pace is not None:
            found.append(Message(SLOWER, {"name": limit.name, "pace": limit.pace}))
        if limit.closed:
            found.append(Message(CLOSED, {"name": limit.name, "sections": ", ".join(limit.closed)}))
    # What two people entered in the same words is said once.
    return [said for number, said in enumerate(found) if said not in found[:number]]


def with_limits(
    hours: Sequence[DayHours],
    plan: Plan,
    limits: Sequence[WalkingLimit],
    placed: Sequence[OnLineFeature],
    *,
    lineage: frozenset[str],
) -> list[DayHours]:
    """The hours with the seasons and closed stretches that bear on each day: those of the plan's sections."""
    along = [end for section in plan.sections for end in (section.from_m, section.to_m) if end is not None]
    found = []
    for one in hours:
        day = plan.starts_on + timedelta(days=one.day - 1)
        said = []
        for limit in limits:
            if not limit.holds_on(day):
                continue
            stretches = standing_stretches(limit, placed).items()
            closed = [name for name, stretch in stretches if stretch.touches(along)]
            pace = limit.pace if limit.unit in lineage else None
            if closed or pace is not None:
                said.append(LimitSaid(name=limit.name, pace=pace, closed=closed))
        found.append(one.model_copy(update={"limits": said}))
    return found


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
