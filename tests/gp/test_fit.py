"""The fit of a process recovers the parameters of the law that data were drawn from."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import geomndp as gn
from geomndp.gp import ConstantMean
from geomndp.gp.parameters import from_unconstrained, parameters_of, to_unconstrained
from geomndp.kernels import (
    Coregionalised,
    CurlFree,
    DivergenceFree,
    PotentialCoupled,
    RationalQuadratic,
    SquaredExponential,
    Sum,
    White,
    helmholtz,
)

KEY = jax.random.key(0)


def drawn(gp: gn.GaussianProcess, n_fields: int, n_points: int) -> gn.FieldSample:
    x = 4 * jax.random.uniform(KEY, (n_fields, n_points, 2))
    keys = jax.random.split(jax.random.key(1), n_fields)
    return gn.FieldSample(x, jax.vmap(lambda x, key: gp.sample(x, key=key))(x, keys))


def test_parameters_are_found():
    true = gn.GaussianProcess(
        CurlFree(SquaredExponential(1.0, 4.0)) + White(0.2, 2), ConstantMean(jnp.array([1.0, 3.0]))
    )
    start = gn.GaussianProcess(
        CurlFree(SquaredExponential(2.0, 1.0)) + White(1.0, 2), ConstantMean(jnp.zeros(2))
    )
    data = drawn(true, 12, 24)
    fitted, history = gn.gp.fit(start, data, n_steps=250)
    assert isinstance(fitted.kernel, Sum)
    assert isinstance(fitted.mean, ConstantMean)
    signal, noise = fitted.kernel.terms
    assert isinstance(signal, CurlFree)
    assert isinstance(signal.kernel, SquaredExponential)
    assert isinstance(noise, White)
    assert float(signal.kernel.lengthscale) == pytest.approx(1.0, rel=0.1)
    assert float(signal.kernel.variance) == pytest.approx(4.0, rel=0.35)
    assert float(noise.variance) == pytest.approx(0.2, rel=0.2)
    np.testing.assert_allclose(fitted.mean.value, [1, 3], atol=0.6)
    assert history.shape == (250,)
    assert history[-1] > history[0]
    # No worse than the truth on the data it was fitted to.
    total = sum(
        float(fitted.log_prob(x, y) - true.log_prob(x, y))
        for x, y in zip(data.x, data.y, strict=True)
    )
    assert total > 0


def test_one_field_with_padding_is_a_batch_of_one():
    gp = gn.GaussianProcess(SquaredExponential(1.0, 1.0) + White(0.5))
    x = jnp.linspace(0, 3, 10)[:, None]
    field = gn.FieldSample(x, jnp.sin(2 * x))
    plain, _ = gn.gp.fit(gp, field, n_steps=5)
    padded, _ = gn.gp.fit(gp, field.pad(14), n_steps=5)
    for one, other in zip(jax.tree.leaves(plain), jax.tree.leaves(padded), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-8)


@pytest.mark.parametrize(
    ("kernel", "n_positive", "n_free"),
    [
        (SquaredExponential(1, 2), 2, 0),
        (2.0 * RationalQuadratic(1.0, 2.0, 3.0) + White(1.0), 5, 0),
        (helmholtz(SquaredExponential(1.0, 2.0), SquaredExponential(1.0, 2.0)), 4, 0),
        (PotentialCoupled(SquaredExponential(1.0, 2.0), 1.0, 0.3), 3, 0),
        (Coregionalised(SquaredExponential(1.0, 2.0), jnp.eye(2)), 2, 1),
        (DivergenceFree(SquaredExponential(1.0, 2.0), 3), 2, 0),
    ],
    ids=["se", "sum", "helmholtz", "coupled", "coregionalised", "space"],
)
def test_all_parameters_are_listed_and_come_back(
    kernel: gn.kernels.AbstractKernel, n_positive: int, n_free: int
):
    parameters = list(parameters_of(kernel))
    assert sum(p.is_positive for p in parameters) == n_positive
    assert sum(not p.is_positive for p in parameters) == n_free
    back = from_unconstrained(kernel, to_unconstrained(kernel, jnp.dtype(float)))
    for one, other in zip(parameters_of(back), parameters, strict=True):
        np.testing.assert_allclose(one.value, other.value, rtol=1e-12)


def test_data_of_another_dimension_are_refused():
    gp = gn.GaussianProcess(SquaredExponential(1.0, 1.0))
    with pytest.raises(ValueError, match="with 1 coordinates.*got 2"):
        gn.gp.fit(gp, gn.FieldSample(jnp.zeros((3, 2)), jnp.zeros((3, 2))))
