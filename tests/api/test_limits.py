"""What is larger than the program takes is refused before it is read to its end."""

import pytest
from starlette.testclient import TestClient

from borderops.app import MOST_BYTES

INSPECTIONS = "/api/v1/inspections"


def test_a_body_that_is_too_large_is_refused(client: TestClient) -> None:
    refused = client.post(INSPECTIONS, content=b" " * (MOST_BYTES + 1))
    assert refused.status_code == 413


def test_a_length_that_is_too_large_is_refused_as_it_is_told(client: TestClient) -> None:
    told = {"Content-Length": str(MOST_BYTES * 1000), "Content-Type": "application/json"}
    assert client.post(INSPECTIONS, content=b"{}", headers=told).status_code == 413


@pytest.mark.parametrize("size", [MOST_BYTES + 1])
def test_the_form_that_takes_many_photos_takes_more(client: TestClient, size: int) -> None:
    photo = {"photos": ("p.jpg", b"\xff" * size, "image/jpeg")}
    reply = client.post("/features/405(1)/inspections/new", data={"finding": "seen"}, files=photo)
    assert reply.status_code == 422
