"""Slowing down who guesses: the decision alone, with moments made up."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from borderops.accounts.throttle import (
    NAME,
    NETWORK,
    PAIR,
    WINDOW,
    NetworkTries,
    Try,
    wait_for,
)

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
HERE, THERE = "10.0.0.1", "10.0.0.2"


def failures(count: int, *, network: str = HERE, device: str | None = None, ago_s: float = 1) -> list[Try]:
    """So many failures, the last one so many seconds ago."""
    last = NOW - timedelta(seconds=ago_s)
    return [
        Try(last - timedelta(milliseconds=count - index), network, device, passed=False)
        for index in range(count)
    ]


def wait(
    tries: list[Try], *, network: str = HERE, device: str | None = None, seen: NetworkTries | None = None
) -> float:
    found = wait_for(
        tries=tries, network=seen or NetworkTries(), from_network=network, device=device, now=NOW
    )
    return found.total_seconds()


def test_five_tries_are_free() -> None:
    assert wait(failures(4)) == 0
    assert wait(failures(5, ago_s=0)) > 0


def test_the_wait_doubles_and_is_capped_at_minutes() -> None:
    waits = [PAIR.wait(count).total_seconds() for count in range(5, 20)]
    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) == PAIR.longest.total_seconds() == 300
    assert NAME.longest <= timedelta(minutes=1)
    assert NETWORK.longest <= timedelta(minutes=1)


def test_others_elsewhere_do_not_make_a_person_wait_at_a_device_of_theirs() -> None:
    attack = failures(5000, network=THERE, ago_s=0)
    assert wait(attack) > 0
    assert wait(attack, device="mine", seen=NetworkTries(9999, NOW)) == 0


def test_a_known_device_has_its_own_count() -> None:
    assert wait(failures(9, device="mine", ago_s=0), device="mine") > 0
    assert wait(failures(9, device="another", ago_s=0), device="mine") == 0


def test_success_begins_anew_for_where_it_succeeded() -> None:
    tries = [*failures(9, ago_s=2), Try(NOW - timedelta(seconds=1), HERE, None, passed=True)]
    assert wait(tries) == 0
    assert wait([*tries, *failures(5, ago_s=0)]) > 0


def test_what_lies_behind_the_window_is_forgotten() -> None:
    assert wait(failures(50, ago_s=WINDOW.total_seconds() + 1)) == 0


def test_one_network_with_many_names_waits_too() -> None:
    assert wait([], seen=NetworkTries(NETWORK.free - 1, NOW)) == 0
    assert wait([], seen=NetworkTries(NETWORK.free + 3, NOW)) > 0


tries = st.lists(
    st.builds(
        Try,
        at=st.integers(0, 4000).map(lambda seconds: NOW - timedelta(seconds=seconds)),
        network=st.sampled_from([HERE, THERE]),
        device=st.sampled_from([None, "mine", "another"]),
        passed=st.booleans(),
    ),
    max_size=60,
).map(lambda found: sorted(found, key=lambda one: one.at))


@given(tries, st.sampled_from([None, "mine"]), st.integers(0, 500))
def test_nobody_waits_longer_than_minutes(found: list[Try], device: str | None, seen: int) -> None:
    waited = wait(found, device=device, seen=NetworkTries(seen, NOW if seen else None))
    assert 0 <= waited <= PAIR.longest.total_seconds()


@given(tries)
def test_waiting_it_out_is_enough(found: list[Try]) -> None:
    """After the wait, with no further failure, the next try is looked at: nobody is locked out for good."""
    waited = wait_for(tries=found, network=NetworkTries(), from_network=HERE, device=None, now=NOW)
    after = wait_for(tries=found, network=NetworkTries(), from_network=HERE, device=None, now=NOW + waited)
    assert after == timedelta(0)


@given(tries)
def test_a_failure_never_shortens_the_wait(found: list[Try]) -> None:
    assert wait([*found, Try(NOW, HERE, None, passed=False)]) >= wait(found)
