"""Places of a plan are chosen on a map or typed; both sides' common way is planned and shown."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from borderops.core.clock import now, today
from tests.conftest import PICTURES
from tests.e2e.test_content_security import WATCH, violations
from tests.e2e.test_inspection_path import findings

pytestmark = pytest.mark.browser


def keep_picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"places-{name}.png", full_page=True)


def begin(page: Page, server: str, *, language: str = "en") -> None:
    """The form of a joint patrol from 405 to 409, with a team of each side."""
    page.add_init_script(WATCH)
    page.goto(f"{server}/patrols/new?lang={language}")
    start = today(now())
    page.locator("#unit").select_option("don-nam-can")
    page.locator("#other_unit").select_option("dai-doi-221")
    page.locator("#starts_on").fill(start.isoformat())
    page.locator("#ends_on").fill((start + timedelta(days=1)).isoformat())
    page.locator("#sections").fill("405–409")
    page.locator("#sections").blur()
    for row, unit, leader in (("1", "don-nam-can", "Thiếu tá Vi Văn A"), ("2", "dai-doi-221", "ຮ້ອຍເອກ ບຸນ")):
        page.locator(f"#team{row}_unit").select_option(unit)
        page.locator(f"#team{row}_leader").fill(leader)
        page.locator(f"#team{row}_strength").fill("7")
    expect(page.locator("[data-place-picker][data-ready]")).to_be_visible()


def press(page: Page, target: str, name: str | None = None, *, aside: tuple[int, int] = (0, 0)) -> str:
    """Press the map at a named feature, so many pixels aside; what then stands in the field."""
    page.locator("#picker-what").select_option(target)
    sheet = page.locator("[data-picker-map]")
    sheet.scroll_into_view_if_needed()
    at = sheet.bounding_box()
    sign = page.locator(".picker-name").filter(has_text=name or "406").first.bounding_box()
    assert at
    assert sign
    sheet.click(position={"x": sign["x"] - at["x"] + aside[0], "y": sign["y"] - at["y"] + aside[1]})
    return page.locator(f"#{target}").input_value()


def test_places_are_chosen_on_the_map_and_both_sides_walk_together(page: Page, server: str) -> None:
    page.set_default_timeout(20_000)
    begin(page, server)
    assert press(page, "meeting_point", "406", aside=(6, -5)) == "406", "a press beside a marker names it"
    expect(page.get_by_role("status").filter(has_text="406")).to_be_visible()
    start = press(page, "team1_start", "406", aside=(70, -45))
    latitude, longitude = (float(one) for one in start.split(", "))
    assert 19 < latitude < 20
    assert 103.5 < longitude < 104.5
    press(page, "camps", "407", aside=(-60, 40))
    assert press(page, "camps", "407", aside=(-60, -40)).count("\n") == 1, "a further camp is a further row"
    page.locator("#camps").fill("")
    press(page, "crossing1_where", "407", aside=(-45, 30))
    page.locator("#crossing1_team").fill("vn-1")
    page.locator("#crossing1_to_side").select_option("LA")
    page.locator("#team2_start").fill("407")
    expect(page.locator(".picker-place")).to_have_count(4)
    assert findings(page) == []
    keep_picture(page, "form")
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.get_by_text("The draft is kept.")).to_be_visible()
    page.get_by_role("link", name="Have a plan proposed").click()
    page.get_by_label("Speed along the line").fill("4")
    page.get_by_label("Seconds to calculate").fill("1")
    page.get_by_role("button", name="Have a plan proposed").click()
    expect(page.get_by_role("button", name="Take it into the plan")).to_be_visible(timeout=170_000)
    expect(page.get_by_text("They walk together: vn-1 + la-1")).to_be_visible()
    expect(page.get_by_text("la-1 from 407")).to_be_visible()
    assert findings(page) == []
    keep_picture(page, "planner")
    page.get_by_role("button", name="Take it into the plan").click()
    expect(page.get_by_text("The proposed way is in the plan")).to_be_visible()
    way = page.locator(".way").first
    expect(way.get_by_text("Meeting point")).to_be_visible()
    expect(way.get_by_text("The sides part")).to_be_visible()
    expect(page.get_by_text("Daylight:").first).to_be_visible()
    sheet = page.frame_locator("iframe")
    expect(sheet.locator("html[data-map-ready]")).to_be_attached()
    assert sheet.locator(".place-start").count() == 2
    assert sheet.locator(".place-cross").count() == 1
    assert violations(page) == []
    keep_picture(page, "plan")


@pytest.mark.parametrize("language", ["vi", "lo"])
def test_the_map_is_pressed_with_a_finger(phone: Page, server: str, language: str) -> None:
    begin(phone, server, language=language)
    assert press(phone, "meeting_point", "407", aside=(10, 10)) == "407"
    assert findings(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    keep_picture(phone, f"phone-{language}")
    phone.goto(f"{server}/patrols/limits?lang={language}")
    assert findings(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    keep_picture(phone, f"phone-limits-{language}")


def test_what_is_typed_is_shown_on_the_map(page: Page, server: str) -> None:
    begin(page, server)
    expect(page.locator(".picker-place")).to_have_count(0)
    page.locator("#meeting_point").fill("Mốc 406")
    expect(page.locator(".picker-place")).to_have_count(1)
    page.locator("#team1_start").fill("19.47, 104.08 Bản Noọng Dẻ")
    expect(page.locator(".picker-place")).to_have_count(2)
    page.locator("#team2_start").fill("Bản Không Rõ")
    expect(page.locator(".picker-place")).to_have_count(2)
