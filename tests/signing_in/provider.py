"""A small OpenID Connect provider, as an organisation runs one: real HTTP, real keys, on loopback."""

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.listening import listening_at

CLIENT_ID = "borderops"
CLIENT_SECRET = "known to both"


@dataclass
class Provider:
    """What it says of whoever comes: `subject` is signed in there. The rest can be made to go wrong."""

    address: str = ""
    subject: str = "person-7"
    audience: str = CLIENT_ID
    issuer: str | None = None
    nonce: str | None = None
    age_s: int = 0
    signing: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    published: RSAKey | None = None
    errands: dict[str, dict[str, str]] = field(default_factory=dict)

    def configuration(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
            }
        )

    def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.errands[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", status_code=302)

    async def token(self, request: Request) -> Response:
        form = await request.form()
        errand = self.errands.pop(str(form.get("code")), None)
        known = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET.replace(' ', '%20')}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if request.headers.get("authorization") not in {f"Basic {known}", f"Basic {plain}"}:
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        verifier = str(form.get("code_verifier")).encode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        if errand is None or errand["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        issued = int(time.time()) - self.age_s
        claims = {
            "iss": self.issuer or self.address,
            "aud": self.audience,
            "sub": self.subject,
            "nonce": self.nonce or errand["nonce"],
            "iat": issued,
            "exp": issued + 300,
        }
        id_token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signing)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": id_token})

    def keys(self, _request: Request) -> Response:
        return JSONResponse(KeySet([self.published or self.signing]).as_dict(private=False))


@contextmanager
def providing(provider: Provider) -> Iterator[Provider]:
    """Let the provider listen on a free port of this machine."""
    app = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", provider.configuration),
            Route("/authorize", provider.authorize),
            Route("/token", provider.token, methods=["POST"]),
            Route("/keys", provider.keys),
        ]
    )
    with listening_at(app, log_level="error") as provider.address:
        yield provider
