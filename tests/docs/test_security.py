"""docs/security.md answers for every requirement of OWASP ASVS 5.0.0, levels 1 and 2, by what there is."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")

#: Of each section of the standard: the requirements of level 1 and those that level 2 adds.
SECTIONS = """
1.1   -     1-2
1.2   1-5   6-9
1.3   1-2   3-11
1.4   -     1-3
1.5   1     2
2.1   1     2-3
2.2   1-2   3
2.3   1     2-4
2.4   -     1
3.2   1-2   -
3.3   1     2-4
3.4   1-2   3-6
3.5   1-3   4-5
3.7   -     1-2
4.1   1     2-3
4.2   -     1
4.3   -     1-2
4.4   1     2-4
5.1   -     1
5.2   1-2   3
5.3   1-2   -
5.4   -     1-3
6.1   1     2-3
6.2   1-8   9-12
6.3   1-2   3-4
6.4   1-2   3-4
6.5   -     1-5
6.6   -     1-3
6.8   -     1-4
7.1   -     1-3
7.2   1-4   -
7.3   -     1-2
7.4   1-2   3-5
7.5   -     1-2
7.6   -     1-2
8.1   1     2
8.2   1-2   3
8.3   1     -
8.4   -     1
9.1   1-3   -
9.2   1     2-4
10.1  -     1-2
10.2  -     1-2
10.3  -     1-4
10.4  1-5   6-11
10.5  -     1-5
10.6  -     1-2
10.7  -     1-3
11.1  -     1-2
11.2  -     1-3
11.3  1-2   3
11.4  1     2-4
11.5  -     1
11.6  -     1
12.1  1     2-3
12.2  1-2   -
12.3  -     1-4
13.1  -     1
13.2  -     1-5
13.3  -     1-2
13.4  1     2-5
14.1  -     1-2
14.2  1     2-4
14.3  1     2-3
15.1  1     2-3
15.2  1     2-3
15.3  1     2-7
16.1  -     1
16.2  -     1-5
16.3  -     1-4
16.4  -     1-3
16.5  -     1-3
17.1  -     1
17.2  -     1-4
17.3  -     1-2
"""

ROW = re.compile(r"^\| V([\d.]+) \| ([12]) \| ([^|]+) \| (met|n/a|open) \| ([^|]*) \|$", re.MULTILINE)

#: A test, by its file and where it is named its function.
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")

#: A file of the program.
CODE = re.compile(r"`((?:borderops|migrations|scripts)/[\w/.-]+)`")


def requirements() -> dict[str, str]:
    """The number of every requirement with its level."""
    found: dict[str, str] = {}
    for line in SECTIONS.strip().splitlines():
        section, *levels = line.split()
        for level, numbers in zip("12", levels, strict=True):
            if numbers != "-":
                first, _, last = numbers.partition("-")
                found |= {f"{section}.{n}": level for n in range(int(first), int(last or first) + 1)}
    return found


def test_there_are_as_many_requirements_as_in_the_standard() -> None:
    """ASVS 5.0.0 has 70 of level 1; level 2 adds 183."""
    assert Counter(requirements().values()) == {"1": 70, "2": 183}


def test_every_requirement_is_answered_once() -> None:
    rows = ROW.findall(PAGE)
    assert [number for number, *_ in rows] == list(requirements())
    assert {number: level for number, level, *_ in rows} == requirements()


@pytest.mark.parametrize(("number", "status", "by"), [(row[0], row[3], row[4]) for row in ROW.findall(PAGE)])
def test_an_answer_says_what_it_rests_on(number: str, status: str, by: str) -> None:
    assert by.strip(), number
    if status == "met":
        assert re.search(r"`|\]\(", by), f"V{number} is met by nothing that can be looked at"


def test_the_sums_are_right() -> None:
    """The line above the tables says how many are met, not applicable and open."""
    told = re.search(r"(\d+) met, (\d+) not applicable, (\d+) open", PAGE)
    assert told is not None
    counted = Counter(status for _, _, _, status, _ in ROW.findall(PAGE))
    assert tuple(map(int, told.groups())) == (counted["met"], counted["n/a"], counted["open"])


@cache
def functions(path: Path) -> set[str]:
    """The test functions of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_test_that_is_named_is_there() -> None:
    named = TEST.findall(PAGE)
    assert len(named) > 50
    missing = [
        f"{file}::{function}"
        for file, function in named
        if not (ROOT / file).is_file() or (function and function not in functions(ROOT / file))
    ]
    assert missing == []


def test_every_file_that_is_named_is_there() -> None:
    assert [path for path in CODE.findall(PAGE) if not (ROOT / path).exists()] == []


def test_every_part_of_the_page_that_is_pointed_to_is_there() -> None:
    parts = {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= parts
