import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI, Request
from httpx2 import Response
from jinja2 import ChoiceLoader, DictLoader
from jinja2.exceptions import UndefinedError
from starlette.responses import HTMLResponse
from starlette.testclient import TestClient

from borderops.core.errors import InvalidInput, NotFound
from borderops.inspections.definitions import LEVEL_DEFINITIONS
from borderops.ui.frame import NavItem, install_frame, render
from borderops.ui.problems import install_problems
from borderops.ui.states import STATES

Browse = Callable[..., Response]

PAGES = {
    "demo/page.html": """{% extends "ui/base.html" %}
{% block title %}{{ _("Inspection") }}{% endblock %}
{% block content %}<h1>{{ label("state", "poor") }}</h1>
{% for state in STATES %}{{ ui.state_badge(state) }}{% endfor %}
{{ ui.state_legend({"poor": "Its worst part is poor."}) }}
{{ ui.duty_badge("LA", "<b>") }}
{{ ui.mark_tag("sourced") }}
{{ ui.position_tag("schematic", 6000) }}
{{ ui.day(day, "month") }}
{{ ui.definition("Poor", "Its worst part is poor.") }}
<table><tr>
{{ ui.sort_header("number", "N", "number") }}{{ ui.sort_header("state", "S", "number") }}
</tr></table>
{{ ui.filter_chips([("state", "Kém")]) }}
{{ ui.pagination(2, 50, 116) }}
{{ ui.empty_state("none") }}
{{ ui.figure(1200, "x") }}
<a id="way" href="{{ url("feature", number="425/1 (2)", query={"q": "ạ"}) }}">x</a>
{% endblock %}""",
    "demo/form.html": """{% extends "ui/base.html" %}
{% block content %}{{ ui.error_summary(problems) }}<form>
{{ ui.choices("level", "L", levels, value="poor", error=problems[0].message) }}
{{ ui.field("who", "W", hint="H", error=problems[1].message) }}
{{ ui.field("file", "F", type="file", required=false) }}
{{ ui.select("cause", "C", [("flood", "x")], value="flood") }}
{{ ui.textarea("notes", "N", "<i>") }}
</form>{% endblock %}""",
    "demo/typo.html": """{% extends "ui/base.html" %}{% block content %}{{ mistyped }}{% endblock %}""",
}


@pytest.fixture(scope="module")
def app() -> FastAPI:
    app = FastAPI()

    @app.get("/", name="home")
    def home(request: Request) -> HTMLResponse:
        return render(request, "demo/page.html", day=date(2024, 5, 1))

    @app.get("/features/{number:path}", name="feature")
    def feature(number: str) -> HTMLResponse:
        raise NotFound("There is no feature %(address)s in the register.", address=number)

    @app.get("/form", name="form")
    def form(request: Request) -> HTMLResponse:
        problems = [InvalidInput("Say why.", field="level"), InvalidInput("Say who.", field="who")]
        levels = [(level, level, text) for level, text in LEVEL_DEFINITIONS["body"].items()]
        return render(request, "demo/form.html", as_of_bar=False, problems=problems, levels=levels)

    @app.get("/typo")
    def typo(request: Request) -> HTMLResponse:
        return render(request, "demo/typo.html")

    install_problems(app)
    install_frame(app, nav=[NavItem("home", "Inspection", "inspect"), NavItem("form", "Patrol", "map")])
    environment = app.state.frame.environment
    environment.loader = ChoiceLoader([environment.loader, DictLoader(PAGES)])
    return app


@pytest.fixture
def browse(app: FastAPI) -> Browse:
    def get(path: str, *, cookies: dict[str, str] | None = None, **options: Any) -> Response:
        with TestClient(app, base_url="http://127.0.0.1", cookies=cookies, follow_redirects=False) as client:
            return client.get(path, **options)

    return get


def test_a_page_is_vietnamese_unless_asked_otherwise(browse: Browse) -> None:
    page = browse("/")
    assert '<html lang="vi">' in page.text
    assert "<h1>Hiện trạng kém</h1>" in page.text
    assert "<title>Kiểm tra · Borderops</title>" in page.text
    assert page.headers["content-language"] == "vi"
    assert "set-cookie" not in page.headers


def test_the_language_of_the_address_is_remembered(browse: Browse) -> None:
    page = browse("/?lang=lo")
    assert "<h1>ສະພາບບໍ່ດີ</h1>" in page.text
    assert page.cookies["borderops_lang"] == "lo"
    assert '<html lang="lo">' in browse("/", cookies={"borderops_lang": "lo"}).text


def test_languages_are_offered_in_their_own_words_at_the_same_address(browse: Browse) -> None:
    page = browse("/?as_of=2024-06-30&lang=lo&state=poor&state=severe").text
    assert 'href="/?as_of=2024-06-30&amp;state=poor&amp;state=severe&amp;lang=vi" lang="vi"' in page
    for name in ("Tiếng Việt", "ລາວ", "English"):
        assert name in page


def test_ways_within_the_program_keep_language_and_dates(browse: Browse) -> None:
    page = browse("/?as_of=2024-06-30&known_at=2024-07-01&lang=en&state=poor").text
    way = re.search(r'id="way" href="([^"]*)"', page)
    assert way is not None
    assert way[1] == (
        "/features/425/1%20(2)?lang=en&amp;as_of=2024-06-30&amp;known_at=2024-07-01&amp;q=%E1%BA%A1"
    )
    assert 'href="/form?lang=en&amp;as_of=2024-06-30&amp;known_at=2024-07-01"' in page


def test_another_day_is_announced_with_a_way_back(browse: Browse) -> None:
    page = browse("/?as_of=2024-06-30&state=poor").text
    assert "Tính đến 30/6/2024" in page
    assert '<a class="as-of-back" href="/?state=poor">' in page
    assert '<input type="hidden" name="state" value="poor">' in page
    assert "as-of-past" not in browse("/").text
    assert "as-of-past" not in browse("/?as_of=nonsense").text


def test_a_form_has_no_date_to_choose(browse: Browse) -> None:
    assert "frame-as-of" not in browse("/form").text


def test_the_page_that_is_open_is_marked_in_the_navigation(browse: Browse) -> None:
    assert re.findall(r'href="(\S+)" aria-current="page"', browse("/form").text) == ["/form"]
    assert re.findall(r'href="(\S+)" aria-current="page"', browse("/").text) == ["/"]


def test_htmx_gets_the_content_and_the_title_only(browse: Browse) -> None:
    part = browse("/", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith("<title>Kiểm tra · Borderops</title>")
    assert "<h1>" in part
    assert "<html" not in part
    assert "<footer" not in part
    whole = browse("/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}).text
    assert "<html" in whole


@pytest.mark.parametrize("path", ["/", "/form", "/features/9", "/?as_of=2024-06-30"])
@pytest.mark.parametrize("language", ["vi", "lo", "en"])
def test_pages_have_no_inline_script_handler_or_style(browse: Browse, path: str, language: str) -> None:
    """A strict Content-Security-Policy (script-src and style-src 'self') must not break a page."""
    page = browse(path, params={"lang": language}).text
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", page) == []
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []


def test_every_state_is_shown_by_shape_and_words(browse: Browse) -> None:
    page = browse("/?lang=en").text
    for look in STATES.values():
        assert look.shape in page
        assert look.text in page


def test_schematic_positions_say_so_with_their_radius(browse: Browse) -> None:
    assert "Vị trí sơ đồ, ±6 km" in browse("/").text


def test_what_people_typed_is_escaped(browse: Browse) -> None:
    assert "&lt;b&gt;" in browse("/").text
    assert "&lt;i&gt;" in browse("/form").text


def test_a_partial_date_is_partial_for_machines_too(browse: Browse) -> None:
    assert '<time datetime="2024-05">5/2024</time>' in browse("/").text


def test_errors_stand_at_their_field_and_above_the_form(browse: Browse) -> None:
    page = browse("/form?lang=en").text
    assert "2 entries need correcting" in page
    assert '<a href="#who">Say who.</a>' in page
    assert 'aria-invalid="true" aria-describedby="who-hint who-error"' in page
    assert 'aria-invalid="true" aria-describedby="level-error"' in page
    assert re.search(r'value="poor" checked', page)


def test_pages_and_sorting_are_addresses(browse: Browse) -> None:
    page = browse("/?page=2&sort=number&lang=en").text
    assert 'rel="prev" href="/?sort=number&amp;lang=en"' in page
    assert 'rel="next" href="/?sort=number&amp;lang=en&amp;page=3"' in page
    assert "51–100 of 116" in page
    assert '<th scope="col" aria-sort="ascending"><a class="sort" href="/?lang=en&amp;sort=-number">' in page


def test_what_is_not_there_is_said_with_its_code(browse: Browse) -> None:
    page = browse("/features/999")
    assert page.status_code == 404
    assert "Không có 999 trong sổ đăng ký." in page.text
    assert "<code>not-found</code>" in page.text


def test_an_undefined_name_in_a_template_is_an_error(browse: Browse) -> None:
    with pytest.raises(UndefinedError):
        browse("/typo")


def test_static_files_are_kept_for_as_long_as_they_are_the_same(browse: Browse) -> None:
    address = re.search(r'href="(/static/ui/app\.css\?v=[0-9a-f]{12})"', browse("/").text)
    assert address is not None
    named = browse(address[1])
    assert named.status_code == 200
    assert "immutable" in named.headers["cache-control"]
    assert browse("/static/ui/app.css").headers["cache-control"] == "no-cache"
    assert browse("/static/../frame.py").status_code == 404


def test_a_named_file_is_the_one_on_the_disk(client: TestClient) -> None:
    page = client.get("/map").text
    for path, media_type in (("ui/app.css", "text/css"), ("vendor/leaflet/leaflet.js", "text/javascript")):
        [address] = set(re.findall(rf"/static/{re.escape(path)}\?v=[0-9a-f]+", page))
        hashed, plain = client.get(address), client.get(f"/static/{path}")
        other = client.get(f"/static/{path}?v=000000000000")
        assert hashed.content == plain.content == other.content
        assert hashed.headers["content-type"].startswith(media_type)
        assert hashed.headers["content-type"] == plain.headers["content-type"]
        assert "immutable" in hashed.headers["cache-control"]
