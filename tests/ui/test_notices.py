"""What a form leaves to be said on the page that follows it."""

import base64
import json

import pytest
from fastapi import Request, Response

from borderops.core.messages import Message
from borderops.ui.languages import get_translator
from borderops.ui.notices import COOKIE, leave_notices, read_notices


def asked_with(cookie: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", f"{COOKIE}={cookie}".encode())]})


def carried(*messages: Message) -> list[Message]:
    reply = Response()
    leave_notices(reply, messages)
    return read_notices(asked_with(reply.headers["set-cookie"].partition("=")[2].partition(";")[0]))


def test_a_message_within_a_message_is_still_translated_on_the_next_page() -> None:
    within = Message("%(side)s: %(n)s", {"side": Message("Laos"), "n": 3})
    (told,) = carried(within)
    assert str(told) == "Laos: 3"
    assert get_translator("vi").t(told) == "Lào: 3"


def test_a_decimal_is_written_as_the_readers_language_does() -> None:
    (told,) = carried(Message("%(km)s km", {"km": 5.6}))
    assert [get_translator(language).t(told) for language in ("vi", "en")] == ["5,6 km", "5.6 km"]


@pytest.mark.parametrize("far", ["NaN", "Infinity", "1e999"])
def test_a_number_that_is_none_is_only_words(far: str) -> None:
    cookie = base64.urlsafe_b64encode(f'[["%(km)s km", [["km", {far}]]]]'.encode()).decode()
    (told,) = read_notices(asked_with(cookie))
    assert get_translator("vi").t(told).endswith(" km")


@pytest.mark.parametrize("told", [{"a": 1}, [["%(a)s", []]], [["x"]], "x", [["x", [["y", [["z"]]]]]]])
def test_what_cannot_be_read_says_nothing(told: object) -> None:
    assert read_notices(asked_with(base64.urlsafe_b64encode(json.dumps(told).encode()).decode())) == []


@pytest.mark.parametrize("cookie", ["", "!", base64.urlsafe_b64encode(b"[" * 2800).decode()])
def test_a_cookie_that_is_none_of_ours_says_nothing(cookie: str) -> None:
    assert read_notices(asked_with(cookie)) == []
