"""Winds as samples of fields, with padding for what is missing."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from geomndp.fields import FieldSample


def field_sample(
    x: Float[np.ndarray, "n dim_x"],
    y: Float[np.ndarray, "n_fields n dim_y"],
    covariates: Float[np.ndarray, "n dim_c"] | None = None,
) -> FieldSample:
    """A batch of fields at the same points, of which some values may be missing.

    Arguments:
        x: Locations.
        y: Values, NaN where missing: such points come last, as padding.
        covariates: Numbers for each point.

    Raises:
        ValueError: If a field has no value at all.

    Example:
        >>> import numpy as np
        >>> x, y = np.arange(3.0)[:, None], np.array([[[np.nan], [5.0], [6.0]]])
        >>> sample = field_sample(x, y)
        >>> sample.x[0, :, 0].tolist(), sample.mask.tolist()
        ([1.0, 2.0, 2.0], [[True, True, False]])
    """
    real = np.isfinite(y).all(-1)
    counts = real.sum(-1)
    if not counts.all():
        raise ValueError(
            f"expected winds in every field, got none in {(counts == 0).sum()} of {len(y)}, the "
            f"first at {np.argmin(counts)}; winds.without_empty_times() leaves such times out"
        )
    order = np.argsort(~real, axis=-1, kind="stable")
    mask = np.arange(len(x)) < counts[:, None]
    order = np.where(mask, order, np.take_along_axis(order, counts[:, None] - 1, 1))
    return FieldSample(
        jnp.asarray(x[order]),
        jnp.asarray(np.take_along_axis(y, order[..., None], 1)),
        jnp.asarray(mask),
        None if covariates is None else jnp.asarray(covariates[order]),
    )
