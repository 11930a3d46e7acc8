"""Tables of accounts: people, roles by date, sessions, credentials, links used once, what was tried.

No secret is stored as it is: passwords as Argon2 hashes, tokens as SHA-256 of what they were, the second
factor's secret encrypted with a key that lies outside the database.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from borderops.accounts.rules import Role
from borderops.accounts.vocabulary import CredentialKind, LinkPurpose, Outcome, Step
from borderops.core.columns import Recorded, one_of
from borderops.core.database import Base, Moment


class Account(Recorded, Base):
    """A person who may sign in. `login` is lower case and never changes; an account ends, it is not removed.

    `totp_secret` is encrypted; `totp_step` is the last time step of which a code was taken, so that none is
    taken twice. `issuer` and `subject` name the person at the organisation's own sign-in, where there is
    one. `is_demo` marks the accounts of the demonstration, with which the program serves loopback only.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("login = lower(login) AND login <> ''", name="login"),
        CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name="issuer_and_subject"),
        Index("uq_account_issuer", "issuer", "subject", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String, unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    password_set_at: Mapped[datetime | None] = mapped_column(Moment)
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    issuer: Mapped[str | None]
    subject: Mapped[str | None]
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class AccountRole(Recorded, Base):
    """That a person is something for a unit in a period of days; ended early once, at a moment."""

    __tablename__ = "account_role"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("NOT isempty(valid)", name="some_time"),
        ExcludeConstraint(
            ("account_id", "="),
            ("role", "="),
            ("unit_id", "="),
            ("valid", "&&"),
            where=text("ended_at IS NULL"),
            using="gist",
            name="one_of_each_at_a_time",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str]
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[str | None]


class AccountSession(Base):
    """A browser that a person signed in with. One that waits for the second factor is not `complete`.

    `shown_at` is when the person last proved who they are; sensitive steps ask for it to be fresh.
    """

    __tablename__ = "account_session"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    complete: Mapped[bool]
    began_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    shown_at: Mapped[datetime] = mapped_column(Moment)
    address: Mapped[str]
    agent: Mapped[str]
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[str | None]


class Credential(Base):
    """A token that a program or a device shows instead of signing in, for some of a person's permissions.

    `hint` is its beginning, to tell one from another.
    """

    __tablename__ = "credential"
    __table_args__ = (one_of("kind", CredentialKind),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    hint: Mapped[str]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    label: Mapped[str]
    permissions: Mapped[list[str]] = mapped_column(ARRAY(String))
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str]
    ends_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    used_from: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[str | None]


class AccountLink(Base):
    """A link that can be used once until it ends: an invitation, a reset, or the first administrator's."""

    __tablename__ = "account_link"
    __table_args__ = (
        one_of("purpose", LinkPurpose),
        CheckConstraint("(account_id IS NULL) = (purpose = 'first_run')", name="whose"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str]
    ends_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class RecoveryCode(Base):
    """A code that stands in for the second factor once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class SignInAttempt(Base):
    """Something that was tried at a door, and what came of it.

    A name that nobody has is kept as a digest only: people type passwords into the wrong field.
    `device` is the id of a device that was known by its cookie; `detail` names what was asked for.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        one_of("step", Step),
        one_of("outcome", Outcome),
        Index("ix_sign_in_attempt_login", "login_digest", "at"),
        Index("ix_sign_in_attempt_address", "network", "at"),
        Index("ix_sign_in_attempt_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    step: Mapped[str]
    outcome: Mapped[str]
    login_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    address: Mapped[str]
    network: Mapped[str]
    device: Mapped[str | None]
    detail: Mapped[str | None]
