"""Functions of a law at random points."""

import jax

from geomndp.data.function_law import AbstractFunctionLaw
from geomndp.data.number_of_points import check_number_of_points, random_mask, repeat_first
from geomndp.fields import AbstractFieldGenerator, FieldSample
from geomndp.typing import Key


class RandomFunctions(AbstractFieldGenerator):
    """Functions of a law, each at uniform random points of an interval or cube, few or many.

    A model that is trained on sets of one size only rates smaller ones wrongly; here each size from
    `least` to `n_points` is as likely, or all have `n_points` points if `least` is that.

    Arguments:
        law: The law of the functions.
        n_points: Largest number of points, which all draws are padded to.
        least: Smallest number of points.
        low: Left end of the interval; each coordinate of a cube begins there.
        high: Right end.
        dim: Number of coordinates of a point, which the law must take.
        few: The share of draws in which each octave of numbers of points is as likely, not each
            number, as in `RandomFields`.

    Raises:
        ValueError: Unless 1 <= least <= n_points, low < high, dim is positive, and `few` is from 0
            to 1.

    Example:
        >>> import jax, geomndp as gn
        >>> generator = gn.data.RandomFunctions(gn.data.Sawtooth(), n_points=60)
        >>> field = generator(key=jax.random.key(0))
        >>> field.x.shape, 1 <= int(field.mask.sum()) <= 60
        ((60, 1), True)
    """

    law: AbstractFunctionLaw
    n_points: int = 60
    least: int = 1
    low: float = -2.0
    high: float = 2.0
    dim: int = 1
    few: float = 0.0

    def __check_init__(self) -> None:
        check_number_of_points(self.least, self.n_points, self.few)
        if not self.low < self.high:
            raise ValueError(f"expected low < high, got {self.low} and {self.high}")
        if self.dim < 1:
            raise ValueError(f"expected dim >= 1, got {self.dim}")

    def __call__(self, *, key: Key) -> FieldSample:
        x_key, count_key, y_key = jax.random.split(key, 3)
        shape = (self.n_points, self.dim)
        x = jax.random.uniform(x_key, shape, minval=self.low, maxval=self.high)
        mask = random_mask(self.least, self.n_points, self.few, key=count_key)
        return repeat_first(x, self.law.sample(x, mask, key=y_key), mask)
