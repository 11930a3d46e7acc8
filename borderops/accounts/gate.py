"""The gate before a try to sign in: what was tried before, and how long the next one must wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from borderops.accounts.attempts import login_digest, network_of, record_attempt
from borderops.accounts.models import SignInAttempt
from borderops.accounts.people import find_account
from borderops.accounts.throttle import WINDOW, NetworkTries, Try, wait_for
from borderops.accounts.vault import Vault
from borderops.accounts.vocabulary import Outcome, Step

_SLOWED_ONCE_IN = timedelta(minutes=1)


@dataclass(frozen=True)
class Visitor:
    """From where somebody tries: the network address, the browser, the device's cookie where it has one."""

    address: str
    agent: str = ""
    device_cookie: str = ""


class Gate:
    """What was tried at a name before, and whether the next try is looked at now."""

    def __init__(
        self, session: Session, *, vault: Vault, login: str, visitor: Visitor, now: datetime
    ) -> None:
        self._session, self._login, self._visitor, self._now = session, login, visitor, now
        # Tries at one name are looked at one after the other, so that many at once are counted.
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"sign in {login}", 3))))
        self.account = find_account(session, login=login)
        known = vault.read_device(visitor.device_cookie) if visitor.device_cookie else None
        fits = known is not None and self.account is not None and known.account_id == self.account.id
        self._device = known.device if known is not None and fits else None
        self._network = network_of(visitor.address)
        self.wait = wait_for(
            tries=self._tries(),
            network=self._network_tries(),
            from_network=self._network,
            device=self._device,
            now=now,
        )

    def record_slowed(self, step: Step) -> None:
        """Write down that a try was not looked at: once in a minute, so that nobody fills the table."""
        said = self._session.scalar(
            select(func.max(SignInAttempt.at)).where(
                SignInAttempt.login_digest == login_digest(self._login),
                SignInAttempt.network == self._network,
                SignInAttempt.outcome == Outcome.SLOWED.value,
            )
        )
        if said is None or self._now - said >= _SLOWED_ONCE_IN:
            self.record(step, Outcome.SLOWED)

    def record(self, step: Step, outcome: Outcome) -> None:
        """Write down what came of the try."""
        record_attempt(
            self._session,
            step=step,
            outcome=outcome,
            address=self._visitor.address,
            now=self._now,
            login=self._login,
            account_id=self.account.id if self.account is not None else None,
            device=self._device,
        )

    def _tries(self) -> list[Try]:
        found = self._session.execute(
            select(SignInAttempt.at, SignInAttempt.network, SignInAttempt.device, SignInAttempt.outcome)
            .where(
                SignInAttempt.login_digest == login_digest(self._login),
                SignInAttempt.at > self._now - WINDOW,
                SignInAttempt.outcome.in_([Outcome.WRONG.value, Outcome.PASSED.value]),
            )
            .order_by(SignInAttempt.at, SignInAttempt.id)
        )
        return [Try(at, network, device, outcome == Outcome.PASSED) for at, network, device, outcome in found]

    def _network_tries(self) -> NetworkTries:
        failures, last_at = self._session.execute(
            select(func.count(), func.max(SignInAttempt.at)).where(
                SignInAttempt.network == self._network,
                SignInAttempt.at > self._now - WINDOW,
                SignInAttempt.outcome == Outcome.WRONG.value,
            )
        ).one()
        return NetworkTries(failures, last_at)
