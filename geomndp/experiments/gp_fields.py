"""Vector fields in the plane: models of fields of Gaussian processes, with and without symmetry."""

import dataclasses
import math
from typing import Any

import jax

from geomndp.data import RandomFields, value_variance, vector_field_laws
from geomndp.data.number_of_points import check_share
from geomndp.experiments.fit_on_draws import DrawsSettings, fit_on_draws
from geomndp.experiments.run_folder import RunFolder
from geomndp.experiments.vector_networks import REGIONAL_GROUPS, vector_network
from geomndp.fields import draw
from geomndp.gp import GaussianProcess, fit
from geomndp.kernels import CurlFree, DivergenceFree, Isotropic, SquaredExponential, White
from geomndp.model import NeuralDiffusionProcess, TrainedProcess
from geomndp.parametrisations import EDM, GaussianResidual
from geomndp.sde import LinearSchedule, OrnsteinUhlenbeck

_UNIT_X = math.sqrt(5)
_NOISE = 0.1
"""Share of the variance that a fit begins with as noise."""
_SHORT_NAMES = {
    "squared-exponential": "se",
    "curl-free": "curl-free",
    "divergence-free": "div-free",
}


@dataclasses.dataclass(frozen=True)
class GPFieldsSettings(DrawsSettings):
    """Settings of a run on vector fields of a Gaussian process.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.GPFieldsSettings(n_layers=3).width
        32
    """

    width: int = 32
    """Features per point of the network, a multiple of 8."""
    n_layers: int = 5
    """Layers of the network."""
    points: int = 64
    """Largest number of points of a field."""
    few: float = 0.0
    """Share of fields in which each octave of numbers of points is as likely, not each number: for
    models of hundreds of points that are to know few as well."""
    steps: int = 4000
    """Optimiser steps."""
    batch_size: int = 8
    """Fields per step, all drawn anew."""
    learning_rate: float = 3e-3
    """Peak learning rate."""
    n_context: int = 25
    """Largest number of points that are given in training; half of the fields are drawn freely."""
    neighbours: int | None = None
    """Points that a point attends to, the nearest, and as many given ones, under E2 and SE2; all
    when left out."""
    convolution: bool = False
    """Whether points see all others through windows of several sizes, under E2 and SE2, instead of
    attending to them: for fields at hundreds of points."""
    gaussian_process: bool = False
    """Whether the network learns what a Gaussian process, fitted to 64 fields, leaves of the score,
    or all of it."""

    def __post_init__(self) -> None:
        self.check(multiple=8)
        check_share(self.few)


def gp_fields_model(
    gp: GaussianProcess,
    group: str,
    *,
    width: int = 32,
    n_layers: int = 5,
    neighbours: int | None = None,
    convolution: bool = False,
    residual_of: GaussianProcess | None = None,
) -> NeuralDiffusionProcess:
    r"""A model of vector fields in the plane whose law is invariant under a group.

    The limit is white with the variance of the data; $\beta$ runs from $10^{-4}$ to 10.

    Arguments:
        gp: The law of the fields, which gives the variance.
        group: E2, rotations, reflections and translations; SE2, no reflections; T2, translations;
            or none.
        width: Features per point, a multiple of 8.
        n_layers: Number of layers.
        neighbours: How many points a point attends to, as of `vector_network`.
        convolution: Whether points see one another through windows, as of `vector_network`.
        residual_of: A Gaussian process of which the network learns what it leaves of the score;
            all of it when left out.

    Raises:
        ValueError: If there is no group of that name, or the network refuses its size.

    Example:
        >>> import geomndp as gn
        >>> gp = gn.data.vector_field_laws()["curl-free"]
        >>> gn.experiments.gp_fields_model(gp, "T2").network.field_type.group
        T(dim=2)
    """
    if group not in REGIONAL_GROUPS:
        raise ValueError(f"expected one of the groups {', '.join(REGIONAL_GROUPS)}, got {group!r}")
    variance = value_variance(gp, dim_x=2)
    network = vector_network(
        group,
        unit_x=_UNIT_X,
        width=width,
        n_layers=n_layers,
        neighbours=neighbours,
        convolution=convolution,
    )
    limit = GaussianProcess(White(variance, 2))
    noising = OrnsteinUhlenbeck(limit, LinearSchedule(beta_min=1e-4, beta_max=10.0))
    if residual_of is None:
        return NeuralDiffusionProcess(noising, network, EDM(variance))
    return NeuralDiffusionProcess(noising, network, GaussianResidual(residual_of, variance))


def fitted_field_process(
    fields: RandomFields, *, n_fields: int = 64, n_steps: int = 300, seed: int = 0
) -> GaussianProcess:
    """A Gaussian process of which no more is known than that rotations leave its law alone.

    Its kernel is a sum of one of independent components, a curl-free and a divergence-free one,
    each squared exponential, and white noise; of the laws of `data.vector_field_laws` two parts
    of it are to vanish. It is fitted to draws by maximum likelihood.

    Arguments:
        fields: What draws come from.
        n_fields: How many draws.
        n_steps: Steps of the fit.
        seed: Of the draws.

    Example:
        >>> import geomndp as gn
        >>> from geomndp.experiments.gp_fields import fitted_field_process
        >>> fields = gn.data.RandomFields(gn.data.vector_field_laws()["curl-free"], 4)
        >>> fitted_field_process(fields, n_fields=8, n_steps=2).dim_y
        2
    """
    drawn = draw(fields, n_fields, key=jax.random.key(seed))
    variance = value_variance(fields.gp, dim_x=fields.dim)
    radial = SquaredExponential(_UNIT_X / 2, variance / 3)
    smooth = Isotropic(radial, 2) + CurlFree(radial) + DivergenceFree(radial)
    start = GaussianProcess(smooth + White(_NOISE * variance, 2))
    return fit(start, drawn, n_steps=n_steps)[0]


def vector_field_law(kernel: str) -> GaussianProcess:
    """A law of `data.vector_field_laws` by its name.

    Raises:
        ValueError: If there is none of that name.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.vector_field_law("curl-free").dim_y
        2
    """
    laws = vector_field_laws()
    if kernel not in laws:
        raise ValueError(f"expected one of the kernels {', '.join(laws)}, got {kernel!r}")
    return laws[kernel]


def shipped_gp_fields_name(kernel: str) -> str:
    """The name of the shipped model of a law.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.shipped_gp_fields_name("divergence-free")
        'gp-fields-div-free'
    """
    return f"gp-fields-{_SHORT_NAMES[kernel]}"


def fit_gp_fields(
    kernel: str,
    group: str,
    folder: RunFolder,
    *,
    settings: GPFieldsSettings | None = None,
    resume: bool = False,
    progress: Any = None,
) -> TrainedProcess:
    """Train a model on vector fields of a law, drawn anew for each step, and keep it.

    Arguments:
        kernel: Name of the law, one of `data.vector_field_laws`.
        group: Group of the model, one of E2, SE2, T2 and none.
        folder: The run folder.
        settings: Settings, defaults when left out.
        resume: Go on from the last checkpoint in the folder.
        progress: Called after every step, see `training.fit`.

    Raises:
        CheckpointError: If the folder holds a run and `resume` is False, or another run.
        ModelFileError: If the settings start from a model that there is not.
        ValueError: If there is no law or group of that name, or the settings start from a model of
            another network.

    Example:
        >>> import tempfile, geomndp as gn
        >>> settings = gn.experiments.GPFieldsSettings(
        ...     width=8, n_layers=1, points=4, steps=1, batch_size=2
        ... )
        >>> folder = gn.experiments.RunFolder(tempfile.mkdtemp())
        >>> trained = gn.experiments.fit_gp_fields("curl-free", "none", folder, settings=settings)
        >>> folder.model.exists()
        True
    """
    settings = GPFieldsSettings() if settings is None else settings
    gp = vector_field_law(kernel)
    fields = RandomFields(gp, settings.points, few=settings.few)
    model = gp_fields_model(
        gp,
        group,
        width=settings.width,
        n_layers=settings.n_layers,
        neighbours=settings.neighbours,
        convolution=settings.convolution,
        residual_of=(
            fitted_field_process(fields, seed=settings.seed) if settings.gaussian_process else None
        ),
    )
    return fit_on_draws(
        model,
        fields,
        folder,
        settings,
        validation=fields,
        resume=resume,
        progress=progress,
    )
