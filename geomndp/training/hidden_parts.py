"""Observations of which some lack parts of a value."""

import jax
import jax.numpy as jnp

from geomndp.fields import FieldSample, of_coordinates
from geomndp.training.tasks import AbstractTask
from geomndp.typing import Key


class HiddenParts(AbstractTask):
    """Another task, with parts of the values that it gives hidden, as where stations lack a sensor.

    A value has parts, such as a wind and a pressure, that are observed or not, each as a whole. The
    last covariates, one for each part, are 1 where it is known and 0 where it is not; numbers that
    are not known are written as 0. Targets stay as they are. In some fields all that is given does;
    in the others each part is hidden at a share of the points of its own, at none and at all of
    them in one field of six each.

    Arguments:
        task: What is given, and what is to be learned.
        parts: Numbers of coordinates of the parts, in their order.
        whole: Share of fields of which nothing is hidden.

    Raises:
        ValueError: If there are less than two parts, one is empty, or `whole` is no share; and on
            fields without such covariates.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> inside = gn.training.RandomContext(n_context=3, without=0.0)
        >>> task = gn.training.HiddenParts(inside, parts=(2, 1), whole=0.0)
        >>> known = jnp.ones((8, 2))
        >>> sample = gn.FieldSample(jnp.zeros((8, 2)), jnp.ones((8, 3)), covariates=known)
        >>> context, _ = task(sample, key=jax.random.key(0))
        >>> bool(jnp.all(context.y[:, 2] == context.covariates[:, 1]))
        True
    """

    task: AbstractTask
    parts: tuple[int, ...]
    whole: float = 0.5

    def __check_init__(self) -> None:
        if len(self.parts) < 2 or min(self.parts) < 1 or not 0 <= self.whole <= 1:
            raise ValueError(
                "expected at least two parts, each of a coordinate or more, and whole in [0, 1], "
                f"got {self.parts} and {self.whole}"
            )

    def __call__(self, sample: FieldSample, *, key: Key) -> tuple[FieldSample | None, FieldSample]:
        task_key, whole_key, share_key, point_key = jax.random.split(key, 4)
        context, target = self.task(sample, key=task_key)
        if context is None:
            return None, target
        if context.covariates is None or context.covariates.shape[-1] < len(self.parts):
            raise ValueError(
                f"expected covariates of fields, the last {len(self.parts)} of which say what is "
                f"known, got {0 if context.covariates is None else context.covariates.shape[-1]}"
            )
        shape = context.n_points, len(self.parts)
        share = jax.random.uniform(share_key, shape[1:], minval=-0.25, maxval=1.25)
        share = jnp.where(jax.random.bernoulli(whole_key, self.whole), 0.0, share)
        known = jax.random.uniform(point_key, shape) >= share[None]
        n_others = context.covariates.shape[-1] - len(self.parts)
        others, flags = jnp.split(context.covariates, [n_others], -1)
        flags = flags * known.astype(flags.dtype)
        y = context.y * of_coordinates(flags, self.parts).astype(context.y.dtype)
        covariates = jnp.concatenate([others, flags], -1)
        return FieldSample(context.x, y, context.mask, covariates), target
