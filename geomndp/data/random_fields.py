"""Draws of a Gaussian process at random points of a ball."""

import jax
import jax.numpy as jnp

from geomndp.data.gaussian_values import draw_values
from geomndp.data.number_of_points import check_number_of_points, random_mask, repeat_first
from geomndp.fields import AbstractFieldGenerator, FieldSample
from geomndp.gp import GaussianProcess
from geomndp.typing import Key


class RandomFields(AbstractFieldGenerator):
    """Draws of a Gaussian process, each at uniform random points of a ball, few or many.

    Each number of points from `least` to `n_points` is as likely, as in `RandomFunctions`, or with
    `few` some draws have as often 1 to 2 points as 2 to 4. In the plane the ball is a disc; it has
    its centre at the origin.

    Arguments:
        gp: The process, observation noise included.
        n_points: Largest number of points, which all draws are padded to.
        least: Smallest number of points.
        radius: Radius of the ball, a length in the unit of x.
        dim: Number of coordinates of a location.
        few: The share of draws in which each octave of numbers of points is as likely, not each
            number: where `n_points` is in the hundreds, a model that is trained without sees few
            points so rarely that it rates them wrongly.

    Raises:
        ValueError: Unless 1 <= least <= n_points, radius and dim are positive, and `few` is from 0
            to 1.

    Example:
        >>> import jax, geomndp as gn
        >>> gp = gn.data.vector_field_laws()["curl-free"]
        >>> field = gn.data.RandomFields(gp, n_points=20)(key=jax.random.key(0))
        >>> field.x.shape, field.y.shape, 1 <= int(field.mask.sum()) <= 20
        ((20, 2), (20, 2), True)
    """

    gp: GaussianProcess
    n_points: int = 64
    least: int = 1
    radius: float = 10.0
    dim: int = 2
    few: float = 0.0

    def __check_init__(self) -> None:
        check_number_of_points(self.least, self.n_points, self.few)
        if not (self.radius > 0 and self.dim >= 1):
            raise ValueError(
                f"expected a positive radius and dim >= 1, got {self.radius} and {self.dim}"
            )

    def __call__(self, *, key: Key) -> FieldSample:
        way_key, far_key, count_key, y_key = jax.random.split(key, 4)
        way = jax.random.normal(way_key, (self.n_points, self.dim))
        # The share of a ball within a part r of its radius is r to the power of its dimension.
        far = jax.random.uniform(far_key, (self.n_points, 1)) ** (1 / self.dim)
        x = self.radius * far * way / jnp.linalg.norm(way, axis=-1, keepdims=True)
        mask = random_mask(self.least, self.n_points, self.few, key=count_key)
        return repeat_first(x, draw_values(self.gp, x, mask, key=y_key), mask)
