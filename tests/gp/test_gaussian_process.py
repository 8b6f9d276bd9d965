"""Draws and densities of Gaussian processes, and what they are invariant under."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from standard_errors import assert_mean, second_moments

import geomndp as gn
from geomndp.gp import ConstantMean, LinearMean
from geomndp.groups import SE, E, O, T
from geomndp.groups import Trivial as NoSymmetry
from geomndp.kernels import (
    CurlFree,
    DivergenceFree,
    Isotropic,
    Matern52,
    PotentialCoupled,
    SphericalHeat,
    SquaredExponential,
    White,
)
from geomndp.representations import Trivial, Vector
from geomndp.testing import assert_density_invariant, assert_invariant_in_law

KEY = jax.random.key(0)
X = jax.random.normal(jax.random.key(1), (4, 2))
KERNELS = {
    "isotropic": Isotropic(Matern52(1.0, 2.0), 2) + White(0.3, 2),
    "curl-free": CurlFree(SquaredExponential(1.5, 2.0)),
    "mixture": DivergenceFree(SquaredExponential(1.5, 2.0)) + White(0.1, 2),
}
MEAN = ConstantMean(jnp.array([1.0, -2.0]))


def matrix(gram: jax.Array) -> np.ndarray:
    n, _, p, _ = gram.shape
    return np.asarray(gram).transpose(0, 2, 1, 3).reshape(n * p, n * p)


@pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS)
def test_density_is_that_of_scipy(kernel: gn.kernels.AbstractKernel):
    gp = gn.GaussianProcess(kernel, MEAN)
    y = gp.sample(X, key=KEY)
    mean, covariance = np.tile(MEAN.value, 4), matrix(kernel.gram(X))
    law = scipy.stats.multivariate_normal(mean, covariance)  # pyright: ignore[reportArgumentType]
    np.testing.assert_allclose(gp.log_prob(X, y), law.logpdf(np.asarray(y).ravel()), rtol=1e-9)


@pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS)
def test_draws_have_the_mean_and_covariance(kernel: gn.kernels.AbstractKernel):
    draws = gn.GaussianProcess(kernel, MEAN).sample(X, n_samples=4000, key=KEY)
    assert_mean(draws, jnp.broadcast_to(MEAN.value, (4, 2)))
    assert_mean(second_moments(np.asarray(draws) - np.asarray(MEAN.value)), matrix(kernel.gram(X)))


def test_padding_takes_no_part():
    gp = gn.GaussianProcess(KERNELS["curl-free"], MEAN)
    sample = gn.FieldSample(X, gp.sample(X, key=KEY))
    padded = sample.pad(7)
    expected = gp.log_prob(sample.x, sample.y)
    # Padding repeats a point, which without noise has no density.
    np.testing.assert_allclose(gp.log_prob(padded.x, padded.y, padded.mask), expected, rtol=1e-10)
    given = gp.condition(padded.x, padded.y, padded.mask).mean_and_covariance(X + 1)
    for one, other in zip(given, gp.condition(X, sample.y).mean_and_covariance(X + 1), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-8)


@pytest.mark.parametrize(
    ("gp", "kind"),
    [
        (gn.GaussianProcess(KERNELS["mixture"]), gn.FieldType(E(2), Vector(2))),
        (
            gn.GaussianProcess(PotentialCoupled(Matern52(1.0, 1.0), 2.0, 0.7) + White(0.1, 3)),
            gn.FieldType(SE(2), Vector(2) + Trivial(1)),
        ),
        (
            gn.GaussianProcess(KERNELS["isotropic"], MEAN),
            gn.FieldType(T(2), Trivial(2)),
        ),
    ],
    ids=["wind", "wind-and-pressure", "with-mean"],
)
def test_what_says_that_it_is_invariant_is_so(gp: gn.GaussianProcess, kind: gn.FieldType):
    assert gp.is_invariant(kind)
    assert_density_invariant(jax.jit(lambda x, y: gp.log_prob(x, y)), kind, key=KEY, rtol=1e-8)
    assert_invariant_in_law(
        lambda x, n, key: gp.sample(x, n_samples=n, key=key), kind, X[:3], n_samples=500, key=KEY
    )


def test_what_a_law_is_invariant_under():
    wind = gn.GaussianProcess(KERNELS["mixture"])
    assert wind.is_invariant(gn.FieldType(E(2), Vector(2)))
    assert not wind.is_invariant(gn.FieldType(E(2), Trivial(2)))
    assert not wind.is_invariant(gn.FieldType(E(2), Vector(2) + Trivial(1)))
    geostrophic = gn.GaussianProcess(PotentialCoupled(Matern52(1.0, 1.0), 2.0, jnp.pi / 2))
    both = Vector(2) + Trivial(1)
    assert geostrophic.is_invariant(gn.FieldType(SE(2), both))
    assert not geostrophic.is_invariant(gn.FieldType(E(2), both))
    globe = gn.manifolds.Sphere(2)
    on_globe = gn.GaussianProcess(SphericalHeat(0.5, 1.0))
    assert on_globe.is_invariant(gn.FieldType(O(3), Trivial(1), domain=globe))
    assert not on_globe.is_invariant(gn.FieldType(T(3), Trivial(1)))


@pytest.mark.parametrize(
    ("mean", "invariant_under"),
    [
        (None, (E, SE, T, NoSymmetry)),
        (MEAN, (T, NoSymmetry)),
        (LinearMean(jnp.eye(2), jnp.zeros(2)), (O, NoSymmetry)),
        (LinearMean(jnp.eye(2), jnp.ones(2)), (NoSymmetry,)),
        (LinearMean(jnp.zeros((2, 2)), jnp.ones(2)), (T, NoSymmetry)),
    ],
    ids=["zero", "constant", "identity", "shifted-identity", "no-slope"],
)
def test_the_mean_limits_the_group(mean: gn.gp.AbstractMean | None, invariant_under: tuple):
    gp = gn.GaussianProcess(KERNELS["mixture"], mean)
    for group in (E, SE, T, O, NoSymmetry):
        expected = group in invariant_under or (mean is None)
        assert gp.is_invariant(gn.FieldType(group(2), Vector(2))) == expected, group


def test_what_does_not_fit_is_refused():
    gp = gn.GaussianProcess(KERNELS["curl-free"])
    with pytest.raises(ValueError, match="as the kernel has, got 1"):
        gn.GaussianProcess(KERNELS["curl-free"], ConstantMean(jnp.ones(1)))
    with pytest.raises(ValueError, match=r"shape \(4, 2\), one for each location, got"):
        gp.log_prob(X, jnp.zeros((4, 1)))
    with pytest.raises(ValueError, match="jitter=1e-6"):
        gp.sample(jnp.zeros((2, 2)), key=KEY)
    assert gp.sample(jnp.zeros((2, 2)), jitter=1e-6, key=KEY).shape == (2, 2)
    with pytest.raises(ValueError, match="at least one location"):
        gp.sample(jnp.zeros((0, 2)), key=KEY)
    with pytest.raises(ValueError, match="finite locations, got .* at point 1"):
        gp.sample(jnp.array([[0.0, 0.0], [jnp.nan, 0.0]]), key=KEY)
