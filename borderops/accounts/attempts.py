"""Writing down what was tried and refused; it is kept for a year (migration 0008)."""

import hashlib
import ipaddress
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from borderops.accounts.models import SignInAttempt
from borderops.accounts.vocabulary import Outcome, Step
from borderops.core.viewer import Viewer

_LONGEST_DETAIL = 300


def login_digest(login: str) -> bytes:
    """What is kept of a sign-in name that was typed, so that tries at one name can be counted."""
    return hashlib.sha256(login.encode("utf-8", "surrogatepass")).digest()


def network_of(address: str) -> str:
    """The network that an address is counted with: itself, or for IPv6 the /64 that one customer has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def record_attempt(
    session: Session,
    *,
    step: Step,
    outcome: Outcome,
    address: str,
    now: datetime,
    login: str | None = None,
    account_id: UUID | None = None,
    device: str | None = None,
    detail: str | None = None,
) -> None:
    """Write down that a door was tried, and forget what was tried more than a year ago."""
    session.add(
        SignInAttempt(
            at=now,
            step=step.value,
            outcome=outcome.value,
            login_digest=None if login is None else login_digest(login),
            account_id=account_id,
            address=address,
            network=network_of(address),
            device=device,
            detail=None if detail is None else detail[:_LONGEST_DETAIL],
        )
    )
    session.flush()
    session.execute(select(func.forget_old_attempts(now)))


def record_refusal(session: Session, *, viewer: Viewer, asked: str, address: str, now: datetime) -> None:
    """Write down that a person asked for something their duties do not cover."""
    record_attempt(
        session,
        step=Step.PERMISSION,
        outcome=Outcome.REFUSED,
        address=address,
        now=now,
        account_id=viewer.account_id,
        detail=asked.replace("\0", ""),
    )
