"""What was observed of a field, as methods of conditioning use it."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.linalg import BlockDiagonal
from geomndp.sampling.linear_observations import LinearObservations
from geomndp.sampling.method import Context, ObservationNoise, noise_of
from geomndp.sde import AbstractNoisingAtPoints, GaussianNoisingAtPoints
from geomndp.typing import Key, Mask, Time, Values


class Observed(eqx.Module):
    """What was observed: the first rows of the values of a field, or numbers linear in them.

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
    weights: Float[Array, "n_values n_nodes dim"] | None = None
    """What each number takes of the first values, see `LinearObservations`; None if they are the
    first values themselves."""

    @classmethod
    def of(cls, context: Context, observation_noise: ObservationNoise) -> "Observed":
        """A context, with the noise that `sample_conditional` is given."""
        noise = noise_of(context, observation_noise)
        if isinstance(context, FieldSample):
            return cls(context.y, context.mask, noise)
        real = jnp.ones(context.y.shape, bool)
        return cls(context.y[:, None], real, noise[:, None], context.weights)

    @property
    def n_values(self) -> int:
        """Number of observed numbers, padding included."""
        return self.y.size

    @property
    def n_points(self) -> int:
        """Number of points of the field on which they depend, padding included."""
        return self.y.shape[0] if self.weights is None else self.weights.shape[1]

    @property
    def is_real(self) -> Mask:
        """True at numbers that were observed, and false at padding."""
        return jnp.repeat(self.mask, self.y.shape[1])

    def project(self, values: Values) -> Float[Array, " n_values"]:
        """The numbers that were observed, of another field."""
        if self.weights is None:
            return values[: self.y.shape[0]].ravel()
        return jnp.einsum("oij,ij->o", self.weights, values[: self.weights.shape[1]])

    def spread(self, numbers: Float[Array, " n_values"], like: Values) -> Values:
        """The transpose of `project`, as values of the field."""
        if self.weights is None:
            return jnp.zeros_like(like).at[: self.y.shape[0]].set(numbers.reshape(self.y.shape))
        at_points = jnp.einsum("oij,o->ij", self.weights, numbers)
        return jnp.zeros_like(like).at[: self.weights.shape[1]].set(at_points)

    def residual(self, values: Values) -> Float[Array, " n_values"]:
        """What was observed less the same of a field, and 0 at padding."""
        return jnp.where(self.is_real, self.y.ravel() - self.project(values), 0)

    def columns(self, process: GaussianNoisingAtPoints) -> Float[Array, "n_values n_points dim_y"]:
        """Covariance of each observed number with a field of the limit, 0 at padding."""
        units = jnp.diag(self.is_real.astype(process.mean.dtype))
        return eqx.filter_vmap(
            lambda unit: process.covariance.matvec(self.spread(unit, process.mean))
        )(units)

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
        project = jax.vmap(self.project)
        found = floored(project(rows), self.is_real)
        if ridge is not None:
            found = found + _symmetric(project(ridge), self.is_real)
        found = found + self._across(process, jnp.trace(found) / self.n_values)
        noise = jnp.where(self.is_real, self.noise.ravel(), 1)
        return found + jnp.diag(noise)

    def noised_in(
        self, process: AbstractNoisingAtPoints, t: Time, y: Values, *, key: Key
    ) -> Values:
        """Values of a field with the observations in their place, noised afresh to time t.

        Raises:
            ValueError: If what was observed are not values of the field.
        """
        if self.weights is not None:
            raise ValueError(
                f"expected values of the field as observations, got {LinearObservations.__name__}, "
                "which no value can be replaced by; use TweedieGuidance"
            )
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
        if process.frame is None or self.weights is not None:
            return jnp.zeros_like(variance)
        frame = process.frame[: self.y.shape[0]]
        blocks = jnp.eye(self.y.shape[1], dtype=frame.dtype)[None] - jnp.einsum(
            "ica,icb->iab", frame, frame
        )
        return BlockDiagonal(variance * blocks).dense().swapaxes(1, 2).reshape(self.n_values, -1)


def floored(matrix: Float[Array, "n n"], is_real: Mask) -> Float[Array, "n n"]:
    """The symmetric part of a matrix, with negative eigenvalues taken for 0, and 0 at padding."""
    values, vectors = jnp.linalg.eigh(_symmetric(matrix, is_real))
    found = (vectors * jnp.maximum(values, 0)[None]) @ vectors.T
    return jnp.where(is_real[:, None] & is_real[None], found, 0)


def _symmetric(matrix: Float[Array, "n n"], is_real: Mask) -> Float[Array, "n n"]:
    both = is_real[:, None] & is_real[None]
    return jnp.where(both, 0.5 * (matrix + matrix.T), 0)
