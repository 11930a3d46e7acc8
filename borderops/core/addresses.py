"""Features in the paths of pages and of the API: their numbers hold slashes, as in 425/1.

Servers undo the percent-encoding of a path before it is matched, so `425%2F1` arrives as two segments. The
path parameter `ADDRESS` takes in what follows a slash where it is the rest of a number, and nothing else:
`/features/425/1` is a feature and `/features/425/1/history` its history.
"""

from typing import Annotated

from fastapi import Path
from starlette.convertors import Convertor, register_url_convertor

ADDRESS = "{address:address}"
"""The path parameter for a feature's number as people write it, a gate's code, or an id."""

LONGEST = 100
"""Letters of an address at most; no number, code or id has as many."""

Address = Annotated[
    str,
    Path(
        description="A number as people write it (URL-encoded), a gate's code, or an id.",
        examples=["397(2)"],
        min_length=1,
        max_length=LONGEST,
    ),
]
"""What a route of the API takes from it."""


class AddressConvertor(Convertor[str]):
    """One segment, or one with the rest of a stake's number after a slash (`/1`, `/1(2)`)."""

    regex = r"[^/\x00]+(?:/\d+(?:\(\d+\))?)?"

    def convert(self, value: str) -> str:
        """The address as it was written."""
        return str(value)

    def to_string(self, value: str) -> str:
        """The address as it stands in a path, before percent-encoding."""
        return str(value)


register_url_convertor("address", AddressConvertor())
