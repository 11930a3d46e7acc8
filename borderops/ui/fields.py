"""What is wrong with a form, asked for field by field."""

from collections.abc import Sequence

from borderops.core.errors import BorderopsError
from borderops.core.messages import Message


class ProblemsAt:
    """The first problem of each field; called with a field's name it gives the message, or None."""

    def __init__(self, problems: Sequence[BorderopsError]) -> None:
        self._messages = {problem.field: problem.message for problem in reversed(problems) if problem.field}

    def __call__(self, field: str) -> Message | None:
        """The message of the field's first problem, or None."""
        return self._messages.get(field)

    def __contains__(self, field: str) -> bool:
        return field in self._messages

    def among(self, fields: Sequence[str]) -> list[str]:
        """Those of the fields that have a problem."""
        return [field for field in fields if field in self]
