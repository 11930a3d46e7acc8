from starlette.testclient import TestClient

PLACE = "/api/v1/line/place"


def test_any_point_lies_between_two_markers(client: TestClient) -> None:
    told = client.get(PLACE, params={"x": "104.07", "y": "19.47"}).json()
    assert (told["before"], told["after"]) == ("405(2)", "406")
    assert 0 < told["from_before_m"] < 10_000
    assert told["offset_m"] < 3_000
    assert told["warnings"] == []


def test_the_same_point_in_the_provinces_grid(client: TestClient) -> None:
    degrees = client.get(PLACE, params={"figures": "104.101866841, 19.439025771"}).json()
    grid = client.get(
        PLACE, params={"x": "431747.7689", "y": "2150287.6116", "system": "vn2000-tm3-104-45"}
    ).json()
    assert grid["operation"] == "EPSG:6960"
    assert abs(grid["chainage_km"] - degrees["chainage_km"]) <= 0.001


def test_a_point_far_away_is_remarked_upon_in_the_readers_language(client: TestClient) -> None:
    told = client.get(PLACE, params={"x": "105.69", "y": "18.67", "lang": "en"}).json()
    assert ["implausibly far" in warning for warning in told["warnings"]] == [True]


def test_what_is_no_point_is_told_at_its_field(client: TestClient) -> None:
    for params, field in (
        ({"x": "104.1"}, "y"),
        ({"x": "abc", "y": "19"}, "x"),
        ({"x": "1", "y": "2", "system": "EPSG:4147"}, "system"),
    ):
        refused = client.get(PLACE, params=params)
        assert refused.status_code == 422
        assert [error["field"] for error in refused.json()["errors"]] == [field]


def test_units_on_a_day(client: TestClient) -> None:
    def ids(day: str) -> set[str]:
        return {unit["id"] for unit in client.get("/api/v1/units", params={"as_of": day}).json()}

    assert "ky-son-district" in ids("2025-06-30")
    assert "ky-son-district" not in ids("2025-07-01")
    assert "xa-muong-xen" in ids("2025-07-01")
