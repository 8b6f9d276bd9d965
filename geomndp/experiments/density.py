"""Densities on manifolds: what law are these points of?"""

import dataclasses
import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.experiments.run_folder import RunFolder
from geomndp.experiments.training_settings import TrainingSettings
from geomndp.fields import FieldSample, FieldType
from geomndp.gp import ConstantMean, GaussianProcess
from geomndp.groups import T
from geomndp.kernels import DirectSum, White
from geomndp.manifolds import AbstractManifold, Euclidean
from geomndp.model import Density, NeuralDiffusionProcess, TrainedProcess
from geomndp.networks import PointwiseNetwork
from geomndp.representations import Trivial
from geomndp.sde import AbstractNoising, BrownianMotion, LinearSchedule, OrnsteinUhlenbeck
from geomndp.training import fit

_AWAY_FROM_UNIFORM = 5e-3
"""What is left at the latest time of the slowest function on the manifold that fades."""


@dataclasses.dataclass(frozen=True)
class DensitySettings(TrainingSettings):
    """Settings of a fit of a density.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.DensitySettings(width=32).n_layers
        3
    """

    width: int = 128
    """Features of the network."""
    n_layers: int = 3
    """Residual blocks of the network."""
    resolution: float = 0.005
    """Smallest scale that is resolved: standard deviation of the noise that is left in samples, in
    radians (0.005 is 32 km on the globe) or the unit of the manifold; in Euclidean space, in
    standard deviations of the data."""
    steps: int = 4000
    """Optimiser steps."""
    batch_size: int = 512
    """Points per step."""
    learning_rate: float = 2e-3
    """Peak learning rate of Adam."""
    weight_decay: float = 0.01
    """Decoupled weight decay of Adam."""
    held_out: float = 0.1
    """Fraction of the points that training never sees, on which the density is scored."""
    max_minutes: float = 10.0
    """Training stops after this many minutes, wherever it is; with --resume it has them again."""
    checkpoint_every: int = 1000
    """Steps between two checkpoints."""
    seed: int = 0
    """Seed of every random choice."""

    def __post_init__(self) -> None:
        if self.width < 8 or self.n_layers < 1:
            raise ValueError(
                f"expected width >= 8 and n_layers >= 1, got {self.width} and {self.n_layers}"
            )
        if not 0 < self.resolution < 0.5:
            raise ValueError(f"expected a resolution above 0 and below 0.5, got {self.resolution}")
        if not 0 <= self.held_out < 1:
            raise ValueError(f"expected held_out from 0 to 1, got {self.held_out}")


def density_model(
    manifold: AbstractManifold,
    points: Float[Array | np.ndarray, "n ambient_dim"] | None = None,
    *,
    width: int = 128,
    n_layers: int = 3,
    resolution: float = 0.005,
) -> NeuralDiffusionProcess:
    """A model of independent points on a manifold, before training.

    On a compact manifold points move by Brownian motion to the uniform law. In Euclidean space
    they tend to independent normal coordinates, of the means and variances of the data.

    Arguments:
        manifold: Where points live.
        points: The data, whose mean and variance a model in Euclidean space takes.
        width: Features of the network.
        n_layers: Residual blocks of the network.
        resolution: Standard deviation of the noise that is left in samples.

    Raises:
        ValueError: If there is no heat kernel for the manifold.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.density_model(gn.manifolds.Sphere(2)).noising.manifold
        Sphere(n=2)
    """
    kind = FieldType(T(1), Trivial(manifold.ambient_dim), codomain=manifold)
    network = PointwiseNetwork(kind, width=width, n_layers=n_layers)
    return NeuralDiffusionProcess(_noising(manifold, points, resolution), network)


def fit_density(
    points: Float[Array | np.ndarray, "n ambient_dim"],
    manifold: AbstractManifold,
    folder: RunFolder | None = None,
    *,
    settings: DensitySettings | None = None,
    resume: bool = False,
    progress: Any = None,
) -> Density:
    """Fit a density to points on a manifold.

    Arguments:
        points: The points, in the coordinates of the ambient space; `data.load_positions`,
            `load_angles`, `load_rotations` and `load_vectors` read them from files.
        manifold: Where they live.
        folder: The run folder, to which the model is saved; nothing is written when left out.
        settings: Settings, defaults when left out.
        resume: Go on from the last checkpoint in the folder.
        progress: Called after every step, see `training.fit`.

    Raises:
        ValueError: If points are not finite, not on the manifold, or fewer than two.
        CheckpointError: If the folder holds a run and `resume` is False, or another run.

    Example:
        >>> import jax, geomndp as gn
        >>> globe = gn.manifolds.Sphere(2)
        >>> points = globe.random_base((100,), key=jax.random.key(0))
        >>> settings = gn.experiments.DensitySettings(width=8, n_layers=1, steps=2, batch_size=4)
        >>> density = gn.experiments.fit_density(points, globe, settings=settings)
        >>> density.log_prob(points[:3]).shape
        (3,)
    """
    settings = DensitySettings() if settings is None else settings
    train, held_out = split_points(points, settings.held_out, seed=settings.seed)
    model = density_model(
        manifold,
        train,
        width=settings.width,
        n_layers=settings.n_layers,
        resolution=settings.resolution,
    )
    result = fit(
        model,
        _fields(train),
        key=jax.random.key(settings.seed),
        config=settings.training,
        validation=_fields(held_out) if len(held_out) else None,
        folder=None if folder is None else folder.path,
        resume=resume,
        progress=progress,
    )
    density = Density(TrainedProcess(model, result.params))
    if folder is not None:
        density.save(folder.model)
    return density


def split_points(
    points: Float[Array | np.ndarray, "n ambient_dim"], held_out: float, *, seed: int = 0
) -> tuple[Float[np.ndarray, "n_train ambient_dim"], Float[np.ndarray, "n_held_out ambient_dim"]]:
    """Points to train on, and points held out, at random.

    Arguments:
        points: The points.
        held_out: Fraction of the points to hold out.
        seed: Seed of the choice.

    Raises:
        ValueError: If there are less than two points to train on.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> train, held_out = gn.experiments.split_points(np.zeros((10, 3)), 0.2)
        >>> len(train), len(held_out)
        (8, 2)
    """
    points = np.asarray(points)
    if points.ndim != 2 or len(points) - round(held_out * len(points)) < 2:
        raise ValueError(
            "expected points of shape (n, d), at least two of them to train on, got shape "
            f"{points.shape} of which {held_out:g} are held out"
        )
    order = np.random.default_rng(seed).permutation(len(points))
    n_held_out = round(held_out * len(points))
    return points[order[n_held_out:]], points[order[:n_held_out]]


def _fields(points: Float[np.ndarray, "n ambient_dim"]) -> FieldSample:
    """Each point as a field of one value, at the location 0."""
    y = jnp.asarray(points, jnp.zeros(()).dtype)[:, None]
    return FieldSample(jnp.zeros((len(points), 1, 1), y.dtype), y)


def _noising(
    manifold: AbstractManifold,
    points: Float[Array | np.ndarray, "n ambient_dim"] | None,
    resolution: float,
) -> AbstractNoising:
    if isinstance(manifold, Euclidean):
        data = np.zeros((1, manifold.n)) if points is None else np.asarray(points, np.float64)
        spread = data.std(0)
        _refuse_coarse_numbers(data, resolution * spread)
        variances = np.where(spread > 0, spread**2, 1.0)
        kernel = DirectSum(tuple(White(float(variance)) for variance in variances))
        limit = GaussianProcess(kernel, ConstantMean(jnp.asarray(data.mean(0), float)))
        schedule = _schedule(clock=10.0, resolution=resolution)
        return OrnsteinUhlenbeck(limit, schedule)
    if manifold.spectral_gap == 0:
        raise ValueError(
            "expected flat space or a compact manifold, on which motions forget where they began, "
            f"got {manifold}; use sde.WrappedLangevin with a network of your own"
        )
    # The slowest function fades as exp(-eigenvalue * clock / 2).
    clock = 2 * math.log(1 / _AWAY_FROM_UNIFORM) / manifold.spectral_gap
    return BrownianMotion(manifold, _schedule(clock=clock, resolution=resolution))


def _refuse_coarse_numbers(
    data: Float[np.ndarray, "n dim"], resolved: Float[np.ndarray, " dim"]
) -> None:
    """Refuse points so far from 0 that rounding hides what is to be resolved."""
    rounding = np.abs(data).max(0) * float(jnp.finfo(jnp.zeros(()).dtype).eps)
    coarse = np.flatnonzero((resolved > 0) & (rounding > resolved))
    if coarse.size:
        column = coarse[0]
        raise ValueError(
            f"expected points that numbers of this precision tell apart to {resolved[column]:.2g}, "
            f"which is to be resolved, got coordinate {column} up to "
            f"{np.abs(data[:, column]).max():.6g}, where they are {rounding[column]:.2g} apart; "
            "subtract the mean of the points"
        )


def _schedule(*, clock: float, resolution: float) -> LinearSchedule:
    """A schedule whose clock runs from the square of the resolution to an end."""
    beta_min, beta_max = 1e-4 * clock, 2 * clock
    whole = LinearSchedule(beta_min=beta_min, beta_max=beta_max)
    t_min = float(whole.inverse_integral(jnp.asarray(resolution**2)))
    return LinearSchedule(beta_min=beta_min, beta_max=beta_max, t_min=t_min)
