"""The heat kernel of the flat torus."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds.circle_heat_kernel import CircleHeatKernel
from geomndp.manifolds.heat_kernel import AbstractHeatKernel
from geomndp.typing import Key

_CIRCLE = CircleHeatKernel()


class TorusHeatKernel(AbstractHeatKernel):
    r"""The heat kernel of $(S^1)^n$, generator $\tfrac12\Delta$: the product of those of circles.

    Arguments:
        n: The number of circles.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> kernel = gn.manifolds.TorusHeatKernel(2)
        >>> y = jnp.array([1.0, 0.0, 1.0, 0.0])
        >>> round(float(kernel.log_density(y, -y, jnp.array(40.0))), 4)  # -2 log(2 pi)
        -3.6758
    """

    n: int

    def log_density(
        self,
        y0: Float[Array, "*batch ambient_dim"],
        y: Float[Array, "*batch ambient_dim"],
        clock: Float[Array, "*batch"],
    ) -> Float[Array, "*batch"]:
        parts = _CIRCLE.log_density(self._circles(y0), self._circles(y), self._clocks(clock))
        return jnp.sum(parts, -1)

    def score(
        self,
        y0: Float[Array, "*batch ambient_dim"],
        y: Float[Array, "*batch ambient_dim"],
        clock: Float[Array, "*batch"],
    ) -> Float[Array, "*batch ambient_dim"]:
        parts = _CIRCLE.score(self._circles(y0), self._circles(y), self._clocks(clock))
        return parts.reshape(y.shape)

    def sample(
        self,
        y0: Float[Array, "*batch ambient_dim"],
        clock: Float[Array, "*batch"],
        *,
        key: Key,
    ) -> Float[Array, "*batch ambient_dim"]:
        circles = _CIRCLE.sample(self._circles(y0), self._clocks(clock), key=key)
        return circles.reshape(y0.shape)

    def _circles(self, y: Float[Array, "*batch ambient_dim"]) -> Float[Array, "*batch n 2"]:
        return y.reshape(*y.shape[:-1], self.n, 2)

    def _clocks(self, clock: Float[Array, "*batch"]) -> Float[Array, "*batch n"]:
        return jnp.broadcast_to(clock[..., None], (*clock.shape, self.n))
