"""Joint minus context and the consistency gap, for models that are consistent and that are not.

A score for sets of points that takes them for independent, or adds noise where they are few, is
of laws whose marginals are not one another's; how far apart they are is known.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gaussian_cases import Law, law_of

import geomndp as gn
from geomndp.likelihood import joint_minus_context, log_prob, marginal_consistency

K = gn.kernels
X = jnp.linspace(-1.0, 1.0, 8)[:, None]
DATA = gn.GaussianProcess(K.Matern52(0.5, 1.0) + K.White(0.05))
WIDE = gn.GaussianProcess(1.44 * DATA.kernel)
NOISING = gn.sde.OrnsteinUhlenbeck(
    gn.GaussianProcess(K.White(1.0)), gn.sde.LinearSchedule(beta_max=20.0)
)
SCORE = gn.sde.ExactGaussianScore(NOISING, DATA)
FIELDS = gn.FieldSample(
    jnp.broadcast_to(X, (64, *X.shape)), DATA.sample(X, n_samples=64, key=jax.random.key(0))
)
SIZE = 3
PER_POINT = 2e-3
"""Nats."""


class WideAtFewPoints(eqx.Module):
    """The score of the data at all points, and of a law 1.2 times as wide at fewer."""

    def __call__(self, t: Any, x: Any, y: Any, mask: Any = None) -> Any:
        law = DATA if len(x) == len(X) else WIDE
        return gn.sde.ExactGaussianScore(NOISING, law)(t, x, y, mask)

    def bind(self, process: Any) -> Any:
        law = DATA if len(process.x) == len(X) else WIDE
        return gn.sde.ExactGaussianScore(NOISING, law).bind(process)


def gap(score: Any, size: int = SIZE, reference: Any = DATA.log_prob, **changed: Any) -> Any:
    arguments = {"key": jax.random.key(1), "reference": reference, "subset_size": size}
    return marginal_consistency(NOISING, score, FIELDS, **{**arguments, **changed})


def test_a_consistent_model_has_no_gap():
    for size in (1, SIZE, len(X)):
        assert float(gap(SCORE, size).value) == pytest.approx(0, abs=PER_POINT)


def test_the_gap_is_minus_the_divergence_of_the_marginal_from_the_model():
    """Over subsets the divergence of one normal law from 1.44 times as wide a one is the same."""
    found = gap(WideAtFewPoints())
    per_point = 0.5 * (1 / 1.44 - 1 + np.log(1.44))
    assert abs(float(found.value) + per_point) < 5 * float(found.standard_error) + 2e-3
    assert float(found.value) < -3 * float(found.standard_error)


def test_a_gap_at_all_points_is_the_error_of_the_joint_model():
    assert float(gap(WideAtFewPoints(), len(X)).value) == pytest.approx(0, abs=PER_POINT)


def test_points_of_a_subset_are_real_and_any_of_them():
    """The reference is told which they are: counts of choices, and none of padding."""
    seen = []

    def reference(x: Any, y: Any, mask: Any) -> Any:
        jax.debug.callback(lambda m: seen.append(np.asarray(m)), mask)
        return DATA.log_prob(x, y, mask)

    padded = jax.vmap(lambda s: s.pad(10))(FIELDS)
    marginal_consistency(
        NOISING, SCORE, padded, subset_size=2, reference=reference, key=jax.random.key(3)
    )
    jax.effects_barrier()
    chosen = np.array(seen)
    assert chosen.shape == (64, 10)
    assert np.all(chosen.sum(1) == 2)
    assert not chosen[:, 8:].any()
    assert np.all(chosen[:, :8].sum(0) > 4)


def test_a_normal_fit_of_draws_stands_in_for_the_marginal():
    """Biased by the number of draws: about d (d + 3) / 4n nats for d values."""
    draws = DATA.sample(X, n_samples=20_000, key=jax.random.key(4))
    fit = gn.likelihood.NormalFit.of(draws)
    expected = float(gap(WideAtFewPoints()).value)
    found = float(gap(WideAtFewPoints(), reference=fit).value)
    assert found == pytest.approx(expected, abs=0.01)


def test_a_normal_fit_is_the_normal_law_of_its_subsets():
    draws = DATA.sample(X, n_samples=50, key=jax.random.key(5))
    fit, flat = gn.likelihood.NormalFit.of(draws), np.asarray(draws)[:, :, 0]
    chosen = np.array([0, 3, 4])
    mask = jnp.zeros(len(X), bool).at[chosen].set(True)
    marginal = Law(flat.mean(0)[chosen], np.cov(flat.T)[np.ix_(chosen, chosen)])
    expected = float(marginal.log_prob(FIELDS.y[0, chosen]))
    found = fit(X, FIELDS.y[0], mask)
    assert float(found) == pytest.approx(expected, abs=1e-9)
    assert abs(float(fit(X, FIELDS.y[0])) - expected) > 0.1


def test_a_fit_wants_more_draws_than_values():
    with pytest.raises(ValueError, match="expected more draws than the 8 values of each, got 8"):
        gn.likelihood.NormalFit.of(FIELDS.y[:8])


CONTEXT = gn.FieldSample(X[:3], FIELDS.y[0, :3])
TARGET = gn.FieldSample(X[3:], FIELDS.y[0, 3:])


def test_joint_minus_context_is_the_conditional_density_of_a_consistent_model():
    law = law_of(DATA, X)
    joint = law.log_prob(FIELDS.y[0])
    alone = law_of(DATA, X[:3]).log_prob(CONTEXT.y)
    found = float(joint_minus_context(NOISING, SCORE, TARGET, CONTEXT))
    assert found == pytest.approx(float(joint - alone), abs=0.01)
    for one, other in ((CONTEXT.pad(5), TARGET), (CONTEXT, TARGET.pad(7))):
        padded = float(joint_minus_context(NOISING, SCORE, other, one))
        assert padded == pytest.approx(found, abs=1e-6)


def test_joint_minus_context_rewards_a_model_that_under_rates_contexts():
    """Over fields it is above what the law of the data itself has, which no proper score is."""

    def mean(score: Any) -> float:
        def of(y: Any) -> Any:
            context, target = gn.FieldSample(X[:3], y[:3]), gn.FieldSample(X[3:], y[3:])
            return joint_minus_context(NOISING, score, target, context)

        return float(jnp.mean(jax.lax.map(of, FIELDS.y)))

    assert mean(WideAtFewPoints()) > mean(SCORE) + 0.05


def test_it_is_the_difference_of_two_densities_with_keys_of_their_own():
    divergence = gn.likelihood.Hutchinson(2)
    key = jax.random.key(0)
    of_joint, of_context = jax.random.split(key)
    whole = gn.FieldSample(X, FIELDS.y[0])
    expected = log_prob(NOISING, SCORE, whole, divergence=divergence, key=of_joint) - log_prob(
        NOISING, SCORE, CONTEXT, divergence=divergence, key=of_context
    )
    found = joint_minus_context(NOISING, SCORE, TARGET, CONTEXT, divergence=divergence, key=key)
    assert float(found) == pytest.approx(float(expected), abs=1e-9)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"subset_size": 0}, "expected a subset_size from 1 to 8, got 0"),
        ({"subset_size": 9}, "expected a subset_size from 1 to 8, got 9"),
    ],
)
def test_unfit_subsets_are_refused(changed: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        gap(SCORE, **changed)


@pytest.mark.parametrize("fields", ["one-of-a-batch", "no-batch"])
def test_one_field_has_no_standard_error(fields: str):
    chosen = slice(1) if fields == "one-of-a-batch" else 0
    one = jax.tree.map(lambda part: part[chosen], FIELDS)
    with pytest.raises(ValueError, match="expected a batch of at least 2 fields"):
        marginal_consistency(
            NOISING, SCORE, one, subset_size=1, reference=DATA.log_prob, key=jax.random.key(0)
        )
