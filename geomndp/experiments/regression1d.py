"""Regression in one dimension: models of functions from R to R, on laws that are known."""

import dataclasses
from typing import Any

from geomndp import groups
from geomndp.data import (
    AbstractFunctionLaw,
    RandomFunctions,
    regression_laws,
)
from geomndp.data.number_of_points import check_share
from geomndp.experiments.fit_on_draws import DrawsSettings, fit_on_draws
from geomndp.experiments.run_folder import RunFolder
from geomndp.fields import FieldType
from geomndp.gp import GaussianProcess
from geomndp.groups import T
from geomndp.kernels import White
from geomndp.model import NeuralDiffusionProcess, TrainedProcess
from geomndp.networks import (
    AbstractNetwork,
    RotaryTransformer,
    Transformer,
    TranslationInvariantTransformer,
)
from geomndp.networks.settings import check_range
from geomndp.parametrisations import EDM
from geomndp.representations import Trivial
from geomndp.sde import LinearSchedule, OrnsteinUhlenbeck

_UNIT = 0.25  # of x, over which functions of all laws change


@dataclasses.dataclass(frozen=True)
class Regression1DSettings(DrawsSettings):
    """Settings of a run of one-dimensional regression.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.Regression1DSettings(width=32).n_layers
        4
    """

    width: int = 64
    """Features per point of the network, a multiple of 16."""
    n_layers: int = 4
    """Attention layers of the network."""
    rotary: bool = False
    """Whether the network is a `RotaryTransformer`, for functions that repeat."""
    periods: tuple[float, float] | None = None
    """The shortest and the longest period of functions that repeat exactly, in units of x; the
    network, a rotary one, fits a harmonic series to them."""
    points: int | None = None
    """Largest number of points of a function; 60, or 110 for sawtooth and mixture, if left out."""
    few: float = 0.0
    """Share of functions in which each octave of numbers of points is as likely, not each number:
    for models that are to know few points well."""
    steps: int = 6400
    """Optimiser steps."""
    batch_size: int = 32
    """Functions per step, all drawn anew."""
    learning_rate: float = 4e-3
    """Peak learning rate."""
    n_context: int = 10
    """Largest number of points that are given in training; half of the fields are drawn freely."""

    def __post_init__(self) -> None:
        self.check(multiple=16)
        check_share(self.few)


def regression1d_model(
    law: AbstractFunctionLaw,
    *,
    width: int = 64,
    n_layers: int = 4,
    rotary: bool = False,
    periods: tuple[float, float] | None = None,
) -> NeuralDiffusionProcess:
    r"""A model of functions $\mathbb{R} \to \mathbb{R}$.

    Its law is invariant to translations if that of the functions is; else it has no symmetry. The
    limit is white with the variance of the data; $\beta$ runs from $10^{-4}$ to 10.

    Arguments:
        law: The law of the functions, which gives the variance.
        width: Features per point, a multiple of 16; a sixteenth as many heads.
        n_layers: Number of attention layers.
        rotary: Whether the network is a `RotaryTransformer`, for functions that repeat.
        periods: The shortest and the longest that functions may have which repeat exactly, in units
            of x; such a network fits a harmonic series to them.

    Raises:
        ValueError: If such a network is asked for, and the law is not invariant to translations, or
            there are periods for another network.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.regression1d_model(gn.data.Sawtooth()).network.field_type.group
        T(dim=1)
    """
    sizes = {"unit_x": _UNIT, "width": width, "n_layers": n_layers, "n_heads": width // 16}
    if rotary and not law.is_stationary:
        raise ValueError(
            f"expected a law that translations do not change for rotary=True, got {law}; leave "
            "rotary out"
        )
    if periods is not None and not rotary:
        raise ValueError(
            f"expected rotary=True with periods={periods}, got another network; add it, or leave "
            "them out"
        )
    network: AbstractNetwork
    if not law.is_stationary:
        network = Transformer(FieldType(groups.Trivial(1), Trivial(1)), **sizes)
    elif rotary:
        if periods is not None:
            check_range("periods", periods, "the shortest and the longest period")
            periods = periods[0] / _UNIT, periods[1] / _UNIT
        network = RotaryTransformer(FieldType(T(1), Trivial(1)), periods=periods, **sizes)
    else:
        kind = FieldType(T(1), Trivial(1))
        network = TranslationInvariantTransformer(kind, pair_width=16, **sizes)
    limit = GaussianProcess(White(law.variance))
    noising = OrnsteinUhlenbeck(limit, LinearSchedule(beta_min=1e-4, beta_max=10.0))
    return NeuralDiffusionProcess(noising, network, EDM(law.variance))


def regression_law(process: str) -> AbstractFunctionLaw:
    """A law of `data.regression_laws` by its name.

    Raises:
        ValueError: If there is none of that name.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.regression_law("sawtooth") == gn.data.Sawtooth()
        True
    """
    laws = regression_laws()
    if process not in laws:
        raise ValueError(f"expected one of the processes {', '.join(laws)}, got {process!r}")
    return laws[process]


def shipped_name(process: str) -> str:
    """The name of the shipped model of a law.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.shipped_name("squared-exponential")
        'regression1d-se'
    """
    return "regression1d-" + ("se" if process == "squared-exponential" else process)


def n_points_of(process: str) -> int:
    """Largest number of points of a function in the published experiment.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.n_points_of("sawtooth")
        110
    """
    return 110 if process in ("sawtooth", "mixture") else 60


def fit_regression1d(
    process: str,
    folder: RunFolder,
    *,
    settings: Regression1DSettings | None = None,
    resume: bool = False,
    progress: Any = None,
) -> TrainedProcess:
    """Train a model on functions of a law, drawn anew for each step, and keep it in a run folder.

    Arguments:
        process: Name of the law, one of `data.regression_laws`.
        folder: The run folder.
        settings: Settings, defaults when left out.
        resume: Go on from the last checkpoint in the folder.
        progress: Called after every step, see `training.fit`.

    Raises:
        CheckpointError: If the folder holds a run and `resume` is False, or another run.
        ModelFileError: If the settings start from a model that there is not.
        ValueError: If there is no law of that name, the settings start from a model of another
            network, a rotary one is asked for whose law translations change, or periods of another
            one.

    Example:
        >>> import tempfile, geomndp as gn
        >>> settings = gn.experiments.Regression1DSettings(
        ...     width=16, n_layers=1, points=4, steps=1, batch_size=2
        ... )
        >>> folder = gn.experiments.RunFolder(tempfile.mkdtemp())
        >>> trained = gn.experiments.fit_regression1d("sawtooth", folder, settings=settings)
        >>> folder.model.exists()
        True
    """
    settings = Regression1DSettings() if settings is None else settings
    law = regression_law(process)
    n_points = settings.points or n_points_of(process)
    functions = RandomFunctions(law, n_points, few=settings.few)
    model = regression1d_model(
        law,
        width=settings.width,
        n_layers=settings.n_layers,
        rotary=settings.rotary,
        periods=settings.periods,
    )
    return fit_on_draws(
        model, functions, folder, settings, validation=functions, resume=resume, progress=progress
    )
