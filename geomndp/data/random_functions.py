"""Functions of a law at random points."""

import jax
import jax.numpy as jnp

from geomndp.data.function_laws import AbstractFunctionLaw
from geomndp.fields import AbstractFieldGenerator, FieldSample
from geomndp.typing import Key


class RandomFunctions(AbstractFieldGenerator):
    """Functions of a law, each at uniform random points of an interval, few or many.

    A model that is trained on sets of one size only rates smaller ones wrongly; here each size from
    `least` to `n_points` is as likely, or all have `n_points` points if `least` is that.

    Arguments:
        law: The law of the functions.
        n_points: Largest number of points, which all draws are padded to.
        least: Smallest number of points.
        low: Left end of the interval.
        high: Right end.

    Raises:
        ValueError: Unless 1 <= least <= n_points and low < high.

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

    def __check_init__(self) -> None:
        if not 1 <= self.least <= self.n_points:
            raise ValueError(
                f"expected 1 <= least <= n_points, got {self.least} and {self.n_points}"
            )
        if not self.low < self.high:
            raise ValueError(f"expected low < high, got {self.low} and {self.high}")

    def __call__(self, *, key: Key) -> FieldSample:
        x_key, count_key, y_key = jax.random.split(key, 3)
        x = jax.random.uniform(x_key, (self.n_points, 1), minval=self.low, maxval=self.high)
        n_real = jax.random.randint(count_key, (), self.least, self.n_points + 1)
        mask = jnp.arange(self.n_points) < n_real
        y = self.law.sample(x, mask, key=y_key)
        # Padding repeats the first point.
        real = mask[:, None]
        return FieldSample(jnp.where(real, x, x[:1]), jnp.where(real, y, y[:1]), mask)
