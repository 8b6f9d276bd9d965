"""The points that a network computes on: noised ones, and observations free of noise."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from geomndp.fields import FieldSample
from geomndp.manifolds import AbstractManifold, Euclidean


class Points(NamedTuple):
    """Locations and values with the ratio of noise to signal in each value."""

    x: Float[Array, "n_points dim_x"]
    y: Float[Array, "n_points dim_y"]
    mask: Bool[Array, " n_points"]
    noise: Float[Array, " n_points"]
    covariates: Float[Array, "n_points dim_c"] | None

    @classmethod
    def noised(
        cls,
        noise_scale: Float[Array, ""],
        x: Float[Array, "n_points dim_x"],
        y: Float[Array, "n_points dim_y"],
        mask: Bool[Array, " n_points"],
        covariates: Float[Array, "n_points dim_c"] | None,
    ) -> "Points":
        """Points with the same noise in all values."""
        return cls(x, y, mask, jnp.full(x.shape[:1], noise_scale, y.dtype), covariates)

    def observed(self, context: FieldSample) -> "Points":
        """The points of a context of these.

        Raises:
            ValueError: If only one of the two has covariates.
        """
        if (self.covariates is None) != (context.covariates is None):
            raise ValueError(
                "expected covariates at all points or at none, got them only in the "
                + ("context" if self.covariates is None else "targets")
            )
        noise = jnp.zeros_like(context.x[:, 0])
        return Points(context.x, context.y, context.mask, noise, context.covariates)

    def join(self, other: "Points") -> "Points":
        """These points, then the others; both have covariates, or none has."""
        return jax.tree.map(lambda *parts: jnp.concatenate(parts), self, other)

    def told(self, features: Float[Array, "n_points n_features"]) -> "Points":
        """The same points with features before their covariates."""
        known = [features] if self.covariates is None else [features, self.covariates]
        return self._replace(covariates=jnp.concatenate(known, -1))


def first_location(
    x: Float[Array, "n_points dim_x"], mask: Bool[Array, " n_points"]
) -> Float[Array, " dim_x"]:
    """Where the first real point is, or 0: counted from it, places far away keep their digits."""
    is_first = mask & (jnp.cumsum(mask) == 1)
    return jnp.sum(jnp.where(is_first[:, None], x, 0), 0)


class Steps(NamedTuple):
    """From each point to each source: the way in location, and in value."""

    location: Float[Array, "n m dim_x"]
    value: Float[Array, "n m dim_y"]
    """Tangent vectors at the point's value, divided by `scale`."""
    scale: Float[Array, "n m"]
    """How far apart two such values may be expected: by their noise and their locations."""


def steps_between(
    manifold: AbstractManifold, points: Points, sources: Points, unit_x: float, unit_y: float
) -> Steps:
    """The steps from points to sources, for values that move `unit_y` over `unit_x`."""
    location = sources.x[None, :] - points.x[:, None]
    shape = (points.y.shape[0], sources.y.shape[0], points.y.shape[1])
    start = jnp.broadcast_to(points.y[:, None], shape)
    # The projected chord: equal to log for near values, and smooth where log is not.
    chord = manifold.project_tangent(start, jnp.broadcast_to(sources.y[None], shape) - start)
    travel = (unit_y / unit_x) ** 2 * jnp.sum(location**2, -1)
    noise = noise_variance(manifold, points)[:, None] + noise_variance(manifold, sources)[None, :]
    scale = jnp.sqrt(noise + travel + (0.05 * unit_y) ** 2)
    return Steps(location, chord / scale[..., None], scale)


def noise_variance(manifold: AbstractManifold, points: Points) -> Float[Array, " n_points"]:
    """Variance of the noise in the values as given: in flat space both together have variance 1."""
    variance = points.noise**2
    return variance / (1 + variance) if isinstance(manifold, Euclidean) else variance
