import pytest
from starlette.testclient import TestClient


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", ["/api/v1/inspections", "/features/405(1)/inspections/new"])
def test_what_another_site_sends_is_refused(client: TestClient, path: str, site: str) -> None:
    refused = client.post(path, headers={"Sec-Fetch-Site": site}, json={})
    assert refused.status_code == 403
    assert "foreign-request" in refused.text


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}])
def test_our_own_pages_and_programs_may_write(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/api/v1/inspections", headers=headers, json={}).status_code == 422


def test_reading_is_not_limited(client: TestClient) -> None:
    assert client.get("/features", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
