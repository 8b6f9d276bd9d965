"""What solvers with fixed steps share: grids, trajectories, progress and refusals."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import GRIDS, SOLVERS

import geomndp as gn

WHITE = gn.GaussianProcess(gn.kernels.White(1.0))
NOISING = gn.sde.OrnsteinUhlenbeck(WHITE, gn.sde.LinearSchedule())
X = jnp.array([[0.0], [1.0], [2.0]])
PROCESS = NOISING.at(X)
Y = jnp.array([[1.0], [-2.0], [0.5]])
ON_SPHERE = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), gn.sde.LinearSchedule())
NOISINGS: dict[str, gn.sde.AbstractNoising] = {
    "ornstein-uhlenbeck": NOISING,
    "interpolant": gn.sde.LinearInterpolant(WHITE),
    "brownian": ON_SPHERE,
}
NEED_GAUSSIAN = ["ddim", "ancestral", "dpm-solver", "dpm-solver-sde", "predictor-corrector"]
NEED_GAUSSIAN += ["annealed-langevin", "adaptive"]


def score(t: Any, y: Any) -> Any:
    """Of data that vanish."""
    return -y / NOISING.noise_scale(t) ** 2


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("noising", NOISINGS)
def test_times_fall_from_the_latest_to_the_earliest(grid: str, noising: str):
    process = NOISINGS[noising]
    for n_steps in (1, 7):
        times = np.asarray(GRIDS[grid].times(process, n_steps, jnp.float64))
        assert times.shape == (n_steps + 1,)
        assert (times[0], times[-1]) == (process.t_max, process.t_min)
        assert np.all(np.diff(times) < 0)


def test_grids_are_even_in_what_they_say():
    clocks = {"noise": NOISING.half_log_snr, "time": lambda t: t, "log-time": jnp.log}
    assert clocks.keys() == GRIDS.keys()
    for name, clock in clocks.items():
        for other, grid in GRIDS.items():
            steps = np.diff(np.asarray(clock(grid.times(NOISING, 6, jnp.float64))))
            assert np.allclose(steps, steps.mean(), rtol=1e-6) == (name == other)


@pytest.mark.parametrize("name", ["dpm-solver-sde", "predictor-corrector"])
def test_a_trajectory_goes_from_the_start_to_what_reverse_returns(name: str):
    solver: Any = SOLVERS[name]
    key = jax.random.key(3)
    trajectory = jax.jit(lambda y: solver.trajectory(PROCESS, score, y, key=key))(Y)
    last = jax.jit(lambda y: solver.reverse(PROCESS, score, y, key=key))(Y)
    np.testing.assert_array_equal(trajectory.y[0], Y)
    np.testing.assert_allclose(trajectory.y[-1], last, atol=1e-12)
    times = solver.grid.times(NOISING, solver.n_steps, jnp.float64)
    np.testing.assert_allclose(trajectory.t, times, rtol=1e-12)
    assert trajectory.y.shape == (solver.n_steps + 1, *Y.shape)
    assert np.abs(np.diff(np.asarray(trajectory.y), axis=0)).max((1, 2)).min() > 0


@pytest.mark.parametrize("name", ["dpm-solver", "annealed-langevin", "geodesic-random-walk"])
def test_progress_is_called_after_every_step_in_order_once_for_all_samples(name: str):
    calls: list[tuple[int, int]] = []

    def progress(done: int, n_steps: int) -> None:
        assert isinstance(done, int)
        calls.append((done, n_steps))

    solver: Any = SOLVERS[name]
    noising = ON_SPHERE if name == "geodesic-random-walk" else NOISING
    gn.sampling.sample(
        noising,
        lambda t, x, y, mask: jnp.zeros_like(y),  # noqa: ARG005
        X,
        n_samples=3,
        solver=solver,
        progress=progress,
        key=jax.random.key(0),
    )
    jax.effects_barrier()
    assert calls == [(k, solver.n_steps) for k in range(1, solver.n_steps + 1)]


def test_steps_differ_in_their_keys_and_keys_in_their_draws():
    solver = gn.solvers.EulerMaruyama(n_steps=3)
    run = jax.jit(lambda key: solver.trajectory(PROCESS, score, Y, key=key).y)
    first, again, other = (np.asarray(run(jax.random.key(k))) for k in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first[1:] - other[1:]).min() > 1e-6


@pytest.mark.parametrize(
    "solver",
    [
        gn.solvers.EulerMaruyama,
        gn.solvers.DDIM,
        gn.solvers.Ancestral,
        gn.solvers.DPMSolver,
        gn.solvers.DPMSolverSDE,
        gn.solvers.Heun,
        gn.solvers.GeodesicMultistep,
    ],
)
def test_fewer_than_one_step_are_refused(solver: Any):
    for n_steps in (0, -2):
        with pytest.raises(ValueError, match=f"at least 1 step, got n_steps={n_steps}"):
            solver(n_steps=n_steps)


@pytest.mark.parametrize("eta", [-0.1, 1.1])
def test_ddim_refuses_a_share_of_noise_that_is_none(eta: float):
    with pytest.raises(ValueError, match=f"expected eta from 0, .* got {eta}"):
        gn.solvers.DDIM(eta=eta)


@pytest.mark.parametrize("name", NEED_GAUSSIAN)
def test_brownian_motion_is_refused_where_the_closed_form_is_used(name: str):
    flat = gn.sde.BrownianMotion(gn.manifolds.Euclidean(1), gn.sde.LinearSchedule()).at(X)
    with pytest.raises(TypeError, match=r"expected a Gaussian noising process .* BrownianMotion"):
        SOLVERS[name].reverse(flat, lambda _, y: y, Y, key=jax.random.key(0))
