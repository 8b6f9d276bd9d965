"""Land is drawn wherever the centre of the map lies."""

import cartopy.crs as ccrs
import numpy as np
import pytest
from cartopy.mpl.feature_artist import FeatureArtist
from cartopy.mpl.geoaxes import GeoAxes
from matplotlib.figure import Figure

from geomndp.plotting.land import draw_land
from geomndp.plotting.polylines import to_vectors


@pytest.mark.parametrize("centre", [(-143.4, -19.1), (-168.3, -8.8), (-59.6, -25.7)])
def test_where_the_border_of_the_map_pinches_a_coast(centre: tuple[float, float]):
    # Cartopy makes an invalid area of one of the continents for each of these centres.
    projection = ccrs.LambertAzimuthalEqualArea(*centre)
    ax = Figure().add_subplot(projection=projection)
    assert isinstance(ax, GeoAxes)
    draw_land(ax, resolution="c", centre=to_vectors(np.array([centre]))[0], radius=2.5)
    drawn = [artist for artist in ax.get_children() if isinstance(artist, FeatureArtist)]
    area = sum(shape.area for artist in drawn for shape in artist._feature.geometries())
    assert area > 1e13  # square metres
