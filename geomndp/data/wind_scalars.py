"""Numbers beside winds that no rotation changes, such as sea-level pressure."""

from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from geomndp.data.errors import WindFileError
from geomndp.data.wind_names import COVARIATE_NAMES, WIND, scalar_variable
from geomndp.fields import Quantity

if TYPE_CHECKING:
    import xarray

_KEPT = ("standard_name", "long_name", "units")


Scalars = Sequence[str | Quantity]
"""Names of variables, or standard names; or quantities, which have both."""


def names_of(scalars: Scalars) -> dict[str, tuple[str, ...]]:
    """By which names a scalar is looked for, by that which it gets: its own, or the first."""
    names = [
        (each.name, each.standard_name) if isinstance(each, Quantity) else (each,)
        for each in scalars
    ]
    return {own: (own, *(other for other in others if other)) for own, *others in names}


def take_scalars(
    dataset: "xarray.Dataset", scalars: Scalars, source: str
) -> dict[str, "xarray.DataArray"]:
    """The scalars of a dataset with plain axes that there are, with their units.

    Raises:
        WindFileError: If one has no unit, or no numbers.
    """
    found = {}
    for name, names in names_of(scalars).items():
        own = _first_variable(dataset, names, source)
        if own is None:
            continue
        variable = dataset[own]
        if variable.dtype.kind not in "iuf":
            raise WindFileError(f"{source}: expected {own} as numbers, got {variable.dtype}")
        kept = {key: str(variable.attrs[key]).strip() for key in _KEPT if key in variable.attrs}
        if not kept.get("units"):
            raise WindFileError(
                f"{source}: expected a unit of {own} as its attribute units, got none; set it, for "
                f"example by dataset[{own!r}].attrs['units'] = 'Pa', and '1' where there is none"
            )
        variable = variable if variable.dtype.kind == "f" else variable.astype(np.float64)
        found[name] = variable.copy(deep=False)
        found[name].attrs = kept
    return found


def no_scalar(name: str, variables: Iterable[Hashable], source: str) -> WindFileError:
    """The error of winds beside which a scalar is not to be found."""
    return WindFileError(
        f"{source}: expected {name} beside the winds, by the name of its variable or by its "
        f"standard_name, got the variables {', '.join(sorted(map(str, variables)))}"
    )


def quantities_of(dataset: "xarray.Dataset") -> tuple[Quantity, ...]:
    """What stands beside the winds of a dataset of `Winds`, along the same axes, as it is."""
    axes = set(dataset[WIND[0]].dims)
    beside = {
        str(name): variable
        for name, variable in dataset.data_vars.items()
        if name not in {*WIND, *COVARIATE_NAMES} and set(variable.dims) == axes
    }
    return tuple(
        Quantity(
            name,
            str(variable.attrs.get("units", "1")),
            str(variable.attrs.get("standard_name", "")),
        )
        for name, variable in beside.items()
    )


def scalar_of(dataset: "xarray.Dataset", quantity: Quantity) -> str:
    """The variable that a quantity is, by its name or by its standard name, in the same unit.

    Raises:
        WindFileError: If there is none, or it has another unit.
    """
    own = _first_variable(dataset, names_of([quantity])[quantity.name], "winds")
    if own is None:
        raise no_scalar(quantity.name, dataset.data_vars, "winds")
    check_units(own, str(dataset[own].attrs.get("units", "")), quantity)
    return own


def check_units(own: str, units: str, wanted: Quantity) -> None:
    """Refuse what has another unit than a quantity that it shall be.

    Raises:
        WindFileError: If it is so.
    """
    if units != wanted.units:
        raise WindFileError(
            f"expected {own} in {wanted.units}, in which the model knows it, got it in "
            f"{units or 'no unit'}; convert it"
        )


def attributes_of(quantity: Quantity) -> dict[str, str]:
    """CF attributes of a variable that is a quantity."""
    said = {"standard_name": quantity.standard_name} if quantity.standard_name else {}
    return {**said, "units": quantity.units}


def with_coordinates(
    wind: Float[np.ndarray, "*points 2"],
    numbers: Float[np.ndarray, "*points k"],
    quantities: Sequence[Quantity],
) -> Float[np.ndarray, "*points numbers"]:
    """Winds, and beside them the coordinates of quantities whose numbers are in their units."""
    beside = [each.coordinates(numbers[..., [i]]) for i, each in enumerate(quantities)]
    return np.concatenate([wind, *beside], -1)


def _first_variable(dataset: "xarray.Dataset", names: Sequence[str], source: str) -> str | None:
    found = (scalar_variable(dataset, name, source) for name in names)
    return next((own for own in found if own is not None), None)
