"""What every noising process promises: its marginal is that of its simulation, with this score."""

import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import NOISINGS
from standard_errors import assert_mean, assert_same_mean, second_moments

import geomndp as gn

N_SAMPLES = 20_000
FRACTIONS = (0.5, 0.85)
"""Of the way from the first time to the last, in the logarithm of the clock."""


class Draws(NamedTuple):
    """At one time, all from the same start."""

    start: Any
    y: Any
    simulated: Any
    along_fields: Any
    """<score, f> for several vector fields f, at y."""
    divergences: Any
    """div f for the same vector fields, at y."""
    score: Any
    noise_scale: Any


def along_fields_and_divergences(
    manifold: gn.manifolds.AbstractManifold, score: Any, start: Any, y: Any
) -> tuple[Any, Any]:
    """<score, f> and div f for the spanning fields, and for these times each part of y - start."""

    def fields(y: Any) -> Any:
        factors = jnp.append(1.0, y - start)
        return (factors[:, None, None] * manifold.spanning_fields(y)[None]).reshape(-1, y.size)

    derivatives = jax.jacfwd(lambda z: fields(manifold.project(z)))(y)
    projector = jax.vmap(manifold.project_tangent, (None, 0))(y, jnp.eye(y.size))
    return fields(y) @ score, jnp.einsum("fij,ij->f", derivatives, projector)


@functools.cache
def drawing(name: str) -> Any:
    """A compiled function from a fraction and keys to draws."""
    noising = NOISINGS[name]
    manifold = noising.manifold
    walk = gn.solvers.GeodesicRandomWalk(n_steps=100)
    start = np.array([0.3, -0.6, 0.9])[: manifold.ambient_dim]
    x = jnp.zeros((N_SAMPLES, 1))
    y0 = jnp.tile(manifold.project(jnp.asarray(start)), (N_SAMPLES, 1))

    @jax.jit
    def draw(fraction: Any, first: Any, second: Any) -> Draws:
        t = noising.schedule.time_at(fraction)
        y = noising.sample_marginal(t, x, y0, key=first)
        score = noising.marginal_score(t, x, y0, y)
        parts = jax.vmap(functools.partial(along_fields_and_divergences, manifold))(score, y0, y)
        simulated = walk.forward(noising, x, y0, t, key=second)
        return Draws(y0, y, simulated, *parts, score, noising.noise_scale(t))

    return draw


@pytest.fixture(scope="module", params=[(n, f) for n in NOISINGS for f in FRACTIONS], ids=str)
def draws(request: pytest.FixtureRequest) -> Draws:
    name, fraction = request.param
    found = drawing(name)(jnp.array(fraction), *jax.random.split(jax.random.key(4)))
    return Draws(*map(np.asarray, found))


def test_marginal_is_that_of_a_simulation(draws: Draws):
    assert_same_mean(draws.y, draws.simulated)
    assert_same_mean(second_moments(draws.y), second_moments(draws.simulated))
    moved = [np.sum((y - draws.start) ** 2, -1) for y in (draws.y, draws.simulated)]
    assert_same_mean(*moved)
    with pytest.raises(AssertionError):
        assert_same_mean(moved[0], 0.9 * moved[1])


def test_score_is_that_of_the_marginal(draws: Draws):
    """Stein's identity, which holds for the score of the law of the samples and no other."""
    assert_mean(draws.along_fields + draws.divergences, 0)


@pytest.mark.parametrize("scale", [-1.0, 0.5, 1.1])
def test_another_score_is_found(draws: Draws, scale: float):
    with pytest.raises(AssertionError):
        assert_mean(scale * draws.along_fields + draws.divergences, 0)


def test_noise_scale_makes_the_score_of_order_one(draws: Draws):
    sizes = draws.noise_scale * np.linalg.norm(draws.score, axis=-1)
    assert 0.1 < np.sqrt(np.mean(sizes**2)) < 3
