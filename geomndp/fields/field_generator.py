"""Fields drawn on the device."""

import abc

import equinox as eqx
import jax

from geomndp.fields.field_sample import FieldSample
from geomndp.typing import Key


class AbstractFieldGenerator(eqx.Module):
    """A law of fields that draws one at a time, from a key, inside a compiled program.

    All draws have the same shapes, so a random number of points is a matter of the mask. Training
    on a generator sees no field twice.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> class Sines(gn.fields.AbstractFieldGenerator):
        ...     def __call__(self, *, key):
        ...         x = jnp.linspace(0, 1, 20)[:, None]
        ...         return gn.FieldSample(x, jnp.sin(6 * x + 6 * jax.random.uniform(key)))
        >>> gn.fields.draw(Sines(), 3, key=jax.random.key(0)).y.shape
        (3, 20, 1)
    """

    @abc.abstractmethod
    def __call__(self, *, key: Key) -> FieldSample:
        """One field."""


def draw(generator: AbstractFieldGenerator, n_fields: int, *, key: Key) -> FieldSample:
    """A batch of fields of a generator.

    Arguments:
        generator: The generator.
        n_fields: How many.
        key: A random key.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> generator = gn.data.RandomFunctions(gn.data.Sawtooth(), n_points=8)
        >>> gn.fields.draw(generator, 2, key=jax.random.key(0)).x.shape
        (2, 8, 1)
    """
    return _draw(generator, n_fields, key)


@eqx.filter_jit
def _draw(generator: AbstractFieldGenerator, n_fields: int, key: Key) -> FieldSample:
    keys = jax.random.split(key, n_fields)
    return jax.vmap(lambda key: generator(key=key))(keys)
