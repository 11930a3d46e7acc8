"""GeoJSON made in the database, passed on as it is (RFC 7946: longitude and latitude on WGS 84)."""

from collections.abc import Sequence

from fastapi.responses import Response


class GeoJSONResponse(Response):
    """A body that is GeoJSON already."""

    media_type = "application/geo+json"


def collection(features: Sequence[bytes]) -> bytes:
    """Features, each an RFC 7946 Feature in UTF-8, as one FeatureCollection."""
    # The one large text is made once: with a second of a megabyte beside it the memory for both is given back
    # and fetched anew at every request, which takes as long as the rest.
    parts = list(features) or [b""]
    parts[0] = b'{"type":"FeatureCollection","features":[' + parts[0]
    parts[-1] += b"]}"
    return b",".join(parts)


def count_features(text: bytes) -> int:
    """How many features a FeatureCollection made by `collection` holds; the text is not taken apart."""
    return text.count(b'{"type":"Feature",')


#: A collection of nothing.
NO_FEATURES = collection([])
