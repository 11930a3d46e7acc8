"""Signing in by an organisation's own OpenID Connect, where it has one (OpenID Connect Core 1.0, code flow).

The provider says who somebody is; what they may do is kept here. Nobody gets an account by it: an
administrator has said before which account belongs to which issuer and subject.
"""

import json
import secrets
from dataclasses import asdict, dataclass
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from httpx2 import HTTPError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from borderops.accounts.cookies import ERRAND_LIFE_S
from borderops.accounts.signing_in import Organisation
from borderops.accounts.vault import Vault
from borderops.core.errors import BorderopsError, NotAllowed, Unavailable
from borderops.core.messages import N_

#: Signatures that are taken: of a key pair, never of a shared secret, never none.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")

_PATIENCE_S = 10
_CLOCKS_OFF_S = 60


class OrganisationRefused(NotAllowed):
    """What came back from the organisation's sign-in is not what was asked for."""

    code = "organisation-refused"


@dataclass(frozen=True)
class Errand:
    """What a browser is sent to the organisation with, and must come back with."""

    state: str
    nonce: str
    verifier: str
    wanted: str


@dataclass(frozen=True)
class Departure:
    """The address to send the browser to, and what its cookie holds meanwhile."""

    address: str
    cookie: str


def depart(organisation: Organisation, *, vault: Vault, back_to: str, wanted: str) -> Departure:
    """Begin: where the browser goes, with a code challenge (RFC 7636). Raises Unavailable."""
    errand = Errand(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        wanted=wanted,
    )
    with _client(organisation, back_to) as client:
        address, _state = client.create_authorization_url(
            _discover(client, organisation)["authorization_endpoint"],
            state=errand.state,
            code_verifier=errand.verifier,
            nonce=errand.nonce,
        )
    return Departure(str(address), vault.seal(json.dumps(asdict(errand))).decode())


def arrive(
    organisation: Organisation, *, vault: Vault, back_to: str, cookie: str, state: str, code: str
) -> tuple[str, str]:
    """End: the subject that the organisation names, and where the person wanted to be.

    Raises OrganisationRefused for what does not belong together, and Unavailable.
    """
    errand = _errand(vault, cookie)
    if errand is None or not code or not secrets.compare_digest(errand.state.encode(), state.encode()):
        raise _refused()
    with _client(organisation, back_to) as client:
        found = _discover(client, organisation)
        try:
            token = client.fetch_token(
                found["token_endpoint"],
                code=code,
                code_verifier=errand.verifier,
                grant_type="authorization_code",
            )
            keys = KeySet.import_key_set(client.request("GET", found["jwks_uri"], withhold_token=True).json())
            claims = _claims(organisation, token.get("id_token", ""), keys, nonce=errand.nonce)
        except HTTPError as error:
            raise _silent() from error
        except (OAuthError, JoseError, ValueError) as error:
            raise _refused() from error
    return str(claims["sub"]), errand.wanted


def _errand(vault: Vault, cookie: str) -> Errand | None:
    told = vault.open_fresh(cookie.encode(), seconds=ERRAND_LIFE_S)
    return None if told is None else Errand(**json.loads(told))


def _claims(organisation: Organisation, id_token: str, keys: KeySet, *, nonce: str) -> dict[str, Any]:
    """The claims of an ID token that was made for us, now, for this errand. Raises JoseError."""
    token = jwt.decode(id_token, keys, algorithms=ALGORITHMS)
    jwt.JWTClaimsRegistry(
        leeway=_CLOCKS_OFF_S,
        iss={"essential": True, "value": organisation.issuer},
        aud={"essential": True, "value": organisation.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    ).validate(token.claims)
    return token.claims


def _client(organisation: Organisation, back_to: str) -> OAuth2Client:
    return OAuth2Client(
        client_id=organisation.client_id,
        client_secret=organisation.client_secret.get_secret_value(),
        scope="openid",
        redirect_uri=back_to,
        code_challenge_method="S256",
        timeout=_PATIENCE_S,
        follow_redirects=False,
    )


def _discover(client: OAuth2Client, organisation: Organisation) -> dict[str, Any]:
    """What the organisation says of its endpoints; it must name itself as it was configured."""
    try:
        reply = client.request(
            "GET", f"{organisation.issuer}/.well-known/openid-configuration", withhold_token=True
        )
        reply.raise_for_status()
        found: dict[str, Any] = reply.json()
    except (HTTPError, ValueError) as error:
        raise _silent() from error
    if found.get("issuer") != organisation.issuer:
        raise _silent()
    return found


def _refused() -> BorderopsError:
    return OrganisationRefused(N_("The organisation's sign-in did not say who you are. Begin anew."))


def _silent() -> BorderopsError:
    return Unavailable(N_("The organisation's sign-in cannot be reached. Sign in with name and password."))
