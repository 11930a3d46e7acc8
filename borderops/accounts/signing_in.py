"""What an installation says about signing in, as the application is given it."""

from dataclasses import dataclass, field
from datetime import timedelta

from fastapi import Request
from pydantic import SecretStr
from starlette.types import Scope

from borderops.accounts.signed_in import SessionLimits
from borderops.core.settings import Settings


@dataclass(frozen=True)
class Organisation:
    """An organisation's own sign-in by OpenID Connect. `name` is what people read on the button."""

    issuer: str
    client_id: str
    client_secret: SecretStr
    name: str


@dataclass(frozen=True)
class SigningIn:
    """How people sign in to this installation.

    `public_url` is the address under which they reach it, where that is not the one it listens on.
    """

    limits: SessionLimits = field(default_factory=SessionLimits)
    public_url: str | None = None
    organisation: Organisation | None = None

    @property
    def https(self) -> bool:
        """Whether people reach it by https even where this process is spoken to by http."""
        return self.public_url is not None and self.public_url.startswith("https://")

    def is_https(self, scope: Scope) -> bool:
        """Whether this request came by https, as the person's browser sees it."""
        return self.https or scope["scheme"] == "https"


def request_signing_in(request: Request) -> SigningIn:
    """How people sign in here."""
    held: SigningIn = request.app.state.signing_in
    return held


def signing_in_of(settings: Settings) -> SigningIn:
    """How people sign in, as the settings say."""
    organisation = None
    if settings.oidc_issuer and settings.oidc_client_id and settings.oidc_client_secret:
        organisation = Organisation(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            name=settings.oidc_name,
        )
    return SigningIn(
        limits=SessionLimits(
            idle=timedelta(minutes=settings.session_idle_minutes),
            absolute=timedelta(hours=settings.session_hours),
        ),
        public_url=settings.public_url,
        organisation=organisation,
    )
