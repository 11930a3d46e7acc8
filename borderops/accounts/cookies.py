"""Cookies of signing in: their names and how they are set, over https and on this machine alone.

Over https a cookie is `Secure` and its name begins with `__Host-`, so that no other host and no plain http
can set it (RFC 6265bis). On loopback without https it has another name; the two are never mixed up.
"""

from starlette.responses import Response

#: A device that a person signed in with before is remembered for half a year.
DEVICE_LIFE_S = 180 * 24 * 3600

#: How long one may take at the organisation's sign-in.
ERRAND_LIFE_S = 600


def session_cookie(*, https: bool) -> str:
    """The name of the cookie that carries a session's token."""
    return "__Host-borderops" if https else "borderops_session"


def device_cookie(*, https: bool) -> str:
    """The name of the cookie that tells a known device."""
    return "__Host-borderops-device" if https else "borderops_device"


def form_cookie(*, https: bool) -> str:
    """The name of the cookie that the form token is made of before anybody has signed in."""
    return "__Host-borderops-form" if https else "borderops_form"


def set_session(reply: Response, token: str, *, https: bool) -> None:
    """Let the browser hold a session until it is closed; the server ends it by its own limits.

    Lax, and not Strict: a link in a letter or a message leads to the page it names, signed in.
    """
    reply.set_cookie(
        session_cookie(https=https), token, path="/", secure=https, httponly=True, samesite="lax"
    )


def drop_session(reply: Response, *, https: bool) -> None:
    """Take the session's cookie away."""
    reply.delete_cookie(session_cookie(https=https), path="/", secure=https, httponly=True, samesite="lax")


def set_device(reply: Response, value: str, *, https: bool) -> None:
    """Let the browser keep the sign that this device is known."""
    reply.set_cookie(
        device_cookie(https=https),
        value,
        max_age=DEVICE_LIFE_S,
        path="/",
        secure=https,
        httponly=True,
        samesite="strict",
    )


def set_form(reply: Response, secret: str, *, https: bool) -> None:
    """Let the browser hold the secret that the token of a form is made of, until it is closed."""
    reply.set_cookie(
        form_cookie(https=https), secret, path="/", secure=https, httponly=True, samesite="strict"
    )


def errand_cookie(*, https: bool) -> str:
    """The name of the cookie that one carries to the organisation's sign-in and back."""
    return "__Host-borderops-errand" if https else "borderops_errand"


def set_errand(reply: Response, value: str, *, https: bool) -> None:
    """Let the browser carry what it must come back with. Lax: it comes back from another site."""
    reply.set_cookie(
        errand_cookie(https=https),
        value,
        max_age=ERRAND_LIFE_S,
        path="/",
        secure=https,
        httponly=True,
        samesite="lax",
    )


def drop_errand(reply: Response, *, https: bool) -> None:
    """Take it away: an errand is run once."""
    reply.delete_cookie(errand_cookie(https=https), path="/", secure=https, httponly=True, samesite="lax")
