"""Words for the page that follows a form: what was recorded, and what looked odd about it.

A form that went well leads on by a redirect. What is to be said on the next page travels in a cookie that
the next page takes away; nothing in it is trusted for anything but being shown.
"""

import base64
import binascii
import json
import math
from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response

from borderops.core.messages import Message

COOKIE = "borderops_notices"
_LIFE_S = 120
_MOST_BYTES = 3000
"""Browsers keep 4 kB of a cookie; what does not fit is left out from the end."""


def leave_notices(reply: Response, messages: Sequence[Message]) -> None:
    """Have the next page say these, the first one as what was done and the others as warnings."""
    kept = list(messages)
    while kept and len(_packed(kept)) > _MOST_BYTES:
        kept.pop()
    if kept:
        reply.set_cookie(COOKIE, _packed(kept), max_age=_LIFE_S, httponly=True, samesite="lax")


def read_notices(request: Request) -> list[Message]:
    """What the form before this page left to be said; empty for anything unreadable."""
    try:
        told = json.loads(base64.urlsafe_b64decode(request.cookies.get(COOKIE, "")))
        messages = [_unpacked(one) for one in told]
        for message in messages:
            str(message)
    except (binascii.Error, ValueError, TypeError, KeyError, UnicodeDecodeError, RecursionError):
        return []
    return messages


def take_notices(request: Request, reply: Response) -> None:
    """Take the words away once they were shown."""
    if COOKIE in request.cookies:
        reply.delete_cookie(COOKIE, httponly=True, samesite="lax")


def _packed(messages: Sequence[Message]) -> str:
    told = json.dumps([_told(message) for message in messages], ensure_ascii=False)
    return base64.urlsafe_b64encode(told.encode()).decode()


def _told(message: Message) -> list[Any]:
    """A message as JSON: a value that is itself a message stays one, to be translated when it is shown.

    A decimal stays a number, to be written as the reader's language does.
    """
    return [message.text, [[name, _told_value(value)] for name, value in message.values.items()]]


def _told_value(value: object) -> Any:
    if isinstance(value, Message):
        return _told(value)
    return value if isinstance(value, float) and math.isfinite(value) else str(value)


def _unpacked(told: Any) -> Message:
    text, values = told
    return Message(str(text), {str(name): _unpacked_value(said) for name, said in values})


def _unpacked_value(said: Any) -> object:
    if isinstance(said, list):
        return _unpacked(said)
    return said if isinstance(said, float) and math.isfinite(said) else str(said)
