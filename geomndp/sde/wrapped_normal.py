"""A normal law of velocities, wrapped onto a manifold by the exponential map."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds import AbstractManifold, Product
from geomndp.typing import Key, Values


class WrappedNormal(eqx.Module):
    r"""The ends of geodesics from the base point of a manifold, with normal velocities.

    With the velocity $v = \log_o y$ at the base point o, of standard deviation s, the density with
    respect to the volume is

    $$ p(y) = (2\pi s^2)^{-d/2} e^{-|v|^2/2 s^2} \,/\, |\det d \exp_o(v)| . $$

    Each y must have one velocity: as in flat and in hyperbolic space, and on no compact manifold,
    nor on a product that has a compact factor.

    Arguments:
        manifold: Where values live.
        scale: Standard deviation s of the velocity in each direction, a length.

    Raises:
        ValueError: If the manifold is compact or has a compact factor, or the scale is not
            positive.

    References:
        Nagano et al. (2019), *A Wrapped Normal Distribution on Hyperbolic Space*, arXiv:1902.02992,
        section 3; De Bortoli et al. (2022), arXiv:2202.02763, section 3.1.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> law = gn.sde.WrappedNormal(gn.manifolds.Euclidean(2), scale=2.0)
        >>> f"{law.log_prob(jnp.zeros((1, 2))).item():.4f}"  # - log(8 pi)
        '-3.2242'
    """

    manifold: AbstractManifold
    scale: float = 1.0

    def __check_init__(self) -> None:
        if _has_compact_part(self.manifold):
            raise ValueError(
                f"expected a manifold that is not compact, got {self.manifold}, which is or has a "
                "factor that is, where a law may be uniform; use BrownianMotion"
            )
        if not self.scale > 0:
            raise ValueError(f"expected scale > 0, got {self.scale}")

    def sample(self, n_points: int, dtype: jnp.dtype | type, *, key: Key) -> Values:
        """Independent values."""
        y = self._base((n_points, self.manifold.ambient_dim), dtype)
        return self.manifold.exp(y, self.scale * self.manifold.random_tangent(y, key=key))

    def log_prob(self, y: Values) -> Float[Array, " n_points"]:
        """The log-density of each value, in nats."""
        base = self._base(y.shape, y.dtype)
        v = self.manifold.log(base, y)
        squared = self.manifold.inner(v, v) / self.scale**2
        log_scale = self.manifold.dim * math.log(2 * math.pi * self.scale**2)
        return -0.5 * (squared + log_scale) - self.manifold.log_det_exp(base, v)

    def score(self, y: Values) -> Values:
        """The Riemannian gradient of the log-density."""
        derivative = jax.grad(lambda y: jnp.sum(self.log_prob(y)))(y)
        return self.manifold.gradient(y, derivative)

    def _base(self, shape: tuple[int, ...], dtype: jnp.dtype | type) -> Values:
        return jnp.broadcast_to(self.manifold.base_point().astype(dtype), shape)


def _has_compact_part(manifold: AbstractManifold) -> bool:
    if isinstance(manifold, Product):
        return any(map(_has_compact_part, manifold.factors))
    return manifold.is_compact
