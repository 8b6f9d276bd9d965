"""Fields at a random number of points: how many are real, and what the others hold."""

import math

import jax
import jax.numpy as jnp

from geomndp.fields import FieldSample
from geomndp.typing import Key, Locations, Mask, Values


def check_number_of_points(least: int, n_points: int, few: float = 0.0) -> None:
    """Refuse numbers between which no field can be drawn, and a share that is none."""
    if not 1 <= least <= n_points:
        raise ValueError(f"expected 1 <= least <= n_points, got {least} and {n_points}")
    check_share(few)


def check_share(few: float) -> None:
    """Refuse a share of draws with few points that is none."""
    if not 0 <= few <= 1:
        raise ValueError(f"expected few to be a share from 0 to 1, got {few}")


def random_mask(least: int, n_points: int, few: float = 0.0, *, key: Key) -> Mask:
    r"""True at a random number of points from `least` to `n_points`.

    Each number is as likely, but in the share `few` of draws, where it is each octave: there $n$
    has a probability in proportion to $\log(1 + 1/n)$.
    """
    n_real = jax.random.randint(key, (), least, n_points + 1)
    if few:
        choice_key, octave_key = jax.random.split(key)
        octaves = jax.random.uniform(octave_key, (), jnp.float32) * math.log((n_points + 1) / least)
        # Rounding may reach the end, which is excluded.
        of_octaves = jnp.minimum((least * jnp.exp(octaves)).astype(n_real.dtype), n_points)
        n_real = jnp.where(jax.random.bernoulli(choice_key, few), of_octaves, n_real)
    return jnp.arange(n_points) < n_real


def repeat_first(x: Locations, y: Values, mask: Mask) -> FieldSample:
    """The field whose padding repeats the first point."""
    real = mask[:, None]
    return FieldSample(jnp.where(real, x, x[:1]), jnp.where(real, y, y[:1]), mask)
