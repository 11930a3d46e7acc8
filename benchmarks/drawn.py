"""The page of damaged markers in Chromium, against the smallest folium page that draws the same points.

Both pages come from the same server, with the same Leaflet and the same address for their data, into a
browser that has nothing of them in its cache. What counts is the time from asking for the page until its
points are painted.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from urllib.parse import quote, urlencode

import folium
from branca.element import Figure as Document
from branca.element import MacroElement
from folium.template import Template
from playwright.sync_api import Browser, sync_playwright

from benchmarks.timing import DifferentAnswers, Figure, slower_by
from borderops.inspections.rules import DAMAGED

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"

#: No sandbox as root, and no name but this machine's resolves: as the tests start it.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]

_LEAFLET = "/static/vendor/leaflet/leaflet"

#: Waits until the page has made its points; gives the milliseconds until they are painted, and how many.
_PAINTED = """
(made) => new Promise((resolve, reject) => {
  const giveUp = performance.now() + 60_000;
  const look = () => {
    const drawn = Number(made === "map" ? window.drawnPoints : document.documentElement.dataset.mapDrawn);
    if (drawn) {
      requestAnimationFrame(() => setTimeout(() => resolve([performance.now(), drawn])));
    } else if (performance.now() > giveUp) {
      reject(new Error("the points were not drawn"));
    } else {
      setTimeout(look, 1);
    }
  };
  look();
})
"""


class Points(MacroElement):
    """Points at an address as Leaflet's own circles on one canvas: nothing is drawn faster by folium."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        fetch({{ this.data_url|tojson }}).then((reply) => reply.json()).then((data) => {
            const points = L.geoJSON(data, {
                pointToLayer: (feature, place) => L.circleMarker(place, { radius: 4 }),
            }).addTo({{ this._parent.get_name() }});
            {{ this._parent.get_name() }}.fitBounds(points.getBounds(), { animate: false });
            window.drawnPoints = points.getLayers().length;
        });
        {% endmacro %}
        """
    )

    def __init__(self, data_url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Points"
        self.data_url = data_url


class Sheet(folium.Map):
    """Folium's map with Leaflet alone, from our own server."""

    default_js = [("leaflet", f"{_LEAFLET}.js")]  # noqa: RUF012 - folium's own class-level contract
    default_css = [("leaflet_css", f"{_LEAFLET}.css")]  # noqa: RUF012


def smallest_page(data_url: str) -> str:
    """The smallest folium page that draws the points at an address."""
    document = Document()
    sheet = Sheet(tiles=None, prefer_canvas=True)
    document.add_child(sheet)
    sheet.add_child(Points(data_url))
    return str(document.render())


def damaged_query(section: str) -> str:
    """The question for the damaged features of a stretch of the line, as the API takes it."""
    return urlencode([("section", section), *(("state", state) for state in sorted(DAMAGED))])


@contextmanager
def browsing() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def measure_page(
    browser: Browser,
    port: int,
    *,
    headers: Mapping[str, str],
    smallest: str,
    section: str,
    count: int,
    rounds: int,
    progress: Callable[[], None],
) -> list[Figure]:
    """The map of `count` damaged features: at most 1.2 times the smallest folium page."""
    data_url = "/api/v1/features?" + damaged_query(section)
    root = f"http://127.0.0.1:{port}"
    pages = {
        "ours": (f"{root}/map?section={quote(section)}", "ours"),
        "smallest": (f"{root}{smallest}?data_url={quote(data_url, safe='')}", "map"),
    }
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(rounds + 1):
        for name in sorted(pages, reverse=bool(turn % 2)):
            milliseconds, drawn = _draw(browser, *pages[name], headers=headers)
            if drawn != count:
                raise DifferentAnswers(f"{pages[name][0]} drew {drawn} of {count} features")
            if turn:  # the first round warms the server
                taken[name].append(milliseconds / 1e3)
        progress()
    return [
        slower_by(
            f"map page with {count:,} damaged features, drawn in Chromium",
            ours_s=median(taken["ours"]),
            reference_s=median(taken["smallest"]),
            limit=1.2,
        )
    ]


def _draw(browser: Browser, address: str, made: str, *, headers: Mapping[str, str]) -> tuple[float, int]:
    """Milliseconds from asking for a page until its points are painted, and how many, with an empty cache."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="vi-VN", extra_http_headers=dict(headers)
    )
    page = context.new_page()
    page.goto(address, wait_until="commit")
    milliseconds, drawn = page.evaluate(_PAINTED, made)
    context.close()
    return float(milliseconds), int(drawn)
