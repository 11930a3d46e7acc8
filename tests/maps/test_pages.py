import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from starlette.testclient import TestClient

from borderops.ui.states import LOOKS, STATES

SEVEN = {"390", "397(1)", "397(2)", "397(3)", "405(1)", "409", "410(1)"}


class Page(HTMLParser):
    """The addresses a page names, its scripts without an address, and the JSON it brings along."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.written: list[str] = []
        self.blocks: dict[str, Any] = {}
        self._block: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.addresses += [held[name] or "" for name in ("href", "src", "action") if name in held]
        if tag == "script" and "src" not in held:
            if held.get("type") == "application/json":
                self._block = held["id"]
            else:
                self.written.append(held.get("type") or "")

    def handle_data(self, data: str) -> None:
        if self._block:
            self.blocks[self._block] = json.loads(data)
            self._block = None


def read(client: TestClient, address: str) -> Page:
    reply = client.get(address)
    assert reply.status_code == 200, reply.text
    return Page(reply.text)


@pytest.mark.parametrize(
    "address", ["/map", "/map?show=all&lang=lo", "/map?embed=1", "/map/feature/397(2)", "/map?as_of=soon"]
)
def test_a_map_names_no_other_host(client: TestClient, address: str) -> None:
    page = read(client, address)
    assert page.addresses
    for named in page.addresses:
        assert re.match(r"[/#?](?!/)", named), named
    for named in (
        value for name, value in page.blocks["map-config"].items() if name.endswith("_url") and value
    ):
        assert re.match(r"/(?!/)", named)


def test_one_script_only_is_written_into_the_page(client: TestClient) -> None:
    assert read(client, "/map").written == ["module"]


def test_everything_the_page_asks_for_is_there(client: TestClient) -> None:
    for address in read(client, "/map").addresses:
        if address.startswith(("/static", "/map/script", "/api")):
            assert client.get(address).status_code == 200, address


def test_the_data_are_the_damaged_features_as_of_the_day(client: TestClient) -> None:
    settings = read(client, "/map?as_of=2024-06-30").blocks["map-config"]
    found = client.get(settings["data_url"]).json()["features"]
    assert {feature["properties"]["number"] for feature in found} == SEVEN
    before = read(client, "/map?as_of=2017-06-30").blocks["map-config"]
    assert client.get(before["data_url"]).json()["features"] == []


def test_what_was_not_known_is_not_drawn(client: TestClient) -> None:
    settings = read(client, "/map?as_of=2024-06-30&known_at=2020-01-01").blocks["map-config"]
    assert client.get(settings["data_url"]).json()["features"] == []


def test_the_map_is_limited_as_its_address_says(client: TestClient) -> None:
    settings = read(client, "/map?as_of=2024-06-30&province=xiangkhouang").blocks["map-config"]
    found = client.get(settings["data_url"]).json()["features"]
    assert {feature["properties"]["number"] for feature in found} == {"405(1)", "409", "410(1)"}


def test_the_map_of_all_shows_every_state(client: TestClient) -> None:
    settings = read(client, "/map?show=all").blocks["map-config"]
    assert [look["state"] for look in settings["states"]] == list(STATES)
    assert [look["state"] for look in settings["all_states"]] == list(LOOKS)
    assert len(client.get(settings["data_url"]).json()["features"]) == 61


def test_a_date_that_is_none_is_told_and_left_out(client: TestClient) -> None:
    reply = client.get("/map?as_of=soon&lang=en")
    assert "is not a date" in reply.text
    settings = Page(reply.text).blocks["map-config"]
    assert client.get(settings["data_url"]).status_code == 200


@pytest.mark.parametrize(
    ("address", "headers"), [("/map?embed=1", {}), ("/map", {"sec-fetch-dest": "iframe"})]
)
def test_in_another_page_there_is_nothing_but_the_map(
    client: TestClient, address: str, headers: dict[str, str]
) -> None:
    text = client.get(address, headers=headers).text
    assert "masthead" not in text
    assert "data-map-panel" not in text
    assert Page(text).blocks["map-config"]["embed"] is True


def test_the_map_of_a_feature_brings_its_neighbours_along(client: TestClient) -> None:
    blocks = read(client, "/map/feature/397(2)").blocks
    assert blocks["map-config"]["selected"] == "397(2)"
    numbers = [feature["properties"]["number"] for feature in blocks["map-data"]["features"]]
    assert numbers[numbers.index("397(2)") - 1 :][:3] == ["397(1)", "397(2)", "397(3)"]
    assert len(numbers) == 5


def test_no_feature_no_map(client: TestClient) -> None:
    assert client.get("/map/feature/999").status_code == 404


def test_the_ground_is_sent_once(client: TestClient) -> None:
    first = client.get("/map/ground.geojson")
    assert first.headers["content-type"].startswith("application/geo+json")
    again = client.get("/map/ground.geojson", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_the_script_may_be_kept_where_it_is_asked_for_by_its_hash(client: TestClient) -> None:
    address = next(named for named in read(client, "/map").addresses if named.startswith("/map/script.js"))
    assert "immutable" in client.get(address).headers["cache-control"]
    assert client.get("/map/script.js").headers["cache-control"] == "no-cache"


def test_popups_speak_the_readers_language(client: TestClient) -> None:
    spoken = {
        language: read(client, f"/map?lang={language}").blocks["map-config"]
        for language in ("vi", "lo", "en")
    }
    for name, text in spoken["en"]["texts"].items():
        assert "%(" in text or len({spoken[language]["texts"][name] for language in spoken}) > 1, name
    assert spoken["vi"]["labels"]["state"]["severe"] == "Hư hỏng nghiêm trọng"
