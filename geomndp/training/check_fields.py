"""Fields that a model can be trained on."""

import jax.numpy as jnp
import numpy as np
from numpy.typing import ArrayLike

from geomndp.fields import FieldSample, FieldType

_OFF = 1e-3  # by how far a value may miss the manifold, in its unit


def check_fields(fields: FieldSample, kind: FieldType, name: str = "data") -> None:
    """Refuse what is not a batch of fields of a kind, of finite numbers, with trailing padding.

    Arguments:
        fields: The batch.
        kind: The fields that the model is made for.
        name: What the message calls the batch.

    Raises:
        ValueError: If it is refused.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> kind = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(2))
        >>> check_fields(gn.FieldSample(jnp.zeros((5, 4, 1)), jnp.ones((5, 4, 2))), kind)
    """
    if fields.x.ndim != 3 or 0 in fields.x.shape[:2]:
        raise ValueError(
            f"expected {name} as a batch of fields, x of shape (fields, points, dim_x), got "
            f"{fields.x.shape}; stack them with FieldSample.stack"
        )
    expected, found = (kind.dim_x, kind.dim_y), (fields.x.shape[-1], fields.y.shape[-1])
    if found != expected:
        raise ValueError(
            f"expected {name} with {expected[0]} coordinates of x and {expected[1]} of y, as the "
            f"network takes, got {found[0]} and {found[1]}"
        )
    mask = np.asarray(fields.mask)
    _refuse(
        ~mask[:, 0] | (mask[:, 1:] & ~mask[:, :-1]).any(-1),
        f"expected {name} of fields with a real point, and padding that trails",
        "sort the real points to the front, and leave empty fields out",
    )
    parts = [part for part in (fields.x, fields.y, fields.covariates) if part is not None]
    _refuse(
        np.any([~np.isfinite(np.asarray(part)).all((1, 2)) for part in parts], 0),
        f"expected {name} of finite numbers, in padding too",
        "repair or leave out what is missing; FieldSample.pad repeats the last point",
    )
    off = jnp.abs(kind.codomain.project(fields.y) - fields.y).max(-1)
    _refuse(
        np.any(np.asarray(off) > _OFF, axis=-1),
        f"expected {name} with values on {kind.codomain}",
        "project them, or check their unit",
    )


def _refuse(wrong: ArrayLike, expected: str, remedy: str) -> None:
    wrong = np.asarray(wrong)
    if wrong.any():
        raise ValueError(
            f"{expected}, got {int(wrong.sum())} of {wrong.size} fields that are not so, the "
            f"first at {int(np.argmax(wrong))}; {remedy}"
        )
