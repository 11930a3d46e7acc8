"""The register's reads in process, against the barest SQL that gives the same."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import cycle
from typing import Any, LiteralString

import psycopg
from sqlalchemy.orm import Session

from benchmarks.databases import Databases, Register
from benchmarks.synthetic import PROVINCES
from benchmarks.timing import DifferentAnswers, Figure, rate_of, slower_by, take_turns
from borderops.core.asof import AsOf
from borderops.core.database import CONNECTION, Database
from borderops.core.reading import DirectReading
from borderops.core.viewer import LOCAL_OPERATOR, viewer_settings
from borderops.register import queries
from borderops.register.filters import RegisterFilter

Box = tuple[float, float, float, float]

#: The province and the past day of the questions as of a date.
PROVINCE = "houaphanh"
PAST_DAY = date(2020, 6, 30)

#: The days that histories of different lengths are asked about: with one alone it would be chance how that
#: day's pages of the index fell out, with many the longer history would not fit into PostgreSQL's own memory.
PAST_DAYS = (date(2014, 3, 1), date(2017, 9, 15), date(2020, 6, 30), date(2023, 2, 11))

#: How many features a box of the map query holds, about.
IN_BOX = 1_000

BOXES: LiteralString = """
SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box) FROM (
    SELECT ST_Extent(geom) AS box FROM (
        SELECT geom, (row_number() OVER (ORDER BY line_order) - 1) / %(in_box)s AS part FROM feature_period
        WHERE valid @> CURRENT_DATE AND upper_inf(known)
    ) AS parts GROUP BY part HAVING count(*) = %(in_box)s ORDER BY part
) AS boxes
"""

#: The map query at its barest: the same features as the program's, the place of each as GeoJSON made by
#: PostGIS and beside it what is to be said of it. (One ST_AsGeoJSON over all columns takes twice as long.)
BARE_MAP: LiteralString = """
SELECT ST_AsGeoJSON(geom, 7), geojson FROM feature_period
WHERE geom && ST_MakeEnvelope(%s, %s, %s, %s, 4326)
  AND valid @> %s::date AND upper_inf(known) AND standing = 'standing'
"""

#: The same without PostGIS: the texts that the program keeps ready. No goal is set against this.
READY_MAP: LiteralString = """
SELECT geojson FROM feature_period
WHERE geom && ST_MakeEnvelope(%s, %s, %s, %s, 4326)
  AND valid @> %s::date AND upper_inf(known) AND standing = 'standing'
"""

#: The state of every feature of a province on a day, from the inspections alone. That the latest visit
#: states every component is true of the synthetic register only; the program's rule looks further back.
BARE_STATES: LiteralString = """
SELECT feature.number,
    CASE
        WHEN latest.finding IS NULL THEN 'never_inspected'
        WHEN latest.finding = 'destroyed' THEN 'reported_destroyed'
        WHEN latest.finding = 'not_found' THEN 'not_found'
        WHEN latest.position = 'moved' OR latest.components::text LIKE '%%"severe"%%' THEN 'severe'
        WHEN latest.position = 'suspected_moved' OR latest.components::text LIKE '%%"poor"%%' THEN 'poor'
        WHEN %(day)s::date - latest.observed_on > 365 THEN 'overdue'
        WHEN latest.components::text LIKE '%%"fair"%%' THEN 'fair'
        ELSE 'good'
    END
FROM unit_section AS section
JOIN feature ON feature.line_order BETWEEN section.from_order AND section.to_order
LEFT JOIN LATERAL (
    SELECT finding, position, components, observed_on FROM inspection
    WHERE feature_id = feature.id AND observed_on <= %(day)s AND finding <> 'not_visited'
      AND NOT EXISTS (SELECT FROM inspection AS further WHERE further.corrects_id = inspection.id)
    ORDER BY observed_at DESC, id DESC LIMIT 1
) AS latest ON true
WHERE section.unit_id = %(province)s AND section.valid @> %(day)s::date AND upper_inf(section.known)
"""

BARE_PAGE: LiteralString = """
SELECT geojson, unit_ids, line_order, inspection_id, ST_X(geom), ST_Y(geom), count(*) OVER ()
FROM feature_period
WHERE lao_province = %(province)s AND valid @> %(day)s::date AND upper_inf(known) AND standing = 'standing'
ORDER BY line_order LIMIT 50
"""


@dataclass(frozen=True)
class Reader:
    """A register, read by the program and by bare psycopg; each keeps its one connection."""

    database: Database
    reading: DirectReading
    bare: psycopg.Connection

    def boxes(self) -> list[Box]:
        """Boxes along the line of about `IN_BOX` features each."""
        rows = self.bare.execute(BOXES, {"in_box": IN_BOX}).fetchall()
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def map(self, box: Box, day: date) -> bytes:
        """The map query, as the program answers it."""
        return self._ask(RegisterFilter(at=AsOf(day), bbox=box))

    def bare_map(self, box: Box, day: date) -> list[tuple[Any, ...]]:
        """The map query at its barest."""
        return self.bare.execute(BARE_MAP, (*box, day)).fetchall()

    def ready_map(self, box: Box, day: date) -> list[tuple[Any, ...]]:
        """The texts that the map query's answer is made of."""
        return self.bare.execute(READY_MAP, (*box, day)).fetchall()

    def states(self, province: str = PROVINCE, day: date = PAST_DAY) -> bytes:
        """Every feature of the province with its state on the past day, as the program answers."""
        return self._ask(RegisterFilter(at=AsOf(day), province=(province,)))

    def bare_states(self) -> list[tuple[Any, ...]]:
        """The number and state of every feature of the province on the past day."""
        return self.bare.execute(BARE_STATES, {"day": PAST_DAY, "province": PROVINCE}).fetchall()

    def page(self, province: str = PROVINCE, day: date = PAST_DAY) -> queries.FeaturePage:
        """The first page of the province's list on the past day, as the program makes it."""
        asked = RegisterFilter(at=AsOf(day), province=(province,))
        with self.database.transaction() as session:
            return queries.list_features(session, viewer=LOCAL_OPERATOR, asked=asked, limit=50)

    def bare_page(self) -> list[tuple[Any, ...]]:
        """The rows of that page."""
        return self.bare.execute(BARE_PAGE, {"day": PAST_DAY, "province": PROVINCE}).fetchall()

    def _ask(self, asked: RegisterFilter) -> bytes:
        with self.reading.connection(LOCAL_OPERATOR) as connection, Session(connection) as session:
            return queries.features_geojson(session, viewer=LOCAL_OPERATOR, asked=asked)


@contextmanager
def reading(databases: Databases, register: Register) -> Iterator[Reader]:
    """A register opened for reading."""
    database = Database(databases.app(register), pool_size=1, viewer=LOCAL_OPERATOR)
    with psycopg.connect(databases.plain(register), autocommit=True, options=CONNECTION) as bare:
        for name, value in viewer_settings(LOCAL_OPERATOR).items():
            bare.execute("SELECT set_config(%s, %s, false)", (name, value))
        held = DirectReading(database.engine)
        yield Reader(database, held, bare)
        asyncio.run(held.close())
    database.close()


def measure_map(reader: Reader, *, today: date, rounds: int, progress: Callable[[], None]) -> list[Figure]:
    """The map query: at least 0.8 of the rate at which psycopg fetches the same rows."""
    boxes = reader.boxes()
    for box in boxes[:5]:
        _same(len(json.loads(reader.map(box, today))["features"]), len(reader.bare_map(box, today)))
    ours, bare, ready = cycle(boxes), cycle(boxes), cycle(boxes)
    taken = take_turns(
        {
            "ours": lambda: reader.map(next(ours), today),
            "bare": lambda: reader.bare_map(next(bare), today),
            "ready": lambda: reader.ready_map(next(ready), today),
        },
        rounds=rounds,
        progress=progress,
    )
    name = f"map query of {IN_BOX:,} features, in process"
    return [
        rate_of(name, ours_s=taken["ours"], reference_s=taken["bare"], limit=0.8),
        rate_of(
            f"{name}; reference: its ready texts",
            ours_s=taken["ours"],
            reference_s=taken["ready"],
            limit=None,
        ),
    ]


def measure_states(reader: Reader, *, rounds: int, progress: Callable[[], None]) -> list[Figure]:
    """The state of a province on a past day: at most 1.5 times the barest SQL that answers it."""
    told = {
        feature["properties"]["number"]: feature["properties"]["state"]
        for feature in json.loads(reader.states())["features"]
    }
    _same(told, dict(reader.bare_states()))
    page = reader.page()
    bare_page = reader.bare_page()
    _same(
        [page.total, *(f.line_order for f in page.features)],
        [bare_page[0][6], *(row[2] for row in bare_page)],
    )
    taken = take_turns(
        {
            "states": reader.states,
            "bare_states": reader.bare_states,
            "page": reader.page,
            "bare_page": reader.bare_page,
        },
        rounds=rounds,
        warm_up=6,
        progress=progress,
    )
    return [
        slower_by(
            f"state of a province ({len(told):,} features) on {PAST_DAY}",
            ours_s=taken["states"],
            reference_s=taken["bare_states"],
            limit=1.5,
        ),
        slower_by(
            f"first 50 of its list on {PAST_DAY}",
            ours_s=taken["page"],
            reference_s=taken["bare_page"],
            limit=1.5,
        ),
    ]


def measure_history(
    short: Reader, long: Reader, *, rounds: int, progress: Callable[[], None]
) -> list[Figure]:
    """The same question of the same features, when their history is ten times longer: no slower."""

    def asking(question: Callable[[str, date], object]) -> Callable[[], None]:
        days = cycle(PAST_DAYS)

        def ask_all() -> None:
            day = next(days)
            for province, _ in PROVINCES:
                question(province, day)

        return ask_all

    taken = take_turns(
        {
            "long": asking(long.states),
            "short": asking(short.states),
            "long_page": asking(long.page),
            "short_page": asking(short.page),
        },
        rounds=rounds,
        progress=progress,
    )
    return [
        slower_by(
            "state of each province, history ten times longer",
            ours_s=taken["long"],
            reference_s=taken["short"],
            limit=1 + NOISE,
        ),
        slower_by(
            "first 50 of each list, history ten times longer",
            ours_s=taken["long_page"],
            reference_s=taken["short_page"],
            limit=1 + NOISE,
        ),
    ]


#: What two runs of the same may differ by on a busy machine; "no slower" is held within it.
NOISE = 0.15


def _same(ours: object, bare: object) -> None:
    if ours != bare:
        raise DifferentAnswers("the program and the bare SQL answer differently")


def parts(boxes: Sequence[Box]) -> list[str]:
    """Boxes as the API takes them."""
    return [",".join(f"{degrees:.7f}" for degrees in box) for box in boxes]
