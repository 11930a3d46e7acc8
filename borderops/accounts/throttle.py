"""Slowing down who guesses, without locking anybody out: a pure decision over what was tried before.

Three counts, each with a wait that doubles and is capped at minutes:

- one name from one network: five tries are free, then the wait grows to five minutes;
- one name from anywhere: for guessing from many networks. It grows to one minute only, and a device that
  the person signed in with before is not asked to wait by it: others cannot keep them out of their device;
- one network with any names: generous, for an office behind one address, and again one minute at most.

A try that was made to wait is not counted, so whoever keeps trying does not make the wait longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

#: How far back is counted.
WINDOW = timedelta(hours=1)


@dataclass(frozen=True)
class Limit:
    """How many failures are free, and the longest wait after that."""

    free: int
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        """How long after the last of so many failures the next try is looked at."""
        over = failures - self.free
        if over < 0:
            return timedelta(0)
        # Beyond a dozen doublings the cap is reached whatever it is; the exponent stays small.
        return min(timedelta(seconds=2 ** min(over, 16)), self.longest)


PAIR = Limit(free=5, longest=timedelta(minutes=5))
NAME = Limit(free=20, longest=timedelta(minutes=1))
NETWORK = Limit(free=60, longest=timedelta(minutes=1))


@dataclass(frozen=True)
class Try:
    """One earlier try at the name: from where, from which known device, and whether it succeeded."""

    at: datetime
    network: str
    device: str | None
    passed: bool


@dataclass(frozen=True)
class NetworkTries:
    """What failed from one network under any name in the window."""

    failures: int = 0
    last_at: datetime | None = None


def wait_for(
    *,
    tries: Sequence[Try],
    network: NetworkTries,
    from_network: str,
    device: str | None,
    now: datetime,
) -> timedelta:
    """How long the next try must wait; zero where it is looked at.

    `tries` are those at the name, the earliest first. `device` is the device where it is known to belong to
    the name, else None.
    """
    recent = [one for one in tries if now - one.at < WINDOW]
    if device is not None:
        own = [one for one in recent if one.device == device]
        return max(_remaining(PAIR, _since_passed(own), now), timedelta(0))
    pair = [one for one in recent if one.network == from_network and one.device is None]
    anywhere = [one for one in recent if not one.passed]
    return max(
        _remaining(PAIR, _since_passed(pair), now),
        _remaining(NAME, anywhere, now),
        _remaining_of(NETWORK, network.failures, network.last_at, now),
        timedelta(0),
    )


def _since_passed(tries: Sequence[Try]) -> list[Try]:
    """The failures after the last try that succeeded."""
    failures: list[Try] = []
    for one in tries:
        failures = [] if one.passed else [*failures, one]
    return failures


def _remaining(limit: Limit, failures: Sequence[Try], now: datetime) -> timedelta:
    return _remaining_of(limit, len(failures), failures[-1].at if failures else None, now)


def _remaining_of(limit: Limit, count: int, last_at: datetime | None, now: datetime) -> timedelta:
    return timedelta(0) if last_at is None else last_at + limit.wait(count) - now
