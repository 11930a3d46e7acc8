"""What every reply tells the browser to refuse."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request, Response
from httpx2 import Response as Reply
from jinja2 import ChoiceLoader, DictLoader
from starlette.responses import HTMLResponse
from starlette.testclient import TestClient

from borderops.core.errors import NotFound
from borderops.ui.frame import install_frame, render
from borderops.ui.headers import SecureHeaders, let_be_framed
from borderops.ui.problems import install_problems

PAGES = {
    "demo/page.html": """{% extends "ui/base.html" %}
{% block head %}<script src="/one.js" defer></script>
<link rel="modulepreload" href="/two.js">{% endblock %}
{% block content %}<script type="module">two();</script>{{ typed }}
<form method="get"></form><form class="x" method="post" action="/x"></form>{% endblock %}""",
}


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI(openapi_url=None)

    @app.get("/")
    def home(request: Request, typed: str = "") -> HTMLResponse:
        return render(request, "demo/page.html", typed=typed)

    @app.get("/framed")
    def framed(request: Request) -> HTMLResponse:
        let_be_framed(request)
        return render(request, "demo/page.html", typed="")

    @app.get("/api/v1/thing")
    def thing() -> dict[str, str]:
        return {"a": "b"}

    @app.get("/kept")
    def kept() -> Response:
        return Response("x", headers={"Cache-Control": "no-cache", "Content-Security-Policy": "sandbox"})

    @app.get("/fault")
    @app.get("/api/v1/fault")
    def fault() -> None:
        raise RuntimeError("a fault of ours")

    @app.get("/none")
    def none() -> None:
        raise NotFound("There is no feature %(address)s in the register.", address="9")

    install_problems(app)
    install_frame(app, nav=[])
    environment = app.state.frame.environment
    environment.loader = ChoiceLoader([environment.loader, DictLoader(PAGES)])
    app.add_middleware(SecureHeaders)
    return app


@pytest.fixture
def browser_client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


def directives(reply: Reply) -> dict[str, str]:
    """The policy of a reply, by directive."""
    told = (part.strip().partition(" ") for part in reply.headers["content-security-policy"].split(";"))
    return {name: sources for name, _, sources in told}


def test_a_page_runs_nothing_but_scripts_of_this_very_reply(browser_client: TestClient) -> None:
    policy = directives(browser_client.get("/"))
    nonce = re.fullmatch(r"'nonce-([A-Za-z0-9_-]{22,})'", policy.pop("script-src"))
    assert nonce is not None
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "frame-src": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
    }


def test_every_reply_has_a_nonce_of_its_own_and_every_script_has_it(browser_client: TestClient) -> None:
    seen: set[str] = set()
    for _ in range(3):
        reply = browser_client.get("/")
        nonce = directives(reply)["script-src"].removeprefix("'nonce-").rstrip("'")
        scripts = re.findall(r"<script[^>]*>|<link[^>]*modulepreload[^>]*>", reply.text)
        assert len(scripts) == 5
        assert all(f'nonce="{nonce}"' in script for script in scripts)
        seen.add(nonce)
    assert len(seen) == 3


def test_what_somebody_typed_has_no_nonce_and_no_token(browser_client: TestClient) -> None:
    typed = '<script>alert(1)</script><form method="post">{{ nonce() }}'
    page = browser_client.get("/", params={"typed": typed}).text
    assert "&lt;script&gt;alert(1)" in page
    assert "{{ nonce() }}" in page


def test_a_form_that_writes_has_a_token_and_one_that_asks_has_none(browser_client: TestClient) -> None:
    page = browser_client.get("/").text
    field = r'<input type="hidden" name="csrf_token" value="[0-9a-f]{64}">'
    assert len(re.findall(field, page)) == 1
    assert re.search(rf'<form class="x" method="post" action="/x">{field}', page)


def test_only_what_says_so_may_be_framed_and_by_our_own_pages_alone(browser_client: TestClient) -> None:
    assert directives(browser_client.get("/framed"))["frame-ancestors"] == "'self'"
    assert directives(browser_client.get("/"))["frame-ancestors"] == "'none'"


@pytest.mark.parametrize("path", ["/api/v1/thing", "/api/v1/nothing", "/static/ui/app.css"])
def test_what_is_no_page_may_do_nothing(browser_client: TestClient, path: str) -> None:
    policy = directives(browser_client.get(path))
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert "script-src" not in policy
    assert "sandbox" in policy


@pytest.mark.parametrize(
    "path", ["/", "/none", "/nothing", "/fault", "/api/v1/thing", "/api/v1/fault", "/static/ui/app.css"]
)
def test_every_reply_has_the_other_headers(browser_client: TestClient, path: str) -> None:
    headers = browser_client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "geolocation=(self)" in headers["permissions-policy"]
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert "strict-transport-security" not in headers
    assert "default-src 'none'" in headers["content-security-policy"]


def test_pages_and_data_are_not_kept_by_the_browser(browser_client: TestClient) -> None:
    for path in ("/", "/api/v1/thing", "/fault", "/none"):
        assert browser_client.get(path).headers["cache-control"] == "no-store"
    assert browser_client.get("/static/ui/app.css").headers["cache-control"] == "no-cache"


def test_what_a_reply_says_itself_stays(browser_client: TestClient) -> None:
    headers = browser_client.get("/kept").headers
    assert headers["cache-control"] == "no-cache"
    assert headers["content-security-policy"] == "sandbox"


def test_https_is_asked_for_wherever_it_is_spoken(app: FastAPI) -> None:
    with TestClient(app, base_url="https://register.example") as client:
        assert client.get("/").headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
    behind = FastAPI(openapi_url=None)
    behind.add_middleware(SecureHeaders, https=True)
    with TestClient(behind, base_url="http://register.example") as client:
        assert "strict-transport-security" in client.get("/").headers


def test_a_fault_is_told_without_detail(browser_client: TestClient) -> None:
    for path in ("/fault", "/api/v1/fault"):
        reply = browser_client.get(path)
        assert reply.status_code == 500
        assert "a fault of ours" not in reply.text
        assert "Traceback" not in reply.text
