"""Maps of numbers on the globe, and pictures of how forecasts did."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from cartopy.crs import PlateCarree
from matplotlib.backends.backend_agg import FigureCanvasAgg

import geomndp as gn
from geomndp.plotting import (
    plot_errors_by_place,
    plot_rank_histograms,
    plot_strike_probability,
    plot_world_fields,
)

LONGITUDE, LATITUDE = np.arange(0.0, 360.0, 30.0), np.arange(-60.0, 61.0, 30.0)
NUMBERS = np.arange(60.0).reshape(5, 12)


def seen() -> gn.FieldSample:
    y = gn.manifolds.from_geographic(jnp.array([10.0, 11.0]), jnp.array([178.0, 179.0]))
    return gn.FieldSample(jnp.array([[0.0], [0.25]]), y)


def test_maps_share_one_scale():
    panels = {"data": NUMBERS, "samples": NUMBERS / 2}
    figure = plot_world_fields(LONGITUDE, LATITUDE, panels, label="storms a season")
    maps = figure.axes[:2]
    assert [ax.get_title() for ax in maps] == ["data", "samples"]
    scales = [image.norm.vmax for ax in maps for image in ax.images]
    assert set(scales) == {59.0}
    assert figure.axes[-1].get_ylabel() == "storms a season"


def test_cells_of_a_map_have_no_seams():
    """Along the equator, between land and meridians, a map of one number has one colour."""
    axes = np.arange(0.0, 360.0, 4.0), np.arange(-60.0, 61.0, 4.0)
    figure = plot_world_fields(*axes, {"a": np.ones((31, 90))}, label="")
    figure.set_dpi(150)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    ax: Any = figure.axes[0]
    ends = [ax.projection.transform_point(east, 2.0, PlateCarree()) for east in (-170.0, -130.0)]
    (left, row), (right, _) = np.round(ax.transData.transform(ends)).astype(int)
    pixels = np.asarray(canvas.buffer_rgba())[::-1][row, left:right]
    assert len(np.unique(pixels, axis=0)) == 1
    numbers = ax.images[0].get_array()
    assert np.unique(numbers.compressed()).tolist() == [1.0]
    assert 0.5 < 1.0 - np.ma.getmaskarray(numbers).mean() < 0.95  # the grid ends at 62 degrees


@pytest.mark.parametrize("panels", [{}, {"a": NUMBERS.T}], ids=["none", "transposed"])
def test_maps_that_are_not_there(panels: dict):
    with pytest.raises(ValueError, match="expected (at least one map|numbers of shape)"):
        plot_world_fields(LONGITUDE, LATITUDE, panels, label="")


def test_a_map_of_strikes_over_the_date_line():
    longitude, latitude = np.arange(170.0, 190.0), np.arange(5.0, 20.0)
    bump = np.exp(-((longitude - 180) ** 2) / 8 - (latitude[:, None] - 12) ** 2 / 8)
    figure = plot_strike_probability(longitude, latitude, bump, context=seen(), title="T")
    west, east = figure.axes[0].get_xlim()
    assert east - west < 5e6  # a map around the storm, and not of the world
    with pytest.raises(ValueError, match="expected probabilities from 0 to 1, got 0 to 3"):
        plot_strike_probability(longitude, latitude, np.round(3 * bump), context=seen())


def test_histograms_have_bars_and_a_band():
    shares = [0.1, 0.2, 0.3, 0.4]
    figure = plot_rank_histograms({"24h": shares, "48h": shares}, n={"24h": 50, "48h": 60})
    first: Any = figure.axes[0]
    assert [bar.get_height() for bar in first.patches[:4]] == shares
    with pytest.raises(ValueError, match="expected at least one histogram"):
        plot_rank_histograms({})


def test_errors_are_averaged_where_there_are_five():
    longitude = [179.0, -179.0, 170.0, -170.0, 180.0] + [
        -160.0
    ] * 4  # the first about the date line
    errors = [100.0, 110.0, 120.0, 130.0, 140.0, *4 * [1.0]]
    figure = plot_errors_by_place({"model": (longitude, [12.0] * 9, errors)})
    by_longitude, by_latitude = figure.axes
    means: list[Any] = [*by_longitude.containers, *by_latitude.containers]
    assert means[0].lines[0].get_ydata().tolist() == [120.0]
    assert means[0].lines[0].get_xdata().tolist() == [180.0]
    assert means[1].lines[0].get_ydata() == pytest.approx(np.mean(errors))


def test_errors_are_drawn_up_to_the_poles():
    latitude = [-88.0] * 5 + [85.0] * 5
    figure = plot_errors_by_place({"model": ([10.0] * 10, latitude, [1.0] * 5 + [2.0] * 5)})
    drawn: Any = figure.axes[1].containers[0]
    assert drawn.lines[0].get_xdata().tolist() == [-85.0, 85.0]
    assert drawn.lines[0].get_ydata().tolist() == [1.0, 2.0]


def test_errors_without_a_predictor_are_refused():
    with pytest.raises(ValueError, match="expected at least one predictor"):
        plot_errors_by_place({})
