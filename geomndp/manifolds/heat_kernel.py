"""Transition densities of Brownian motion."""

import abc
import math

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.typing import Key


class AbstractHeatKernel(eqx.Module):
    r"""The density $p_\tau(y_0, y)$ of Brownian motion with generator $\tfrac12 \Delta$.

    $\tau$, the clock, is the time of the motion and has the unit of a squared length: the motion
    has gone about $\sqrt{\tau}$ in each direction. All functions broadcast over leading axes, the
    clock having one axis less than the points.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> kernel: gn.manifolds.AbstractHeatKernel = gn.manifolds.Sphere(2).heat_kernel
        >>> pole, clock = jnp.array([0.0, 0.0, 1.0]), jnp.array(0.1)
        >>> y = kernel.sample(pole, clock, key=jax.random.key(0))
        >>> score = kernel.score(pole, y, clock)
        >>> bool(jnp.abs(score @ y) < 1e-5)  # tangent
        True
    """

    @abc.abstractmethod
    def log_density(
        self,
        y0: Float[Array, "*batch ambient_dim"],
        y: Float[Array, "*batch ambient_dim"],
        clock: Float[Array, "*batch"],
    ) -> Float[Array, "*batch"]:
        """Log-density of y, with respect to the Riemannian volume, for a motion begun at y0."""

    @abc.abstractmethod
    def score(
        self,
        y0: Float[Array, "*batch ambient_dim"],
        y: Float[Array, "*batch ambient_dim"],
        clock: Float[Array, "*batch"],
    ) -> Float[Array, "*batch ambient_dim"]:
        """Riemannian gradient of the log-density with respect to y, a tangent vector at y."""

    @abc.abstractmethod
    def sample(
        self,
        y0: Float[Array, "*batch ambient_dim"],
        clock: Float[Array, "*batch"],
        *,
        key: Key,
    ) -> Float[Array, "*batch ambient_dim"]:
        """Where a motion begun at y0 is when the clock shows `clock`, without simulation."""


class GaussianHeatKernel(AbstractHeatKernel):
    r"""The heat kernel of $\mathbb{R}^d$: normal with variance $\tau$ in each coordinate.

    Arguments:
        dim: The dimension d.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> kernel = gn.manifolds.GaussianHeatKernel(2)
        >>> origin, clock = jnp.zeros(2), jnp.array(1.0)
        >>> round(float(kernel.log_density(origin, origin, clock)), 4)  # -log(2 pi)
        -1.8379
    """

    dim: int

    def log_density(
        self,
        y0: Float[Array, "*batch ambient_dim"],
        y: Float[Array, "*batch ambient_dim"],
        clock: Float[Array, "*batch"],
    ) -> Float[Array, "*batch"]:
        squared = jnp.sum((y - y0) ** 2, -1)
        return -0.5 * squared / clock - 0.5 * self.dim * jnp.log(2 * math.pi * clock)

    def score(
        self,
        y0: Float[Array, "*batch ambient_dim"],
        y: Float[Array, "*batch ambient_dim"],
        clock: Float[Array, "*batch"],
    ) -> Float[Array, "*batch ambient_dim"]:
        return (y0 - y) / clock[..., None]

    def sample(
        self,
        y0: Float[Array, "*batch ambient_dim"],
        clock: Float[Array, "*batch"],
        *,
        key: Key,
    ) -> Float[Array, "*batch ambient_dim"]:
        return y0 + jnp.sqrt(clock)[..., None] * jax.random.normal(key, y0.shape, y0.dtype)
