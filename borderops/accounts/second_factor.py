"""The second factor: time-based codes (RFC 6238) and recovery codes that stand in for them once."""

import re
import secrets
from datetime import datetime
from io import BytesIO

import pyotp
import segno

#: A step of the code in seconds, and how many steps a clock may be off, either way.
STEP_S = 30
STEPS_OFF = 1

ISSUER = "Borderops"

RECOVERY_CODES = 10
_GROUPS = 6
_GROUP = 4
#: Letters and digits that are not taken for one another when read from paper.
_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_secret() -> str:
    """A secret of 160 bits in base 32, as apps take it."""
    return pyotp.random_base32()


def provisioning_address(secret: str, *, login: str) -> str:
    """The address that an app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def picture(address: str) -> str:
    """The address as a QR code, drawn in SVG within the page: nothing is asked of any other host."""
    drawn = BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawn, kind="svg", scale=5, border=4, xmldecl=False, nl=False, svgclass="qr", lineclass=None)
    return drawn.getvalue().decode()


def matching_step(secret: str, code: str, *, after: int | None, now: datetime) -> int | None:
    """The time step that the code belongs to, or None.

    `after` is the last step of which a code was taken: that one and earlier ones are refused.
    """
    typed = re.sub(r"\s", "", code)
    if not re.fullmatch(r"[0-9]{6}", typed):
        return None
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // STEP_S
    matches = [
        step
        for step in range(current - STEPS_OFF, current + STEPS_OFF + 1)
        if secrets.compare_digest(totp.generate_otp(step), typed)
    ]
    return next((step for step in matches if after is None or step > after), None)


def new_recovery_codes() -> list[str]:
    """Ten codes of 120 random bits each: enough that their hash needs no salt (SP 800-63B, 3.1.2.2)."""
    return [
        "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
        for _ in range(RECOVERY_CODES)
    ]


def as_recovery_code(typed: str) -> str:
    """A recovery code as it was given out, whatever spaces and small letters it was typed with."""
    signs = re.sub(r"[^0-9A-Za-z]", "", typed).upper()
    return "-".join(signs[start : start + _GROUP] for start in range(0, len(signs), _GROUP))
