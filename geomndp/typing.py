"""Shape vocabulary: the names that annotations of this library use.

Axis names in annotations are the same everywhere:

| name       | meaning                                                       |
|------------|---------------------------------------------------------------|
| `n_points` | number of locations at which a field is seen                   |
| `dim_x`    | dimension of a location                                       |
| `dim_y`    | number of coordinates of a value (3 for a value on the sphere) |
| `*batch`   | any number of leading axes, none included                      |
"""

from collections.abc import Callable
from typing import TypeAlias

from jaxtyping import Array, Bool, Float, PRNGKeyArray

Key: TypeAlias = PRNGKeyArray
"""A random key, consumed once."""

Time: TypeAlias = Float[Array, ""] | float
"""Diffusion time, a scalar between `schedule.t_min` and `schedule.t_max`."""

Locations: TypeAlias = Float[Array, "n_points dim_x"]
"""Locations of one field."""

Values: TypeAlias = Float[Array, "n_points dim_y"]
"""Values of one field at its locations."""

Mask: TypeAlias = Bool[Array, " n_points"]
"""True at real points, False at padding."""

CoordinateMask: TypeAlias = Bool[Array, "n_points dim_y"]
"""True at coordinates of values that are real, False at those that were not observed."""

Score: TypeAlias = Callable[[Time, Locations, Values, Mask], Values]
"""A score: `(t, x, y, mask) -> gradient of log p_t at y`, of the shape of y."""

__all__ = ["CoordinateMask", "Key", "Locations", "Mask", "Score", "Time", "Values"]
