"""The token that every form carries, so that no other site can send one in a reader's name.

It is derived from a secret that only this browser's cookie has: its session's token, or before signing in a
random one of its own. Who gives `form_secret` to a request's state is the middleware of `accounts`.
"""

import hashlib
import hmac
import secrets

from markupsafe import Markup
from starlette.requests import Request

#: The hidden field of a form, and the header by which a script sends the same.
FIELD = "csrf_token"
HEADER = "X-CSRF-Token"

_PURPOSE = b"borderops form token 1"


def new_form_secret() -> str:
    """A secret for a browser that has none yet."""
    return secrets.token_urlsafe(32)


def derive_token(secret: str) -> str:
    """The token that belongs to a secret; the secret cannot be worked out from it."""
    return hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).hexdigest()


def form_token(request: Request) -> str:
    """The token of this request's browser; one without a secret is given one with the reply."""
    state = request.scope.setdefault("state", {})
    if not state.get("form_secret"):
        state["form_secret"] = new_form_secret()
        state["form_secret_is_new"] = True
    return derive_token(state["form_secret"])


def form_field(request: Request) -> Markup:
    """The hidden field for a form on the page that answers this request."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, form_token(request))
