"""A number with a unit as a coordinate of the values of a field."""

import equinox as eqx
import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike


class Quantity(eqx.Module):
    r"""What a number in the values of a field is, and how it is counted there.

    A coordinate is $(q - q_0) / s$ with the number q in its unit, the offset $q_0$ and the scale s:
    so that one beside a wind is of the size of the wind.

    Arguments:
        name: Its name, such as that of a variable in a file.
        units: Its unit, as files write it.
        standard_name: Its name in the CF conventions; empty where there is none.
        offset: The number whose coordinate is 0.
        scale: How far from it the coordinate is 1, in its unit.

    Raises:
        ValueError: If there is no name or no unit, or a number is not finite, or the scale not
            positive.

    Example:
        >>> import geomndp as gn
        >>> pressure = gn.fields.Quantity("msl", "Pa", offset=101300.0, scale=200.0)
        >>> pressure.coordinates([101300.0, 101500.0]).tolist()
        [0.0, 1.0]
        >>> pressure.numbers([0.0, 1.0]).tolist()
        [101300.0, 101500.0]
    """

    name: str = eqx.field(static=True)
    units: str = eqx.field(static=True)
    standard_name: str = eqx.field(static=True, default="")
    offset: float = eqx.field(static=True, default=0.0)
    scale: float = eqx.field(static=True, default=1.0)

    def __check_init__(self) -> None:
        if not (self.name and self.units):
            raise ValueError(
                f"expected a name and a unit, got {self.name!r} and {self.units!r}; a number "
                "without dimension has the unit 1"
            )
        if not (np.isfinite(self.offset) and 0 < self.scale < np.inf):
            raise ValueError(
                f"expected a finite offset and a positive scale of {self.name}, got {self.offset} "
                f"and {self.scale}; are its numbers all the same?"
            )

    def coordinates(self, numbers: ArrayLike) -> Float[np.ndarray, "*shape"]:
        """The coordinates of numbers in the unit."""
        return (np.asarray(numbers, np.float64) - self.offset) / self.scale

    def numbers(self, coordinates: ArrayLike) -> Float[np.ndarray, "*shape"]:
        """The numbers in the unit: the way back from `coordinates`."""
        return np.asarray(coordinates, np.float64) * self.scale + self.offset
