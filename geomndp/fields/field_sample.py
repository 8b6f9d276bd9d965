"""A field seen at finitely many points."""

from collections.abc import Sequence

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float


class FieldSample(eqx.Module):
    """Locations and values of one field, or of a batch of fields on leading axes.

    Padding is trailing and marked by a False `mask`; no result of this library at a real point
    depends on it, beyond rounding. Padded entries hold finite numbers (a copy of a real point).

    Arguments:
        x: Locations.
        y: Values, one per location.
        mask: True at real points; all are real when left out.
        covariates: Numbers per point that the group leaves alone (orography, land-sea mask).

    Raises:
        ValueError: If the leading shapes of the parts differ.

    Example:
        >>> import jax.numpy as jnp, geomndp as gn
        >>> track = gn.FieldSample(jnp.zeros((4, 1)), jnp.ones((4, 3)))
        >>> track.n_points, int(track.mask.sum())
        (4, 4)
    """

    x: Float[Array, "*batch n_points dim_x"]
    y: Float[Array, "*batch n_points dim_y"]
    mask: Bool[Array, "*batch n_points"]
    covariates: Float[Array, "*batch n_points dim_c"] | None

    def __init__(
        self,
        x: Float[Array, "*batch n_points dim_x"],
        y: Float[Array, "*batch n_points dim_y"],
        mask: Bool[Array, "*batch n_points"] | None = None,
        covariates: Float[Array, "*batch n_points dim_c"] | None = None,
    ):
        for name, part in [("x", x), ("y", y)]:
            if jnp.ndim(part) < 2:
                raise ValueError(
                    f"expected {name} of shape (n_points, dim_{name}), got {jnp.shape(part)}; "
                    f"{name}[:, None] makes it so if there is one number for each point"
                )
        mask = jnp.ones(jnp.shape(x)[:-1], bool) if mask is None else mask
        for name, part, shape in [
            ("y", y, jnp.shape(y)[:-1]),
            ("mask", mask, jnp.shape(mask)),
            ("covariates", covariates, jnp.shape(x if covariates is None else covariates)[:-1]),
        ]:
            if part is not None and shape != jnp.shape(x)[:-1]:
                raise ValueError(
                    f"expected {name} for points of shape {jnp.shape(x)[:-1]}, as x has, "
                    f"got {shape}; give one value per location"
                )
        self.x = x
        self.y = y
        self.mask = mask
        self.covariates = covariates

    @property
    def n_points(self) -> int:
        """Number of points, padding included."""
        return self.x.shape[-2]

    def pad(self, n_points: int) -> "FieldSample":
        """This sample with trailing padding up to `n_points`: copies of its last point.

        Raises:
            ValueError: If there are more points than that already, or none to copy.
        """
        missing = n_points - self.n_points
        if missing < 0 or self.n_points == 0:
            raise ValueError(f"expected 1 to {n_points} points to pad, got {self.n_points}")
        axis = self.x.ndim - 2

        def extend(part: Array) -> Array:
            last = jax.lax.slice_in_dim(part, self.n_points - 1, self.n_points, axis=axis)
            return jnp.concatenate([part, jnp.repeat(last, missing, axis)], axis)

        padding = jnp.zeros((*self.mask.shape[:-1], missing), bool)
        return FieldSample(
            extend(self.x),
            extend(self.y),
            jnp.concatenate([self.mask, padding], -1),
            None if self.covariates is None else extend(self.covariates),
        )

    @staticmethod
    def stack(samples: Sequence["FieldSample"]) -> "FieldSample":
        """One batch of samples of different lengths, each padded to the longest.

        Raises:
            ValueError: If there is no sample, or only some have covariates.
        """
        if len({sample.covariates is None for sample in samples}) != 1:
            raise ValueError(
                f"expected samples that all have covariates or all have none, got {len(samples)} "
                f"of which {sum(s.covariates is not None for s in samples)} have"
            )
        longest = max(sample.n_points for sample in samples)
        return jax.tree.map(lambda *parts: jnp.stack(parts), *(s.pad(longest) for s in samples))
