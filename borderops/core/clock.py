"""The time, in one place, so that rules and tests never look at the wall themselves."""

from datetime import UTC, date, datetime, time, timedelta, timezone

#: Vietnam and Laos both keep UTC+7 all year (tz database: Asia/Ho_Chi_Minh, Asia/Vientiane).
BORDER_TIME = timezone(timedelta(hours=7), "UTC+07")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today(now: datetime) -> date:
    """The calendar date at the border at the moment `now` (aware).

    Raises `ValueError` for a naive moment, whose date nobody can tell.
    """
    if now.tzinfo is None:
        raise ValueError("a moment without a time zone has no date at the border")
    return now.astimezone(BORDER_TIME).date()


def end_of_day(day: date) -> datetime:
    """The last moment of a day at the border."""
    return datetime.combine(day, time.max, BORDER_TIME)


def start_of_day(day: date) -> datetime:
    """The first moment of a day at the border."""
    return datetime.combine(day, time.min, BORDER_TIME)
