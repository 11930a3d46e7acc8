"""The browser refuses what the policy refuses, and nothing that our own pages need."""

from typing import Any

import pytest
from playwright.sync_api import Page

from borderops.ui.problems import FOR_PROGRAMS
from tests.accounts.calls import CALLS

pytestmark = pytest.mark.browser

#: Every page without a name in its address, by the table of routes; and of the others one each, with the maps
#: that some of them frame.
PAGES = [
    *(
        path
        for method, _, path in (key.partition(" ") for key in CALLS)
        if method == "GET" and "{" not in path and not path.startswith(FOR_PROGRAMS) and "." not in path
    ),
    "/features?damaged=yes&sort=state",
    "/features/397(2)",
    "/features/397(2)?as_of=2024-06-30&lang=lo",
    "/features/397(2)/positions/new",
    "/features/397(2)/duties/new",
    "/features/397(2)/events/new",
    "/features/397(2)/inspections/new",
    "/features/nam-can/decisions/new",
    "/map?show=all",
    "/map?embed=1",
    "/map/feature/397(2)",
    "/reports/repair-status/houaphanh",
    "/administration/people/officer",
    "/administration/units/don-nam-can",
]

WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""

ADD_SCRIPT = """
const script = document.createElement("script");
Object.assign(script, %s);
document.body.append(script);
"""

#: What somebody might bring into a page, and which part of the policy stops it.
BROUGHT_IN = [
    (ADD_SCRIPT % '{textContent: "window.ran = 1"}', "script-src"),
    (ADD_SCRIPT % '{src: "/static/ui/frame.js"}', "script-src"),
    (ADD_SCRIPT % '{src: "https://elsewhere.example/x.js"}', "script-src"),
    ("document.body.innerHTML += '<img src=x onerror=\"window.ran = 1\">'", "script-src"),
    ("document.body.innerHTML += '<p style=\"color: red\">x</p>'", "style-src"),
    ("document.body.innerHTML += '<style>p { color: red }</style>'", "style-src"),
    ("document.body.innerHTML += '<iframe src=https://elsewhere.example/></iframe>'", "frame-src"),
    ("document.head.innerHTML += '<base href=https://elsewhere.example/>'", "base-uri"),
    ("setTimeout('window.ran = 1')", "script-src"),
    ("fetch('https://elsewhere.example/').catch(() => {})", "connect-src"),
    ("new Image().src = 'https://elsewhere.example/x.png'", "img-src"),
]


def violations(page: Page) -> list[Any]:
    """What the policy stopped on the page and in its frames."""
    return [told for frame in page.frames for told in frame.evaluate("window.violations")]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_of_ours_meets_its_own_policy(server: str, page: Page, path: str) -> None:
    page.add_init_script(WATCH)
    reply = page.goto(server + path, wait_until="networkidle")
    assert reply is not None
    assert reply.status == 200
    assert "nonce-" in reply.headers["content-security-policy"]
    assert violations(page) == []


@pytest.mark.parametrize(("how", "stopped"), BROUGHT_IN)
def test_what_somebody_puts_into_a_page_does_not_run(
    server: str, unwatched: Page, how: str, stopped: str
) -> None:
    page = unwatched
    page.add_init_script(WATCH)
    page.goto(server + "/features")
    # By the test's own hand, which no policy stops; what it brings in is the page's.
    page.evaluate(how)
    page.wait_for_function("window.violations.length > 0")
    assert any(told.startswith(stopped) for told in violations(page))
    assert page.evaluate("window.ran") is None


def test_no_other_site_can_frame_a_page(server: str, unwatched: Page) -> None:
    """A page may be framed by none but where it is a part of another of ours: the map."""
    page = unwatched
    page.goto(server + "/features")
    page.evaluate(
        """() => { for (const path of ["/features", "/map/feature/397(2)"]) {
             const frame = document.createElement("iframe");
             frame.src = path;
             document.body.append(frame); } }"""
    )
    page.wait_for_load_state("networkidle")
    shown = {frame.url.removeprefix(server) for frame in page.frames[1:]}
    assert "/map/feature/397(2)" in shown
    assert "/features" not in shown
