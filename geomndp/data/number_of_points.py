"""Fields at a random number of points: how many are real, and what the others hold."""

import jax
import jax.numpy as jnp

from geomndp.fields import FieldSample
from geomndp.typing import Key, Locations, Mask, Values


def check_number_of_points(least: int, n_points: int) -> None:
    """Refuse numbers between which no field can be drawn."""
    if not 1 <= least <= n_points:
        raise ValueError(f"expected 1 <= least <= n_points, got {least} and {n_points}")


def random_mask(least: int, n_points: int, *, key: Key) -> Mask:
    """True at a number of points from `least` to `n_points`, each as likely."""
    n_real = jax.random.randint(key, (), least, n_points + 1)
    return jnp.arange(n_points) < n_real


def repeat_first(x: Locations, y: Values, mask: Mask) -> FieldSample:
    """The field whose padding repeats the first point."""
    real = mask[:, None]
    return FieldSample(jnp.where(real, x, x[:1]), jnp.where(real, y, y[:1]), mask)
