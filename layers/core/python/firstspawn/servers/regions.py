"""Where a server stands when its owner gave a region and no place."""

from firstspawn.servers.fields import Region

# Where each region's players and data centres are, not the middle of its land: degrees north, east.
_CENTROIDS = {
    Region.EU: (50.1, 8.7),
    Region.NA: (39.0, -95.0),
    Region.SA: (-20.0, -50.0),
    Region.AS: (25.0, 115.0),
    Region.OC: (-33.0, 148.0),
    Region.AF: (-5.0, 25.0),
    Region.ME: (25.3, 52.0),
}


def centroid(region: str | None) -> tuple[float, float] | None:
    """Latitude and longitude in degrees; None for no region, or one that is not known."""
    return _CENTROIDS[Region(region)] if region in set(Region) else None
