"""Heat kernels of products of manifolds."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds.base import AbstractManifold
from geomndp.manifolds.factors import each_factor
from geomndp.manifolds.heat_kernel import AbstractHeatKernel
from geomndp.typing import Key


class ProductHeatKernel(AbstractHeatKernel):
    """The heat kernel of a product: that of its factors, multiplied, at one clock.

    Arguments:
        factors: The manifolds, in the order of their coordinates.

    Raises:
        ValueError: If the heat kernel of a factor is not available.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> cylinder = gn.manifolds.Product((gn.manifolds.Sphere(1), gn.manifolds.Euclidean(1)))
        >>> kernel = gn.manifolds.ProductHeatKernel(cylinder.factors)
        >>> y0 = jnp.array([1.0, 0.0, 2.0])
        >>> kernel.sample(y0, jnp.array(0.1), key=jax.random.key(0)).shape
        (3,)
    """

    factors: tuple[AbstractManifold, ...]

    def __check_init__(self) -> None:
        for factor in self.factors:
            _ = factor.heat_kernel

    def log_density(
        self,
        y0: Float[Array, "*batch ambient_dim"],
        y: Float[Array, "*batch ambient_dim"],
        clock: Float[Array, "*batch"],
    ) -> Float[Array, "*batch"]:
        each = each_factor(self.factors, y0, y)
        parts = [m.heat_kernel.log_density(*parts, clock) for m, *parts in each]
        return jnp.sum(jnp.stack(parts, -1), -1)

    def score(
        self,
        y0: Float[Array, "*batch ambient_dim"],
        y: Float[Array, "*batch ambient_dim"],
        clock: Float[Array, "*batch"],
    ) -> Float[Array, "*batch ambient_dim"]:
        each = each_factor(self.factors, y0, y)
        return jnp.concatenate([m.heat_kernel.score(*parts, clock) for m, *parts in each], -1)

    def sample(
        self,
        y0: Float[Array, "*batch ambient_dim"],
        clock: Float[Array, "*batch"],
        *,
        key: Key,
    ) -> Float[Array, "*batch ambient_dim"]:
        keys = jax.random.split(key, len(self.factors))
        pairs = zip(each_factor(self.factors, y0), keys, strict=True)
        return jnp.concatenate([m.heat_kernel.sample(p, clock, key=k) for (m, p), k in pairs], -1)
