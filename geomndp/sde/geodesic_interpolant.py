"""The geodesic from a field to noise: flow matching on manifolds."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.manifolds import AbstractManifold, Sphere
from geomndp.sde.base import AbstractNoising, AbstractNoisingAtPoints, as_time, check_points
from geomndp.sde.wrapped_normal import WrappedNormal
from geomndp.typing import Key, Locations, Mask, Time, Values


class GeodesicInterpolant(AbstractNoising):
    r"""$Y_t = \exp_{Y_0}(t \log_{Y_0} Y_1)$: each value goes to noise $Y_1$ along a geodesic.

    The noise is uniform on a compact manifold, and elsewhere a `WrappedNormal` law. Given $Y_0$ the
    velocity at y is $-\tfrac1t \log_y Y_0$, and its mean given $Y_t = y$, which
    `losses.FlowMatching` learns, is that of a flow between noise and data.

    It is written as any other process is: with the clock $\tau = t^2$, no drift, and a diffusion of
    $\sqrt{2t}$, the flow of a "score" s has the velocity $-t s$, and s given $Y_0$ is $\tfrac1\tau
    \log_y Y_0$. So a network with the parametrisation `TangentScore` says minus the velocity. **s
    is no gradient of a density**: likelihoods and solvers that follow the flow serve, such as
    `solvers.Heun`; those that add noise refuse it.

    Arguments:
        manifold: Where values live.
        scale: Standard deviation of the noise where it is not uniform, a length.
        t_min: The earliest time.
        t_max: The latest time, at most 1.

    Raises:
        ValueError: Unless 0 < t_min < t_max <= 1 and scale > 0, or if the manifold is the product
            of a compact one and one that is not.

    References:
        Chen and Lipman (2024), *Flow Matching on General Geometries*, arXiv:2302.03660, section 3.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> process = gn.sde.GeodesicInterpolant(gn.manifolds.Euclidean(1)).at(jnp.zeros((1, 1)))
        >>> y0, y = jnp.array([[1.0]]), jnp.array([[2.0]])
        >>> score = process.marginal_score(0.25, y0, y)
        >>> process.probability_flow_drift(0.25, y, score).tolist()  # has come 1 in a quarter
        [[4.0]]
    """

    manifold: AbstractManifold = Sphere(2)  # pyright: ignore[reportIncompatibleMethodOverride]
    scale: float = 1.0
    t_min: float = 1e-3  # pyright: ignore[reportIncompatibleMethodOverride]
    t_max: float = 1.0  # pyright: ignore[reportIncompatibleMethodOverride]

    def __check_init__(self) -> None:
        if not 0 < self.t_min < self.t_max <= 1:
            raise ValueError(f"expected 0 < t_min < t_max <= 1, got {self.t_min} and {self.t_max}")
        if not self.scale > 0:
            raise ValueError(f"expected scale > 0, got {self.scale}")
        if not self.manifold.is_compact:
            _ = self.normal

    @property
    def normal(self) -> WrappedNormal:
        """The law of the noise of each value, where it is not uniform."""
        return WrappedNormal(self.manifold, self.scale)

    def diffusion(self, t: Time) -> Float[Array, ""]:
        return jnp.sqrt(2 * jnp.asarray(t))

    def noise_scale(self, t: Time) -> Float[Array, ""]:
        """The share of the way to the noise."""
        return jnp.asarray(t)

    def time_at(self, fraction: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Even in the logarithm of time."""
        ratio = jnp.asarray(self.t_min / self.t_max, fraction.dtype)
        return self.t_max * ratio ** (1 - fraction)

    def at(self, x: Locations, mask: Mask | None = None) -> "GeodesicInterpolantAtPoints":
        return GeodesicInterpolantAtPoints(self, x, check_points(x, mask))


class GeodesicInterpolantAtPoints(AbstractNoisingAtPoints):
    """Geodesics of the values at given points; locations play no part in it.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> process = gn.sde.GeodesicInterpolant(gn.manifolds.Sphere(2)).at(jnp.zeros((1, 1)))
        >>> f"{process.log_prob_limit(jnp.array([[0.0, 0.0, 1.0]])):.4f}"  # - log 4 pi
        '-2.5310'
    """

    noising: GeodesicInterpolant
    x: Locations
    mask: Mask

    def drift(self, t: Time, y: Values) -> Values:
        return jnp.zeros_like(y)

    def noise(self, y: Values, *, key: Key) -> Values:
        """There is none.

        Raises:
            TypeError: Always.
        """
        raise TypeError(
            "expected a diffusion for a solver with noise, got GeodesicInterpolant, which is a "
            "flow; use Heun"
        )

    def sample_marginal(self, t: Time, y0: Values, *, key: Key) -> Values:
        manifold = self.noising.manifold
        y1 = self.sample_limit(key=key).astype(y0.dtype)
        return manifold.exp(y0, as_time(t, y0) * manifold.log(y0, y1))

    def marginal_score(self, t: Time, y0: Values, y: Values) -> Values:
        return self.noising.manifold.log(y, y0) / as_time(t, y) ** 2

    def sample_limit(self, *, key: Key) -> Values:
        if self.noising.manifold.is_compact:
            uniform = self.noising.manifold.random_uniform(self.x.shape[:1], key=key)
            return uniform.astype(self.x.dtype)
        return self.noising.normal.sample(self.x.shape[0], self.x.dtype, key=key)

    def log_prob_limit(self, y: Values) -> Float[Array, ""]:
        if self.noising.manifold.is_compact:
            n_real = jnp.sum(self.mask).astype(y.dtype)
            return jnp.asarray(-n_real * self.noising.manifold.log_volume, y.dtype)
        return jnp.sum(self.noising.normal.log_prob(y), where=self.mask)

    def squared_norm(self, v: Values) -> Float[Array, ""]:
        return jnp.sum(self.noising.manifold.inner(v, v), where=self.mask)
