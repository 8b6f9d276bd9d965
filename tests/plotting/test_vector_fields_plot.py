"""Figures of vector fields."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.quiver import Quiver, QuiverKey

from geomndp.plotting import plot_vector_fields, plot_wind_ensemble

RNG = np.random.default_rng(0)
X = RNG.normal(size=(20, 2))
Y = RNG.normal(size=(3, 20, 2))


def arrows(axes) -> tuple[np.ndarray, np.ndarray, float]:
    """Locations and values of the arrows of a panel, and the value that is as long as a unit."""
    (quiver,) = (each for each in axes.collections if isinstance(each, Quiver))
    assert quiver.scale is not None
    return (
        np.asarray(quiver.get_offsets()),
        np.stack([np.asarray(quiver.U), quiver.V], -1),
        quiver.scale,
    )


def test_arrows_are_the_fields_to_one_scale(tmp_path: Path):
    figure = plot_vector_fields(X, {"model": Y, "data": 5 * Y[:2]})
    figure.savefig(tmp_path / "fields.png", dpi=50)
    assert (tmp_path / "fields.png").stat().st_size > 3000
    top, bottom = figure.axes[:3], figure.axes[3:]
    assert [top[0].get_ylabel(), bottom[0].get_ylabel()] == ["model", "data"]
    for axes, y in zip(top, Y, strict=True):
        found_x, found_y, _ = arrows(axes)
        np.testing.assert_allclose(found_x, X)
        np.testing.assert_allclose(found_y, y)
    np.testing.assert_allclose(arrows(bottom[1])[1], 5 * Y[1])
    assert len({arrows(axes)[2] for axes in (*top, *bottom[:2])}) == 1
    assert [axes.get_visible() for axes in bottom] == [True, True, False]


def test_panels_are_square_and_hold_all_locations():
    (axes,) = plot_vector_fields(X, {"one": Y[:1]}).axes
    assert axes.get_aspect() == 1
    for low, high in (axes.get_xlim(), axes.get_ylim()):
        assert low < X.min()
        assert high > X.max()


def test_arrows_of_a_typical_field_do_not_overlap():
    """On a grid of step 1 an arrow of typical size is somewhat shorter than the step."""
    x = np.stack(np.meshgrid(np.arange(20.0), np.arange(20.0)), -1).reshape(-1, 2)
    y = np.broadcast_to([300.0, 400.0], (1, 400, 2))
    _, _, scale = arrows(plot_vector_fields(x, {"steady": y}).axes[0])
    assert 0.6 < 500.0 / scale < 1


@pytest.mark.parametrize(("x", "y"), [(X[:1] * 0, Y[:, :1]), (X, 0 * Y)])
def test_one_point_and_values_of_zero_are_drawn(x: np.ndarray, y: np.ndarray, tmp_path: Path):
    plot_vector_fields(x, {"": y}).savefig(tmp_path / "fields.png", dpi=50)


def test_many_fields_are_in_rows_of_four():
    many = np.concatenate([Y, Y])
    figure = plot_vector_fields(X, {"many": many, "few": Y[:2]})
    assert len(figure.axes) == 3 * 4
    labels = [axes.get_ylabel() for axes in figure.axes if axes.get_ylabel()]
    assert labels == ["many", "many", "few"]
    shown = [axes for axes in figure.axes if axes.get_visible()]
    for axes, y in zip(shown, (*many, *Y[:2]), strict=True):
        np.testing.assert_allclose(arrows(axes)[1], y)


@pytest.mark.parametrize("sets", [{}, {"model": Y, "data": Y[:0]}])
def test_a_set_of_nothing(sets: dict):
    with pytest.raises(ValueError, match="expected sets of at least one field each"):
        plot_vector_fields(X, sets)


def test_lines_are_drawn_and_change_nothing_in_sight():
    far = np.array([[0.0, 0.0], [90.0, 90.0]])
    plain = plot_vector_fields(X, {"one": Y[:1]}).axes[0]
    (axes,) = plot_vector_fields(X, {"one": Y[:1]}, lines=[far]).axes
    assert (axes.get_xlim(), axes.get_ylim()) == (plain.get_xlim(), plain.get_ylim())
    (lines,) = (each for each in axes.collections if isinstance(each, LineCollection))
    np.testing.assert_array_equal(lines.get_segments()[0], far)


@pytest.mark.parametrize(("size", "value"), [(7.0, "5 m/s"), (1.0, "1 m/s"), (0.3, "0.2 m/s")])
def test_a_key_tells_how_long_an_arrow_is(size: float, value: str):
    steady = size * np.broadcast_to([0.6, 0.8], (1, 20, 2))
    figure = plot_vector_fields(X, {"one": steady}, unit_x="km", unit_y="m/s")
    (key,) = (each for each in figure.axes[0].artists if isinstance(each, QuiverKey))
    assert figure.axes[0].get_title(loc="right") == value
    assert float(value.split()[0]) == key.U
    assert figure.get_supxlabel() == "km east, and north upwards"


@pytest.mark.parametrize(
    ("x", "numbers", "drawn"),
    [
        (np.random.default_rng(0).normal(size=(20, 2)), np.arange(20.0), True),
        (np.random.default_rng(0).normal(size=(20, 2)), np.zeros(20), False),
        (np.stack([np.arange(20.0), np.arange(20.0)], -1), np.arange(20.0), False),
    ],
    ids=["area", "one-value", "line"],
)
def test_lines_of_what_is_told_beside(x: np.ndarray, numbers: np.ndarray, drawn: bool):
    members = np.random.default_rng(1).normal(size=(4, 20, 2))
    beside = {"msl, Pa": np.tile(numbers, (4, 1))}
    figure = plot_wind_ensemble(x, members, x[:2], members[0, :2], beside=beside)
    assert (figure.axes[0].get_title(loc="left") == "lines: msl, Pa") == drawn
