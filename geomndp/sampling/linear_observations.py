"""Observations that are linear in a field: averages, components, differences."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.typing import Locations, Mask


class LinearObservations(eqx.Module):
    r"""Numbers of which each is a weighted sum of the values of a field at some points.

    $$ y_o = \sum_{i,j} w_{oij} f_j(x_i) $$

    They stand in the place of a context. `averages`, `components` and `derivatives` make the usual
    ones. For fields with values in flat space.

    Arguments:
        x: The points on which they depend.
        weights: What each number takes of each coordinate of the value at each point.
        y: The numbers.
        mask: True at real points; all are real when left out.
        covariates: Numbers per point, for a model that has them.

    Raises:
        ValueError: If shapes do not go together.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> x = jnp.array([[0.0], [1.0]])
        >>> increment = gn.sampling.LinearObservations(
        ...     x, jnp.array([[[-1.0], [1.0]]]), jnp.array([0.3])
        ... )
        >>> increment.of(jnp.array([[2.0], [2.5]])).tolist()
        [0.5]
    """

    x: Locations
    weights: Float[Array, "n_rows n_points dim_y"]
    y: Float[Array, " n_observed"]
    mask: Mask
    covariates: Float[Array, "n_points dim_c"] | None = None

    def __init__(
        self,
        x: Locations,
        weights: Float[Array, "n_rows n_points dim_y"],
        y: Float[Array, " n_observed"],
        mask: Mask | None = None,
        covariates: Float[Array, "n_points dim_c"] | None = None,
    ):
        self.x, self.weights, self.y = x, weights, y
        self.mask = jnp.ones(x.shape[:1], bool) if mask is None else mask
        self.covariates = covariates

    def __check_init__(self) -> None:
        if self.weights.shape[:2] != (self.y.shape[0], self.x.shape[0]):
            raise ValueError(
                f"expected weights of {self.y.shape[0]} observations on {self.x.shape[0]} points, "
                f"got shape {self.weights.shape}"
            )

    @classmethod
    def values(cls, sample: FieldSample) -> "LinearObservations":
        """All coordinates of the values of a sample, to join them with others.

        Arguments:
            sample: One field, without padding.

        Example:
            >>> import jax.numpy as jnp, geomndp as gn
            >>> sample = gn.FieldSample(jnp.zeros((1, 1)), jnp.array([[1.0, 2.0]]))
            >>> gn.sampling.LinearObservations.values(sample).y.tolist()
            [1.0, 2.0]
        """
        weights = jnp.eye(sample.y.size, dtype=sample.y.dtype)
        weights = weights.reshape(sample.y.size, *sample.y.shape)
        return cls(sample.x, weights, sample.y.ravel(), sample.mask, sample.covariates)

    @classmethod
    def averages(
        cls,
        x: Float[Array, "n_observed n_each dim_x"],
        y: Float[Array, "n_observed dim_y"],
    ) -> "LinearObservations":
        """Means of all coordinates over sets of points, such as those of a pixel.

        Arguments:
            x: The points of each set.
            y: The means.

        Example:
            >>> import jax.numpy as jnp, geomndp as gn
            >>> pixel = jnp.array([[[0.0], [0.1], [0.2]]])
            >>> mean = gn.sampling.LinearObservations.averages(pixel, jnp.array([[0.5]]))
            >>> mean.of(jnp.array([[1.0], [2.0], [3.0]])).tolist()
            [2.0]
        """
        n_observed, n_each, dim_x = x.shape
        dim_y = y.shape[1]
        sets = jnp.repeat(jnp.eye(n_observed, dtype=y.dtype), n_each, 1) / n_each
        weights = jnp.einsum("oi,jk->ojik", sets, jnp.eye(dim_y, dtype=y.dtype))
        return cls(x.reshape(-1, dim_x), weights.reshape(-1, n_observed * n_each, dim_y), y.ravel())

    @classmethod
    def components(
        cls,
        x: Float[Array, "n_observed dim_x"],
        direction: Float[Array, "n_observed dim_y"],
        y: Float[Array, " n_observed"],
    ) -> "LinearObservations":
        """One component of the value at each point, such as what a Doppler radar sees of a wind.

        Arguments:
            x: The points.
            direction: The component of each, not normalised.
            y: The numbers.

        Example:
            >>> import jax.numpy as jnp, geomndp as gn
            >>> east = gn.sampling.LinearObservations.components(
            ...     jnp.zeros((1, 2)), jnp.array([[1.0, 0.0]]), jnp.array([4.0])
            ... )
            >>> east.of(jnp.array([[3.0, -1.0]])).tolist()
            [3.0]
        """
        weights = jnp.eye(x.shape[0], dtype=y.dtype)[:, :, None] * direction[:, None, :]
        return cls(x, weights, y)

    @classmethod
    def derivatives(
        cls,
        x: Float[Array, "n_observed dim_x"],
        direction: Float[Array, "n_observed dim_x"],
        y: Float[Array, "n_observed dim_y"],
        *,
        step: float,
    ) -> "LinearObservations":
        """Derivatives of all coordinates along a direction, as central differences.

        They err in the second order of the step, and noise of the values that the data have of
        their own is divided by it: take a step of about a tenth of a lengthscale.

        Arguments:
            x: Where.
            direction: Along what, not normalised.
            y: The derivatives.
            step: Half the distance of the two points of a difference, in units of the direction.

        Raises:
            ValueError: If the step is not positive.

        Example:
            >>> import jax.numpy as jnp, geomndp as gn
            >>> slope = gn.sampling.LinearObservations.derivatives(
            ...     jnp.array([[1.0]]), jnp.array([[1.0]]), jnp.array([[0.2]]), step=0.5
            ... )
            >>> slope.of(slope.x**2).tolist()
            [2.0]
        """
        if not step > 0:
            raise ValueError(f"expected step > 0, got {step}")
        n_observed, dim_y = y.shape
        ends = jnp.concatenate([x - step * direction, x + step * direction])
        each = jnp.eye(n_observed, dtype=y.dtype) / (2 * step)
        along = jnp.concatenate([-each, each], 1)
        weights = jnp.einsum("oi,jk->ojik", along, jnp.eye(dim_y, dtype=y.dtype))
        return cls(ends, weights.reshape(-1, 2 * n_observed, dim_y), y.ravel())

    @property
    def n_points(self) -> int:
        """Number of points on which they depend, padding included."""
        return self.x.shape[0]

    def of(self, values: Float[Array, "n_points dim_y"]) -> Float[Array, " n_observed"]:
        """The same numbers of another field, from its values at the points."""
        return jnp.einsum("oij,ij->o", self.weights, values)

    def pad(self, n_points: int) -> "LinearObservations":
        """The same on more points, of which no number takes anything.

        Arguments:
            n_points: How many points, at least as many as there are.

        Example:
            >>> import jax.numpy as jnp, geomndp as gn
            >>> one = gn.sampling.LinearObservations(
            ...     jnp.zeros((1, 1)), jnp.ones((1, 1, 1)), jnp.ones(1)
            ... )
            >>> one.pad(4).mask.tolist()
            [True, False, False, False]
        """
        extra = n_points - self.n_points
        rows = [(0, extra), (0, 0)]
        return LinearObservations(
            jnp.pad(self.x, rows, mode="edge"),
            jnp.pad(self.weights, [(0, 0), *rows]),
            self.y,
            jnp.pad(self.mask, (0, extra)),
            None if self.covariates is None else jnp.pad(self.covariates, rows, mode="edge"),
        )
