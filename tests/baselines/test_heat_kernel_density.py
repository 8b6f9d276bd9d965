"""The kernel density estimate with a heat kernel."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.baselines import HeatKernelDensity

LINE, GLOBE = gn.manifolds.Euclidean(1), gn.manifolds.Sphere(2)


def test_on_a_line_it_is_that_of_scipy():
    from scipy.stats import gaussian_kde

    points = np.random.default_rng(0).normal(size=(30, 1))
    theirs = gaussian_kde(points.T, bw_method=0.4)
    ours = HeatKernelDensity(LINE, jnp.asarray(points), jnp.asarray(theirs.covariance[0, 0]))
    y = np.linspace(-2, 2, 7)[:, None]
    np.testing.assert_allclose(ours.log_prob(jnp.asarray(y)), np.log(theirs(y.T)), rtol=1e-10)


def test_the_fitted_width_is_likeliest_with_each_point_left_out():
    points = jnp.asarray(np.random.default_rng(1).normal(size=(40, 1)))
    fitted = HeatKernelDensity.fit(points, LINE)

    def left_out(clock: float) -> float:
        rest = [
            HeatKernelDensity(LINE, jnp.delete(points, i, axis=0), jnp.asarray(clock))
            for i in range(0, 40, 8)
        ]
        each = [
            d.log_prob(points[i : i + 1])[0] for d, i in zip(rest, range(0, 40, 8), strict=True)
        ]
        return float(np.mean(each))

    best = float(fitted.clock)
    assert 0.02 < best < 0.5
    assert left_out(best) > max(left_out(30 * best), left_out(best / 30))


def test_it_integrates_to_one_on_the_globe():
    points = GLOBE.random_base((20,), key=jax.random.key(0))
    density = HeatKernelDensity.fit(points, GLOBE)
    y = GLOBE.random_uniform((20_000,), key=jax.random.key(1))
    values = np.exp(np.asarray(density.log_prob(y)) + GLOBE.log_volume)
    assert abs(values.mean() - 1) < 4 * values.std() / len(y) ** 0.5


def test_one_point_has_no_width():
    with pytest.raises(ValueError, match="at least 2 points"):
        HeatKernelDensity.fit(jnp.zeros((1, 3)), GLOBE)
