"""One text for one JSON value (RFC 8785), so that a hash over it means something.

Names are sorted by their UTF-16 code units, nothing stands between the signs, numbers are written as
ECMAScript writes a double, texts are UTF-8 and escaped only where JSON must. docs/audit.md says it for those
who check a chain without this program.
"""

import json
from typing import Any

import rfc8785

#: The largest whole number that a double holds without doubt.
LARGEST_WHOLE = 2**53 - 1


class NotCanonical(ValueError):
    """A value that has no one text: not JSON, not finite, or a whole number that doubles cannot hold."""


def canonical(value: Any) -> str:
    """The canonical text of a JSON value. Raises NotCanonical."""
    try:
        return rfc8785.dumps(value).decode()
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:  # the latter for names of objects
        raise NotCanonical(str(error)) from None


def parse(text: str) -> Any:
    """The JSON value in a text. Whole numbers that doubles cannot hold become doubles, as everywhere else."""
    return json.loads(text, parse_int=_whole)


def _whole(digits: str) -> int | float:
    if len(digits) <= 15:
        return int(digits)
    value = float(digits)
    return int(value) if abs(value) <= LARGEST_WHOLE and value == int(digits) else value
