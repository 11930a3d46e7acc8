"""Daylight by the sun of the place and the day; hours with their margins, or as a person states."""

import math
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy.orm import Session

from borderops.core.errors import InvalidInput
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.patrols.proposals.daylight import at_minute, daylight_at, minute_of
from borderops.patrols.proposals.figures import BEFORE_SUNSET, LOOKING, UNSET, Figure, Figures, get_figures
from borderops.patrols.proposals.hours import hours_of, hours_said
from borderops.patrols.proposals.posing import pose_problem
from borderops.patrols.proposals.wishes import Wish
from borderops.patrols.schemas import Section
from borderops.register.settings import change_setting
from tests.patrols.making import NOW, a_plan, drafted

NAM_CAN = (104.1, 19.4)
VIEWER = LOCAL_OPERATOR
SECTIONS = [Section(first="405", last="409")]
DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


def figures(**minutes: float) -> Figures:
    return Figures(
        {key: Figure(key, minutes.get(key, value), "", stated=False) for key, value in UNSET.items()}
    )


@pytest.mark.parametrize(
    ("day", "rises", "sets"),
    [
        # By the almanac's formulas worked by hand (declination and equation of time), to the nearest minutes.
        (date(2026, 3, 20), 6 * 60 + 8, 18 * 60 + 15),
        (date(2026, 6, 21), 5 * 60 + 25, 18 * 60 + 46),
        (date(2026, 9, 23), 5 * 60 + 53, 18 * 60 + 0),
        (date(2026, 12, 21), 6 * 60 + 36, 17 * 60 + 28),
    ],
)
def test_the_sun_at_nam_can(day: date, rises: int, sets: int) -> None:
    light = daylight_at(*NAM_CAN, day)
    assert light.sunrise_minute == pytest.approx(rises, abs=3)
    assert light.sunset_minute == pytest.approx(sets, abs=3)


@given(DAYS, st.floats(102, 108), st.floats(-40, 40))
def test_the_day_is_as_long_as_the_sun_s_declination_says(day: date, lon: float, lat: float) -> None:
    """An independent reckoning: hour angle at -0.833°, declination to within half a degree."""
    light = daylight_at(lon, lat, day)
    turn = 2 * math.pi * (day.timetuple().tm_yday + 9) / 365.24
    declination = math.radians(-23.44) * math.cos(turn + 0.033 * math.sin(turn))
    low, up = math.radians(-0.833), math.radians(lat)
    cosine = (math.sin(low) - math.sin(up) * math.sin(declination)) / (math.cos(up) * math.cos(declination))
    length = 2 * math.degrees(math.acos(cosine)) * 4
    assert light.sunset_minute - light.sunrise_minute == pytest.approx(length, abs=8)
    noon = (light.sunset_minute + light.sunrise_minute) / 2
    assert noon == pytest.approx(12 * 60 + 4 * (105 - lon), abs=18), (
        "the equation of time is within 17 minutes"
    )


def test_where_the_sun_does_not_set_a_person_says_the_hours() -> None:
    with pytest.raises(InvalidInput, match="does not rise and set"):
        daylight_at(25.0, 75.0, date(2026, 6, 21))
    with pytest.raises(InvalidInput):
        daylight_at(*NAM_CAN, date.max)
    stated = Wish(sets_out=time(7), back_by=time(16))
    (first, second) = hours_of(a_plan(), stated, figures(), longitude=25.0, latitude=89.0)
    assert (first.sets_out, second.back_by, first.sunrise) == (time(7), time(16), None)


@given(DAYS, st.integers(0, 180), st.integers(0, 180), st.integers(1, 10))
def test_hours_keep_the_margins_of_every_day(day: date, after: int, before: int, days: int) -> None:
    plan = a_plan(starts_on=day, ends_on=day + timedelta(days=days - 1))
    margins = figures(**{"patrol.after_sunrise_minutes": after, BEFORE_SUNSET: before})
    found = hours_of(plan, Wish(), margins, longitude=NAM_CAN[0], latitude=NAM_CAN[1])
    assert [one.day for one in found] == list(range(1, days + 1))
    for one in found:
        assert one.sunrise is not None
        assert one.sunset is not None
        assert minute_of(one.sets_out) == minute_of(one.sunrise) + after
        assert minute_of(one.back_by) == minute_of(one.sunset) - before
        assert not one.stated


def test_a_person_s_hours_go_before_the_sun_s() -> None:
    (first, _second) = hours_of(a_plan(), Wish(sets_out=time(7, 30)), figures(), longitude=104, latitude=19.4)
    assert first.sets_out == time(7, 30)
    assert first.stated
    assert first.sunset is not None
    assert minute_of(first.back_by) == minute_of(first.sunset) - 60
    assert "as stated" in hours_said(first).text
    with pytest.raises(InvalidInput, match="no time is left"):
        hours_of(a_plan(), Wish(sets_out=time(17, 30)), figures(), longitude=104, latitude=19.4)


@pytest.mark.parametrize(
    "given_hours",
    [{"sets_out": "17:00", "back_by": "06:00"}, {"sets_out": "06:00Z"}, {"back_by": "18:00+07:00"}],
)
def test_hours_that_cannot_be(given_hours: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Wish.model_validate(given_hours)


@given(st.integers(0, 1439))
def test_times_of_day_and_minutes_are_the_same(minute: int) -> None:
    assert minute_of(at_minute(minute)) == minute


def test_figures_are_settings_with_their_basis(founded: Session) -> None:
    on = a_plan().starts_on
    held = get_figures(founded, on=on)
    assert {key: figure.value for key, figure in held.by_key.items()} == dict(UNSET)
    assert all(figure.stated and figure.basis for figure in held.by_key.values()), "they are founding data"
    change_setting(
        founded, viewer=VIEWER, key=LOOKING, value=55, legal_basis="Lệnh 7", valid_from=on, now=NOW
    )
    assert get_figures(founded, on=on).by_key[LOOKING] == Figure(LOOKING, 55.0, "Lệnh 7", stated=True)
    assert get_figures(founded, on=on - timedelta(days=1)).looking_minutes == 30


def test_a_plan_in_june_has_a_longer_day_than_one_in_december(founded: Session) -> None:
    lengths = []
    for day in (date(2026, 6, 21), date(2026, 12, 21)):
        held = drafted(
            founded,
            starts_on=day,
            ends_on=day,
            sections=[Section(first="405", last="409")],
            meeting_point="405(1)",
        )
        posed = pose_problem(founded, viewer=VIEWER, held=held, wish=Wish())
        (days,) = {team.days for team in posed.problem.teams}
        lengths.append(days[0].until_minute - days[0].from_minute)
        assert [one.day for one in posed.hours] == [1]
    assert lengths[0] - lengths[1] > 120
