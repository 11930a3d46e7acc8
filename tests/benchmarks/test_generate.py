"""The generator and the measured questions on a small register: the same answers, nothing else touched."""

import json
from collections.abc import Iterator
from datetime import date

import psycopg
import pytest

from benchmarks.databases import SYNTHETIC, NotSynthetic, Register
from benchmarks.databases import Databases as BenchmarkDatabases
from benchmarks.deriving import DerivedOtherwise, check_sample
from benchmarks.drawn import smallest_page
from benchmarks.generate import make
from benchmarks.reads import Reader, reading
from benchmarks.timing import rate_of, slower_by, take_turns
from tests.conftest import Databases

FEATURES, INSPECTIONS = 1_200, 4_800


@pytest.fixture(scope="module")
def small(databases: Databases) -> Iterator[BenchmarkDatabases]:
    """The tests' cluster with a small synthetic register."""
    benchmark = BenchmarkDatabases(databases.cluster)
    make(benchmark, Register.SHORT, features=FEATURES, inspections=INSPECTIONS, check=100, seed=3)
    yield benchmark
    benchmark.drop(Register.SHORT)


@pytest.fixture
def reader(small: BenchmarkDatabases) -> Iterator[Reader]:
    with reading(small, Register.SHORT) as reader:
        yield reader


def test_every_row_is_marked_as_synthetic(reader: Reader) -> None:
    for table in ("feature", "feature_position", "duty", "inspection", "unit", "unit_section"):
        others = reader.bare.execute(
            f"SELECT count(*) FROM {table} WHERE source_id IS DISTINCT FROM %s", (SYNTHETIC,)
        ).fetchone()
        assert others == (0,), table
    counted = reader.bare.execute(
        "SELECT (SELECT count(*) FROM feature), (SELECT count(*) FROM inspection)"
    ).fetchone()
    assert counted == (FEATURES, INSPECTIONS)


def test_the_table_has_its_indexes_and_its_exclusion_again(
    small: BenchmarkDatabases, databases: Databases
) -> None:
    def held(address: str) -> set[tuple[str, str]]:
        with psycopg.connect(address) as connection:
            return set(
                connection.execute(
                    "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'feature_period' UNION ALL "
                    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
                    "WHERE conrelid = 'feature_period'::regclass"
                )
            )

    assert held(small.owner(Register.SHORT)) == held(databases.cluster.psql_url("owner", "migrated"))


def test_the_program_and_the_bare_sql_say_the_same(reader: Reader) -> None:
    told = json.loads(reader.states())["features"]
    assert {f["properties"]["number"]: f["properties"]["state"] for f in told} == dict(reader.bare_states())
    page, bare_page = reader.page(), reader.bare_page()
    assert page.total == bare_page[0][6] == len(told)
    assert [feature.line_order for feature in page.features] == [row[2] for row in bare_page]
    box, day = (103.0, 17.0, 106.0, 20.0), date(2026, 1, 1)
    assert len(json.loads(reader.map(box, day))["features"]) == len(reader.bare_map(box, day)) > 0


def test_boxes_hold_about_as_many_features_as_they_should(reader: Reader) -> None:
    (box,) = reader.boxes()
    assert len(reader.bare_map(box, date(2026, 1, 1))) >= 1_000


def test_what_is_not_derived_by_the_rules_is_noticed(small: BenchmarkDatabases) -> None:
    with psycopg.connect(small.owner(Register.SHORT)) as connection:
        connection.execute("UPDATE feature_period SET damaged = NOT damaged")
    with pytest.raises(DerivedOtherwise):
        check_sample(small.app(Register.SHORT), size=5, seed=1)
    with psycopg.connect(small.owner(Register.SHORT)) as connection:
        connection.execute("UPDATE feature_period SET damaged = NOT damaged")
    assert check_sample(small.app(Register.SHORT), size=5, seed=1) == 5


def test_a_database_with_other_features_is_refused(small: BenchmarkDatabases, databases: Databases) -> None:
    with psycopg.connect(databases.cluster.psql_url("superuser", "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {Register.LONG} TEMPLATE founding")
    try:
        for act in (small.prepare, small.drop):
            with pytest.raises(NotSynthetic):
                act(Register.LONG)
        assert small.exists(Register.LONG)
    finally:
        with psycopg.connect(
            databases.cluster.psql_url("superuser", "postgres"), autocommit=True
        ) as connection:
            connection.execute(f"DROP DATABASE {Register.LONG}")


def test_figures_keep_their_goals_or_not() -> None:
    assert rate_of("rate", ours_s=1.25, reference_s=1.0, limit=0.8).kept
    assert not rate_of("rate", ours_s=1.3, reference_s=1.0, limit=0.8).kept
    assert slower_by("time", ours_s=1.5, reference_s=1.0, limit=1.5).kept
    assert not slower_by("time", ours_s=1.6, reference_s=1.0, limit=1.5).kept
    assert slower_by("told", ours_s=9.0, reference_s=1.0, limit=None).kept


def test_contenders_take_turns() -> None:
    said: list[str] = []
    taken = take_turns({"a": lambda: said.append("a"), "b": lambda: said.append("b")}, rounds=4, warm_up=0)
    assert said == ["a", "b", "b", "a", "a", "b", "b", "a"]
    assert taken.keys() == {"a", "b"}


def test_the_smallest_page_asks_no_outside_host() -> None:
    page = smallest_page("/api/v1/features?damaged=true")
    assert "http:" not in page.replace('http-equiv="content-type"', "")
    assert "https:" not in page
    assert len(page) < 3_000
