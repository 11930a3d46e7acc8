"""Sharing with the other side at the console: add, list, take back."""

import pytest

from tests.cli.test_commands import address, data, run  # noqa: F401 - fixtures
from tests.program import Program

BASIS = ("--decided-by", "Sở Ngoại vụ", "--basis", "Biên bản 2026")


@pytest.fixture
def shared(run: Program) -> str:  # noqa: F811
    done = run(
        "disclose", "add", "--province", "xiangkhouang", "--part", "condition", "--part", "coordinates",
        "--fineness", "1000", "--from", "2024-01-01", *BASIS, "--json",
    )  # fmt: skip
    return str(data(done)["id"])


def test_what_is_shared_is_listed_and_taken_back(run: Program, shared: str) -> None:  # noqa: F811
    (held,) = data(run("disclose", "list", "--json"))
    assert (held["id"], held["audience"], held["unit"]) == (shared, "xiangkhouang", "nghe-an")
    assert (held["parts"], held["fineness_m"]) == (["condition", "coordinates"], 1000)
    assert (held["valid_from"], held["valid_to"]) == ("2024-01-01", None)
    assert shared in run("disclose", "list", COLUMNS="300").stdout
    assert run("disclose", "end", shared, "--reason", "Hết hạn").returncode == 0
    assert data(run("disclose", "list", "--json")) == []
    (ended,) = data(run("disclose", "list", "--ended", "--json"))
    assert ended["ended_at"]


def test_what_cannot_be_shared_is_told(run: Program) -> None:  # noqa: F811
    share = ("disclose", "add", "--province", "houaphanh", *BASIS)
    for more, said in (
        (("--part", "condition", "--fineness", "7"), "fineness_m"),
        (("--part", "coordinates"), "fineness_m"),
        (("--part", "duty", "--feature", "nowhere"), "feature"),
    ):
        done = run(*share, *more)
        assert done.returncode != 0
        assert said in done.stderr
