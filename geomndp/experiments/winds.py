"""Winds of a region or of the globe: models of vector fields, and their training."""

import functools
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from geomndp.data import (
    AbstractEarthCoordinates,
    AzimuthalEqualArea,
    UnitSphere,
    Winds,
    WindSplit,
    split_by_time,
    wind_batches,
)
from geomndp.experiments.fit_on_draws import fit_on_draws
from geomndp.experiments.run_folder import RunFolder
from geomndp.experiments.vector_networks import (
    GLOBAL_GROUPS,
    REGIONAL_GROUPS,
    SPACE_TIME_GROUPS,
    tangent_network,
    vector_network,
)
from geomndp.experiments.wind_draws import (
    GLOBAL_PATCH_KM,
    N_WATCHED,
    PATCH_KM,
    mean_square,
    parts_of,
    standardised,
    window_hours,
    without_covariates,
)
from geomndp.experiments.wind_processes import JITTER, decomposed_wind_process
from geomndp.experiments.wind_settings import WindSettings
from geomndp.fields import FieldSample, Quantity
from geomndp.gp import GaussianProcess
from geomndp.kernels import TangentWhite, White
from geomndp.manifolds import Sphere
from geomndp.model import NeuralDiffusionProcess, TrainedProcess
from geomndp.parametrisations import EDM, GaussianResidual
from geomndp.sde import LinearSchedule, OrnsteinUhlenbeck
from geomndp.training import HiddenParts, RandomContext

_UNIT_KM, _UNIT_HOURS, _UNIT_ANGLE = 100.0, 3.0, 0.15
"""On a map, and in time, which is how long a wind of 9 m/s takes over it; and radians on the globe:
networks tell lengths apart from an eighth of it to some times as much."""
UNITS = _UNIT_KM, _UNIT_KM, _UNIT_HOURS
"""Of places and times."""

_LONGEST_BLOCK = np.timedelta64(5 * 24, "h")
_N_BLOCKS = 6


def wind_model(
    variance: float,
    group: str = "SE2",
    *,
    width: int = 32,
    n_layers: int = 3,
    residual_of: GaussianProcess | None = None,
    limit: GaussianProcess | None = None,
    quantities: Sequence[Quantity] = (),
) -> NeuralDiffusionProcess:
    r"""A model of winds in m/s whose law is invariant under a group, on a map or on the globe.

    On a map x is in km, and in space and time in km, km and hours; on the globe places are unit
    vectors and winds tangent vectors there. In the process $\beta$ runs from $10^{-4}$ to 10. Winds
    are not centred: a law that no rotation changes has the mean 0, and another learns it.

    Arguments:
        variance: Mean square of a component, in m²/s².
        group: SE2, rotations and translations; E2, reflections too, which the weather of middle
            latitudes does not have, where lows turn one way; T2, translations; or none. In space
            and time: SE2xT or E2xT, shifts of time too. On the globe: mirror, rotations about its
            axis and the mirror in the equator, the symmetry of a rotating planet without land;
            axial, without the mirror; SO3, all rotations; O3, reflections too.
        width: Features per point, a multiple of 8.
        n_layers: Number of attention layers.
        residual_of: A Gaussian process of which the network learns what it leaves of the score;
            all of it when left out.
        limit: A Gaussian process to which noising leads, and from which samples begin; beside it
            is white noise of a ten-thousandth of the variance, so that single precision can
            factorise it. White noise of the variance alone when left out.
        quantities: What stands beside the wind on a map and no motion changes, such as pressure, in
            coordinates whose variance is that of a component of the wind. The model then has
            covariates, which say for the wind and for each quantity whether it is known.

    Raises:
        ValueError: If there is no group of that name, the network refuses its size, the
            variance is not positive, a process is not invariant under the group, or there are
            quantities on the globe.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.wind_model(9.0, "E2").network.field_type.group
        E(dim=2)
    """
    sizes: dict[str, Any] = {"width": width, "n_layers": n_layers}
    if group in GLOBAL_GROUPS:
        if quantities:
            raise ValueError(
                f"expected winds alone on the globe, got {', '.join(q.name for q in quantities)} "
                "beside them; take a group on a map, such as SE2"
            )
        network = tangent_network(group, unit_x=_UNIT_ANGLE, **sizes)
        white = TangentWhite
    elif group in (*REGIONAL_GROUPS, *SPACE_TIME_GROUPS):
        sizes |= {"unit_x": _UNIT_KM, "unit_time": _UNIT_HOURS}
        network = vector_network(group, n_scalars=len(quantities), **sizes)
        white = functools.partial(White, dim_y=2 + len(quantities))
    else:
        raise ValueError(
            f"expected one of the groups {', '.join(REGIONAL_GROUPS)} on a map, "
            f"{', '.join(SPACE_TIME_GROUPS)} on a map and in time, or {', '.join(GLOBAL_GROUPS)} "
            f"on the globe, got {group!r}"
        )
    if limit is None:
        limit, data_variance = GaussianProcess(white(variance)), variance
    else:
        limit = GaussianProcess(limit.kernel + white(JITTER * variance), limit.mean)
        data_variance = None  # that of the limit, which was fitted
    noising = OrnsteinUhlenbeck(limit, LinearSchedule(beta_min=1e-4, beta_max=10.0))
    parts = parts_of(quantities) if quantities else None
    beside = {"n_covariates": len(parts or ()), "quantities": tuple(quantities)}
    if residual_of is None:
        return NeuralDiffusionProcess(noising, network, EDM(data_variance), **beside)
    residual = GaussianResidual(residual_of, data_variance, jitter=JITTER, parts=parts)
    return NeuralDiffusionProcess(noising, network, residual, **beside)


def wind_coordinates(model: NeuralDiffusionProcess, winds: Winds) -> AbstractEarthCoordinates:
    """The coordinates in which a model sees winds.

    For a model of fields on the globe these are unit vectors and tangent vectors. Others see an
    equal-area map, in km about the middle of the places; one without symmetry so knows a place by
    where it lies about that middle.

    Arguments:
        model: A model of winds.
        winds: The winds, or the grid.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> winds = gn.data.wind_ensemble(
        ...     np.ones((1, 1, 2, 2)), ["2024-01-01"], [50.0, 50.0], [8.0, 10.0]
        ... )
        >>> regional = gn.experiments.wind_model(9.0, "SE2")
        >>> round(gn.experiments.wind_coordinates(regional, winds).longitude, 6)
        9.0
        >>> gn.experiments.wind_coordinates(gn.experiments.wind_model(9.0, "mirror"), winds)
        UnitSphere()
    """
    if isinstance(model.network.field_type.domain, Sphere):
        return UnitSphere()
    return AzimuthalEqualArea.centred_on(*winds.places)


def split_winds(winds: Winds) -> WindSplit:
    """Winds for training, validation and test by blocks of time, the same for the same times.

    Blocks last a sixth of all the time that there is, five days at most, and between those of
    different parts lies a quarter of a block.

    Raises:
        ValueError: If there are too few times for three parts.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> time = np.datetime64("2024-01-01T00") + np.arange(0, 60 * 24, 6)
        >>> winds = gn.data.wind_ensemble(np.ones((1, 240, 1, 2)), time, [50.0], [8.0])
        >>> [len(part.times) for part in gn.experiments.split_winds(winds)]
        [144, 32, 32]
    """
    times = winds.times.astype("datetime64[m]")
    span = times[-1] - times[0]
    hours = -(-span // (np.timedelta64(1, "h") * _N_BLOCKS))
    block = min(max(np.timedelta64(int(hours), "h"), np.timedelta64(1, "h")), _LONGEST_BLOCK)
    return split_by_time(winds, block=block, gap=block.astype("timedelta64[m]") / 4)


def fit_winds(
    winds: Winds,
    folder: RunFolder,
    *,
    group: str = "SE2",
    settings: WindSettings | None = None,
    split: WindSplit | None = None,
    resume: bool = False,
    progress: Any = None,
) -> TrainedProcess:
    """Train a model on winds of a region or of the globe, and keep it.

    Each step sees random points at random times, of some of which the wind is given, so that one
    network knows the law and its conditionals; of a model of space and time random pairs of a place
    and a time in windows of `settings.hours`. Covariates are left aside.

    What stands beside the winds, such as pressure, is learned with them on a map; of some of the
    points that are given the wind or the pressure is hidden.

    Arguments:
        winds: The winds, of whose places the map is about the middle, and what stands beside.
        folder: The run folder.
        group: Group of the model, see `wind_model`; it says whether winds are on a map or on the
            globe.
        settings: Settings, defaults when left out.
        split: The parts of the winds, one for training and one to watch the loss on; those of
            `split_winds` when left out.
        resume: Go on from the last checkpoint in the folder.
        progress: Called after every step, see `training.fit`.

    Raises:
        CheckpointError: If the folder holds a run and `resume` is False, or another run.
        ModelFileError: If the settings start from a model that there is not.
        ValueError: If there is no group of that name, there are too few times, or the settings
            start from a model of another network.

    Example:
        >>> import numpy as np, tempfile, geomndp as gn
        >>> time = np.datetime64("2024-01-01T00") + np.arange(24)
        >>> wind = np.random.default_rng(0).normal(size=(1, 24, 4, 5, 2))
        >>> winds = gn.data.wind_ensemble(wind, time, np.arange(4.0), np.arange(5.0))
        >>> settings = gn.experiments.WindSettings(
        ...     width=8, n_layers=1, points=4, n_context=2, steps=1, batch_size=2,
        ...     gaussian_process=False,
        ... )
        >>> folder = gn.experiments.RunFolder(tempfile.mkdtemp())
        >>> trained = gn.experiments.fit_winds(winds, folder, group="none", settings=settings)
        >>> folder.model.exists()
        True
    """
    settings = WindSettings() if settings is None else settings
    split = split_winds(winds) if split is None else split
    split, seed = WindSplit(*map(without_covariates, split)), settings.seed

    def batches(
        part: Winds, coordinates: AbstractEarthCoordinates, size: int, **patches: float | None
    ) -> Iterator[FieldSample]:
        return wind_batches(
            part, coordinates, n_points=settings.points, batch_size=size, seed=seed, **patches,
            quantities=quantities,
        )  # fmt: skip

    # Speeds are the same in all coordinates and times.
    quantities: tuple[Quantity, ...] = ()
    variance = mean_square(next(batches(split.train, UnitSphere(), N_WATCHED)))
    if winds.quantities:
        quantities = standardised(split.train, variance, settings.points, seed)
    model = _model_for(split.train, winds, variance, group, settings, quantities)
    chart, patch_km = wind_coordinates(model, winds), settings.patch_km
    draws = functools.partial(batches, hours=window_hours(model, settings.hours))
    if patch_km is None:
        patch_km = GLOBAL_PATCH_KM if isinstance(chart, UnitSphere) else PATCH_KM
    whole = draws(split.train, chart, settings.batch_size)
    patches = draws(split.train, chart, settings.batch_size, radius_km=patch_km)
    task = RandomContext(settings.n_context)
    return fit_on_draws(
        model,
        map(next, itertools.cycle((whole, patches))),
        folder,
        settings,
        validation=next(draws(split.validation, chart, N_WATCHED)),
        task=HiddenParts(task, parts_of(quantities)) if quantities else task,
        resume=resume,
        progress=progress,
    )


def _model_for(
    train: Winds,
    winds: Winds,
    variance: float,
    group: str,
    settings: WindSettings,
    quantities: tuple[Quantity, ...],
) -> NeuralDiffusionProcess:
    """The model, with a Gaussian process that is fitted to the training winds if it has one."""
    sizes = {"width": settings.width, "n_layers": settings.n_layers}
    sized = functools.partial(wind_model, variance, group, **sizes, quantities=quantities)
    model = sized()
    if not (settings.gaussian_process or settings.limit == "fitted"):
        return model
    process = decomposed_wind_process(
        train,
        wind_coordinates(model, winds),
        hours=window_hours(model, settings.hours),
        seed=settings.seed,
        quantities=quantities,
        reflections=group in ("E2", "E2xT"),
    )
    return sized(
        residual_of=process if settings.gaussian_process else None,
        limit=process if settings.limit == "fitted" else None,
    )
