"""Distances on the globe, as OpenSearch computes them."""

from math import asin, cos, degrees, radians, sin, sqrt

_EARTH_KILOMETRES = 6371.0087714


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The great circle between two places in degrees, in kilometres (haversine)."""
    here, there = radians(lat), radians(other_lat)
    half_lat, half_lon = (there - here) / 2, radians(other_lon - lon) / 2
    chord = sin(half_lat) ** 2 + cos(here) * cos(there) * sin(half_lon) ** 2
    return 2 * _EARTH_KILOMETRES * asin(min(1.0, sqrt(chord)))


def band(lat: float, radius: float) -> tuple[float, float]:
    """The southern and northern degrees that everything within `radius` kilometres lies between."""
    reach = degrees(radius / _EARTH_KILOMETRES) + 1e-6
    return lat - reach, lat + reach
