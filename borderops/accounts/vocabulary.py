"""The fixed words of signing in: kinds of credentials and links, doors, and what came of trying one."""

from enum import StrEnum


class CredentialKind(StrEnum):
    """What carries a credential: a program of a person's, or a device in the field."""

    API_TOKEN = "api_token"  # noqa: S105 - a word, not a secret
    DEVICE = "device"


class LinkPurpose(StrEnum):
    """What a link that can be used once is for."""

    FIRST_RUN = "first_run"
    INVITATION = "invitation"
    RESET = "reset"


class Step(StrEnum):
    """Which door was tried."""

    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    SECOND_FACTOR = "second_factor"
    RECOVERY_CODE = "recovery_code"
    ORGANISATION = "organisation"
    LINK = "link"
    CREDENTIAL = "credential"
    PERMISSION = "permission"


class Outcome(StrEnum):
    """What came of it. `slowed`: refused without looking, because too much had been tried just before."""

    PASSED = "passed"
    WRONG = "wrong"
    SLOWED = "slowed"
    REFUSED = "refused"
