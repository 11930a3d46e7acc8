"""Tokens: 256 random bits that only their bearer has; the database keeps their SHA-256.

A token of that many random bits cannot be guessed, so its hash needs no salt and no slowness.
"""

import hashlib
import secrets

#: What tokens of programs and devices begin with, so that one that leaked is recognised for what it is.
BEARER_PREFIX = "bo_"

_BITS = 256


def new_token(prefix: str = "") -> str:
    """A token for a cookie, a link or a header."""
    return prefix + secrets.token_urlsafe(_BITS // 8)


def token_hash(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
