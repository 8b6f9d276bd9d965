"""Solvers on the sphere, with the exact score of a mixture of heat kernels."""

import dataclasses
import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from mixtures_on_the_globe import CENTRES, GLOBE, LAW, MOTION, draws
from standard_errors import assert_same_mean, second_moments

import geomndp as gn
from geomndp.solvers.langevin import squared_scale

X = jnp.zeros((1, 1))
ONE = dataclasses.replace(LAW, centres=CENTRES[:, :1])
OTHER = dataclasses.replace(ONE, weights=jnp.array([0.4, 0.3, 0.3]))
N_SAMPLES = 2000
STEPS = (40, 80, 160)
STARTS = GLOBE.random_uniform((24,), key=jax.random.key(1))
SOLVERS: dict[str, gn.solvers.AbstractSolver] = {
    "geodesic-multistep": gn.solvers.GeodesicMultistep(n_steps=20),
    "heun": gn.solvers.Heun(n_steps=20),
    "euler-maruyama": gn.solvers.EulerMaruyama(n_steps=150),
    "corrected": gn.solvers.PredictorCorrector(
        gn.solvers.GeodesicMultistep(n_steps=15), n_corrections=2
    ),
}


def assert_law(fields: Any, expected: Any) -> None:
    """By the first two moments, in standard errors."""
    assert_same_mean(fields, expected)
    assert_same_mean(second_moments(fields), second_moments(expected))


@pytest.mark.parametrize("name", SOLVERS)
def test_samples_have_the_law_of_the_data(name: str):
    x = X.astype(np.float32)
    fields = gn.sampling.sample(
        MOTION, ONE, x, n_samples=N_SAMPLES, solver=SOLVERS[name], key=jax.random.key(0)
    )
    assert fields.dtype == np.float32
    fields = np.asarray(fields, float)
    assert np.abs(np.linalg.norm(fields, axis=-1) - 1).max() < 1e-6
    assert_law(fields, draws(ONE, MOTION.t_min, N_SAMPLES))
    with pytest.raises(AssertionError):
        assert_law(fields, draws(OTHER, MOTION.t_min, N_SAMPLES))


def ends(solver: Any, law: gn.sde.HeatMixture) -> Any:
    """Where the flow brings the starts."""
    process = MOTION.at(X)
    bound = gn.sde.bind(law, process)

    @jax.jit
    @jax.vmap
    def solve(y: Any) -> Any:
        return solver.reverse(process, bound, y[None], key=jax.random.key(0))[0]

    return solve(STARTS)


@pytest.mark.slow
@pytest.mark.parametrize(
    "solver", [gn.solvers.GeodesicMultistep(), gn.solvers.Heun()], ids=lambda s: type(s).__name__
)
def test_the_flow_converges_in_second_order(solver: Any):
    """To where the likelihood's Runge-Kutta comes from, in the other direction."""

    def slope(law: gn.sde.HeatMixture, exact: Any) -> float:
        errors = [
            float(jnp.mean(GLOBE.dist(ends(dataclasses.replace(solver, n_steps=n), law), exact)))
            for n in STEPS
        ]
        return -float(np.polyfit(np.log(STEPS), np.log(errors), 1)[0])

    exact = backwards(ONE)
    assert abs(slope(ONE, exact) - 2) < 0.3
    assert slope(dataclasses.replace(ONE, clock=0.33), exact) < 0.5


def backwards(law: gn.sde.HeatMixture) -> Any:
    """The starts, brought to `t_min` by Runge-Kutta."""
    from geomndp.likelihood.fixed_grid import runge_kutta

    process = MOTION.at(X)
    flow = gn.likelihood.flow_of(process, gn.sde.bind(law, process))
    n_steps = 1000

    @jax.jit
    @jax.vmap
    def solve(y: Any) -> Any:
        def step(number: Any, u: Any) -> Any:
            clock = 1 - number.astype(u.dtype) / n_steps
            return runge_kutta(flow, clock, u, jnp.asarray(-1 / n_steps))

        return jax.lax.fori_loop(0, n_steps, step, y[None])[0]

    return solve(STARTS)


class VarianceExploding(gn.sde.AbstractGaussianNoising):
    """Brownian motion in flat space as a Gaussian noising."""

    limit: gn.GaussianProcess
    schedule: gn.sde.AbstractSchedule
    t_min: float = MOTION.t_min  # pyright: ignore[reportIncompatibleMethodOverride]
    t_max: float = MOTION.t_max  # pyright: ignore[reportIncompatibleMethodOverride]

    def signal(self, t: Any) -> Any:
        return jnp.ones_like(jnp.asarray(t))

    def noise_scale(self, t: Any) -> Any:
        return jnp.sqrt(self.schedule.integral(jnp.asarray(t)))

    def time_at_half_log_snr(self, half_log_snr: Any) -> Any:
        return self.schedule.inverse_integral(jnp.exp(-2 * half_log_snr))


def test_in_flat_space_the_multistep_solver_is_dpm_solver():
    x, y = jnp.zeros((4, 1)), jnp.array([[1.0], [-2.0], [0.5], [4.0]])
    motion = gn.sde.BrownianMotion(gn.manifolds.Euclidean(1), MOTION.schedule)
    gaussian = VarianceExploding(gn.GaussianProcess(gn.kernels.White(1.0)), MOTION.schedule)

    def score(t: Any, y: Any) -> Any:
        return -y / (1 + motion.clock(t)) + 0.3 * jnp.sin(y[::-1])

    def way(solver: Any, process: Any) -> Any:
        return solver.trajectory(process, score, y, key=jax.random.key(0)).y

    found = way(gn.solvers.GeodesicMultistep(7), motion.at(x))
    np.testing.assert_allclose(found, way(gn.solvers.DPMSolver(7), gaussian.at(x)), atol=1e-12)
    assert float(jnp.abs(found - way(gn.solvers.DDIM(7), gaussian.at(x))).max()) > 1e-3


@pytest.mark.simulation
@pytest.mark.slow
def test_corrections_forget_the_start():
    """With time enough at one level of noise, from one point."""
    schedule = gn.sde.LinearSchedule(beta_min=0.5, beta_max=1.0, t_min=0.5)
    motion = gn.sde.BrownianMotion(GLOBE, schedule)
    law = dataclasses.replace(ONE, noising=motion)
    process = motion.at(X)
    bound = gn.sde.bind(law, process)
    start = -CENTRES[1, :1]

    def fields(n_corrections: int) -> Any:
        predictor = gn.solvers.GeodesicMultistep(n_steps=1)
        solver = gn.solvers.PredictorCorrector(predictor, n_corrections, signal_to_noise=0.25)

        @jax.jit
        @jax.vmap
        def draw(key: Any) -> Any:
            return solver.reverse(process, bound, start, key=key)

        return draw(jax.random.split(jax.random.key(0), N_SAMPLES))

    exact = draws(law, motion.t_min, N_SAMPLES, seed=3)
    assert_law(fields(150), exact)
    with pytest.raises(AssertionError):
        assert_law(fields(3), exact)


def test_steps_of_corrections_are_bounded_by_the_size_of_the_manifold():
    late = jnp.asarray(MOTION.t_max)
    fills = 4 * math.pi / (2 * math.pi * math.e)
    assert float(squared_scale(MOTION, late)) == pytest.approx(fills)
    assert float(MOTION.noise_scale(late)) ** 2 > 10 * fills
    early = jnp.asarray(MOTION.t_min)
    assert squared_scale(MOTION, early) == MOTION.noise_scale(early) ** 2
    flat = gn.sde.BrownianMotion(gn.manifolds.Euclidean(2), MOTION.schedule)
    assert squared_scale(flat, late) == flat.noise_scale(late) ** 2


def test_processes_that_a_solver_is_not_for_are_refused():
    flow = gn.sde.GeodesicInterpolant(GLOBE).at(X)
    y = CENTRES[0, :1]

    def run(solver: gn.solvers.AbstractSolver) -> None:
        solver.reverse(flow, lambda _, y: 0 * y, y, key=jax.random.key(0))

    with pytest.raises(TypeError, match="a Brownian motion for GeodesicMultistep, got GeodesicInt"):
        run(gn.solvers.GeodesicMultistep())
    for solver in (
        gn.solvers.EulerMaruyama(),
        gn.solvers.PredictorCorrector(gn.solvers.Heun(n_steps=3)),
    ):
        with pytest.raises(TypeError, match="expected a diffusion for a solver with noise"):
            run(solver)
