"""The overview, the list and the feature page on the founding data."""

import csv
import io
import re
from html import unescape

import pytest
from starlette.testclient import TestClient

PAGES = (
    "/",
    "/features",
    "/features?damaged=yes&as_of=2024-06-30",
    "/features/405(1)",
    "/features/425/1",
    "/features/nam-can",
    "/features/409?as_of=2024-06-30&known_at=2024-06-30",
    "/inspections/new",
    "/inspections/new?feature=397",
    "/features/405(1)/inspections/new",
    "/features/425/1/inspections/new",
    "/features/409/positions/new",
    "/features/409/duties/new",
    "/features/nam-can/decisions/new",
    "/features/409/events/new",
)

DAMAGED_2024 = {"390", "397(1)", "397(2)", "397(3)", "405(1)", "409", "410(1)"}


def numbers_in(page: str) -> set[str]:
    """The features that a list shows."""
    return {unescape(found) for found in re.findall(r'<a class="number" href="[^"]*">([^<]+)</a>', page)}


@pytest.mark.parametrize("language", ["vi", "en", "lo"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_in_every_language(client: TestClient, address: str, language: str) -> None:
    reply = client.get(address + ("&" if "?" in address else "?") + f"lang={language}")
    assert reply.status_code == 200
    assert f'<html lang="{language}">' in reply.text
    assert " style=" not in reply.text
    assert not re.search(r"<script(?![^>]* src=)", reply.text)
    assert not re.search(r"\son\w+=", reply.text)


def test_overview_counts_lead_to_lists_of_that_many(client: TestClient) -> None:
    page = client.get("/?lang=en").text
    figures = re.findall(r'class="figure[^"]*" href="([^"]+)"><span class="figure-value">([\d,]+)<', page)
    assert len(figures) == 4
    states = [
        found
        for block in re.findall(r'class="state-counts">(.*?)</ul>', page, re.DOTALL)
        for found in re.findall(r'<a href="([^"]+)">.*?<strong>([\d,]+)</strong></a>', block, re.DOTALL)
    ]
    assert len(states) >= 3
    for address, count in figures + states:
        found = client.get(unescape(address)).text
        assert f"<strong>{count} feature" in found, address


def test_overview_says_how_complete_the_register_is(client: TestClient) -> None:
    page = client.get("/?lang=en").text
    assert re.search(r"\d+ of the line&#39;s 105 marker positions are in the register\.", page)


def test_overview_names_the_damaged_under_the_side_whose_duty_it_is(client: TestClient) -> None:
    page = client.get("/?lang=en&as_of=2024-06-30").text
    shown: dict[str, set[str]] = {}
    for side, block in re.findall(r'aria-labelledby="side-(\w+)">(.*?)</ul>', page, re.DOTALL):
        shown[side] = set(re.findall(r'damage-number" href="[^"]*">([^<]+)<', block))
    assert shown == {
        "VN": {"397(2)", "397(3)", "405(1)", "410(1)"},
        "LA": {"397(1)", "409"},
        "UNSETTLED": {"390"},
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("damaged=yes&as_of=2024-06-30", DAMAGED_2024),
        ("damaged=yes&province=houaphanh&as_of=2024-06-30", {"390", "397(1)", "397(2)", "397(3)"}),
        ("damaged=yes&province=xiangkhouang&as_of=2024-06-30", {"405(1)", "409", "410(1)"}),
        ("damaged=yes&responsible_side=LA&as_of=2024-06-30", {"397(1)", "409"}),
        ("damaged=yes&responsible_side=VN&responsible_side=UNSETTLED&as_of=2024-06-30",
         {"390", "397(2)", "397(3)", "405(1)", "410(1)"}),
        ("state=poor", {"397(3)", "405(1)"}),
        ("section=405-410", {"405(1)", "405(2)", "406", "407", "408", "409", "410(1)"}),
        ("q=397", {"397(1)", "397(2)", "397(3)"}),
        ("q=m%E1%BB%91c+s%E1%BB%91+409", {"409"}),
        ("kind=stake", {"425/1", "425/2", "425/3"}),
    ],
)  # fmt: skip
def test_filters(client: TestClient, query: str, expected: set[str]) -> None:
    assert numbers_in(client.get(f"/features?lang=en&{query}").text) == expected


def test_a_place_is_found_without_diacritics(client: TestClient) -> None:
    with_marks = numbers_in(client.get("/features?q=Nậm+Cắn&lang=en").text)
    assert "405(1)" in with_marks
    assert with_marks <= numbers_in(client.get("/features?q=nam+can&lang=en").text)


def test_filters_in_use_can_be_taken_off_one_by_one(client: TestClient) -> None:
    page = client.get("/features?state=poor&state=severe&lang=en").text
    ways = [unescape(way) for way in re.findall(r'class="chip" href="([^"]+)"', page)]
    assert len(ways) == 2
    assert numbers_in(client.get(ways[0]).text) == {"390", "397(1)", "397(2)", "409", "410(1)"}
    assert numbers_in(client.get(ways[1]).text) == {"397(3)", "405(1)"}


def test_sorting_by_a_heading(client: TestClient) -> None:
    page = client.get("/features?damaged=yes&sort=-number&lang=en").text
    shown = re.findall(r'<a class="number" href="[^"]*">([^<]+)</a>', page)
    assert shown == ["410(1)", "409", "405(1)", "397(3)", "397(2)", "397(1)", "390"]
    assert 'aria-sort="descending"' in page


def test_pages_of_the_list_hold_everything_once(client: TestClient) -> None:
    first = client.get("/features?lang=en").text
    second = client.get("/features?lang=en&page=2").text
    assert 'rel="next"' in first
    assert 'rel="next"' not in second
    assert numbers_in(first).isdisjoint(numbers_in(second))
    total = int(re.search(r"<strong>(\d+) features", first)[1])  # type: ignore[index]
    assert len(numbers_in(first)) + len(numbers_in(second)) == total


@pytest.mark.parametrize(
    ("query", "field", "text"),
    [
        ("q=397(9)", "q", "cannot stand in brackets"),
        ("section=9-1", "section", "runs backwards"),
        ("state=rotten", "state", "none of the choices"),
        ("province=mars", "province", "none of the choices"),
        ("unit=nowhere", "unit", "none of the choices"),
        ("as_of=30.06.2024", "as_of", "is not a date"),
        ("known_at=2024-13-01", "known_at", "is not a date"),
        ("page=0", "page", "is not a page"),
        ("sort=colour", "sort", "none of the choices"),
        ("damaged=perhaps", "damaged", "none of the choices"),
    ],
)
def test_what_cannot_be_read_is_told_on_the_page(
    client: TestClient, query: str, field: str, text: str
) -> None:
    reply = client.get(f"/features?lang=en&{query}")
    assert reply.status_code == 200
    assert f'href="#{field}"' in reply.text
    assert text in unescape(reply.text)


def test_as_of_changes_the_units_a_feature_lies_in(client: TestClient) -> None:
    then = client.get("/features/409?as_of=2024-06-30&lang=vi").text
    now = client.get("/features/409?as_of=2026-01-15&lang=vi").text
    assert "Tà Cạ" in then
    assert "Kỳ Sơn" in then
    assert "Mường Xén" not in then.split('id="history"')[0]
    assert "Mường Xén" in now
    assert "Kỳ Sơn" not in re.search(r'id="place">.*?</dl>', now, re.DOTALL)[0]  # type: ignore[index]


def test_before_the_damage_nothing_is_damaged(client: TestClient) -> None:
    assert numbers_in(client.get("/features?damaged=yes&as_of=2017-12-31&lang=en").text) == set()
    assert numbers_in(client.get("/features?damaged=yes&as_of=2018-12-31&lang=en").text) == {"390"}


def test_feature_page_tells_position_line_and_grounds(client: TestClient) -> None:
    page = unescape(client.get("/features/409?lang=en").text)
    assert "VN-2000 / TM-3, central meridian 104°45′" in page
    assert re.search(r"\d+°\d\d′\d\d″N \d+°\d\d′\d\d″E", page)
    assert "Schematic, ±3 km" in page
    assert "nobody measured it" in page
    assert "between" in page
    assert "CTr-UBND" in page
    assert "Sourced" in page
    assert 'href="/features/408?lang=en"' in page


def test_a_gate_shows_the_class_of_each_side_and_of_the_pair(client: TestClient) -> None:
    page = unescape(client.get("/features/thanh-thuy?lang=en").text)
    card = re.search(r'id="gate">.*?</section>', page, re.DOTALL)
    assert card is not None
    assert "753/QĐ-TTg" in card[0]
    assert "Planned" in card[0]
    assert "The two sides have not decided the same class" in card[0]


def test_an_unknown_feature_is_a_page_not_a_fault(client: TestClient) -> None:
    assert client.get("/features/999?lang=en").status_code == 404
    assert client.get("/features/397(9)?lang=en").status_code == 422


def test_csv_holds_the_list_in_the_readers_language(client: TestClient) -> None:
    reply = client.get("/features.csv?damaged=yes&as_of=2024-06-30&lang=en")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert "borderops-2024-06-30.csv" in reply.headers["content-disposition"]
    assert reply.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert {row["Number"] for row in rows} == DAMAGED_2024
    row = next(row for row in rows if row["Number"] == "390")
    assert (row["Damaged since"], row["Duty to repair"], row["State"]) == (
        "2018",
        "Not settled",
        "Severe condition",
    )
    vietnamese = client.get("/features.csv?damaged=yes&as_of=2024-06-30&lang=vi").content.decode("utf-8-sig")
    assert vietnamese.splitlines()[0] != reply.content.decode("utf-8-sig").splitlines()[0]


def test_csv_of_a_wrong_address_leads_to_the_page_that_says_why(client: TestClient) -> None:
    reply = client.get("/features.csv?section=9-1", follow_redirects=False)
    assert reply.status_code == 303
    assert reply.headers["location"] == "/features?section=9-1"
