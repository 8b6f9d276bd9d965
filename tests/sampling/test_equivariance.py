"""Conditioning on transformed observations gives the transformed field."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from conditioning_tasks import KEY, TASKS, noising_to
from standard_errors import assert_mean

import geomndp as gn
from geomndp.sampling import (
    GuidedScore,
    KrylovGuidance,
    LangevinCorrected,
    Observed,
    PseudoinverseGuidance,
    ReconstructionGuidance,
    TweedieGuidance,
    TwistedSMC,
)
from geomndp.solvers import Ancestral, DPMSolver, InformedStart

DATA, CONTEXT, ASKED = TASKS["curl-free"]
NOISING = noising_to(DATA, "white")
PRIOR = gn.sde.ExactGaussianScore(NOISING, DATA)
GROUP, FIBRE = gn.groups.E(2), gn.representations.Vector(2)


def transformed(seed: int, x: Any, y: Any) -> tuple[Any, Any]:
    g = GROUP.sample(key=jax.random.key(seed))
    return GROUP.act(g, x), y @ FIBRE.matrix(GROUP.linear_part(g)).T


def test_the_guided_score_is_equivariant():
    real = jnp.ones(len(CONTEXT.x), bool)

    @jax.jit
    def score(points: Any, values: Any, seen: Any) -> Any:
        observed = Observed(seen, real, jnp.zeros_like(seen))
        guided = GuidedScore(NOISING, PRIOR, TweedieGuidance(ridge=1e-3), observed)
        return guided(0.3, points, values, jnp.ones(len(points), bool))

    points = jnp.concatenate([CONTEXT.x, ASKED])
    values = jax.random.normal(KEY, (len(points), 2))
    expected = score(points, values, CONTEXT.y)
    for seed in range(4):
        there, moved = transformed(seed, points, values)
        found = score(there, moved, transformed(seed, CONTEXT.x, CONTEXT.y)[1])
        np.testing.assert_allclose(found, transformed(seed, points, expected)[1], atol=1e-8)


@pytest.mark.parametrize(
    "method",
    [
        TweedieGuidance(ridge=1e-3),
        KrylovGuidance(ridge=1e-3),
        PseudoinverseGuidance(),
        ReconstructionGuidance(),
    ],
)
def test_the_flow_from_a_transformed_start_ends_in_the_transformed_field(method: Any):
    """Exactly: from the limit's draw on, over all steps."""
    solver = InformedStart(DPMSolver(n_steps=6))
    real = jnp.ones(len(CONTEXT.x), bool)

    @jax.jit
    def drawn(points: Any, start: Any, seen: Any) -> Any:
        observed = Observed(seen, real, jnp.full_like(seen, 0.01))
        process = NOISING.at(points)
        score = GuidedScore(NOISING, PRIOR, method, observed).bind(process)
        return solver.reverse(process, score, start, key=KEY)

    points = jnp.concatenate([CONTEXT.x, ASKED])
    start = jax.random.normal(KEY, (len(points), 2))
    field = drawn(points, start, CONTEXT.y)
    assert np.abs(field - drawn(points, start, -CONTEXT.y)).max() > 0.1
    for seed in range(3):
        there, moved_start = transformed(seed, points, start)
        seen = transformed(seed, CONTEXT.x, CONTEXT.y)[1]
        found = drawn(there, moved_start, seen)
        expected = transformed(seed, points, field)[1]
        np.testing.assert_allclose(found, expected, atol=1e-6)
        assert np.abs(found - field).max() > 0.1


@pytest.mark.slow
@pytest.mark.parametrize(
    "method",
    [
        LangevinCorrected(Ancestral(n_steps=25), n_corrections=3),
        TwistedSMC(TweedieGuidance(ridge=1e-3), n_particles=1, n_steps=30, at_once=1),
    ],
)
def test_methods_that_draw_noise_are_equivariant_in_law(method: Any):
    """Two moments of independent draws, of which one set is transformed back."""
    seen, asked, n_draws = gn.FieldSample(CONTEXT.x[:3], CONTEXT.y[:3]), ASKED[:3], 4000

    def draws(context: Any, x: Any, seed: int) -> np.ndarray:
        def one(key: Any) -> Any:
            return gn.sampling.sample_conditional(
                NOISING,
                PRIOR,
                context,
                x,
                n_samples=1,
                method=method,
                observation_noise=0.05,
                key=key,
            )[0]

        keys = jax.random.split(jax.random.key(seed), n_draws)
        return np.asarray(jax.jit(jax.vmap(one))(keys))

    here = draws(seen, asked, 1)
    x, y = transformed(5, seen.x, seen.y)
    there = draws(gn.FieldSample(x, y), transformed(5, asked, asked)[0], 2)
    rho = FIBRE.matrix(GROUP.linear_part(GROUP.sample(key=jax.random.key(5))))
    back = there @ np.asarray(rho)
    for moment in (lambda z: z, lambda z: z**2):
        assert_mean(moment(back) - moment(here), 0)
    with pytest.raises(AssertionError):
        assert_mean(there - here, 0)
