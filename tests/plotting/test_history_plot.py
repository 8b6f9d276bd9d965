"""Figures of training runs."""

from pathlib import Path

import numpy as np
import pytest

from geomndp.plotting import plot_history


def history(n: int) -> list[dict[str, float]]:
    return [
        {"step": 10.0 * i, "loss": 2.0 / (1 + i), "learning_rate": 1e-3, "seconds": 0.1}
        | ({"validation_loss": 1.0} if i % 5 == 0 else {})
        for i in range(n)
    ]


@pytest.mark.parametrize("n", [1, 2, 30, 500])
def test_runs_of_any_length_are_drawn(n: int, tmp_path: Path):
    figure = plot_history(history(n))
    figure.savefig(tmp_path / "history.png", dpi=50)
    assert (tmp_path / "history.png").stat().st_size > 3000
    assert [ax.get_ylabel() for ax in figure.axes] == ["loss", "learning rate"]
    assert figure.axes[-1].get_xlabel() == "step"


def test_columns_that_are_missing_are_left_out():
    figure = plot_history([{"step": i, "loss": 1.0} for i in range(4)])
    (ax,) = figure.axes
    assert ax.get_legend() is None
    assert len(ax.lines) == 1


def test_the_curve_drawn_is_the_loss():
    (line, validation) = plot_history(history(6)).axes[0].lines
    assert np.allclose(line.get_xydata(), [[10.0 * i, 2.0 / (1 + i)] for i in range(6)])
    assert np.allclose(validation.get_xydata(), [[0.0, 1.0], [50.0, 1.0]])


def test_the_curve_over_many_points_is_their_running_median():
    noisy = history(400)
    noisy[200]["loss"] = 1e6
    raw, smooth = plot_history(noisy).axes[0].lines[:2]
    assert np.max(raw.get_ydata()) == 1e6
    assert np.max(smooth.get_ydata()) < 2


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([], "at least 1 record"),
        ([{"step": 1.0, "loss": 1.0}, {"step": 2.0}], r"got \['step'\] in number 1"),
    ],
)
def test_what_is_no_history_is_refused(records: list, message: str):
    with pytest.raises(ValueError, match=message):
        plot_history(records)
