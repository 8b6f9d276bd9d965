"""Missing values: nothing depends on them, and what is said of them is exact."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from network_cases import NETWORKS
from random_fields import random_field, random_params

import geomndp as gn

NETWORK: Any = NETWORKS["missing-values"].network
KIND = NETWORK.field_type
NOISING = gn.sde.BrownianMotion(KIND.codomain, gn.sde.LinearSchedule())
KNOWN = jnp.array([[1.0, 1], [1, 0], [0, 1], [0, 0], [1, 1]])


def field(seed: int) -> gn.FieldSample:
    """Values of which some are missing, and one covariate beside those that say so."""
    sample = random_field(KIND, len(KNOWN), n_covariates=3, seed=seed)
    assert sample.covariates is not None
    covariates = jnp.concatenate([sample.covariates[:, :1], KNOWN], -1)
    return eqx.tree_at(lambda s: s.covariates, sample, covariates)


TARGET, CONTEXT = field(0), field(1)
MODEL = gn.NeuralDiffusionProcess(NOISING, NETWORK, n_covariates=3)
PARAMS = random_params(NETWORK, TARGET, seed=0)


def with_other_missing(sample: gn.FieldSample) -> gn.FieldSample:
    missing = jnp.pad(KNOWN < 0.5, [(0, 0), (3, 0)])
    return eqx.tree_at(lambda s: s.y, sample, jnp.where(missing, 7.0, sample.y))


@jax.jit
def apply(target: gn.FieldSample, context: gn.FieldSample) -> jax.Array:
    parts = target.x, target.y, target.mask, context, target.covariates
    return NETWORK.apply(PARAMS, jnp.array(0.2), *parts)


def test_nothing_depends_on_missing_values():
    found, other = (apply(each(TARGET), CONTEXT) for each in (lambda s: s, with_other_missing))
    known = np.pad(np.asarray(KNOWN) > 0.5, [(0, 0), (3, 0)], constant_values=True)
    np.testing.assert_array_equal(np.asarray(found)[known], np.asarray(other)[known])
    np.testing.assert_array_equal(found, apply(TARGET, with_other_missing(CONTEXT)))
    # What is known does matter.
    moved = eqx.tree_at(lambda s: s.y, CONTEXT, CONTEXT.y.at[0, 3].add(0.5))
    assert np.abs(apply(TARGET, moved) - found).max() > 1e-4
    assert CONTEXT.covariates is not None
    unknown = eqx.tree_at(lambda s: s.covariates, CONTEXT, CONTEXT.covariates.at[0, 1].set(0))
    assert np.abs(apply(TARGET, unknown) - found).max() > 1e-4


@pytest.mark.parametrize("t", [0.01, 0.3, 1.0])
def test_the_score_at_missing_values_is_exact(t: float):
    """It is that of the transition from 0, so that the loss there is 0 whatever the parameters."""
    process, score = NOISING.at(TARGET.x), MODEL.score(PARAMS, CONTEXT, TARGET.covariates)
    missing = np.pad(np.asarray(KNOWN) < 0.5, [(0, 0), (3, 0)])
    start = jnp.where(missing, 0, TARGET.y)
    y = process.sample_marginal(t, start, key=jax.random.key(0))
    error = score.bind(process)(t, y) - process.marginal_score(t, start, y)
    np.testing.assert_allclose(np.asarray(error)[missing], 0, atol=1e-12 / t**2)
    assert np.abs(np.asarray(error)[~missing]).min() > 1e-6


def test_missing_values_add_a_known_number_to_the_log_density():
    """A normal law with the clock at `t_min` as variance, at 0, and only that.

    Both quantities of a single point are missing: what is left is the law of its position.
    """
    covariates = jnp.array([[0.3, 0.0, 0.0]])
    point = gn.FieldSample(TARGET.x[:1], TARGET.y[:1].at[:, 3:].set(0), covariates=covariates)
    integrator = gn.likelihood.FixedGrid(n_nodes=48)
    found = gn.TrainedProcess(MODEL, PARAMS).log_prob(point, integrator=integrator)

    def of_position(t, x, y, mask):
        whole = jnp.concatenate([y, jnp.zeros((1, 2))], -1)
        return MODEL.score(PARAMS, None, covariates)(t, x, whole, mask)[:, :3]

    motion = gn.sde.BrownianMotion(gn.manifolds.Sphere(2), NOISING.schedule)
    position = gn.FieldSample(point.x, point.y[:, :3])
    alone = gn.likelihood.log_prob(motion, of_position, position, integrator=integrator)
    clock = float(NOISING.clock(NOISING.t_min))
    # An error of the integrator of the flow y -> y sqrt(clock), which is 16 e-folds long.
    assert float(found - alone) == pytest.approx(-np.log(2 * np.pi * clock), abs=2e-3)


def test_refusals():
    inside = NETWORK.network
    with pytest.raises(ValueError, match="whose last n_values=3 coordinates are flat"):
        gn.networks.MissingValues(inside, n_values=3)
    tracks: Any = NETWORKS["translation-tracks"].network
    with pytest.raises(ValueError, match=r"coordinates are flat, got Sphere.*Euclidean factor"):
        gn.networks.MissingValues(tracks, n_values=1)
    with pytest.raises(ValueError, match="leaves values alone"):
        gn.networks.MissingValues(NETWORKS["e2-wind"].network, n_values=1)
    repeating = NETWORKS["rotary-harmonic"].network
    with pytest.raises(ValueError, match=r"no harmonic series, .* got periods=\(2.0, 16.0\)"):
        gn.networks.MissingValues(repeating, n_values=1)
    with pytest.raises(ValueError, match="at least 2 covariates, .* got 0"):
        NETWORK.apply(PARAMS, jnp.array(0.2), TARGET.x, TARGET.y, TARGET.mask)
