"""Functions through values at nodes, as smooth as a kernel."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.kernels import AbstractKernel
from geomndp.kernels.locations import check_locations
from geomndp.kernels.random_features import BLOCK
from geomndp.linalg import AbstractOperator
from geomndp.typing import Locations, Values


class KernelInterpolation(eqx.Module):
    r"""The functions that values at nodes determine: their expectation under a Gaussian law.

    $$ f(x) = k(x, X)\, (K(X, X) + \epsilon I)^{-1} y $$

    Calling it with the values y gives the function, which is linear in them, and of all functions
    with these values the one of least norm in the space of the kernel. It is as smooth as
    $k(\cdot, X)$ and can be differentiated anywhere. Of the field it knows what the nodes do: they
    should be no further apart than half a lengthscale, and reach beyond where it is asked for.
    Values that fields of the kernel do not have, such as noise, or a constant beside a
    `HodgePotential`, take weights of $1/\epsilon$ times their size, whose rounding tells in single
    precision: add `White` or `Constant` to the kernel.

    Arguments:
        kernel: The kernel. White noise in it is noise of the values, which is smoothed away.
        x: The nodes X.
        jitter: $\epsilon$, relative to the mean of the variances; the root of the relative
            rounding error when left out, as smooth kernels are all but singular at close nodes.

    Raises:
        ValueError: If nodes are not such as the kernel takes, or coincide and there is no jitter.

    References:
        Wendland (2004), *Scattered Data Approximation*, chapters 10 and 13.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> nodes = jnp.array([[0.0], [0.5], [1.0]])
        >>> through = gn.gp.KernelInterpolation(gn.kernels.SquaredExponential(1.0, 1.0), nodes)
        >>> f = through(jnp.array([[0.0], [1.0], [0.0]]))
        >>> bool(jnp.allclose(f(nodes), jnp.array([[0.0], [1.0], [0.0]]), atol=0.05))
        True
    """

    kernel: AbstractKernel
    x: Locations
    operator: AbstractOperator
    """The covariance at the nodes with the jitter, factorised."""

    def __init__(self, kernel: AbstractKernel, x: Locations, *, jitter: float | None = None):
        check_locations(x)
        rounding = float(np.finfo(x.dtype).eps)
        self.kernel, self.x = kernel, jnp.asarray(x)
        operator = kernel.operator(self.x).with_jitter(rounding**0.5 if jitter is None else jitter)
        self.operator = operator.factorised()

    def __call__(self, y: Values) -> "KernelInterpolant":
        """The function through values at the nodes.

        Arguments:
            y: The values.

        Raises:
            ValueError: If there is not one for each node.
        """
        expected = self.x.shape[0], self.kernel.dim_y
        if y.shape != expected:
            raise ValueError(
                f"expected values of shape {expected}, one for each node, got {y.shape}"
            )
        return KernelInterpolant(self.kernel, self.x, self.operator.solve(y))


class KernelInterpolant(eqx.Module):
    r"""A sum of a kernel at nodes: $f(x) = \sum_i k(x, x_i)\, w_i$.

    Arguments:
        kernel: The kernel.
        x: The nodes.
        weights: $w_i$.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> bell = gn.gp.KernelInterpolant(
        ...     gn.kernels.SquaredExponential(1.0, 1.0), jnp.zeros((1, 1)), jnp.ones((1, 1))
        ... )
        >>> jax.jacfwd(bell.at)(jnp.array([1.0])).round(4).tolist()
        [[-0.6065]]
    """

    kernel: AbstractKernel
    x: Locations
    weights: Values

    def __call__(self, x: Float[Array, "n_asked dim_x"]) -> Float[Array, "n_asked dim_y"]:
        """The values at locations, a block of them at a time."""
        check_locations(x, self.x.shape[1])
        return jax.lax.map(self.at, x, batch_size=BLOCK)

    def at(self, x: Float[Array, " dim_x"]) -> Float[Array, " dim_y"]:
        """The value at one location, for example to differentiate."""
        row = self.kernel.cross_covariance(x[None], self.x)[0]
        return jnp.einsum("iab,ib->a", row, self.weights, precision=jax.lax.Precision.HIGHEST)
