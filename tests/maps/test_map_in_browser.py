"""The maps as people meet them: drawn, searched, pressed, measured, in a page and in a file."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pyproj import Geod
from sqlalchemy.orm import Session

from borderops.core.asof import AsOf
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.core.words import matches
from borderops.maps.actions import write_damaged_map
from borderops.maps.script import joined
from borderops.register.filters import RegisterFilter
from borderops.ui.languages import get_translator
from tests.people import TESTER

pytestmark = pytest.mark.browser

DAY = "as_of=2024-06-30"


def open_map(page: Page, address: str) -> Page:
    page.goto(address)
    page.wait_for_selector("html[data-map-ready]", state="attached")
    return page


def find(page: Page, text: str) -> None:
    page.locator("#map-search").fill(text)
    expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()


@pytest.fixture(params=["page", "file"])
def shown(request: pytest.FixtureRequest, page: Page) -> Iterator[Page]:
    """The map of what was damaged on 30 June 2024, served by the program and as a file."""
    if request.param == "page":
        yield open_map(page, f"{request.getfixturevalue('server')}/map?{DAY}")
        return
    founded: Session = request.getfixturevalue("founded")
    folder: Path = request.getfixturevalue("tmp_path")
    written = write_damaged_map(
        founded,
        viewer=LOCAL_OPERATOR,
        asked=RegisterFilter(at=AsOf(date(2024, 6, 30)), damaged=True),
        translator=get_translator("vi"),
        now=datetime(2026, 5, 4, tzinfo=UTC),
    )
    (folder / "map.html").write_text(written.html, encoding="utf-8")
    yield open_map(page, (folder / "map.html").as_uri())


def test_the_damaged_features_are_drawn(shown: Page) -> None:
    assert shown.locator("html").get_attribute("data-map-drawn") == "7"
    expect(shown.locator("[data-list] li")).to_have_count(7)
    expect(shown.locator(".listed-name").first).to_have_text("390")
    drawn = shown.locator(".feature-symbol, .feature-cluster")
    assert drawn.count() > 0
    assert all(drawn.nth(place).get_attribute("aria-label") for place in range(drawn.count()))


def test_the_legend_names_and_counts_the_states(shown: Page) -> None:
    legend = shown.locator(".map-legend")
    for name in (
        "Đã bị phá hủy, có xác nhận",
        "Được báo đã bị phá hủy",
        "Hư hỏng nghiêm trọng",
        "Không tìm thấy",
    ):
        expect(legend).to_contain_text(name)
    expect(legend.locator("[data-count=severe]")).to_have_text("5")
    expect(legend.locator("[data-count=poor]")).to_have_text("2")
    expect(legend).to_contain_text("Vị trí sơ đồ")


@pytest.mark.parametrize("typed", ["Nam Can", "nậm cắn", "NAM CAN"])
def test_a_place_is_found_with_and_without_marks(shown: Page, typed: str) -> None:
    find(shown, typed)
    expect(
        shown.get_by_role("listbox").get_by_role("option").filter(has_text="Nậm Cắn").first
    ).to_be_visible()
    shown.get_by_role("listbox").get_by_role("option").filter(has_text="Nậm Cắn – Nậm Cắn").click()
    expect(shown.locator(".leaflet-popup")).to_contain_text("Nậm Cắn – Nậm Cắn")


def test_a_place_typed_in_full_is_not_its_namesake(shown: Page) -> None:
    shown.locator("#map-search").fill("Nậm Càn")
    expect(shown.locator(".map-search")).not_to_contain_text("Nậm Cắn")


def test_a_number_that_is_none_is_told_why(server: str, browser: Browser) -> None:
    context = browser.new_context()  # Chromium writes a refusal to the console, which `page` takes amiss.
    context.add_cookies(TESTER.browser_cookies)
    shown = open_map(context.new_page(), f"{server}/map?{DAY}&lang=en")
    shown.locator("#map-search").fill("397(4)")
    expect(shown.locator(".map-search-nothing")).to_contain_text("one to three markers")
    shown.locator("#map-search").fill("zzzz")
    expect(shown.locator(".map-search-nothing")).to_contain_text("Nothing")
    context.close()


@pytest.mark.parametrize("typed", ["397(2)", "mốc 397(2)", "397 (2)"])
def test_a_popup_tells_the_facts(shown: Page, typed: str) -> None:
    find(shown, typed)
    shown.keyboard.press("Enter")
    popup = shown.locator(".leaflet-popup")
    for fact in (
        "Mốc quốc giới",
        "397(2)",
        "Hư hỏng nghiêm trọng",
        "2024",
        "Xây dựng lại",
        "Việt Nam – Nghệ An",
        "Mỹ Lý",
        "Hủa Phăn",
        "Sơ đồ, ±10 km",
    ):
        expect(popup).to_contain_text(fact)


def test_markers_of_one_position_are_all_seen(shown: Page) -> None:
    find(shown, "397(1)")
    shown.keyboard.press("Enter")
    for number in ("397(1)", "397(2)", "397(3)"):
        expect(shown.locator(".feature-label", has_text=number)).to_be_visible()


def test_switches_take_features_off_and_on(shown: Page) -> None:
    shown.locator(".leaflet-control-layers").hover()
    facing = shown.get_by_role("checkbox", name="Hủa Phăn")
    facing.uncheck()
    expect(shown.locator("[data-count=severe]")).to_have_text("2")
    shown.get_by_role("checkbox", name="Trách nhiệm: Lào").uncheck()
    expect(shown.locator("[data-count=severe]")).to_have_text("1")
    shown.mouse.move(400, 600)
    expect(shown.locator("[data-list] li")).to_have_count(2)
    shown.locator(".leaflet-control-layers").hover()
    facing.check()
    shown.get_by_role("checkbox", name="Trách nhiệm: Lào").check()
    expect(shown.locator("[data-count=severe]")).to_have_text("5")


def test_distances_are_measured(shown: Page) -> None:
    shown.get_by_role("button", name="Đo khoảng cách").click()
    box = shown.locator(".folium-map").bounding_box()
    assert box is not None
    for share in (0.3, 0.6):
        shown.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] * 0.85)
    expect(shown.locator(".measure-result")).to_contain_text("km")
    shown.keyboard.press("Escape")
    expect(shown.locator(".measure-result")).to_be_hidden()


def test_no_other_host_is_asked_and_the_line_is_credited(shown: Page) -> None:
    credit = shown.locator(".leaflet-control-attribution")
    expect(credit).to_contain_text("© OpenStreetMap contributors, ODbL")
    expect(credit).not_to_contain_text("Leaflet")


def test_the_popup_leads_to_the_features_page(server: str, page: Page) -> None:
    open_map(page, f"{server}/map?{DAY}")
    find(page, "409")
    page.keyboard.press("Enter")
    page.locator(".popup-link").click()
    expect(page).to_have_url(f"{server}/features/409?{DAY}")


def test_the_list_shows_where_a_feature_is(server: str, page: Page) -> None:
    open_map(page, f"{server}/map?{DAY}")
    page.locator("[data-list] a").first.focus()
    expect(page.locator(".leaflet-overlay-pane path")).to_have_count(1)
    assert page.locator("[data-list] a").first.get_attribute("href") == f"/features/390?{DAY}"


def test_a_choice_of_more_shows_more(server: str, page: Page) -> None:
    open_map(page, f"{server}/map?lang=en")
    with page.expect_navigation():
        page.get_by_label("Show", exact=True).select_option("all")
    page.wait_for_selector("html[data-map-ready]", state="attached")
    assert page.locator("html").get_attribute("data-map-drawn") == "61"


def test_on_a_phone_the_list_follows_the_map(server: str, phone: Page) -> None:
    open_map(phone, f"{server}/map?{DAY}")
    sheet = phone.locator(".map-sheet").bounding_box()
    panel = phone.locator(".map-panel").bounding_box()
    assert sheet is not None
    assert panel is not None
    assert panel["y"] >= sheet["y"] + sheet["height"]
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_feature_has_a_small_map(server: str, page: Page) -> None:
    open_map(page, f"{server}/map/feature/397(2)?embed=1")
    expect(page.locator(".feature-label", has_text="397(2)")).to_be_visible()
    expect(page.locator(".masthead")).to_have_count(0)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("nam can", "Nậm Cắn"),
        ("nậm cắn", "Nậm Cắn"),
        ("nậm cắn", "Nậm Càn"),
        ("nậm can", "Nậm Cắn"),
        ("muongxen", "Mường Xén"),
        ("don", "Đồn"),
        ("đon", "Don"),
        ("thuỷ", "Thanh Thủy"),
        ("khoa", "Xiêng Khoảng"),
        ("kho xieng", "Xiêng Khoảng"),
        ("hua", "Hủa Phăn"),
        ("ເງ້", "ເງ້ອານ"),
        ("ເງ", "ເງ້ອານ"),
        ("405(1)", "405(1)"),
        ("40", "405(1)"),
        ("", "Nậm Cắn"),
    ],
)
def test_the_browser_compares_names_as_the_register_does(page: Page, typed: str, name: str) -> None:
    page.set_content("<p>words</p>")
    compared = "return rank(readQuery(typed), readName(name)) !== null;"
    found = page.evaluate(f"([typed, name]) => {{ {_without_leaflet()} {compared} }}", [typed, name])
    assert found is (bool(typed) and matches(typed, name))


@pytest.mark.parametrize(
    "ends", [(104.9086, 19.99966, 104.0694, 19.45734), (104.1, 19.4, 104.1, 19.41), (104, 19, 105, 19)]
)
def test_measured_distances_are_geodesic(page: Page, ends: tuple[float, float, float, float]) -> None:
    page.set_content("<p>distance</p>")
    lon, lat, other_lon, other_lat = ends
    measured = page.evaluate(
        f"([a, b]) => {{ {_without_leaflet()} return distance(a, b); }}",
        [{"lng": lon, "lat": lat}, {"lng": other_lon, "lat": other_lat}],
    )
    true_m = Geod(ellps="WGS84").inv(*ends)[2]
    assert abs(measured - true_m) < 1e-5 * true_m


def _without_leaflet() -> str:
    """The script with nothing for a Leaflet, for what does not draw."""
    return "const L = { Layer: { extend: () => 0 }, Control: { extend: () => 0 } };" + joined().replace(
        "export ", ""
    )
