"""The whole path in Chromium, every outside host blocked: an officer at 405(1) logs what they saw."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.people import TESTER

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"

PAGES = (
    "/",
    "/features",
    "/features?q=397(9)&section=9-1",
    "/features/405(1)",
    "/features/nam-can",
    "/features/405(1)/inspections/new",
    "/inspections/new?feature=397",
    "/features/409/positions/new",
    "/features/409/duties/new",
    "/features/nam-can/decisions/new",
    "/features/409/events/new",
    "/sign-in",
    "/account",
    "/account/second-factor",
    "/administration/people",
    "/administration/people/officer",
    "/administration/units/don-nam-can",
    "/administration/refused",
)

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

CANNOT_BE_SEEN_WITHOUT = "serious", "critical"


@pytest.fixture
def browser_without_scripts(browser: Browser) -> Iterator[Page]:
    """A page in a browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(TESTER.browser_cookies)
    yield context.new_page()
    context.close()


@pytest.fixture
def unwatched(browser: Browser) -> Iterator[Page]:
    """A phone's page whose console is not watched."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies(TESTER.browser_cookies)
    yield context.new_page()
    context.close()


def findings(page: Page) -> list[str]:
    """What axe-core finds on a page that keeps people from using it."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['html']}"
        for one in found["violations"]
        if one["impact"] in CANNOT_BE_SEEN_WITHOUT
        for node in one["nodes"]
    ]


def overflows(page: Page) -> bool:
    """Whether the page is wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["vi", "lo"])
def test_pages_can_be_used_by_everybody(server: str, page: Page, address: str, language: str) -> None:
    page.goto(server + address + ("&" if "?" in address else "?") + f"lang={language}")
    assert findings(page) == []
    assert not overflows(page)


@pytest.mark.parametrize("address", PAGES)
def test_pages_fit_a_phone(server: str, phone: Page, address: str) -> None:
    phone.goto(server + address)
    assert not overflows(phone)
    assert findings(phone) == []


def test_an_officer_logs_an_inspection_on_a_phone(server: str, phone: Page) -> None:
    phone.context.grant_permissions(["geolocation"])
    phone.context.set_geolocation({"latitude": 19.4787, "longitude": 104.0840, "accuracy": 80})
    phone.goto(f"{server}/?lang=en")
    damaged = phone.locator(".figure-alert .figure-value").inner_text()

    phone.get_by_role("link", name="Log an inspection").click()
    phone.get_by_label("Number of the marker or stake").fill("405 (2)")
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("405(2)")

    phone.locator("#finding .pick", has_text="Seen").tap()
    phone.locator(".pick-all").tap()
    phone.locator("#part_foundation .pick", has_text="Severe").tap()
    expect(phone.locator("details[data-damage]")).to_have_attribute("open", "")
    phone.locator("#cause .pick", has_text="Flood").tap()
    phone.locator("#photos").set_input_files({"name": "foot.png", "mimeType": "image/png", "buffer": PIXEL})
    expect(phone.locator("[data-previews] img")).to_have_count(1)
    phone.get_by_role("button", name="Take my position").tap()
    expect(phone.locator("[data-gps-said]")).to_contain_text("Only good to ±80 m")
    phone.get_by_role("button", name="Save the inspection").tap()

    expect(phone.get_by_role("status").first).to_contain_text("Recorded.")
    expect(phone.get_by_role("status").first).to_contain_text("only good to 80 m")
    expect(phone.locator(".feature-badges [data-state=severe]")).to_be_visible()
    expect(phone.locator("#history ~ .timeline img").first).to_be_visible()

    phone.goto(f"{server}/?lang=en")
    expect(phone.locator(".figure-alert .figure-value")).to_have_text(str(int(damaged) + 1))
    phone.goto(f"{server}/features?damaged=yes&lang=en")
    expect(phone.get_by_role("link", name="405(2)")).to_be_visible()
    report = phone.request.get(f"{server}/api/v1/reports/repair-status?province=xiangkhouang").json()
    assert "405(2)" in {item["number"] for item in report["items"]}


def test_the_saving_bar_never_covers_what_has_the_focus(server: str, phone: Page) -> None:
    phone.emulate_media(reduced_motion="reduce")
    phone.goto(f"{server}/features/406/inspections/new")
    phone.locator("#finding input").first.focus()
    seen = set()
    for _ in range(60):
        phone.keyboard.press("Tab")
        name, bottom, bar = phone.evaluate(
            """() => {
                const held = document.activeElement, bar = document.querySelector(".save-bar");
                const drawn = held.closest("label") ?? held;
                return [held.name || held.textContent.trim(), drawn.getBoundingClientRect().bottom,
                        bar.contains(held) ? null : bar.getBoundingClientRect().top];
            }"""
        )
        if bar is None:
            break
        seen.add(name)
        assert bottom <= bar, name
    assert {"all_good", "part_access", "notes", "lat", "observed_at"} <= seen


def test_what_was_typed_survives_until_it_is_recorded(server: str, phone: Page) -> None:
    address = f"{server}/features/406/inspections/new?lang=en"
    phone.goto(address)
    phone.locator("#finding .pick", has_text="Seen").tap()
    phone.locator("#part_body .pick", has_text="Fair").tap()
    phone.get_by_label("Notes").fill("Sứt một góc")
    expect(phone.locator("[data-draft-said]")).to_have_text("Kept on this device until it is saved")
    sent_as = phone.locator("[name=id]").input_value()

    phone.goto(address)
    expect(phone.locator("[data-draft-notice]")).to_be_visible()
    expect(phone.get_by_label("Notes")).to_have_value("Sứt một góc")
    assert phone.locator("[name=id]").input_value() == sent_as
    phone.goto(f"{server}/inspections/new?lang=en")
    expect(phone.locator("[data-drafts] li")).to_have_count(1)

    phone.goto(address)
    phone.get_by_role("button", name="Save the inspection").tap()
    expect(phone.get_by_role("status").first).to_contain_text("Recorded.")
    phone.wait_for_function("Object.keys(localStorage).every((key) => !key.startsWith('borderops-draft:'))")
    phone.goto(address)
    expect(phone.locator("[data-draft-notice]")).to_be_hidden()
    expect(phone.get_by_label("Notes")).to_have_value("")


def test_a_form_that_comes_back_keeps_what_was_typed(server: str, unwatched: Page) -> None:
    phone = unwatched  # Chromium writes every 422 to the console, which `phone` takes for a fault
    phone.goto(f"{server}/features/407/inspections/new?lang=en")
    phone.get_by_label("Notes").fill("Chưa xong")
    phone.get_by_role("button", name="Save the inspection").click()
    expect(phone.locator("#problems")).to_be_focused()
    expect(phone.locator("#finding-error")).to_be_visible()
    expect(phone.get_by_label("Notes")).to_have_value("Chưa xong")


def test_the_list_narrows_as_choices_are_made_and_by_keyboard_alone(server: str, page: Page) -> None:
    page.goto(f"{server}/features?lang=en")
    facet = page.locator("#facet-province")
    facet.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile(r"province=houaphanh"))
    expect(facet).to_have_attribute("open", "")
    expect(page.locator(".chip").first).to_contain_text("Houaphanh")
    assert "q=" not in page.url
    page.keyboard.press("Escape")
    expect(facet).not_to_have_attribute("open", "")
    page.get_by_role("link", name="State", exact=True).click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("State")
    page.go_back()
    expect(page).not_to_have_url(re.compile(r"sort="))


def test_the_essentials_work_without_scripts(server: str, browser_without_scripts: Page) -> None:
    page = browser_without_scripts
    page.goto(f"{server}/features/408/inspections/new?lang=en")
    page.get_by_label("Seen", exact=True).check(force=True)
    page.get_by_label("All parts good").check(force=True)
    page.get_by_role("button", name="Save the inspection").click()
    expect(page.get_by_role("status").first).to_contain_text("Recorded.")
    page.goto(f"{server}/features?lang=en")
    page.locator("#facet-state summary").click()
    page.get_by_label("Good condition").check()
    page.locator("#facet-state").get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="408")).to_be_visible()
