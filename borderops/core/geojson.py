"""GeoJSON made in the database, passed on as it is (RFC 7946: longitude and latitude on WGS 84)."""

from fastapi.responses import Response


class GeoJSONResponse(Response):
    """A body that is GeoJSON already."""

    media_type = "application/geo+json"
