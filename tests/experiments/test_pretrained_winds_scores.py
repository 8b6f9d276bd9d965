"""The shipped models of winds tell them as well as they did when their cards were made."""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.experiments import (
    ConditionedWinds,
    WindTask,
    score_winds,
    split_winds,
    wind_coordinates,
    wind_tasks,
)
from geomndp.kernels import (
    HodgeCurlFree,
    HodgeDivergenceFree,
    Matern52,
    SphericalMatern,
    TangentWhite,
    White,
    helmholtz,
)

ZONAL = SphericalMatern(1.5, 0.15, 20.0)
MADE_UP = {
    "winds-regional": gn.GaussianProcess(
        helmholtz(Matern52(900.0, 12.0), Matern52(900.0, 20.0)) + White(0.5, 2)
    ),
    "winds-global": gn.GaussianProcess(
        HodgeCurlFree(ZONAL) + HodgeDivergenceFree(ZONAL) + TangentWhite(0.8)
    ),
}
"""Laws of winds that need no file, with about the variance and the lengths of those of training."""

TOLD_MADE_UP = {"winds-regional": 2.0288, "winds-global": 5.3723}
TOLD_REAL = {"winds-regional": 0.8044, "winds-global": 4.0533}
"""Energy scores in m/s, of two tasks and 8 members, by the models that are shipped."""

FILES = {
    "winds-regional": "winds_era5_bay_of_bengal.nc",
    "winds-global": "winds_gfs_global_1deg.nc",
}


def made_up_tasks(name: str) -> list[WindTask]:
    """Draws at 60 random places, 20 of which are given."""
    rng = np.random.default_rng(5)
    if name == "winds-global":
        coordinates: Any = gn.data.UnitSphere()
        x = rng.normal(size=(60, 3))
        x /= np.linalg.norm(x, axis=-1, keepdims=True)
    else:
        coordinates = gn.data.AzimuthalEqualArea(20.0, 90.0)
        x = rng.uniform(-800.0, 800.0, (60, 2))
    x = jnp.asarray(x)
    fields = MADE_UP[name].sample(x, n_samples=2, key=jax.random.key(5))
    return [
        WindTask(coordinates, gn.FieldSample(x[:20], y[:20]), gn.FieldSample(x[20:], y[20:]))
        for y in fields
    ]


def energy_score(trained: gn.TrainedProcess, tasks: list[WindTask]) -> float:
    told = {"model": ConditionedWinds(trained, gn.sampling.Amortised())}
    scores = score_winds(told, tasks, n_members=8, key=jax.random.key(0))
    return scores["model"]["energy_score"]["mean"]


@pytest.mark.slow
@pytest.mark.parametrize("name", MADE_UP)
def test_winds_of_a_known_law_are_told_as_well_as_before(name: str):
    trained, tasks = gn.load(name), made_up_tasks(name)
    found = energy_score(trained, tasks)
    assert found == pytest.approx(TOLD_MADE_UP[name], rel=0.01)
    # What would move them: a model whose network says nothing, which leaves the process alone.
    silent = gn.TrainedProcess(trained.model, jax.tree.map(jnp.zeros_like, trained.params))
    assert energy_score(silent, tasks) != pytest.approx(TOLD_MADE_UP[name], rel=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_real_winds_are_told_as_well_as_before(name: str, shared_data: Path):
    path = shared_data / FILES[name]
    if not path.is_file():
        pytest.skip(f"no file {path}")
    trained, winds = gn.load(name), gn.data.load_winds(path)
    coordinates = wind_coordinates(trained.model, winds)
    tasks = wind_tasks(split_winds(winds).test, 2, coordinates, n_points=100, n_given=40)
    assert energy_score(trained, tasks) == pytest.approx(TOLD_REAL[name], rel=0.01)
