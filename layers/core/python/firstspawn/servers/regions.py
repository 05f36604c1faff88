"""Where a server stands when its owner gave a region and no place."""

from typing import NamedTuple

from firstspawn.servers.fields import Region


class Place(NamedTuple):
    """Degrees north and east."""

    lat: float
    lon: float


# Where each region's players and data centres are, not the middle of its land.
_CENTROIDS = {
    Region.EU: Place(50.1, 8.7),
    Region.NA: Place(39.0, -95.0),
    Region.SA: Place(-20.0, -50.0),
    Region.AS: Place(25.0, 115.0),
    Region.OC: Place(-33.0, 148.0),
    Region.AF: Place(-5.0, 25.0),
    Region.ME: Place(25.3, 52.0),
}


def centroid(region: str | None) -> Place | None:
    """Where most of a region's servers are; None for no region, or one that is not known."""
    return _CENTROIDS[Region(region)] if region in set(Region) else None
