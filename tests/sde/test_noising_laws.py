"""What every noising process promises: its marginal is that of its simulation, with this score."""

import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gaussian_cases import SubVariancePreserving
from inventory import NOISINGS
from standard_errors import assert_mean, assert_same_mean, second_moments

import geomndp as gn

N_SAMPLES = 6_000
N_STEPS = 100
FRACTIONS = (0.5, 0.85)
"""Of the way from the first time to the last, as all noises have an equal share."""
X = jnp.array([[0.3, -0.2], [1.1, 0.4]])
ALL = {**NOISINGS, "own": SubVariancePreserving(gn.GaussianProcess(gn.kernels.White(1.5)))}


class Draws(NamedTuple):
    """At one time, all from the same start."""

    start: Any
    y: Any
    simulated: Any
    along_fields: Any
    """<score, f>, in the metric of the noise, for several vector fields f, at y."""
    divergences: Any
    """div f for the same vector fields, at y."""
    score: Any
    noise_scale: Any
    unit: Any
    """Standard deviation of the noise at unit scale."""


def fields_at(manifold: gn.manifolds.AbstractManifold, start: Any, y: Any) -> Any:
    """Spanning fields of each point, and for these times two parts of y - start."""

    def of_point(y: Any, start: Any) -> Any:
        factors = jnp.append(1.0, (y - start)[:2])
        return (factors[:, None, None] * manifold.spanning_fields(y)[None]).reshape(-1, y.size)

    fields = jax.vmap(of_point)(y, start)
    units = jnp.eye(len(y))
    return jnp.einsum("nfi,nm->nfmi", fields, units).reshape(-1, *y.shape)


def along_fields_and_divergences(process: Any, score: Any, start: Any, y: Any) -> tuple[Any, Any]:
    """<score, f> and div f for the fields above: their mean is zero by Stein's identity.

    The score is preconditioned, so that in the metric of the noise it is the plain gradient.
    """
    manifold = process.noising.manifold
    fields = functools.partial(fields_at, manifold, start)
    derivatives = jax.jacfwd(lambda z: fields(manifold.project(z)))(y)
    project = jax.vmap(jax.vmap(manifold.project_tangent, (None, 0)), (0, None))
    projector = project(y, jnp.eye(y.shape[-1]))
    divergences = jnp.einsum("fniNj,nij->fnN", derivatives, projector).trace(axis1=1, axis2=2)
    inner = jax.vmap(lambda f: process.squared_norm(f + score) - process.squared_norm(f - score))
    return inner(fields(y)) / 4, divergences


def simulated(process: Any, y0: Any, fraction: Any, key: Any) -> Any:
    """The diffusion itself, by the midpoint rule: from 0 to `t_min`, then in even shares."""
    noising = process.noising
    times = jnp.append(0.0, noising.time_at(fraction * jnp.linspace(0, 1, N_STEPS)))

    def step(y: Any, inputs: Any) -> tuple[Any, None]:
        t, t_next, key = inputs
        h, middle = t_next - t, 0.5 * (t + t_next)
        noise = jnp.sqrt(h) * noising.diffusion(middle) * process.noise(y, key=key)
        half = noising.manifold.exp(y, 0.5 * h * process.drift(middle, y) + 0.5 * noise)
        drift = noising.manifold.project_tangent(y, process.drift(middle, half))
        return noising.manifold.exp(y, h * drift + noise), None

    keys = jax.random.split(key, N_STEPS)
    return jax.lax.scan(step, y0, (times[:-1], times[1:], keys))[0]


@functools.cache
def drawing(name: str) -> Any:
    """A compiled function from a fraction and keys to draws."""
    noising = ALL[name]
    process, manifold = noising.at(X), noising.manifold
    start = np.array([[0.3, -0.6, 0.9, 0.2, 0.7], [0.5, 0.4, -0.2, -0.8, 0.1]])
    start = np.concatenate([start, start[:, :4] + 0.5], 1)[:, : manifold.ambient_dim]
    y0 = manifold.project(jnp.asarray(start))

    @jax.jit
    def draw(fraction: Any, key: Any) -> Draws:
        t = noising.time_at(fraction)

        @jax.vmap
        def one(key: Any) -> tuple[Any, ...]:
            first, second = jax.random.split(key)
            y = process.sample_marginal(t, y0, key=first)
            score = process.marginal_score(t, y0, y)
            parts = along_fields_and_divergences(process, score, y0, y)
            return y, simulated(process, y0, fraction, second), *parts, score

        found = one(jax.random.split(key, N_SAMPLES))
        unit = jnp.std(jax.vmap(lambda k: process.noise(y0, key=k))(jax.random.split(key, 200)))
        y, walked, along, divergences, score = found
        scale = noising.noise_scale(t)
        return Draws(y0, y, walked, along, divergences, score, scale, unit)

    return draw


@pytest.fixture(scope="module", params=[(n, f) for n in ALL for f in FRACTIONS], ids=str)
def draws(request: pytest.FixtureRequest) -> Draws:
    name, fraction = request.param
    found = drawing(name)(jnp.array(fraction), jax.random.key(4))
    return Draws(*map(np.asarray, found))


def test_marginal_is_that_of_a_simulation(draws: Draws):
    assert_same_mean(draws.y, draws.simulated)
    assert_same_mean(second_moments(draws.y), second_moments(draws.simulated))
    moved = [np.sum((y - draws.start) ** 2, (-1, -2)) for y in (draws.y, draws.simulated)]
    assert_same_mean(*moved)
    with pytest.raises(AssertionError):
        assert_same_mean(moved[0], 0.85 * moved[1])


def test_score_is_that_of_the_marginal(draws: Draws):
    """Stein's identity, which holds for the score of the law of the samples and no other."""
    assert_mean(draws.along_fields + draws.divergences, 0)


@pytest.mark.parametrize("scale", [-1.0, 0.5, 1.2])
def test_another_score_is_found(draws: Draws, scale: float):
    with pytest.raises(AssertionError):
        assert_mean(scale * draws.along_fields + draws.divergences, 0)


def test_noise_scale_makes_the_score_of_order_one(draws: Draws):
    sizes = draws.noise_scale * np.linalg.norm(draws.score, axis=-1) / draws.unit
    assert 0.1 < np.sqrt(np.mean(sizes**2)) < 4
