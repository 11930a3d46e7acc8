"""What can go wrong in a way that a person can mend.

Every error says what cannot be done in a sentence (`message`), has a stable `code` that programs may rely
on, and names the `field` (and for files the `row`) where that helps. `app` maps the families below to HTTP
status, exit code and log level; nothing else knows about HTTP.
"""

from collections.abc import Sequence
from typing import ClassVar

from borderops.core.messages import Message


class BorderopsError(Exception):
    """The root of all errors that are meant for people. Subclasses set `code` and say their sentence."""

    code: ClassVar[str] = "error"

    def __init__(
        self, text: str, *, field: str | None = None, row: int | None = None, **values: object
    ) -> None:
        self.message = Message(text, values)
        self.field = field
        self.row = row
        super().__init__(str(self.message))


class InvalidInput(BorderopsError):
    """What was given cannot be taken; the sentence says what would be right."""

    code = "invalid-input"


class NotFound(BorderopsError):
    """There is no such thing in what the reader may see."""

    code = "not-found"


class Conflict(BorderopsError):
    """It contradicts something that is already recorded; nothing was changed."""

    code = "conflict"


class NotAllowed(BorderopsError):
    """The viewer's duties do not cover this."""

    code = "not-allowed"


class NotSignedIn(BorderopsError):
    """Nobody has signed in, or the session is over."""

    code = "not-signed-in"


class Unavailable(BorderopsError):
    """The installation cannot do it now (database down, not migrated, folder not writable)."""

    code = "unavailable"


class Problems(InvalidInput):
    """Several errors of one submission, told together so that a form can show each at its field."""

    code = "invalid-input"

    def __init__(self, problems: Sequence[BorderopsError]) -> None:
        self.problems = tuple(problems)
        super().__init__("%(count)s entries need correcting.", count=len(self.problems))
        if len(self.problems) == 1:
            self.message = self.problems[0].message
