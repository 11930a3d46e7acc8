"""What an installation may set: `BORDEROPS_` variables of the environment, read when asked for."""

import ipaddress
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from borderops.core.errors import InvalidInput
from borderops.core.messages import N_

#: The only driver the program brings; a plain `postgresql://` address is read as this one.
DRIVER = "postgresql+psycopg"


class Settings(BaseSettings):
    """The settings of one run of the program. Frozen: a change needs a new start."""

    model_config = SettingsConfigDict(
        env_prefix="BORDEROPS_", env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    #: The data folder: private cluster, logs, files, secrets.
    home: Path = Field(default_factory=lambda: platformdirs.user_data_path("borderops"))
    #: A PostgreSQL server of one's own, as the application role; without it the program runs a private one.
    database_url: str | None = Field(default=None, repr=False)
    #: The same database as the role that owns and migrates the tables; by default `database_url`.
    owner_database_url: str | None = Field(default=None, repr=False)
    #: The address to listen on: this machine alone, unless it is set to another of its addresses.
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    #: How people reach the program where that is not the address it listens on: https://borderops.example
    public_url: str | None = None
    #: A session ends after so long without a request, and after so long at all (SP 800-63B-4, 2.2.3).
    session_idle_minutes: int = Field(default=60, ge=1, le=24 * 60)
    session_hours: int = Field(default=12, ge=1, le=24 * 30)
    #: The organisation's own sign-in by OpenID Connect; off where no issuer is set.
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = "OpenID Connect"

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @field_validator("database_url", "owner_database_url")
    @classmethod
    def _postgresql(cls, address: str | None) -> str | None:
        return None if address is None else _with_driver(address)

    @field_validator("host")
    @classmethod
    def _listenable(cls, host: str) -> str:
        if host != "localhost" and _as_address(host) is None:
            raise ValueError("give an address of this machine, such as 127.0.0.1, ::1 or 0.0.0.0")
        return host

    @field_validator("public_url", "oidc_issuer")
    @classmethod
    def _web_address(cls, address: str | None) -> str | None:
        if address is None:
            return None
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("give the address as people type it: https://borderops.example")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("passwords would travel in the open: give an https:// address")
        return address.rstrip("/")

    @model_validator(mode="after")
    def _owner_needs_application(self) -> Self:
        if self.owner_database_url is not None and self.database_url is None:
            raise ValueError("BORDEROPS_OWNER_DATABASE_URL is set without BORDEROPS_DATABASE_URL")
        return self

    @model_validator(mode="after")
    def _whole_organisation(self) -> Self:
        if self.oidc_issuer is not None and (self.oidc_client_id is None or self.oidc_client_secret is None):
            raise ValueError(
                "BORDEROPS_OIDC_ISSUER needs BORDEROPS_OIDC_CLIENT_ID and BORDEROPS_OIDC_CLIENT_SECRET"
            )
        return self


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises `InvalidInput` that names the variable and says what would be right; it never repeats the value,
    which may hold a password.
    """
    try:
        return Settings()
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        reason = problem["msg"].removeprefix("Value error, ")
        if not problem["loc"]:
            raise InvalidInput("%(reason)s", reason=reason) from None
        name = f"BORDEROPS_{problem['loc'][0]}".upper()
        raise InvalidInput(
            N_("%(name)s cannot be used: %(reason)s"), field=str(problem["loc"][0]), name=name, reason=reason
        ) from None


def _with_driver(address: str) -> str:
    try:
        url = make_url(address)
    except ArgumentError:
        raise ValueError("it is not a database address; write postgresql://user@host/database") from None
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername=DRIVER)
    if url.drivername != DRIVER:
        raise ValueError(
            "the register lives in PostgreSQL with PostGIS only; write postgresql://user@host/database"
        )
    if not url.database:
        raise ValueError("it names no database; write postgresql://user@host/database")
    return url.render_as_string(hide_password=False)


def is_loopback(host: str) -> bool:
    """Whether only this machine itself reaches the address."""
    address = _as_address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _as_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
