"""Functions through values at nodes, against the posterior mean of the Gaussian process."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kernel_cases import quick_jit

import geomndp as gn
from geomndp.gp import KernelInterpolation
from geomndp.kernels import DivergenceFree, Matern52, SquaredExponential, White

RNG = np.random.default_rng(0)
NODES, X = jnp.asarray(RNG.uniform(size=(9, 2))), jnp.asarray(RNG.uniform(size=(4, 2)))
KERNELS = {
    "scalar": SquaredExponential(0.5, 2.0),
    "with-noise": Matern52(0.5, 2.0) + White(0.1),
    "vectors": DivergenceFree(Matern52(0.5, 2.0)),
}


def values(kernel: Any) -> jax.Array:
    return jnp.asarray(np.random.default_rng(1).normal(size=(9, kernel.dim_y)))


@pytest.mark.parametrize("name", KERNELS)
def test_it_is_the_mean_given_the_values(name: str):
    kernel = KERNELS[name]
    y = values(kernel)

    @quick_jit
    def both(y: Any) -> Any:
        function = KernelInterpolation(kernel, NODES, jitter=1e-6)(y)
        exact = gn.GaussianProcess(kernel).condition(NODES, y, jitter=1e-6)
        return function(X), jax.vmap(function.at)(X), exact.mean(X)

    found, by_point, expected = both(y)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    np.testing.assert_allclose(by_point, found, rtol=1e-9)


def test_it_goes_through_the_values_and_is_linear_in_them():
    kernel = KERNELS["scalar"]
    through = eqx.filter_jit(lambda x: KernelInterpolation(kernel, x))(NODES)
    y = values(kernel)
    scale = np.abs(np.asarray(y)).max()
    np.testing.assert_allclose(through(y)(NODES), y, atol=1e-3 * scale)
    np.testing.assert_allclose(through(2 * y)(X), 2 * through(y)(X), rtol=1e-9)
    # Noise of the kernel is smoothed away.
    noisy = KernelInterpolation(kernel + White(0.5), NODES)(y)(NODES)
    assert np.abs(np.asarray(noisy - y)).max() > 0.1


def test_single_precision_has_a_larger_jitter():
    kernel, close = KERNELS["scalar"], jnp.linspace(0, 0.5, 30, dtype=np.float32)[:, None]
    function = KernelInterpolation(kernel, close)(jnp.sin(3 * close))
    assert function.weights.dtype == np.float32
    np.testing.assert_allclose(function(close), jnp.sin(3 * close), atol=0.01)
    with pytest.raises(ValueError, match="positive definite"):
        KernelInterpolation(kernel, close, jitter=0.0)


def test_values_of_other_shapes_are_refused():
    with pytest.raises(ValueError, match=r"expected values of shape \(9, 1\), one for each node"):
        KernelInterpolation(KERNELS["scalar"], NODES)(jnp.ones((8, 1)))
