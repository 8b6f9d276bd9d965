"""Fields of an invariant limit and an equivariant score: their law and density are invariant.

The law of what a solver returns is found without sampling, so that it can be compared to rounding.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from laws_of_solvers import Fields, Law, laws_of_solutions

import geomndp as gn
from geomndp.testing import assert_density_invariant, assert_invariant_in_law

K = gn.kernels
PLANE = gn.groups.E(2)
SMOOTH = K.SquaredExponential(1.0, 0.9)


def limits() -> dict[str, tuple[gn.FieldType, gn.GaussianProcess, gn.GaussianProcess]]:
    """Field type, limit and data, all of them invariant."""
    vectors = gn.FieldType(PLANE, gn.representations.Vector(2))
    numbers = gn.FieldType(PLANE, gn.representations.Trivial(1))
    series = gn.FieldType(gn.groups.E(1), gn.representations.Trivial(1))
    wind = gn.GaussianProcess(K.CurlFree(K.SquaredExponential(0.7, 1.0)) + K.White(0.05, 2))
    level = gn.gp.ConstantMean(jnp.array([0.7]))
    return {
        "white": (vectors, gn.GaussianProcess(K.White(1.0, 2)), wind),
        "isotropic": (
            vectors,
            gn.GaussianProcess(K.Isotropic(SMOOTH, 2) + K.White(0.1, 2)),
            wind,
        ),
        "curl-free": (vectors, gn.GaussianProcess(K.CurlFree(SMOOTH) + K.White(0.1, 2)), wind),
        "divergence-free": (
            vectors,
            gn.GaussianProcess(K.DivergenceFree(SMOOTH) + K.White(0.1, 2)),
            wind,
        ),
        "numbers-with-mean": (
            numbers,
            gn.GaussianProcess(SMOOTH + K.White(0.1), level),
            gn.GaussianProcess(K.Matern52(0.7, 1.0) + K.White(0.05)),
        ),
        "series-with-mean": (
            series,
            gn.GaussianProcess(SMOOTH + K.White(0.1), level),
            gn.GaussianProcess(K.Matern52(0.7, 1.0) + K.White(0.05)),
        ),
    }


LIMITS = limits()
WIND = LIMITS["white"][0]
BREEZE = gn.gp.ConstantMean(jnp.array([1.0, 0.0]))
SOLVERS: dict[str, tuple[gn.solvers.AbstractSolver, int]] = {
    "dpm-solver": (gn.solvers.DPMSolver(n_steps=6), 0),
    "euler-maruyama": (gn.solvers.EulerMaruyama(n_steps=6), 6),
}
"""With how often they draw noise."""


def noising_to(limit: gn.GaussianProcess) -> gn.sde.OrnsteinUhlenbeck:
    return gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule())


def law_of_samples(
    limit: gn.GaussianProcess, data: gn.GaussianProcess, x: Any, solver: Any, n_draws: int
) -> Law:
    """Of what a solver makes of the limit."""
    noising = noising_to(limit)
    fields = Fields.of(noising.at(x), data)
    start = [fields.limit]
    return laws_of_solutions(solver, noising, [fields], n_draws=n_draws, start=start)[0]


def assert_law_moves_with_the_group(
    kind: gn.FieldType, limit: gn.GaussianProcess, data: gn.GaussianProcess, name: str
) -> None:
    """At gx it is that at x, transformed, for a motion that turns, mirrors and shifts."""
    x = 2 * jax.random.normal(jax.random.key(0), (4, kind.dim_x))
    solver, n_draws = SOLVERS[name]
    here = law_of_samples(limit, data, x, solver, n_draws)
    elements = [kind.group.sample(key=jax.random.key(seed)) for seed in range(20)]
    g = next(g for g in elements if jnp.linalg.det(kind.group.linear_part(g)) < 0)
    moved = jnp.kron(jnp.eye(4), kind.fibre.matrix(kind.group.linear_part(g)))
    there = law_of_samples(
        limit, data, kind.act(g, x, jnp.zeros((4, kind.dim_y)))[0], solver, n_draws
    )
    np.testing.assert_allclose(there.mean, moved @ here.mean, atol=1e-8)
    np.testing.assert_allclose(there.covariance, moved @ here.covariance @ moved.T, atol=1e-8)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("name", LIMITS)
def test_the_law_of_samples_is_invariant(name: str, solver: str):
    assert_law_moves_with_the_group(*LIMITS[name], solver)


@pytest.mark.parametrize("which", ["limit", "data"])
def test_a_law_that_is_not_invariant_is_found(which: str):
    kind, limit, data = LIMITS["curl-free"]
    if which == "limit":
        limit = gn.GaussianProcess(limit.kernel, BREEZE)
    else:
        data = gn.GaussianProcess(data.kernel, BREEZE)
    with pytest.raises(AssertionError):
        assert_law_moves_with_the_group(kind, limit, data, "dpm-solver")


def log_prob_under(limit: gn.GaussianProcess, data: gn.GaussianProcess) -> Any:
    noising = noising_to(limit)
    score = gn.sde.ExactGaussianScore(noising, data)
    integrator = gn.likelihood.FixedGrid(n_nodes=5, n_substeps=1)

    @jax.jit
    def log_prob(x: Any, y: Any) -> Any:
        return gn.likelihood.log_prob(noising, score, gn.FieldSample(x, y), integrator=integrator)

    return log_prob


@pytest.mark.parametrize("name", LIMITS)
def test_the_density_is_invariant(name: str):
    """Also on a grid so coarse that it is not yet the density of the data."""
    kind, limit, data = LIMITS[name]
    log_prob = log_prob_under(limit, data)
    assert_density_invariant(log_prob, kind, key=jax.random.key(0), n_points=3, rtol=1e-8)


def test_a_density_that_is_not_invariant_is_found():
    kind, limit, data = LIMITS["white"]
    log_prob = log_prob_under(limit, gn.GaussianProcess(data.kernel, BREEZE))
    with pytest.raises(AssertionError, match="expected log p"):
        assert_density_invariant(log_prob, kind, key=jax.random.key(0), n_points=3, rtol=1e-8)


@pytest.mark.slow
def test_samples_are_invariant_in_law():
    """By a permutation test of draws, and found not to be with a breeze in the data."""
    _, limit, data = LIMITS["divergence-free"]
    x = jnp.array([[0.0, 0.0], [0.8, 0.3]])

    def sampler(data: gn.GaussianProcess) -> Any:
        noising = noising_to(limit)
        score = gn.sde.ExactGaussianScore(noising, data)

        def sample(x: Any, n_samples: int, key: Any) -> Any:
            return gn.sampling.sample(noising, score, x, n_samples=n_samples, key=key)

        return sample

    arguments: dict[str, Any] = {"key": jax.random.key(0), "n_samples": 1000}
    assert assert_invariant_in_law(sampler(data), WIND, x, **arguments) > 0.01
    windy = gn.GaussianProcess(data.kernel, BREEZE)
    with pytest.raises(AssertionError, match="expected the law"):
        assert_invariant_in_law(sampler(windy), WIND, x, **arguments)
