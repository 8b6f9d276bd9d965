"""What was observed of a field, as methods of conditioning use it."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.linalg import BlockDiagonal
from geomndp.sampling.conditional import ObservationNoise, noise_of
from geomndp.sde import AbstractNoisingAtPoints, GaussianNoisingAtPoints
from geomndp.typing import Key, Mask, Time, Values


class Observed(eqx.Module):
    """What was observed: the first rows of the values of a field.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> y = jnp.ones((2, 1))
        >>> gn.sampling.Observed(y, jnp.array([True, False]), 0.1 * y).residual(jnp.zeros((5, 1)))
        Array([1., 0.], dtype=float32)
    """

    y: Float[Array, "n_observed dim_y"]
    mask: Mask
    """True at real observations."""
    noise: Float[Array, "n_observed dim_y"]
    """Variance of the noise of each."""

    @classmethod
    def of(cls, context: FieldSample, observation_noise: ObservationNoise) -> "Observed":
        """A context, with the noise that `sample_conditional` is given."""
        return cls(context.y, context.mask, noise_of(context, observation_noise))

    @property
    def n_values(self) -> int:
        """Number of observed numbers, padding included."""
        return self.y.size

    def residual(self, values: Values) -> Float[Array, " n_values"]:
        """What was observed less the same of a field, and 0 at padding."""
        difference = jnp.where(self.mask[:, None], self.y - values[: self.y.shape[0]], 0)
        return difference.ravel()

    def columns(self, process: GaussianNoisingAtPoints) -> Float[Array, "n_values n_points dim_y"]:
        """Columns of the covariance of the limit, one for each observed number, 0 at padding."""
        n_points, dim_y = process.mean.shape
        real = jnp.repeat(self.mask, dim_y).astype(process.mean.dtype)
        units = jnp.eye(self.n_values, n_points * dim_y, dtype=process.mean.dtype)
        units = (units * real[:, None]).reshape(-1, n_points, dim_y)
        return eqx.filter_vmap(process.covariance.matvec)(units)

    def covariance(
        self,
        process: GaussianNoisingAtPoints,
        rows: Float[Array, "n_values n_points dim_y"],
        ridge: Float[Array, "n_values n_points dim_y"] | None = None,
    ) -> Float[Array, "n_values n_values"]:
        """Covariance of the observed numbers with their noise; the identity at padding.

        Where values lie in subspaces, numbers across them count nothing, and have a variance of the
        same size, so that the covariance is not singular.

        Arguments:
            process: The noising process; the first points are those of the observations.
            rows: Covariance of each with the whole field, which may be asymmetric or have negative
                eigenvalues; these are taken for 0.
            ridge: What is added, such as a share of the covariance of the limit.
        """
        real = jnp.repeat(self.mask, self.y.shape[1])
        both = real[:, None] & real[None]

        def block(rows: Float[Array, "n_values n_points dim_y"]) -> Array:
            inner = rows[:, : self.y.shape[0]].reshape(self.n_values, self.n_values)
            return jnp.where(both, 0.5 * (inner + inner.T), 0)

        values, vectors = jnp.linalg.eigh(block(rows))
        found = (vectors * jnp.maximum(values, 0)[None]) @ vectors.T
        found = found if ridge is None else found + block(ridge)
        found = found + self._across(process, jnp.trace(found) / self.n_values)
        return jnp.where(both, found, 0) + jnp.diag(jnp.where(real, self.noise.ravel(), 1))

    def noised_in(
        self, process: AbstractNoisingAtPoints, t: Time, y: Values, *, key: Key
    ) -> Values:
        """Values of a field with the observations in their place, noised afresh to time t."""
        noise_key, error_key = jax.random.split(key)
        manifold = process.noising.manifold
        errors = jnp.sqrt(self.noise) * manifold.random_tangent(self.y, key=error_key)
        known = y.at[: self.y.shape[0]].set(manifold.exp(self.y, errors))
        noised = process.sample_marginal(t, known, key=noise_key)
        if isinstance(process, GaussianNoisingAtPoints) and process.frame is not None:
            noised = process.mean + process.within(noised - process.mean)
        is_known = jnp.arange(y.shape[0]) < jnp.sum(self.mask)
        return jnp.where(is_known[:, None], noised, y)

    def _across(
        self, process: GaussianNoisingAtPoints, variance: Float[Array, ""]
    ) -> Float[Array, "n_values n_values"] | Float[Array, ""]:
        """A covariance of the parts of numbers across the subspaces of the values, if any."""
        if process.frame is None:
            return jnp.zeros_like(variance)
        frame = process.frame[: self.y.shape[0]]
        blocks = jnp.eye(self.y.shape[1], dtype=frame.dtype)[None] - jnp.einsum(
            "ica,icb->iab", frame, frame
        )
        return BlockDiagonal(variance * blocks).dense().swapaxes(1, 2).reshape(self.n_values, -1)
