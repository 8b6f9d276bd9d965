"""Pictures and tables of vector fields."""

from pathlib import Path

import jax
import numpy as np
import pytest
from random_fields import random_field, random_params
from tiny_models import Perceptron

import geomndp as gn
from geomndp.experiments import RunFolder, disc_grid, draw_gp_fields_figures, sample_fields

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def trained() -> gn.TrainedProcess:
    """A model of vector fields that compiles fast."""
    kind = gn.FieldType(gn.groups.Trivial(2), gn.representations.Vector(2))
    noising = gn.sde.OrnsteinUhlenbeck(
        gn.GaussianProcess(gn.kernels.White(1.0, 2)), gn.sde.LinearSchedule()
    )
    model = gn.NeuralDiffusionProcess(noising, Perceptron(kind))
    return gn.TrainedProcess(
        model, random_params(model.network, random_field(kind, 3, seed=0), seed=0)
    )


@pytest.mark.parametrize(
    ("n_points", "kept"), [(1, 1), (4, 1), (5, 5), (8, 5), (9, 9), (56, 49), (64, 61), (1000, 997)]
)
def test_a_grid_fills_a_disc_with_whole_squares(n_points: int, kept: int):
    x = np.asarray(disc_grid(n_points, 10.0))
    assert x.shape == (kept, 2)
    assert len(np.unique(x, axis=0)) == kept
    distance = np.linalg.norm(x, axis=-1)
    assert distance.max() == pytest.approx(10.0 if kept > 1 else 0.0)
    turned = np.stack([-x[:, 1], x[:, 0]], -1)
    gaps = np.abs(turned[:, None] - x[None]).max(-1).min(1)
    assert gaps.max() < 1e-6
    if kept > 1:
        step = np.min(distance[distance > 0])
        np.testing.assert_allclose(x / step, np.round(x / step), atol=1e-5)
        inside = np.sum((np.indices((81, 81)) - 40) ** 2, 0) <= (10.0 / step) ** 2 + 1e-6
        assert inside.sum() == kept  # none is left out


@pytest.mark.parametrize(("n_points", "radius"), [(0, 1.0), (5, 0.0), (5, float("nan"))])
def test_a_grid_of_nothing(n_points: int, radius: float):
    with pytest.raises(ValueError, match="expected at least 1 point and a positive radius"):
        disc_grid(n_points, radius)


def test_fields_drawn_are_written_as_they_are(trained: gn.TrainedProcess, tmp_path: Path):
    key = jax.random.key(3)
    picture, table = sample_fields(trained, tmp_path / "new", n_fields=2, n_points=9, key=key)
    assert picture.read_bytes().startswith(PNG)
    assert table.read_text().splitlines()[0] == "member,x1,x2,y1,y2"
    rows = np.loadtxt(table, delimiter=",", skiprows=1)
    x = disc_grid(9, 10.0)
    np.testing.assert_array_equal(rows[:, 0], np.repeat([0, 1], 9))
    np.testing.assert_allclose(rows[:9, 1:3], x, rtol=1e-5)
    np.testing.assert_allclose(rows[9:, 1:3], x, rtol=1e-5)
    y = trained.sample(x, n_samples=2, key=key)
    np.testing.assert_allclose(rows[:, 3:].reshape(2, 9, 2), y, rtol=1e-5)


def test_no_fields_are_not_drawn(trained: gn.TrainedProcess, tmp_path: Path):
    with pytest.raises(ValueError, match="expected at least 1 field, got 0"):
        sample_fields(trained, tmp_path, n_fields=0, key=jax.random.key(0))


@pytest.mark.parametrize("kernel", ["curl-free", None])
def test_a_run_is_drawn(trained: gn.TrainedProcess, kernel: str | None, tmp_path: Path):
    folder = RunFolder(tmp_path)
    (fields,) = draw_gp_fields_figures(trained, kernel, folder)
    assert fields.read_bytes().startswith(PNG)
    folder.history.write_text('{"step": 1, "loss": 1.0}\n')
    written = draw_gp_fields_figures(trained, kernel, folder)
    assert [path.name for path in written] == ["fields.png", "history.png"]


def test_the_law_is_drawn_beside_the_model(
    trained: gn.TrainedProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    seen = {}

    def plot(x, sets):
        seen.update({name: np.asarray(each) for name, each in sets.items()})
        return gn.plotting.plot_vector_fields(x, sets)

    monkeypatch.setattr("geomndp.experiments.field_figures.plot_vector_fields", plot)
    draw_gp_fields_figures(trained, "divergence-free", RunFolder(tmp_path))
    assert set(seen) == {"model", "data: divergence-free"}
    assert {each.shape for each in seen.values()} == {(4, 61, 2)}
