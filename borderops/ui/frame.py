"""The page frame: finds every slice's templates and static files and draws a page in the reader's language.

The frame knows no slice by name. `app` installs it once with the navigation it wants; pages then call
`render(request, "register/list.html", …)`. Inside templates `_`, `label`, `date`, `url`, `here`, `static`
and the macros `ui.…` are there without an import.
"""

import hashlib
import mimetypes
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.datastructures import URL
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from borderops.core.messages import Message
from borderops.core.viewer import Sees, Viewer, viewer_in
from borderops.ui.form_token import HEADER, form_field, form_token
from borderops.ui.headers import page_nonce
from borderops.ui.languages import LANGUAGES, Translator, choose_language, get_translator
from borderops.ui.markup import MarkedMarkup
from borderops.ui.states import STATES, state_look

PACKAGE = Path(__file__).parent.parent
LANGUAGE_COOKIE = "borderops_lang"
SEEN_AS = "seen_as"
"""The parameter that shows a page as a province of the other side sees it."""
KEPT = ("lang", "as_of", "known_at", SEEN_AS)
"""The query parameters that every link within the program carries on."""

_YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True)
class NavItem:
    """An entry of the navigation: the `route` name, its English `text` and an `icon` of ui/icons.svg.

    `permission` is what the route demands; whoever does not have it is not shown the entry.
    """

    route: str
    text: str
    icon: str
    permission: str = ""


@dataclass(frozen=True)
class Frame:
    """What `app` installed: the template environment, the navigation, and the part about who is signed in.

    `who` is the name of a template, drawn in the page's head for one who has signed in; empty for none.
    """

    environment: Environment
    nav: Sequence[NavItem]
    who: str = ""

    def shown(self, viewer: Viewer) -> list[NavItem]:
        """The entries that do not refuse the viewer."""
        return [item for item in self.nav if not item.permission or viewer.may(item.permission)]

    def first_page(self, viewer: Viewer) -> str | None:
        """The route of the first page that does not refuse the viewer."""
        shown = self.shown(viewer)
        return shown[0].route if shown else None


@dataclass(frozen=True)
class PageContext:
    """The request that is being drawn and the language it is drawn in."""

    request: Request
    translator: Translator

    @property
    def viewer(self) -> Viewer:
        """Who asks."""
        return viewer_in(self.request.state)

    def may(self, permission: str) -> bool:
        """Whether who asks has this permission: a page shows nobody a way that would refuse them."""
        return viewer_in(self.request.state).may(permission)

    def url(self, route: str, /, query: Mapping[str, object] | None = None, **path: object) -> str:
        """The address of a route, with the kept parameters of this request and those of `query`.

        A value of None in `query` leaves the parameter out. Raises NoMatchFound for an unknown route.
        """
        address = str(self.request.app.url_path_for(route, **path))
        return quote(self._root() + address, safe="/:@!$&'()*+,;=-._~") + _query(
            {**self._kept(), **(query or {})}
        )

    def _root(self) -> str:
        return str(self.request.scope.get("root_path", "")).rstrip("/")

    def _kept(self) -> dict[str, object]:
        asked = self.request.query_params
        return {name: asked[name] for name in KEPT if name in asked}

    def home(self) -> str:
        """The address of the first page: the first of the navigation that who asks may see."""
        frame: Frame = self.request.app.state.frame
        first = frame.first_page(self.viewer)
        return self.url(first) if first else self._root() + "/" + _query(self._kept())

    def here(self, **changes: object) -> str:
        """The page's own address with some parameters changed, or left out where the change is None."""
        multi = [
            (name, value) for name, value in self.request.query_params.multi_items() if name not in changes
        ]
        return self.request.url.path + _query(changes, multi)

    def others(self, *names: str) -> list[tuple[str, str]]:
        """The request's parameters but for `names`: a form puts them into hidden fields."""
        return [(name, value) for name, value in self.request.query_params.multi_items() if name not in names]

    def asked_date(self, name: str) -> date | None:
        """The date in a query parameter, for the frame's own notice; None where there is none to show."""
        try:
            return date.fromisoformat(self.request.query_params.get(name, "")[:10])
        except ValueError:
            return None

    @property
    def seen_as(self) -> str | None:
        """The province of the other side as which the page is shown to one of our own people."""
        viewer = viewer_in(self.request.state)
        shown = SEEN_AS in self.request.query_params and viewer.sees == Sees.SHARED
        return viewer.audience if shown else None

    def is_current(self, route: str) -> bool:
        """Whether this page is the route's, or lies beneath it."""
        target = URL(self.url(route)).path.rstrip("/")
        path = self.request.url.path.rstrip("/")
        return path == target or (target != self._root() and path.startswith(target + "/"))


def _query(values: Mapping[str, object], multi: Sequence[tuple[str, str]] = ()) -> str:
    pairs = [*multi, *((name, str(value)) for name, value in values.items() if value is not None)]
    return "?" + urlencode(pairs) if pairs else ""


# Macros are drawn without the page's variables; they reach the request and its language through this.
_page: ContextVar[PageContext] = ContextVar("borderops_page")


def _slice_folders(name: str) -> list[Path]:
    """That folder of each slice which has one; inside, files lie under the slice's own name."""
    return sorted(folder for folder in PACKAGE.glob(f"*/{name}") if folder.is_dir())


def _say(message: Message | str, /, **values: object) -> str:
    return _page.get().translator.t(message, **values)


def _say_counted(singular: str, plural: str, count: int, /, **values: object) -> str:
    return _page.get().translator.n(singular, plural, count, **values)


def _speaker(name: str) -> Any:
    """A template function that asks the current page's translator."""

    def speak(*args: Any, **values: Any) -> str:
        said: str = getattr(_page.get().translator, name)(*args, **values)
        return said

    return speak


def make_environment() -> Environment:
    """The Jinja environment over the templates of all slices: escaping on, undefined names an error."""
    environment = Environment(
        loader=FileSystemLoader(_slice_folders("templates")),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[MarkedMarkup],
    )
    environment.globals.update(
        _=_say,
        ngettext=_say_counted,
        **{name: _speaker(name) for name in ("label", "date", "moment", "number", "length", "accuracy")},
        url=lambda *args, **values: _page.get().url(*args, **values),
        here=lambda **changes: _page.get().here(**changes),
        others=lambda *names: _page.get().others(*names),
        page=_page.get,
        nonce=lambda: page_nonce(_page.get().request),
        form_field=lambda: form_field(_page.get().request),
        form_headers=lambda: {HEADER: form_token(_page.get().request)},
        may=lambda permission: _page.get().may(permission),
        static=static_url,
        state_look=state_look,
        STATES=STATES,
        LANGUAGES=LANGUAGES,
    )
    environment.globals["ui"] = environment.get_template("ui/macros.html").module
    return environment


def install_frame(app: FastAPI, *, nav: Sequence[NavItem], who: str = "") -> None:
    """Give `app` the frame: templates, navigation and static files. Called once by whoever makes the app."""
    app.state.frame = Frame(make_environment(), tuple(nav), who)
    mount_static(app)


def request_translator(request: Request) -> Translator:
    """The translator for who asks: `?lang=`, else the cookie, else the browser's wish, else Vietnamese."""
    return get_translator(
        choose_language(
            asked=request.query_params.get("lang"),
            remembered=request.cookies.get(LANGUAGE_COOKIE),
            accepted=request.headers.get("accept-language"),
        )
    )


def onward(request: Request, route: str, query: Mapping[str, object] | None = None, /, **path: object) -> str:
    """The address of a route for a redirect after a form, in the language that the form was read in."""
    address = str(request.app.url_path_for(route, **path))
    language = request.query_params.get("lang")
    return (
        str(request.scope.get("root_path", "")).rstrip("/")
        + quote(address, safe="/:@!$&'()*+,;=-._~")
        + _query({**(query or {}), "lang": language if language in LANGUAGES else None})
    )


def is_fragment(request: Request) -> bool:
    """Whether htmx asks for a part of a page (and not for a whole page or one from its history)."""
    headers = request.headers
    return (
        "hx-request" in headers
        and "hx-boosted" not in headers
        and "hx-history-restore-request" not in headers
    )


def render(
    request: Request,
    template: str,
    /,
    *,
    status_code: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: object,
) -> HTMLResponse:
    """Draw a page. To htmx only the title and the block `content` are sent.

    A language that the address asks for is remembered in a cookie (a preference, not a secret).
    """
    frame: Frame = request.app.state.frame
    translator = request_translator(request)
    page = PageContext(request, translator)
    token = _page.set(page)
    try:
        html = frame.environment.get_template(template).render(
            request=request,
            nav=frame.shown(page.viewer),
            who=frame.who,
            fragment=is_fragment(request),
            **context,
        )
    finally:
        _page.reset(token)
    reply = HTMLResponse(html, status_code=status_code, headers={"Content-Language": translator.language})
    reply.headers["Vary"] = "Accept-Language, Cookie, HX-Request"
    reply.headers.update(headers or {})
    if request.query_params.get("lang") in LANGUAGES:
        reply.set_cookie(LANGUAGE_COOKIE, translator.language, max_age=_YEAR_S, httponly=True, samesite="lax")
    return reply


class SliceStatic(StaticFiles):
    """The static files of all slices under one address; one asked for by its hash may be kept for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer a request for a file, with how long it may be kept."""
        asked = scope.get("query_string", b"")
        held = _named.get(path)
        if held is not None and asked == b"v=" + held.digest.encode():
            # A page wants a dozen of these at once: from the disk each is several journeys to a thread.
            reply = Response(held.content, media_type=held.media_type)
        else:
            reply = await super().get_response(path, scope)
        hashed = asked.startswith(b"v=")
        reply.headers["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable" if hashed else "no-cache"
        return reply


def mount_static(app: FastAPI) -> None:
    """Serve borderops/*/static at /static; each slice keeps its files in a folder of its own name there."""
    packages: list[str | tuple[str, str]] = [
        (f"{PACKAGE.name}.{folder.parent.name}", folder.name) for folder in _slice_folders("static")
    ]
    app.mount("/static", SliceStatic(packages=packages), name="static")


def static_url(path: str) -> str:
    """The address of a static file, as `static("ui/app.css")`, with a hash so that a new version is fetched.

    Raises FileNotFoundError when no slice has it (the web assets are fetched by scripts/assets.py).
    """
    root: str = _page.get().request.scope.get("root_path", "").rstrip("/")
    if path not in _named:
        _named[path] = _name_file(path)
    return f"{root}/static/{quote(path, safe='/@')}?v={_named[path].digest}"


@dataclass(frozen=True)
class NamedFile:
    """A static file that a page has named, as it is sent."""

    content: bytes
    digest: str
    media_type: str


#: What pages have named so far, by path; files of the program do not change while it runs.
_named: dict[str, NamedFile] = {}


def _name_file(path: str) -> NamedFile:
    for folder in _slice_folders("static"):
        if (folder / path).is_file():
            content = (folder / path).read_bytes()
            media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
            return NamedFile(content, hashlib.sha256(content).hexdigest()[:12], media_type)
    raise FileNotFoundError(f"No slice has the static file {path!r}.")
