"""Maps of forecasts and tracks: anywhere on the globe, without a network."""

import socket
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import jaxtyping
import numpy as np
import pytest
from matplotlib.figure import Figure

import geomndp as gn
from geomndp.plotting import (
    ForecastCase,
    plot_ensemble,
    plot_forecast_gallery,
    plot_track_maps,
    plot_tracks,
)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch):
    def refuse(*args: object, **kwargs: object):
        raise AssertionError(f"a figure asked for the network: {args} {kwargs}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_the_network_is_refused():
    with pytest.raises(AssertionError, match="asked for the network"):
        socket.create_connection(("localhost", 80), timeout=1)


def track(latitude: float, longitude: float, n: int, *, north: float = 0.5) -> np.ndarray:
    """Six-hourly positions that go north-east from somewhere."""
    step = np.arange(n)
    y = gn.manifolds.from_geographic(
        jnp.asarray(latitude + north * step), jnp.asarray(longitude + 0.8 * step)
    )
    return np.asarray(y)


def case(latitude: float, longitude: float, *, n_members: int = 12, **settings) -> ForecastCase:
    """A forecast of three days from two days of observations."""
    y, hours = track(latitude, longitude, 20, **settings), np.arange(20)[:, None] * 0.25
    noise = np.random.default_rng(0).normal(size=(n_members, 1, 3)) * np.arange(12)[:, None] * 4e-3
    members = y[8:] + noise
    members /= np.linalg.norm(members, axis=-1, keepdims=True)
    context = gn.FieldSample(jnp.asarray(hours[:8]), jnp.asarray(y[:8])).pad(10)
    return ForecastCase(context, members, hours[8:], y[8:], "A storm")


def map_of(figure: Figure) -> Any:
    return figure.axes[0]


def pixels(figure: Figure) -> np.ndarray:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def in_sight(figure: Figure, points: np.ndarray) -> bool:
    """Whether unit vectors lie inside the frame of a figure's first map."""
    from cartopy.crs import PlateCarree

    ax = map_of(figure)
    latitude, longitude = gn.manifolds.to_geographic(jnp.asarray(points))
    xy = ax.projection.transform_points(PlateCarree(), np.asarray(longitude), np.asarray(latitude))
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    x, y = xy[:, 0], xy[:, 1]
    return bool(((x > left) & (x < right) & (y > low) & (y < high)).all())


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(case(15.0, -60.0), id="atlantic"),
        pytest.param(case(-20.0, 176.0, north=-0.4), id="date-line"),
        pytest.param(case(85.0, 30.0), id="north-pole"),
        pytest.param(case(-86.0, 100.0, north=-0.4), id="south-pole"),
        pytest.param(case(20.0, 130.0, n_members=1), id="single-member"),
    ],
)
def test_ensembles_are_drawn_anywhere(place: ForecastCase, tmp_path: Path):
    figure = plot_ensemble(
        place.context, place.members, place.x, truth=place.truth, title=place.title
    )
    file = tmp_path / "forecast.png"
    figure.savefig(file, dpi=50)
    assert file.stat().st_size > 5000
    assert in_sight(figure, np.asarray(place.context.y)[:8])
    assert in_sight(figure, np.asarray(place.truth))
    # Regions of one member would say nothing.
    n_marked = 3
    assert len(map_of(figure).patches) == (0 if place.n_members == 1 else 4 * n_marked)


def test_the_frame_is_a_test_of_sight():
    place = case(15.0, -60.0)
    figure = plot_ensemble(place.context, place.members, place.x)
    assert not in_sight(figure, track(-30.0, 100.0, 3))


def test_figures_are_the_same_every_time():
    place = case(20.0, 130.0)
    first, second = (plot_forecast_gallery([place]) for _ in range(2))
    assert (pixels(first) == pixels(second)).all()
    other = plot_forecast_gallery([case(20.0, 131.0)])
    assert (pixels(first) != pixels(other)).any()


def test_figures_are_not_kept_by_pyplot():
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    plot_forecast_gallery([case(20.0, 130.0)])
    plot_tracks([track(10.0, 100.0, 5)])
    assert plt.get_fignums() == before


def test_a_gallery_has_one_map_per_case_and_one_legend():
    cases = [case(15.0, -60.0), case(-20.0, 176.0), case(20.0, 130.0), case(10.0, 60.0)]
    figure = plot_forecast_gallery(cases, n_columns=2)
    assert [ax.get_title() for ax in figure.axes] == ["A storm"] * 4
    (legend,) = figure.legends
    labels = [text.get_text() for text in legend.get_texts()]
    expected = ["observed", "truth", "ensemble mean", "ensemble", "50 and 90 % of the ensemble"]
    assert labels == expected


def test_what_is_not_drawn_is_not_in_the_legend():
    place = case(20.0, 130.0, n_members=1)
    figure = plot_ensemble(place.context, place.members, place.x)
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["observed", "ensemble"]


def test_an_ensemble_all_over_the_globe_is_drawn():
    members = np.random.default_rng(0).normal(size=(16, 12, 3))
    members /= np.linalg.norm(members, axis=-1, keepdims=True)
    place = case(20.0, 130.0)
    figure = plot_ensemble(place.context, members, place.x)
    assert pixels(figure).std() > 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"members": np.zeros((5, 11, 3))}, r"members of shape \(n_members, 12, 3\)"),
        ({"truth": np.zeros((11, 3))}, r"truth of shape \(12, 3\)"),
        ({"mask": False}, "at least 1 real point"),
    ],
)
def test_cases_that_do_not_fit_are_refused(
    change: dict, message: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)  # as it is for users
    place = case(20.0, 130.0)
    context = place.context
    if "mask" in change:
        context = gn.FieldSample(context.x, context.y, jnp.zeros(10, bool))
    members, truth = change.get("members", place.members), change.get("truth", place.truth)
    with pytest.raises(ValueError, match=message):
        ForecastCase(context, members, place.x, truth)


def test_an_empty_gallery_is_refused():
    with pytest.raises(ValueError, match="at least 1 forecast"):
        plot_forecast_gallery([])


@pytest.mark.parametrize(
    "y",
    [
        pytest.param(track(-15.0, 174.0, 16), id="date-line"),
        pytest.param(track(85.0, 0.0, 16), id="pole"),
        pytest.param(track(10.0, 0.0, 1), id="one-point"),
    ],
)
def test_tracks_are_drawn_anywhere(y: np.ndarray, tmp_path: Path):
    from cartopy.crs import Orthographic, PlateCarree

    for number, projection in enumerate([None, PlateCarree(), Orthographic(10, 60)]):
        file = tmp_path / f"{number}.png"
        plot_tracks([y], projection=projection).savefig(file, dpi=40)
        assert file.stat().st_size > 3000


def test_a_track_over_the_edge_of_a_map_does_not_cross_the_map():
    from cartopy.crs import PlateCarree

    figure = plot_tracks([track(-15.0, 174.0, 16)], projection=PlateCarree())
    longest = [
        np.abs(np.diff(path.vertices[:, 0])).max()
        for path in map_of(figure).collections[-1].get_paths()
    ]
    assert len(longest) == 2
    assert max(longest) < 2


def test_a_map_of_the_world_is_cut_where_no_track_passes():
    pacific = plot_tracks([track(10.0, 150.0, 60), track(10.0, 230.0, 60)])
    assert 160 < map_of(pacific).projection.proj4_params["lon_0"] % 360 < 250
    europe = plot_tracks([track(40.0, 0.0, 20)])
    assert abs(map_of(europe).projection.proj4_params["lon_0"]) < 40


def test_padding_is_not_drawn_and_tracks_share_a_map():
    y = jnp.asarray(track(10.0, 100.0, 6))
    sample = gn.FieldSample(jnp.arange(6.0)[:, None], y, jnp.arange(6) < 4)
    batch = gn.FieldSample.stack([sample, sample])
    figure = plot_tracks(batch, label="observed")
    paths = map_of(figure).collections[-1].get_paths()
    assert [len(path.vertices) for path in paths] == [4, 4]
    again = plot_tracks([np.asarray(y)], ax=map_of(figure), color="#D55E00", label="sampled")
    assert again is figure
    labels = [text.get_text() for text in map_of(figure).get_legend().get_texts()]
    assert labels == ["observed", "sampled"]


def test_what_is_no_map_of_tracks_is_refused():
    from cartopy.crs import PlateCarree

    with pytest.raises(ValueError, match="at least 1 track"):
        plot_tracks([])
    figure = plot_tracks([track(10.0, 100.0, 5)])
    with pytest.raises(ValueError, match="got both"):
        plot_tracks([track(10.0, 100.0, 5)], ax=map_of(figure), projection=PlateCarree())


def test_sets_of_tracks_are_on_maps_of_one_centre_with_degrees():
    from cartopy.mpl.gridliner import Gridliner

    across = [track(10, 170, 60)]
    figure = plot_track_maps({"data": across, "samples": [*across, track(-10, 160, 9, north=-0.5)]})
    maps: list[Any] = figure.axes
    data, samples = maps
    pixels(figure)
    assert data.projection == samples.projection
    assert [ax.get_title() for ax in (data, samples)] == ["data", "samples"]
    for ax in (data, samples):
        (lines,) = (part for part in ax.get_children() if isinstance(part, Gridliner))
        assert {"30°N", "0°", "30°S", "180°"} <= {text.get_text() for text in lines.label_artists}
    for panels in ({}, {"data": across, "samples": []}):
        with pytest.raises(ValueError, match="expected at least 1 map, each with a track"):
            plot_track_maps(panels)
