from pathlib import Path

import pytest

from borderops.core.errors import InvalidInput
from borderops.core.settings import load_settings


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HOME", "DATABASE_URL", "OWNER_DATABASE_URL", "HOST", "PORT"):
        monkeypatch.delenv(f"BORDEROPS_{name}", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))


def test_with_nothing_set(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.home == tmp_path / "share" / "borderops"
    assert settings.database_url is None
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BORDEROPS_DATABASE_URL", "")
    monkeypatch.setenv("BORDEROPS_PORT", "")
    assert load_settings().database_url is None


@pytest.mark.parametrize(
    ("given", "expected"), [("~/here", Path.home() / "here"), ("here", Path.cwd() / "here")]
)
def test_home_is_absolute(monkeypatch: pytest.MonkeyPatch, given: str, expected: Path) -> None:
    monkeypatch.setenv("BORDEROPS_HOME", given)
    assert load_settings().home == expected


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_this_machine_may_be_listened_on(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("BORDEROPS_HOST", host)
    assert load_settings().host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5"])
def test_others_may_be_by_this_setting_alone(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("BORDEROPS_HOST", host)
    assert load_settings().host == host


@pytest.mark.parametrize("host", ["border.example", "localhost.example", "256.1.1.1", "http://127.0.0.1"])
def test_what_is_no_address_is_not_listened_on(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("BORDEROPS_HOST", host)
    with pytest.raises(InvalidInput, match="BORDEROPS_HOST cannot be used: give an address") as refused:
        load_settings()
    assert refused.value.field == "host"


@pytest.mark.parametrize("address", ["https://border.example", "http://127.0.0.1:8080", "http://localhost"])
def test_how_people_reach_it(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("BORDEROPS_PUBLIC_URL", f"{address}/")
    assert load_settings().public_url == address


@pytest.mark.parametrize(
    "address", ["http://border.example", "border.example", "https://", "ftp://b.example"]
)
def test_passwords_do_not_travel_in_the_open(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("BORDEROPS_PUBLIC_URL", address)
    with pytest.raises(InvalidInput, match="BORDEROPS_PUBLIC_URL"):
        load_settings()


def test_an_organisation_is_told_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BORDEROPS_OIDC_ISSUER", "https://sign-in.example")
    with pytest.raises(InvalidInput, match="BORDEROPS_OIDC_CLIENT_ID"):
        load_settings()
    monkeypatch.setenv("BORDEROPS_OIDC_CLIENT_ID", "borderops")
    monkeypatch.setenv("BORDEROPS_OIDC_CLIENT_SECRET", "kept-to-itself")
    settings = load_settings()
    assert settings.oidc_issuer == "https://sign-in.example"
    assert "kept-to-itself" not in repr(settings)


@pytest.mark.parametrize("port", ["0", "65536", "eighty"])
def test_ports_that_do_not_exist(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("BORDEROPS_PORT", port)
    with pytest.raises(InvalidInput, match="BORDEROPS_PORT"):
        load_settings()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_addresses_get_the_driver_that_is_there(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("BORDEROPS_DATABASE_URL", f"{scheme}://app:p%40ss@db:5433/register?sslmode=require")
    expected = "postgresql+psycopg://app:p%40ss@db:5433/register?sslmode=require"
    assert load_settings().database_url == expected


@pytest.mark.parametrize(
    "address", ["mysql://app:hidden@db/register", "postgresql://app:hidden@db", "app:hidden@db", "sqlite://"]
)
def test_addresses_of_something_else_are_refused_without_telling_the_password(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("BORDEROPS_DATABASE_URL", address)
    with pytest.raises(InvalidInput, match="BORDEROPS_DATABASE_URL") as refused:
        load_settings()
    assert "hidden" not in str(refused.value)


def test_settings_shown_do_not_tell_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BORDEROPS_DATABASE_URL", "postgresql://app:hidden@db/register")
    assert "hidden" not in repr(load_settings())


def test_an_owner_without_a_database_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BORDEROPS_OWNER_DATABASE_URL", "postgresql://owner@db/register")
    with pytest.raises(InvalidInput, match="without BORDEROPS_DATABASE_URL"):
        load_settings()
