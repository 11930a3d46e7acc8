"""What all tests share: one real PostgreSQL cluster, databases made from templates, transactions undone.

A test that takes `session` or `founded` works in a transaction that is undone at its end; commits inside
it are savepoints. `client` speaks to the application on the same transaction. `server` is the application
listening on loopback, on a database of its own, for browsers and whole programs. `client`, `page` and
`phone` are signed in as `people.TESTER`; the others of `people` by `signed_in_as` and `Person.headers`.
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from borderops.app import DERIVE, make_app
from borderops.core.clock import now
from borderops.core.cluster import Cluster
from borderops.core.database import Database, make_engine, make_sessions, upgrade
from borderops.core.provision import drop_database, prepare_database
from borderops.core.reading import DirectReading
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.register.founding import load_founding_data
from borderops.ui.form_token import HEADER
from tests.listening import listening_at
from tests.people import PEOPLE, TESTER, Person, add_people

settings.register_profile("ci", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("ci")

#: Debian's Chromium or a Chrome of one's own; None lets Playwright use the build it brought.
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("google-chrome-stable")

#: No sandbox as root, no talk of Chromium's own, and no name but this machine's resolves.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that drive a browser come last: its driver keeps a loop running, beside which no other can."""
    driving = {item.path for item in items if "browser" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: item.path in driving)


@dataclass(frozen=True)
class Databases:
    """Databases in the tests' cluster: two templates, and copies of them on demand."""

    cluster: Cluster

    def owner(self, name: str) -> str:
        """The owner's address of a database."""
        return self.cluster.url("owner", name)

    def app(self, name: str) -> str:
        """The application role's address of a database."""
        return self.cluster.url("app", name)

    @contextmanager
    def copy(self, template: str) -> Iterator[str]:
        """The name of a fresh copy of a template, dropped at the end."""
        name = f"copy_{uuid.uuid4().hex[:12]}"
        superuser = self.cluster.url("superuser", "postgres")
        prepare_database(superuser, name, template=template)
        try:
            yield name
        finally:
            drop_database(superuser, name)


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """A cluster with the migrated template `migrated` and the template `founding` with the founding data."""
    home = Path(tempfile.mkdtemp(prefix="borderops-tests-"))
    home.chmod(0o755)
    with Cluster(home, durable=False).running() as cluster:
        superuser = cluster.url("superuser", "postgres")
        prepare_database(superuser, "migrated")
        upgrade(cluster.url("owner", "migrated"))
        prepare_database(superuser, "founding", template="migrated")
        database = Database(cluster.url("app", "founding"), derive=DERIVE, viewer=LOCAL_OPERATOR)
        with database.transaction() as session:
            load_founding_data(session, viewer=LOCAL_OPERATOR, now=now())
            add_people(session, now=now())
        database.close()
        yield Databases(cluster)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_engine(databases: Databases) -> Iterator[Engine]:
    """An engine, as the application role, on a migrated database without data."""
    with databases.copy("migrated") as name:
        engine = make_engine(databases.app(name))
        yield engine
        engine.dispose()


@pytest.fixture(scope="session")
def founded_engine(databases: Databases) -> Iterator[Engine]:
    """An engine, as the application role, on a database with the founding data."""
    with databases.copy("founding") as name:
        engine = make_engine(databases.app(name))
        yield engine
        engine.dispose()


@contextmanager
def _undone(engine: Engine) -> Iterator[Callable[[], Session]]:
    with engine.connect() as connection, connection.begin() as outer:
        yield make_sessions(
            connection, derive=DERIVE, viewer=LOCAL_OPERATOR, join_transaction_mode="create_savepoint"
        )
        outer.rollback()


@pytest.fixture
def session(migrated_engine: Engine) -> Iterator[Session]:
    """A session on an empty register; whatever it commits is undone."""
    with _undone(migrated_engine) as sessions, sessions() as session:
        yield session


@pytest.fixture
def founded(founded_engine: Engine) -> Iterator[Session]:
    """A session on the register with its founding data; whatever it commits is undone."""
    with _undone(founded_engine) as sessions, sessions() as session:
        yield session


@pytest.fixture
def client(founded: Session, founded_engine: Engine, tmp_path: Path) -> Iterator[TestClient]:
    """The application on the same transaction as `founded`, with somebody signed in (see `people`)."""
    sessions = make_sessions(founded.connection(), derive=DERIVE, join_transaction_mode="create_savepoint")
    app = make_app(sessions=sessions, engine=founded_engine, home=tmp_path)
    headers = {HEADER: TESTER.form_token}
    with TestClient(app, base_url="http://127.0.0.1", cookies=TESTER.cookies, headers=headers) as client:
        yield client


@pytest.fixture(scope="session")
def people() -> Mapping[str, Person]:
    """Everybody who is signed in on the founding data, by sign-in name."""
    return PEOPLE


@pytest.fixture
def signed_in_as(client: TestClient) -> Callable[[str], TestClient]:
    """Makes `client` speak for another person, or for nobody by the name ""."""

    def speak_for(login: str) -> TestClient:
        client.cookies.clear()
        client.headers.pop(HEADER, None)
        if login:
            client.cookies.update(PEOPLE[login].cookies)
            client.headers[HEADER] = PEOPLE[login].form_token
        return client

    return speak_for


@contextmanager
def serving(databases: Databases, home: Path, *, template: str = "founding") -> Iterator[str]:
    """The application listening on a free port of loopback, on a database of its own; yields its address."""
    with databases.copy(template) as name, listening(databases, name, home) as address:
        yield address


@contextmanager
def listening(databases: Databases, name: str, home: Path) -> Iterator[str]:
    """The application listening on a free port of loopback, on the database of that name."""
    database = Database(databases.app(name), derive=DERIVE)
    app = make_app(
        sessions=database.sessions,
        reading=DirectReading(database.engine),
        engine=database.engine,
        home=home,
    )
    try:
        with listening_at(app) as address:
            yield address
    finally:
        database.close()


@pytest.fixture(scope="module")
def server(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the application on the founding data; one for each test module."""
    with serving(databases, tmp_path_factory.mktemp("home")) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, with every outside host blocked."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What went wrong on a page: errors in its console, and requests that left this machine."""

    errors: list[str]
    outside: list[str]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A desktop page that fails its test on a console error or a request to an outside host."""
    with _watched(browser, width=1280, height=900) as page:
        yield page


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """As `page`, on a phone: 390 by 844 pixels, touched with fingers."""
    with _watched(browser, width=390, height=844, touch=True) as page:
        yield page


@pytest.fixture
def unwatched(browser: Browser) -> Iterator[Page]:
    """As `page`, for a test that makes the browser complain."""
    with browser.new_context() as context:
        context.add_cookies(TESTER.browser_cookies)
        yield context.new_page()


@contextmanager
def _watched(browser: Browser, *, width: int, height: int, touch: bool = False) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=touch,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
    )
    context.add_cookies(TESTER.browser_cookies)
    page = context.new_page()
    watch = Watch([], [])
    page.on("console", lambda said: watch.errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: watch.errors.append(str(error)))
    page.on(
        "request",
        lambda request: (
            watch.outside.append(request.url)
            if not request.url.startswith(("http://127.0.0.1", "data:", "blob:", "file:"))
            else None
        ),
    )
    yield page
    context.close()
    assert watch.outside == [], "the page asked an outside host"
    assert watch.errors == [], "the page's console has errors"


#: Where pictures of pages are kept for people to look at; nothing is kept where it is not set.
PICTURES = os.environ.get("BORDEROPS_TEST_PICTURES")
