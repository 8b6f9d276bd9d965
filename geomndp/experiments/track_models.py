"""Models of tracks, and tracks as the fields that they take."""

from collections.abc import Iterable
from typing import Literal, TypeAlias

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.data import TRACK_COVARIATES, Track, track_covariates
from geomndp.experiments.track_cases import TrackCase
from geomndp.fields import FieldSample, FieldType
from geomndp.groups import SO, AbstractGroup, Axial, InputOutput, T
from geomndp.manifolds import Sphere
from geomndp.model import NeuralDiffusionProcess, TrainedProcess
from geomndp.networks import AbstractNetwork, SphereEquivariant, TranslationInvariantTransformer
from geomndp.representations import Trivial, Vector
from geomndp.sampling import AbstractConditionalMethod
from geomndp.sde import BrownianMotion, LinearSchedule
from geomndp.typing import Key

Symmetry: TypeAlias = Literal["none", "axial", "mirror", "rotations"]
"""What leaves the law of tracks as it is, beside shifts of time: nothing; rotations about the
Earth's axis; these and the mirror across the equator; all rotations of the globe."""

_ON_VALUES: dict[str, AbstractGroup] = {
    "axial": Axial(),
    "mirror": Axial(equatorial_mirror=True),
    "rotations": SO(3),
}

_UNIT_X, _UNIT_Y = 0.25, 0.01
"""A six-hour step, in days, and a displacement of about 64 km."""


def cyclone_model(
    *,
    symmetry: str = "none",
    covariates: bool = True,
    width: int = 64,
    n_layers: int = 4,
) -> NeuralDiffusionProcess:
    r"""A model of tracks $\mathbb{R} \to S^2$ whose law is invariant to shifts of time.

    Each position diffuses by Brownian motion on the globe, from 7 km to uniformity; the network
    sees time differences in units of a six-hour step and displacements of about 64 km per step.

    Arguments:
        symmetry: What else leaves the law as it is, see `Symmetry`.
        covariates: Whether the network knows the season and the basin, as `data.track_covariates`
            gives them.
        width: Features per point, a multiple of 16, or 8; a sixteenth as many heads.
        n_layers: Number of attention layers.

    Raises:
        ValueError: If there is no symmetry of that name.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.cyclone_model().noising.manifold
        Sphere(n=2)
        >>> gn.experiments.cyclone_model(symmetry="mirror").network.field_type.group.on_values
        Axial(equatorial_mirror=True, meridional_mirror=False)
    """
    noising = BrownianMotion(Sphere(2), LinearSchedule(beta_min=1e-4, beta_max=10.0))
    n_covariates = len(TRACK_COVARIATES) if covariates else 0
    network = _network(symmetry, width, n_layers)
    return NeuralDiffusionProcess(noising, network, n_covariates=n_covariates)


def _network(symmetry: str, width: int, n_layers: int) -> AbstractNetwork:
    sizes = {
        "unit_x": _UNIT_X,
        "unit_y": _UNIT_Y,
        "width": width,
        "n_layers": n_layers,
        "n_heads": max(1, width // 16),
        "n_channels": max(4, width // 8),
    }
    if symmetry == "none":
        kind = FieldType(T(1), Trivial(3), codomain=Sphere(2))
        return TranslationInvariantTransformer(kind, **sizes)
    if symmetry not in _ON_VALUES:
        known = ", ".join(["none", *_ON_VALUES])
        raise ValueError(f"expected a symmetry, one of {known}, got {symmetry!r}")
    group = InputOutput(T(1), _ON_VALUES[symmetry])
    return SphereEquivariant(FieldType(group, Vector(3), codomain=Sphere(2)), **sizes)


def track_field(model: NeuralDiffusionProcess, track: Track) -> FieldSample:
    """A track as a field that a model takes: with covariates if it has them.

    Arguments:
        model: A model of tracks, as `cyclone_model` makes them.
        track: The storm.

    Example:
        >>> import geomndp as gn
        >>> dorian = gn.data.load_cyclones()["2019236N10314"]
        >>> gn.experiments.track_field(gn.experiments.cyclone_model(), dorian).covariates.shape
        (65, 9)
    """
    field = track.field()
    if model.n_covariates == 0:
        return field
    return FieldSample(field.x, field.y, field.mask, jnp.asarray(track_covariates(track)))


def track_fields(
    model: NeuralDiffusionProcess, tracks: Iterable[Track], n_points: int | None = None
) -> FieldSample:
    """Tracks as one batch of the fields that a model takes, padded.

    Arguments:
        model: A model of tracks, as `cyclone_model` makes them.
        tracks: The storms.
        n_points: Number of points to pad to; that of the longest storm when left out.

    Raises:
        ValueError: If there is no storm, or one has more fixes than `n_points`.

    Example:
        >>> import geomndp as gn
        >>> tracks = gn.data.load_cyclones().select(season=2019, basin="NA")
        >>> gn.experiments.track_fields(gn.experiments.cyclone_model(), tracks).y.shape
        (20, 65, 3)
    """
    tracks = list(tracks)
    if not tracks:
        raise ValueError("expected at least one storm, got none")
    longest = max(map(len, tracks))
    n_points = longest if n_points is None else n_points
    if n_points < longest:
        raise ValueError(f"expected n_points of at least {longest}, got {n_points}")
    padded = [_padded(model, track, n_points) for track in tracks]
    return FieldSample(*(jnp.asarray(np.stack(part)) for part in zip(*padded, strict=True)))


def _padded(model: NeuralDiffusionProcess, track: Track, n_points: int) -> list[np.ndarray]:
    parts = [track.days[:, None], track.unit_vectors()]
    if model.n_covariates:
        parts.append(track_covariates(track))
    missing = n_points - len(track)
    padded = [np.pad(part, [(0, missing), (0, 0)], mode="edge") for part in parts]
    padded = [part.astype(np.float32) for part in padded]
    return [*padded[:2], np.arange(n_points) < len(track), *padded[2:]]


def sample_case(
    trained: TrainedProcess,
    case: TrackCase,
    *,
    n_members: int,
    method: AbstractConditionalMethod | None = None,
    key: Key,
) -> Float[Array, "n_members n 3"]:
    """An ensemble of the hidden part of a storm, from a model of tracks.

    Arguments:
        trained: A model with the covariates of tracks, or without any.
        case: The storm.
        n_members: Size of the ensemble.
        method: The method of conditioning.
        key: Random key.

    Example:
        >>> import jax, geomndp as gn
        >>> storms = gn.data.load_cyclones().select(id=["2019236N10314"])
        >>> case, = gn.experiments.gap_cases(storms)
        >>> gn.experiments.sample_case(
        ...     gn.load("cyclones"), case, n_members=2, key=jax.random.key(0)
        ... ).shape
        (2, 7, 3)
    """
    given, asked = (known_to(trained.model, part) for part in (case.context, case.target))
    return trained.condition(given).sample(
        asked.x, n_samples=n_members, covariates=asked.covariates, method=method, key=key
    )


def known_to(model: NeuralDiffusionProcess, field: FieldSample) -> FieldSample:
    """A field without covariates, if the model has no use of any.

    Arguments:
        model: A model.
        field: A field.

    Example:
        >>> import geomndp as gn
        >>> dorian = gn.data.load_cyclones()["2019236N10314"]
        >>> model = gn.experiments.cyclone_model(covariates=False)
        >>> gn.experiments.known_to(model, dorian.field()).covariates is None
        True
    """
    return field if model.n_covariates else FieldSample(field.x, field.y, field.mask)
