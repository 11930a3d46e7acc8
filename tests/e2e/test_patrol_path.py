"""A joint patrol in Chromium: planned, proposed, adjusted, agreed to, walked, recorded; coverage changes."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyogrio
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from borderops.boundary.line import Line
from borderops.core.clock import now, today
from tests.conftest import PICTURES
from tests.e2e.test_inspection_path import findings
from tests.patrols.making import gpx_along
from tests.people import PEOPLE

pytestmark = pytest.mark.browser


@pytest.fixture
def other_side(browser: Browser) -> Iterator[Page]:
    """The browser of the other side's officer in Xiangkhouang."""
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        context.add_cookies(PEOPLE["lao-officer-xk"].browser_cookies)
        yield context.new_page()


def keep_picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"patrol-{name}.png", full_page=True)


def walked_km(page: Page, server: str) -> float:
    """Kilometres walked lately, as the page of coverage says."""
    page.goto(f"{server}/patrols/coverage?lang=en")
    expect(page.frame_locator("iframe").locator("html[data-map-ready]")).to_be_attached()
    figure = page.locator(".figure-value").first.inner_text()
    return float(figure.replace(",", ""))


def test_a_patrol_from_its_plan_to_what_it_covered(
    page: Page, other_side: Page, server: str, tmp_path: Path
) -> None:
    page.set_default_timeout(20_000)
    before = walked_km(page, server)
    patrol = plan_by_hand(page, server)
    have_it_proposed(page)
    agree(page, other_side, server)
    set_out(page, server, patrol)
    bring_back(page, server, tmp_path)
    after = walked_km(page, server)
    keep_picture(page, "coverage")
    assert findings(page) == []
    assert after >= before + 4
    open_documents(page, patrol.rpartition("/")[2], server, tmp_path)


def plan_by_hand(page: Page, server: str) -> str:
    """A draft for the post of Nậm Cắn and company 221; the address of its page."""
    page.goto(f"{server}/patrols/new?lang=en")
    start = today(now())
    page.get_by_label("Our unit that leads").select_option("don-nam-can")
    page.get_by_label("The other side's unit").select_option("dai-doi-221")
    page.get_by_label("First day").fill(start.isoformat())
    page.get_by_label("Last day").fill((start + timedelta(days=1)).isoformat())
    page.get_by_label("Sections, from marker to marker").fill("405–409")
    for row, unit, leader in (("1", "don-nam-can", "Thiếu tá Vi Văn A"), ("2", "dai-doi-221", "ຮ້ອຍເອກ ບຸນ")):
        page.locator(f"#team{row}_unit").select_option(unit)
        page.locator(f"#team{row}_leader").fill(leader)
        page.locator(f"#team{row}_strength").fill("7")
    page.get_by_label("Where the two sides meet").fill("405(1)")
    page.get_by_label("Objectives").fill("Kiểm tra mốc, phát quang đường thông tầm nhìn")
    keep_picture(page, "form")
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.get_by_text("The draft is kept.")).to_be_visible()
    assert findings(page) == []
    return page.url.partition("?")[0]


def have_it_proposed(page: Page) -> None:
    """A plan by the program; a person forbids a marker and has it solved again around that."""
    page.get_by_role("link", name="Have a plan proposed").click()
    page.get_by_label("Seconds to calculate").fill("2")
    page.get_by_role("button", name="Have a plan proposed").click()
    # Where the planner was not compiled at set-up, that comes first.
    expect(page.get_by_role("button", name="Take it into the plan")).to_be_visible(timeout=170_000)
    row = page.locator(".why-list li").filter(has=page.locator("strong", has_text=re.compile("^407$")))
    row.get_by_label("forbid").check()
    page.get_by_label("Seconds to calculate").fill("1")
    page.get_by_role("button", name="Solve again around my wishes").click()
    expect(page.get_by_text("a person forbade it")).to_be_visible(timeout=60_000)
    keep_picture(page, "planner")
    assert findings(page) == []
    page.get_by_role("button", name="Take it into the plan").click()
    expect(page.get_by_text("The proposed way is in the plan")).to_be_visible()
    assert page.locator(".way li").count() > 0
    assert page.locator(".way li").filter(has_text="407").count() == 0
    expect(page.frame_locator("iframe").locator("html[data-map-ready]")).to_be_attached()
    keep_picture(page, "plan")


def agree(page: Page, other_side: Page, server: str) -> None:
    """The plan is given to the other side in parts, which agrees; then it is approved."""
    page.get_by_text("Propose to the other side").click()
    page.get_by_role("button", name="Propose", exact=True).click()
    expect(page.get_by_text("The plan lies with the other side now")).to_be_visible()
    other_side.goto(f"{server}/patrols?lang=en")
    other_side.get_by_role("link", name=re.compile("405–409")).last.click()
    expect(other_side.get_by_text("You see what was given to your side")).to_be_visible()
    assert "Vi Văn A" not in other_side.content()
    assert findings(other_side) == []
    keep_picture(other_side, "other-side")
    other_side.get_by_label("Agrees").check()
    other_side.get_by_role("button", name="Record the answer").click()
    expect(other_side.get_by_text("The answer is recorded.")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("The patrol is approved")).to_be_visible()


def set_out(page: Page, server: str, patrol: str) -> None:
    """The patrol sets out and stands on the duty officer's page."""
    page.get_by_text("Set out", exact=True).first.click()
    page.get_by_role("button", name="The patrol has set out").click()
    expect(page.get_by_text("The patrol is under way.")).to_be_visible()
    page.goto(f"{server}/patrols/duty")
    expect(page.get_by_role("heading", name=re.compile("405–409"))).to_be_visible()
    assert findings(page) == []
    page.goto(patrol)


def bring_back(page: Page, server: str, folder: Path) -> None:
    """A track is brought in, and the patrol ended."""
    page.get_by_text("Bring in a track").click()
    page.locator("#track-file").set_input_files(_track(page, server, folder))
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("km of the line")).to_be_visible()
    page.get_by_text("The patrol is back").click()
    page.get_by_label("Notes").fill("Nguyên trạng, an toàn.")
    page.get_by_role("button", name="Record the end").click()
    expect(page.get_by_text("The patrol is ended.")).to_be_visible()
    keep_picture(page, "ended")
    assert findings(page) == []


def _track(page: Page, server: str, folder: Path) -> Path:
    """A track that follows the line from 405(1) to 408, recorded just now."""
    ground = page.request.get(f"{server}/map/ground.geojson").json()
    (course,) = (
        one["geometry"]["coordinates"] for one in ground["features"] if one["properties"].get("line")
    )
    line = Line.from_coordinates(course)
    places = [
        page.request.get(f"{server}/api/v1/features/{number}").json()["properties"]["chainage_km"] * 1000
        for number in ("405(1)", "408")
    ]
    began = datetime.now(UTC) - timedelta(hours=2)
    file = folder / "track.gpx"
    file.write_bytes(gpx_along(line, min(places), max(places), start=began))
    return file


def open_documents(page: Page, patrol_id: str, server: str, folder: Path) -> None:
    """The leader's sheet is rasterised and looked at; the files for receivers are opened by GDAL."""
    address = f"{server}/api/v1/patrols/{patrol_id}"
    for ending in ("gpx", "kml", "gpkg"):
        file = folder / f"plan.{ending}"
        file.write_bytes(page.request.get(f"{address}/plan.{ending}").body())
        layers = [str(layer) for layer, _kind in pyogrio.list_layers(file)]
        read = [len(pyogrio.raw.read(file, layer=layer, columns=[])[2]) for layer in layers]
        assert sum(read) > 3, ending
    sheet = folder / "sheet.pdf"
    for language in ("vi", "lo"):
        sheet.write_bytes(page.request.get(f"{address}/sheet.pdf?lang={language}").body())
        pdftoppm = shutil.which("pdftoppm")
        assert pdftoppm, "poppler-utils is needed to look at printed sheets"
        subprocess.run([pdftoppm, "-r", "60", "-png", sheet, folder / f"sheet-{language}"], check=True)
        pages = sorted(folder.glob(f"sheet-{language}-*.png"))
        assert pages
        for picture in pages:
            with Image.open(picture) as drawn:
                pixels = np.asarray(drawn.convert("L"))
            assert (pixels < 128).sum() > 300, f"{picture.name} is empty"
        if PICTURES:
            shutil.copyfile(pages[0], Path(PICTURES) / f"patrol-sheet-{language}.png")


@pytest.mark.parametrize("language", ["vi", "lo"])
def test_pages_fit_a_phone_and_can_be_used_without_sight(phone: Page, server: str, language: str) -> None:
    plan_by_hand(phone, server)
    made = phone.url.partition("?")[0]
    for path in ("/patrols", "/patrols/new", "/patrols/duty", "/patrols/coverage", made, f"{made}/planner"):
        phone.goto(f"{path if path.startswith('http') else server + path}?lang={language}")
        name = path.rpartition("/")[2][:12]
        keep_picture(phone, f"phone-{language}-{name}")
        assert findings(phone) == [], path
        assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_the_pages_work_by_keyboard(page: Page, server: str) -> None:
    plan_by_hand(page, server)
    page.get_by_text("Take it along").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="The leader's sheet (PDF)")).to_be_visible()
    page.get_by_text("Cancel the patrol").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Mưa lũ")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The patrol is cancelled; its record stays.")).to_be_visible()
