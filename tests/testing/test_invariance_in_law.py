"""Densities and samples of invariant laws pass; those of laws with an axis do not."""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.groups import SE, SO, E, O, T
from geomndp.representations import Trivial, Vector
from geomndp.testing import assert_density_invariant, assert_invariant_in_law
from geomndp.testing.two_sample_comparison import compare_samples

KEY = jax.random.key(0)
WIND = gn.FieldType(E(2), Vector(2))
X = jnp.array([[0.0, 0.0], [1.0, 0.2], [-0.3, 0.8]])
EVEN, NOWHERE = jnp.ones(2), jnp.zeros(2)


def covariance(x: Any, scales: Any = EVEN) -> Any:
    """Of each component of a field with a lengthscale along each axis."""
    squares = jnp.sum(((x[:, None] - x[None]) / scales[None, None]) ** 2, -1)
    return jnp.exp(-squares / 2) + 0.01 * jnp.eye(len(x))


def fields(scales: Any = EVEN, deviations: Any = EVEN, mean: Any = NOWHERE) -> Any:
    """A sampler of normal fields."""

    @functools.partial(jax.jit, static_argnums=1)
    def sample(x: Any, n_samples: int, key: Any) -> Any:
        root = jnp.linalg.cholesky(covariance(x, scales))
        noise = jax.random.normal(key, (n_samples, len(x), 2))
        return jnp.einsum("ij,njk->nik", root, noise) * deviations[None, None] + mean[None, None]

    return sample


EVENLY = fields()


def log_prob(x: Any, y: Any, scales: Any = EVEN) -> Any:
    root = jnp.linalg.cholesky(covariance(x, scales))
    white = jax.scipy.linalg.solve_triangular(root, y, lower=True)
    return -jnp.sum(white**2) / 2 - 2 * jnp.sum(jnp.log(jnp.diagonal(root)))


def test_an_invariant_density_passes():
    assert_density_invariant(log_prob, WIND, key=KEY, rtol=1e-10)
    y = np.random.default_rng(0).normal(size=(3, 2))
    assert_density_invariant(log_prob, WIND, key=KEY, x=np.asarray(X), y=y)
    assert_density_invariant(log_prob, WIND, key=KEY, y=y)
    assert_density_invariant(log_prob, WIND, key=KEY, x=X)


def test_a_density_with_an_axis_is_found():
    with pytest.raises(AssertionError, match=r"log p\(gx, rho y\) = log p\(x, y\) .* under a r"):
        assert_density_invariant(lambda x, y: log_prob(x, y, jnp.array([1.0, 1.5])), WIND, key=KEY)


def test_a_density_with_a_place_is_found():
    with pytest.raises(AssertionError, match="under a translation"):
        assert_density_invariant(lambda x, y: log_prob(x, y) - jnp.sum(x**2), WIND, key=KEY)


def test_a_density_may_be_zero_in_the_logarithm():
    assert_density_invariant(lambda *_: 0.0, WIND, key=KEY)


def test_values_are_drawn_on_the_codomain():
    globe = gn.manifolds.Sphere(2)
    track = gn.FieldType(gn.groups.InputOutput(T(1), O(3)), Vector(3), codomain=globe)

    def smooth(_: Any, y: Any) -> Any:
        assert jnp.allclose(jnp.linalg.norm(y, axis=-1), 1)
        return 5 * jnp.sum(y[1:] * y[:-1])

    assert_density_invariant(smooth, track, key=KEY)


def test_an_invariant_law_passes():
    p_value = assert_invariant_in_law(EVENLY, WIND, X, key=KEY)
    assert 0.01 <= p_value <= 1


@pytest.mark.parametrize(
    ("sample", "kind"),
    [
        (fields(scales=jnp.array([1.0, 2.0])), "r"),
        (fields(deviations=jnp.array([1.0, 1.2])), "r"),
        (fields(mean=jnp.array([0.3, 0.0])), "r"),
        (lambda x, n, key: EVENLY(x, n, key) * (1 + 0.3 * x[0, 0] ** 2), "translation"),
    ],
    ids=["lengthscales", "variances", "mean", "place"],
)
def test_laws_with_an_axis_or_a_place_are_found(sample: Any, kind: str):
    with pytest.raises(AssertionError, match=f"got a p-value of 0.0033, .* most under a {kind}"):
        assert_invariant_in_law(sample, WIND, X, key=KEY)


def test_a_law_that_prefers_a_hand_is_found():
    @functools.partial(jax.jit, static_argnums=1)
    def curling(x: Any, n_samples: int, key: Any) -> Any:
        """Normal at every point, and turned to the left from the first to the second."""
        first = jax.random.normal(key, (n_samples, 1, 2))
        angles = jnp.linalg.norm(x - x[:1], axis=-1)[None, :, None]
        left = jnp.stack([-first[..., 1], first[..., 0]], -1)
        return jnp.cos(angles) * first + jnp.sin(angles) * left

    handed = gn.FieldType(SE(2), Vector(2))
    assert_invariant_in_law(curling, handed, X, key=KEY, n_samples=1000)
    with pytest.raises(AssertionError, match="most under a reflection") as error:
        assert_invariant_in_law(curling, WIND, X, key=KEY, n_samples=1000)
    assert error.match(r"worst by kind, in standard deviations over permutations: translation -?\d")


def test_the_level_of_the_comparison_is_kept():
    generator = np.random.default_rng(0)
    p_values = []
    for seed in range(100):
        pairs = [tuple(generator.standard_t(3, (2, 60, 4))) for _ in range(3)]
        p_values.append(compare_samples(pairs, 99, [seed]).p_value)
    for level in (0.05, 0.25, 0.5):
        share = np.mean(np.array(p_values) <= level)
        assert abs(share - level) < 3 * np.sqrt(level * (1 - level) / 100)


@pytest.mark.slow
@pytest.mark.parametrize("n_samples", [100, 300])
def test_the_level_is_kept(n_samples: int):
    # Were the law's p-values uniform, 2.5 of 50 would lie below 0.05, with a standard error of 1.5.
    passed = 0
    for key in jax.random.split(KEY, 50):
        try:
            assert_invariant_in_law(
                EVENLY, WIND, X, key=key, n_samples=n_samples, n_permutations=199, level=0.05
            )
        except AssertionError:
            continue
        passed += 1
    assert passed >= 46


def test_what_is_no_sample_of_a_law_is_refused():
    def still(x: Any, n_samples: int, _: Any) -> Any:
        return jnp.ones((n_samples, len(x), 2))

    def forgetful(_x: Any, n_samples: int, _key: Any) -> Any:
        return EVENLY(X, n_samples, jax.random.key(7))

    def broken(x: Any, n_samples: int, key: Any) -> Any:
        return jnp.nan * still(x, n_samples, key)

    few = {"key": KEY, "n_samples": 50}
    with pytest.raises(AssertionError, match="got all the same"):
        assert_invariant_in_law(still, WIND, X, **few)
    with pytest.raises(AssertionError, match="draw the noise from the key"):
        assert_invariant_in_law(forgetful, WIND, X, **few)
    with pytest.raises(AssertionError, match="expected finite samples"):
        assert_invariant_in_law(broken, WIND, X, **few)
    with pytest.raises(AssertionError, match=r"samples of shape \(50, 3, 2\), got \(50, 2\)"):
        assert_invariant_in_law(lambda *a: EVENLY(*a)[:, 0], WIND, X, **few)
    with pytest.raises(ValueError, match="expected more than 100 permutations"):
        assert_invariant_in_law(EVENLY, WIND, X, **few, n_permutations=99)


def test_no_symmetry_asks_nothing_of_a_law():
    still = gn.FieldType(gn.groups.Trivial(2), Vector(2))
    assert assert_invariant_in_law(fields(mean=3 * EVEN), still, X, key=KEY) == 1


def test_laws_on_the_line():
    def series(x: Any, n_samples: int, key: Any) -> Any:
        return EVENLY(x, n_samples, key)[..., :1]

    line = gn.FieldType(E(1), Trivial())
    assert_invariant_in_law(series, line, X[:, :1], key=KEY, n_samples=500)
    turning = gn.FieldType(SO(2), Trivial())
    assert_invariant_in_law(series, turning, X, key=KEY, n_samples=500)
