"""Texts for people, written once in English and translated at the edge.

Rules and errors do not know the reader's language. They carry a `Message`: an English text with named
places, and the values for them. The page or the command line turns it into words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


def N_(text: str) -> str:  # noqa: N802 - the name that translators' tools look for
    """Mark `text` for the translators' catalogue; it is translated where it is shown."""
    return text


@dataclass(frozen=True)
class Message:
    """A text for people: an English `text` with `%(name)s` places, and the `values` that go there.

    A value may itself be a `Message`: it is translated first.
    """

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % {name: str(value) for name, value in self.values.items()}


@dataclass(frozen=True)
class PartialDate:
    """A date as finely as it is known, for a message: of a `precision` of year only its year is said."""

    day: date
    precision: str

    def __str__(self) -> str:
        return self.day.isoformat()[: {"year": 4, "month": 7}.get(self.precision, 10)]
