"""Distances on the WGS 84 ellipsoid."""

from pyproj import Geod

_GEOD = Geod(ellps="WGS84")


def distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """The geodesic distance in metres between two points given in degrees."""
    return float(_GEOD.inv(lon, lat, other_lon, other_lat)[2])
