"""Winds of a region: models of vector fields on a map, and their training."""

import dataclasses
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from geomndp.data import (
    AzimuthalEqualArea,
    Winds,
    WindSplit,
    split_by_time,
    wind_batches,
)
from geomndp.experiments.fit_on_draws import DrawsSettings, fit_on_draws
from geomndp.experiments.run_folder import RunFolder
from geomndp.experiments.vector_networks import vector_network
from geomndp.fields import FieldSample
from geomndp.gp import GaussianProcess
from geomndp.kernels import White
from geomndp.model import NeuralDiffusionProcess, TrainedProcess
from geomndp.parametrisations import EDM
from geomndp.sde import LinearSchedule, OrnsteinUhlenbeck

_UNIT_X = 100.0
"""Kilometres: networks tell lengths apart from an eighth of it to some times as much."""

_LONGEST_BLOCK = np.timedelta64(5 * 24, "h")
_N_BLOCKS = 6
_N_WATCHED = 256
"""Fields of which the variance is found, and on which the loss is watched."""


@dataclasses.dataclass(frozen=True)
class WindSettings(DrawsSettings):
    """Settings of a run on winds of a region.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.WindSettings(n_layers=4).width
        32
    """

    width: int = 32
    """Features per point of the network, a multiple of 8."""
    n_layers: int = 3
    """Attention layers of the network."""
    points: int = 64
    """Number of points of a field."""
    steps: int = 4000
    """Optimiser steps."""
    batch_size: int = 8
    """Fields per step."""
    learning_rate: float = 3e-3
    """Peak learning rate of Adam."""
    n_context: int = 32
    """Largest number of points that are given in training; in half of the fields none is."""
    patch_km: float = 400.0
    """Radius in km of the patches of every second batch; the others are of all of the region."""

    def __post_init__(self) -> None:
        self.check_network(multiple=8)
        if self.points < 2 or not self.patch_km > 0:
            raise ValueError(
                "expected points >= 2, some given and some to be told, and patch_km > 0, got "
                f"{self.points} and {self.patch_km}"
            )


def wind_model(
    variance: float, group: str = "SE2", *, width: int = 32, n_layers: int = 3
) -> NeuralDiffusionProcess:
    r"""A model of winds on a map, x in km and y in m/s, whose law is invariant under a group.

    The limit is white with the variance of the data; $\beta$ runs from $10^{-4}$ to 10. Winds are
    not centred, for a law that no rotation changes has the mean 0.

    Arguments:
        variance: Mean square of a component, in m²/s².
        group: SE2, rotations and translations; E2, reflections too, which the weather of middle
            latitudes does not have, where lows turn one way; T2, translations; or none.
        width: Features per point, a multiple of 8.
        n_layers: Number of attention layers.

    Raises:
        ValueError: If there is no group of that name, the network refuses its size, or the
            variance is not positive.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.wind_model(9.0, "E2").network.field_type.group
        E(dim=2)
    """
    network = vector_network(group, unit_x=_UNIT_X, width=width, n_layers=n_layers)
    limit = GaussianProcess(White(variance, 2))
    noising = OrnsteinUhlenbeck(limit, LinearSchedule(beta_min=1e-4, beta_max=10.0))
    return NeuralDiffusionProcess(noising, network, EDM(variance))


def wind_map(winds: Winds) -> AzimuthalEqualArea:
    """The map on which models see winds: in km about the middle of the places.

    A model without symmetry so knows a place by where it lies about that middle.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> winds = gn.data.wind_ensemble(
        ...     np.ones((1, 1, 2, 2)), ["2024-01-01"], [50.0, 50.0], [8.0, 10.0]
        ... )
        >>> round(gn.experiments.wind_map(winds).longitude, 6)
        9.0
    """
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
    resume: bool = False,
    progress: Any = None,
) -> TrainedProcess:
    """Train a model on winds of a region, and keep it.

    Each step sees random points at random times, of some of which the wind is given, so that one
    network knows the law and its conditionals. Covariates are left aside.

    Arguments:
        winds: Winds of the region; of the parts of `split_winds` one is for training and one to
            watch the loss on.
        folder: The run folder.
        group: Group of the model, one of E2, SE2, T2 and none.
        settings: Settings, defaults when left out.
        resume: Go on from the last checkpoint in the folder.
        progress: Called after every step, see `training.fit`.

    Raises:
        CheckpointError: If the folder holds a run and `resume` is False, or another run.
        ValueError: If there is no group of that name, or there are too few times.

    Example:
        >>> import numpy as np, tempfile, geomndp as gn
        >>> time = np.datetime64("2024-01-01T00") + np.arange(24)
        >>> wind = np.random.default_rng(0).normal(size=(1, 24, 4, 5, 2))
        >>> winds = gn.data.wind_ensemble(wind, time, np.arange(4.0), np.arange(5.0))
        >>> settings = gn.experiments.WindSettings(
        ...     width=8, n_layers=1, points=4, n_context=2, steps=1, batch_size=2
        ... )
        >>> folder = gn.experiments.RunFolder(tempfile.mkdtemp())
        >>> trained = gn.experiments.fit_winds(winds, folder, group="none", settings=settings)
        >>> folder.model.exists()
        True
    """
    settings = WindSettings() if settings is None else settings
    split, seed = split_winds(without_covariates(winds)), settings.seed
    chart = wind_map(winds)

    def batches(part: Winds, size: int, **patches: float) -> Iterator[FieldSample]:
        return wind_batches(
            part, chart, n_points=settings.points, batch_size=size, seed=seed, **patches
        )

    variance = mean_square(next(batches(split.train, _N_WATCHED)))
    model = wind_model(variance, group, width=settings.width, n_layers=settings.n_layers)
    whole = batches(split.train, settings.batch_size)
    patches = batches(split.train, settings.batch_size, radius_km=settings.patch_km)
    return fit_on_draws(
        model,
        map(next, itertools.cycle((whole, patches))),
        folder,
        settings,
        validation=next(batches(split.validation, _N_WATCHED)),
        resume=resume,
        progress=progress,
    )


def without_covariates(winds: Winds) -> Winds:
    """The winds alone, for models that know nothing else."""
    return Winds(winds.dataset.drop_vars(winds.covariates))


def mean_square(fields: FieldSample) -> float:
    """Mean square of a component of the values of a batch of fields, padding left out.

    Raises:
        ValueError: If all are 0.
    """
    values = np.asarray(fields.y, np.float64)[np.asarray(fields.mask)]
    found = float(np.mean(values**2))
    if not found > 0:
        raise ValueError("expected winds, got calms only; check the data")
    return found
