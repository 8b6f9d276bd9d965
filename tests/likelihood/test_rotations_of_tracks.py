"""Tracks on the globe of an O(3)-equivariant score: their law and density turn with it."""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import pytest
from network_cases import NETWORKS
from random_fields import random_field, random_params

import geomndp as gn
from geomndp.testing import assert_density_invariant, assert_invariant_in_law

KEY = jax.random.key(0)
KIND = NETWORKS["tracks-o3"].network.field_type
X = jnp.array([[0.0], [0.25], [0.75]])
SCHEDULE = gn.sde.LinearSchedule(beta_max=4.0)
WALK = gn.solvers.GeodesicRandomWalk(n_steps=6)


@functools.cache
def scored(name: str) -> tuple[gn.sde.BrownianMotion, Any]:
    """A process, and a score of random parameters."""
    network = NETWORKS[name].network
    motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), SCHEDULE)
    params = random_params(network, random_field(network.field_type, 3, seed=0), seed=0)
    return motion, gn.NeuralDiffusionProcess(motion, network).score(params)


def sampler(name: str) -> Any:
    motion, score = scored(name)

    @functools.partial(jax.jit, static_argnums=1)
    def sample(x: Any, n_samples: int, key: Any) -> Any:
        return gn.sampling.sample(motion, score, x, n_samples=n_samples, solver=WALK, key=key)

    return sample


def density(name: str) -> Any:
    motion, score = scored(name)
    integrator = gn.likelihood.FixedGrid(n_nodes=5, n_substeps=1)

    @jax.jit
    def log_prob(x: Any, y: Any) -> Any:
        return gn.likelihood.log_prob(motion, score, gn.FieldSample(x, y), integrator=integrator)

    return log_prob


def test_the_law_of_samples_turns_with_the_globe():
    """By a permutation test of rotations, reflections and shifts of the clock."""
    assert assert_invariant_in_law(sampler("tracks-o3"), KIND, X, key=KEY, n_samples=400) > 0.01


def test_a_law_that_knows_the_poles_is_found():
    with pytest.raises(AssertionError, match="expected the law"):
        assert_invariant_in_law(sampler("translation-tracks"), KIND, X, key=KEY, n_samples=400)


def test_the_density_turns_with_the_globe():
    assert_density_invariant(density("tracks-o3"), KIND, key=KEY, n_points=3, rtol=1e-8)


def test_a_density_that_knows_the_poles_is_found():
    with pytest.raises(AssertionError, match="expected log p"):
        assert_density_invariant(
            density("translation-tracks"), KIND, key=KEY, n_points=3, rtol=1e-8
        )
