"""Where points coincide, covariances are the variance, and gradients are finite."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from kernel_cases import KERNELS, locations, quick_jit

from geomndp import linalg
from geomndp.kernels import (
    AbstractKernel,
    CurlFree,
    DivergenceFree,
    Matern12,
    Matern32,
    Matern52,
    PotentialCoupled,
    RationalQuadratic,
    SquaredExponential,
    White,
)

SMOOTH = (
    SquaredExponential(0.8, 1.5),
    Matern32(0.8, 1.5),
    Matern52(0.8, 1.5),
    RationalQuadratic(0.8, 1.5, alpha=0.7),
)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_every_component_has_the_variance_of_the_radial_kernel(dim: int):
    kernels = [
        kernel
        for radial in SMOOTH
        for kernel in (
            CurlFree(radial, dim),
            # On a line there are no others.
            DivergenceFree(radial, dim) if dim > 1 else CurlFree(radial, dim),
            PotentialCoupled(radial, 0.6, dim=dim),
        )
    ]
    found = quick_jit(lambda x: [kernel(x, x) for kernel in kernels])(jnp.full(dim, 3.0))
    for kernel, value in zip(kernels, found, strict=True):
        coupled = isinstance(kernel, PotentialCoupled)
        variances = [0.6] * dim + [1.5] if coupled else [1.5] * dim
        np.testing.assert_allclose(value, np.diag(variances), rtol=1e-14, err_msg=repr(kernel))


DIFFERENTIATED: dict[str, AbstractKernel] = {
    name: KERNELS[name].kernel
    for name in (
        "matern-1/2",
        "matern-3/2",
        "matern-5/2",
        "product-of-sums",
        "product",
        "zonal-series",
        "spherical-heat",
        "spherical-matern",
        "curl-free-2",
        "curl-free-3",
        "direct-sum-with-white",
        "potential-coupled-2",
        "potential-coupled-angled",
    )
}
DIFFERENTIATED["divergence-free-rough"] = DivergenceFree(Matern32(0.9, 1.5))


def gradients(kernel: AbstractKernel, x: Any) -> tuple[Any, Any, Any]:
    """Derivatives of some covariances: by parameters, by locations, and along the parameters.

    The last pair are derivatives by a common factor of all parameters, from the gradient and by
    differences.
    """
    parameters, rest = eqx.partition(with_arrays(kernel), eqx.is_inexact_array)

    def value(parameters: Any, x: Any) -> Any:
        gram = eqx.combine(parameters, rest).gram(x)
        return jnp.sum(jnp.sin(jnp.arange(1.0, gram.size + 1)) * gram.ravel())

    both = quick_jit(jax.value_and_grad(value, (0, 1)))
    _, (by_parameters, by_x) = both(parameters, x)
    along = sum(jax.tree.leaves(jax.tree.map(jnp.vdot, by_parameters, parameters)))
    ends = [both(jax.tree.map(lambda p, h=h: p * (1 + h), parameters), x)[0] for h in (1e-5, -1e-5)]
    return by_parameters, by_x, (along, (ends[0] - ends[1]) / 2e-5)


def with_arrays(kernel: AbstractKernel) -> AbstractKernel:
    """The kernel with its numbers as arrays."""
    return jax.tree.map(lambda leaf: jnp.asarray(leaf) if isinstance(leaf, float) else leaf, kernel)


@pytest.mark.parametrize("name", DIFFERENTIATED)
def test_gradients_are_finite_where_points_coincide(name: str):
    x = locations(KERNELS.get(name, KERNELS["curl-free-2"]), 3)
    by_parameters, by_x, (along, by_differences) = gradients(
        DIFFERENTIATED[name], x.at[2].set(x[0])
    )
    leaves = jax.tree.leaves(by_parameters)
    assert leaves
    assert all(bool(jnp.isfinite(leaf).all()) for leaf in (*leaves, by_x))
    np.testing.assert_allclose(along, by_differences, rtol=1e-6, atol=1e-8)


class Naive(Matern12):
    """Takes the root of the squared distance, whose slope at zero is infinite."""

    def radial(self, s: Any) -> Any:
        return self.variance * jnp.exp(-jnp.sqrt(s) / self.lengthscale)


def test_a_gradient_that_is_not_finite_is_found():
    x = jnp.zeros((3, 2))
    assert not bool(jnp.isfinite(gradients(Naive(0.9, 1.5), x)[1]).any())


X = jnp.array([[0.0, 1.0], [2.0, 1.0], [0.0, 1.0]])
"""Of these points two coincide."""


@pytest.mark.parametrize("kernel", [SMOOTH[0], CurlFree(SMOOTH[2])], ids=["scalar", "vector"])
def test_coincident_points_without_noise_are_refused_with_what_to_do(kernel: AbstractKernel):
    with pytest.raises(ValueError, match="positive definite.*coincide.*White.*jitter=1e-6"):
        kernel.operator(X).log_det()
    noisy = kernel + White(0.01, kernel.dim_y)
    for operator in (noisy.operator(X), kernel.operator(X).with_jitter(1e-6)):
        assert isinstance(operator, linalg.AbstractOperator)
        assert bool(jnp.isfinite(operator.log_det()))
