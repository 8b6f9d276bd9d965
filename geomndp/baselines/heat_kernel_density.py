"""The kernel density estimate of a manifold, with its heat kernel."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from geomndp.manifolds import AbstractManifold

_CLOCKS_PER_DECADE = 4
_N_LEFT_OUT = 256
"""Points, evenly spread over the list, by which the clock is chosen."""


class HeatKernelDensity(eqx.Module):
    r"""Every point diffused for a time: $\log \frac1n \sum_i p_\tau(y_i, y)$.

    The plainest density of points, to hold others against.

    Arguments:
        manifold: Where the points live; its heat kernel must be known.
        points: The points.
        clock: The time $\tau$, a squared length.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> globe = gn.manifolds.Sphere(2)
        >>> points = globe.random_base((50,), key=jax.random.key(0))
        >>> density = gn.baselines.HeatKernelDensity.fit(points, globe)
        >>> bool(density.log_prob(points).mean() > -globe.log_volume)
        True
    """

    manifold: AbstractManifold
    points: Float[Array, "n ambient_dim"]
    clock: Float[Array, ""]

    @staticmethod
    def fit(
        points: Float[Array, "n ambient_dim"], manifold: AbstractManifold
    ) -> "HeatKernelDensity":
        """The estimate with the clock at which a point is likeliest under the others.

        Of clocks from 1e-5 to 1 times the square of the points' median distance from their first,
        by at most 256 of the points.

        Arguments:
            points: The points, at least two.
            manifold: Where they live.

        Raises:
            ValueError: If there are less than two points.
        """
        if points.ndim != 2 or points.shape[0] < 2:
            raise ValueError(f"expected at least 2 points of shape (n, d), got {points.shape}")
        first = jnp.broadcast_to(points[0], points[1:].shape)
        unit = jnp.maximum(jnp.median(manifold.dist(first, points[1:])), 1e-3) ** 2
        clocks = unit * 10.0 ** jnp.linspace(-5, 0, 5 * _CLOCKS_PER_DECADE + 1)
        chosen = jnp.arange(0, points.shape[0], -(-points.shape[0] // _N_LEFT_OUT))

        def left_out(clock: Float[Array, ""]) -> Float[Array, ""]:
            return jnp.mean(_log_means(manifold, points, points[chosen], clock, chosen))

        scores = jax.jit(lambda clocks: jax.lax.map(left_out, clocks))(clocks.astype(points.dtype))
        return HeatKernelDensity(manifold, points, clocks[jnp.argmax(scores)].astype(points.dtype))

    def log_prob(self, y: Float[Array, "m ambient_dim"]) -> Float[Array, " m"]:
        """Log-densities, in nats, with respect to the volume."""
        return _compiled_log_means(self.manifold, self.points, y, self.clock, None)


def _log_means(
    manifold: AbstractManifold,
    points: Float[Array, "n ambient_dim"],
    y: Float[Array, "m ambient_dim"],
    clock: Float[Array, ""],
    left_out: Int[Array, " m"] | None,
) -> Float[Array, " m"]:
    """The log-density at each y, of all points, or of all but the one of a number."""
    n = points.shape[0]
    n_others = n if left_out is None else n - 1
    numbers = jnp.zeros(y.shape[:1], int) if left_out is None else left_out

    def at(inputs: tuple[Array, Array]) -> Float[Array, ""]:
        number, end = inputs
        ends, clocks = jnp.broadcast_to(end, points.shape), jnp.broadcast_to(clock, (n,))
        each = manifold.heat_kernel.log_density(points, ends, clocks)
        if left_out is not None:
            each = jnp.where(jnp.arange(n) == number, -jnp.inf, each)
        return jax.scipy.special.logsumexp(each) - jnp.log(jnp.asarray(n_others, each.dtype))

    return jax.lax.map(at, (numbers, y), batch_size=64)


_compiled_log_means = eqx.filter_jit(_log_means)
