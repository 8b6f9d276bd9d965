"""Models of tracks."""

from typing import Any, Literal, TypeAlias

from geomndp.data import INTENSITY, TRACK_COVARIATES
from geomndp.fields import FieldType
from geomndp.groups import SO, AbstractGroup, Axial, InputOutput, T
from geomndp.manifolds import AbstractManifold, Euclidean, Product, Sphere
from geomndp.model import NeuralDiffusionProcess
from geomndp.networks import (
    AbstractNetwork,
    MissingValues,
    SphereEquivariant,
    TranslationInvariantTransformer,
)
from geomndp.representations import Trivial, Vector
from geomndp.sde import BrownianMotion, LinearSchedule

Symmetry: TypeAlias = Literal["none", "axial", "mirror", "rotations"]
"""What leaves the law of tracks as it is, beside shifts of time: nothing; rotations about the
Earth's axis; these and the mirror across the equator; all rotations of the globe."""

TrackValues: TypeAlias = Literal["globe", "intensity", "plane"]
"""What a model tells of storms: their positions on the globe; these with wind and pressure; or, to
compare with, longitude and latitude as if they were of a plane."""

_GLOBE = Sphere(2)

_VALUES: dict[str, AbstractManifold] = {
    "globe": _GLOBE,
    "intensity": Product((_GLOBE, Euclidean(len(INTENSITY)))),
    "plane": Product((Euclidean(1), Euclidean(1))),
}

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
    values: str = "globe",
    covariates: bool = True,
    width: int = 64,
    n_layers: int = 4,
) -> NeuralDiffusionProcess:
    r"""A model of tracks $\mathbb{R} \to S^2$ whose law is invariant to shifts of time.

    Each position diffuses by Brownian motion on the globe, from 7 km to uniformity; the network
    sees time differences in units of a six-hour step and displacements of about 64 km per step.

    With intensity, values are of $S^2 \times \mathbb{R}^2$: wind and pressure, as
    `data.scaled_intensity` has them, diffuse beside the position, from less than a knot and a hPa
    on. Where one of them is missing it is told so by a covariate, and nothing is learned from it:
    see `networks.MissingValues`. In the plane, values are longitude east of the first fix and
    latitude, in radians: a model that knows nothing of the globe, to compare others with.

    Arguments:
        symmetry: What else leaves the law as it is, see `Symmetry`.
        values: What it tells, see `TrackValues`; other symmetries than none are of the globe.
        covariates: Whether the network knows the season and the basin, as `data.track_covariates`
            gives them.
        width: Features per point, a multiple of 16, or 8; a sixteenth as many heads.
        n_layers: Number of attention layers.

    Raises:
        ValueError: If there is no symmetry or are no values of that name, or not these together.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.cyclone_model().noising.manifold
        Sphere(n=2)
        >>> gn.experiments.cyclone_model(symmetry="mirror").network.field_type.group.on_values
        Axial(equatorial_mirror=True, meridional_mirror=False)
    """
    if values not in _VALUES:
        raise ValueError(f"expected values, one of {', '.join(_VALUES)}, got {values!r}")
    if values != "globe" and symmetry != "none":
        raise ValueError(
            f"expected symmetry 'none' for values {values!r}, got {symmetry!r}; networks that turn "
            "with the globe tell positions on it alone"
        )
    noising = BrownianMotion(_VALUES[values], LinearSchedule(beta_min=1e-4, beta_max=10.0))
    network = _network(symmetry, _VALUES[values], width, n_layers)
    n_covariates = len(TRACK_COVARIATES) if covariates else 0
    if values == "intensity":
        network = MissingValues(network, len(INTENSITY))
        n_covariates += len(INTENSITY)
    return NeuralDiffusionProcess(noising, network, n_covariates=n_covariates)


def _network(symmetry: str, values: AbstractManifold, width: int, n_layers: int) -> AbstractNetwork:
    sizes: dict[str, Any] = {
        "unit_x": _UNIT_X,
        "unit_y": _UNIT_Y,
        "width": width,
        "n_layers": n_layers,
        "n_heads": max(1, width // 16),
        "n_channels": max(4, width // 8),
    }
    if symmetry == "none":
        kind = FieldType(T(1), Trivial(values.ambient_dim), codomain=values)
        return TranslationInvariantTransformer(kind, **sizes)
    if symmetry not in _ON_VALUES:
        known = ", ".join(["none", *_ON_VALUES])
        raise ValueError(f"expected a symmetry, one of {known}, got {symmetry!r}")
    group = InputOutput(T(1), _ON_VALUES[symmetry])
    return SphereEquivariant(FieldType(group, Vector(3), codomain=values), **sizes)


def has_intensity(model: NeuralDiffusionProcess) -> bool:
    """Whether a model of tracks tells wind and pressure along with positions.

    Arguments:
        model: A model of tracks, as `cyclone_model` makes them.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.has_intensity(gn.experiments.cyclone_model(values="intensity"))
        True
    """
    return model.noising.manifold == _VALUES["intensity"]


def is_planar(model: NeuralDiffusionProcess) -> bool:
    """Whether a model of tracks takes longitude and latitude for coordinates of a plane.

    Arguments:
        model: A model of tracks, as `cyclone_model` makes them.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.is_planar(gn.experiments.cyclone_model(values="plane"))
        True
    """
    return model.noising.manifold == _VALUES["plane"]


def knows_the_season(model: NeuralDiffusionProcess) -> bool:
    """Whether a model of tracks is given the season and the basin.

    Arguments:
        model: A model of tracks, as `cyclone_model` makes them.

    Example:
        >>> import geomndp as gn
        >>> gn.experiments.knows_the_season(gn.experiments.cyclone_model(covariates=False))
        False
    """
    return model.n_covariates > (len(INTENSITY) if has_intensity(model) else 0)
