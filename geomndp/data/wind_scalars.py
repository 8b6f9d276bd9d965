"""Numbers beside winds that no rotation changes, such as sea-level pressure."""

from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from geomndp.data.errors import WindFileError
from geomndp.data.wind_names import COVARIATE_NAMES, WIND, scalar_variable
from geomndp.fields import Quantity

if TYPE_CHECKING:
    import xarray

_KEPT = ("standard_name", "long_name", "units")


def take_scalars(
    dataset: "xarray.Dataset", names: Sequence[str], source: str
) -> dict[str, "xarray.DataArray"]:
    """The scalars of a dataset with plain axes that there are of some names, with their units.

    Raises:
        WindFileError: If one has no unit, or no numbers.
    """
    found = {}
    for name in names:
        own = scalar_variable(dataset, name, source)
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
    names = [name for name in (quantity.name, quantity.standard_name) if name]
    found = [scalar_variable(dataset, name, "winds") for name in names]
    own = next((name for name in found if name is not None), None)
    if own is None:
        raise no_scalar(quantity.name, dataset.data_vars, "winds")
    units = str(dataset[own].attrs.get("units", ""))
    if units != quantity.units:
        raise WindFileError(
            f"expected {own} in {quantity.units}, in which the model knows it, got it in "
            f"{units or 'no unit'}; convert it"
        )
    return own
