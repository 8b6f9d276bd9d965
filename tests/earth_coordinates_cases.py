"""Coordinates of places and winds with which their laws are tested."""

import geomndp as gn

EARTH_COORDINATES: dict[str, gn.data.AbstractEarthCoordinates] = {
    "equidistant": gn.data.AzimuthalEquidistant(51.0, 10.0),
    "equidistant-pole": gn.data.AzimuthalEquidistant(-90.0, 40.0),
    "equal-area": gn.data.AzimuthalEqualArea(20.0, 179.0),
    "equal-area-pole": gn.data.AzimuthalEqualArea(90.0, 0.0),
    "utm": gn.data.MapProjection("EPSG:32632"),
    "conic": gn.data.MapProjection(
        "+proj=lcc +lat_1=30 +lat_2=60 +lat_0=50 +lon_0=10 +units=us-ft"
    ),
    "globe": gn.data.UnitSphere(),
}

AZIMUTHAL = {
    name: coordinates
    for name, coordinates in EARTH_COORDINATES.items()
    if isinstance(coordinates, gn.data.AbstractAzimuthalProjection)
}

CENTRES = {"utm": (50.0, 9.0), "conic": (50.0, 10.0), "globe": (0.0, 0.0)} | {
    name: (coordinates.latitude, coordinates.longitude) for name, coordinates in AZIMUTHAL.items()
}
"""Latitudes and longitudes about which places are drawn."""
