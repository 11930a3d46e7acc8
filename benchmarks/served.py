"""The application over HTTP: the map query against psycopg, one feature against an empty route."""

import random
from collections.abc import Callable, Mapping
from datetime import date
from itertools import cycle
from typing import LiteralString
from urllib.parse import quote

from benchmarks.asking import Asker
from benchmarks.reads import IN_BOX, Reader
from benchmarks.timing import Figure, rate_of, take_turns

#: So many features a second are enough, however fast an empty route is.
ENOUGH = 3_500

#: Requests that wait at a time when rates are measured, and how many make one turn.
CONNECTIONS, IN_TURN = 8, 400

#: Turns of each that do not count.
WARM_UP = 3

#: Before features are drawn at random the table and then its index by number are read from the disk: how fast
#: that is, is not what is measured. By the index alone it would take minutes.
READ_ONCE: tuple[LiteralString, ...] = (
    "SELECT max(length(geojson)) FROM feature_period",
    "SET enable_seqscan = off",
    "SELECT max(length(geojson)) FROM feature_period WHERE number > ''",
    "RESET enable_seqscan",
)


def measure_map_served(
    reader: Reader,
    port: int,
    *,
    headers: Mapping[str, str],
    today: date,
    rounds: int,
    progress: Callable[[], None],
) -> list[Figure]:
    """The map query over HTTP, one request at a time, against psycopg fetching the same rows."""
    boxes = reader.boxes()
    paths = cycle("/api/v1/features?bbox=" + ",".join(f"{degrees:.7f}" for degrees in box) for box in boxes)
    bare = cycle(boxes)
    with Asker(port, count=1, headers=headers) as asker:
        taken = take_turns(
            {"ours": lambda: asker.ask([next(paths)]), "bare": lambda: reader.bare_map(next(bare), today)},
            rounds=rounds,
            progress=progress,
        )
    return [
        rate_of(
            f"map query of {IN_BOX:,} features, over HTTP",
            ours_s=taken["ours"],
            reference_s=taken["bare"],
            limit=0.8,
        )
    ]


def measure_feature(
    reader: Reader,
    port: int,
    empty_port: int,
    *,
    headers: Mapping[str, str],
    rounds: int,
    progress: Callable[[], None],
) -> list[Figure]:
    """One feature: 3,500 requests a second or a quarter of an empty route, whichever is lower."""
    for statement in READ_ONCE:
        reader.bare.execute(statement)
    rows = reader.bare.execute("SELECT number FROM feature ORDER BY line_order").fetchall()
    numbers = [row[0] for row in rows]
    draw = random.Random(1)

    # Made beforehand, so that what making them costs is not taken for the server's time.
    turns = [draw.choices(numbers, k=IN_TURN) for _ in range(rounds + WARM_UP)]
    paths = iter([[f"/api/v1/features/{quote(number, safe='')}" for number in turn] for turn in turns])

    with (
        Asker(port, count=CONNECTIONS, headers=headers) as asker,
        Asker(empty_port, count=CONNECTIONS, headers={}) as empty,
    ):
        taken = take_turns(
            {"feature": lambda: asker.ask(next(paths)), "empty": lambda: empty.ask(["/"] * IN_TURN)},
            rounds=rounds,
            warm_up=WARM_UP,
            progress=progress,
        )
    each = {name: seconds / IN_TURN for name, seconds in taken.items()}
    lowest = min(ENOUGH, 1 / each["empty"] / 4)
    return [
        rate_of(
            f"one feature, over HTTP (at least {lowest:,.0f}/s; reference: an empty route)",
            ours_s=each["feature"],
            reference_s=each["empty"],
            limit=lowest * each["empty"],
        )
    ]
