import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy.orm import Session

from borderops.core.asof import AsOf
from borderops.core.errors import Unavailable
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.maps.actions import MapFile, write_damaged_map
from borderops.maps.cli import app, write_file
from borderops.register.filters import RegisterFilter
from borderops.ui.languages import get_translator

NOW = datetime(2026, 5, 4, 3, 2, tzinfo=UTC)


def write(founded: Session, at: AsOf, *, language: str = "vi", province: tuple[str, ...] = ()) -> MapFile:
    return write_damaged_map(
        founded,
        viewer=LOCAL_OPERATOR,
        asked=RegisterFilter(at=at, province=province, damaged=True),
        translator=get_translator(language),
        now=NOW,
    )


def block(text: str, name: str) -> Any:
    found = re.search(rf'<script [^>]*type="application/json" id="{name}">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


class Elements(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, Mapping[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("language", ["vi", "lo", "en"])
def test_the_file_names_nothing_outside_itself(founded: Session, language: str) -> None:
    text = write(founded, AsOf(date(2024, 6, 30)), language=language).html
    elements = Elements(text).found
    assert ("html", {"lang": language, "class": "map-file"}) in elements
    assert not [tag for tag, held in elements if tag == "link" or {"src", "href", "srcset"} & held.keys()]
    assert "<style" in text
    styles = "".join(re.findall(r"<style[^>]*>(.*?)</style>", text, re.DOTALL))
    assert all(address.startswith(('"data:', "#")) for address in re.findall(r"url\(([^)]*)\)", styles))
    assert "@import" not in styles


def test_the_file_forbids_itself_every_host(founded: Session) -> None:
    text = write(founded, AsOf(date(2024, 6, 30))).html
    rule = next(held["content"] for tag, held in Elements(text).found if "http-equiv" in held)
    assert rule is not None
    assert rule.startswith("default-src 'none'")
    assert "unsafe" not in rule
    assert "connect-src" not in rule
    assert "http" not in rule


def test_the_file_holds_the_damaged_features_of_the_day(founded: Session) -> None:
    written = write(founded, AsOf(date(2024, 6, 30)))
    numbers = [feature["properties"]["number"] for feature in block(written.html, "map-data")["features"]]
    assert numbers == ["390", "397(1)", "397(2)", "397(3)", "405(1)", "409", "410(1)"]
    assert (written.features, written.unplaced) == (7, 0)
    assert "30/6/2024" in written.html


def test_the_file_knows_no_more_than_was_known(founded: Session) -> None:
    known = AsOf(date(2024, 6, 30), datetime(2020, 1, 1, tzinfo=UTC))
    assert write(founded, known).features == 0


def test_the_file_of_a_province_says_so(founded: Session) -> None:
    written = write(founded, AsOf(date(2024, 6, 30)), province=("houaphanh",))
    assert written.features == 4
    assert re.search(r"<h1>[^<]*: Hủa Phăn</h1>", written.html)


def test_the_file_asks_no_program(founded: Session) -> None:
    settings = block(write(founded, AsOf(date(2024, 6, 30))).html, "map-config")
    assert [value for name, value in settings.items() if name.endswith("_url")] == [None] * 5


def test_the_same_question_makes_the_same_file(founded: Session) -> None:
    at = AsOf(date(2024, 6, 30))
    assert write(founded, at) == write(founded, at)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    assert write_file(path, "Nậm Cắn".encode()) == len("Nậm Cắn".encode())
    assert write_file(path, b"405(1)") == 6
    assert [file.name for file in tmp_path.iterdir()] == ["map.html"]
    with pytest.raises(Unavailable):
        write_file(tmp_path / "no such folder" / "map.html", b"")


def test_the_command_is_there() -> None:
    assert "damaged" in typer.main.get_group(app).commands
