"""How good an ensemble of winds is, beside the truth."""

from collections.abc import Callable, Sequence
from types import ModuleType

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from geomndp.fields import Quantity
from geomndp.manifolds import Euclidean
from geomndp.metrics import Estimate, energy_score, mean_and_standard_error, region_coverage

_PLANE = Euclidean(2)

_MOST_POINTS = 128
"""Of which all pairs are compared."""


def verify_winds(
    members: Float[Array | np.ndarray, "n_members n_points 2"],
    truth: Float[Array | np.ndarray, "n_points 2"],
) -> dict[str, float]:
    """Figures of one field, means over its points, in the unit of the winds or its square.

    Arguments:
        members: Members of the ensemble, components to the east and to the north; or the one field
            that a rule tells.
        truth: What came true.

    Returns:
        `crps_eastward` and `crps_northward`; `energy_score` of a wind; `joint_energy_score` of all
        at once, divided by the root of their number; `variogram_score` of order 1/2, a mean over
        pairs of components at the first 128 points, which tells how well differences are told;
        `squared_error` of the mean, of a component;
        and of ensembles `variance`, that of a component which the truth should have about the mean,
        `coverage_50` and `coverage_90`.

    Raises:
        ImportError: If scoringrules is not installed.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> members = np.array([[[0.0, 1.0]], [[2.0, 1.0]]])
        >>> figures = gn.experiments.verify_winds(members, np.array([[0.0, 3.0]]))
        >>> figures["crps_eastward"], figures["crps_northward"], figures["squared_error"]
        (0.0, 2.0, 2.5)
    """
    members, truth = jnp.asarray(members), jnp.asarray(truth)
    n_members, n_points = members.shape[:2]
    apart = jnp.mean(members, 0) - truth
    exactly = np.asarray(members, np.float64), np.asarray(truth, np.float64)
    scores = _crps(*exactly)
    fair = n_members > 1
    flat = members.reshape(n_members, -1), truth.ravel()
    joint = energy_score(Euclidean(2 * n_points), *flat, fair=fair)
    figures = {
        "crps_eastward": scores[0],
        "crps_northward": scores[1],
        "energy_score": jnp.mean(energy_score(_PLANE, members, truth, fair=fair)),
        "joint_energy_score": joint / np.sqrt(n_points),
        "variogram_score": _variogram(*exactly),
        "squared_error": jnp.mean(apart**2),
    }
    if fair:
        # The mean of M members has an error of its own, of a share 1/M of the variance.
        spread = jnp.mean(jnp.var(members, 0, ddof=1)) * (n_members + 1) / n_members
        figures["variance"] = spread
        for percent in (50, 90):
            inside = region_coverage(_PLANE, members, truth, percent / 100)
            figures[f"coverage_{percent}"] = jnp.mean(inside)
    return {name: float(value) for name, value in figures.items()}


def verify_scalars(
    members: Float[np.ndarray, "n_members n_points k"],
    truth: Float[np.ndarray, "n_points k"],
    quantities: Sequence[Quantity],
) -> dict[str, float]:
    """Figures of what is told beside winds, means over the points of a field, each in its unit.

    Arguments:
        members: Coordinates of the quantities, of the members of an ensemble or the one field of a
            rule.
        truth: What came true.
        quantities: What they are.

    Returns:
        For each, by its name, `crps_NAME`, the continuous ranked probability score, which of single
        numbers is the energy score; and of ensembles `coverage_90_NAME`, how often the central 90 %
        of the members hold the truth.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> members, truth = np.array([[[0.0]], [[1.0]]]), np.array([[3.0]])
        >>> pressure = gn.fields.Quantity("msl", "Pa", offset=101300.0, scale=100.0)
        >>> gn.experiments.verify_scalars(members, truth, [pressure])["crps_msl"]
        200.0
    """
    figures: dict[str, float] = {}
    for i, quantity in enumerate(quantities):
        told, came = (quantity.numbers(part[..., i]) for part in (members, truth))
        figures[f"crps_{quantity.name}"] = float(_crps(told[..., None], came[..., None])[0])
        if len(told) > 1:
            members_of, truth_of = (jnp.asarray(part[..., [i]]) for part in (members, truth))
            inside = region_coverage(Euclidean(1), members_of, truth_of, 0.9)
            figures[f"coverage_90_{quantity.name}"] = float(jnp.mean(inside))
    return figures


def _crps(
    members: Float[np.ndarray, "n_members n_points k"], truth: Float[np.ndarray, "n_points k"]
) -> Float[np.ndarray, " k"]:
    """Of each component, fair to ensembles of any size; of one field the absolute error."""
    if len(members) == 1:
        return np.abs(members[0] - truth).mean(0)
    scores = _scoringrules().crps_ensemble(truth, members, m_axis=0, estimator="fair")
    return np.asarray(scores).mean(0)


def _variogram(
    members: Float[np.ndarray, "n_members n_points 2"], truth: Float[np.ndarray, "n_points 2"]
) -> float:
    """Of Scheuerer and Hamill (2015), over the number of pairs, of which there are not too many."""
    told = members[:, :_MOST_POINTS].reshape(len(members), -1)
    came = truth[:_MOST_POINTS].ravel()
    score = _scoringrules().vs_ensemble(came, told, p=0.5)
    return float(score) / max(1, came.size * (came.size - 1))


def _scoringrules() -> ModuleType:
    try:
        import scoringrules
    except ImportError as error:
        raise ImportError(
            "expected scoringrules, for scores of winds, got none; "
            "install it with: pip install 'geomndp[winds]'"
        ) from error
    return scoringrules


def summarise_winds(figures: dict[str, Float[np.ndarray, " n_fields"]]) -> dict[str, Estimate]:
    """Means over fields of figures of `verify_winds`, with their standard errors.

    In the place of squares stand `rmse`, the root mean square error, and `spread_skill`, the ratio
    of the spread to it; their standard errors are by the jackknife.

    Arguments:
        figures: By name, one number for each field.

    Raises:
        ValueError: If there are less than 2 fields.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> figures = {"squared_error": np.array([4.0, 4.0]), "variance": np.array([1.0, 1.0])}
        >>> found = gn.experiments.summarise_winds(figures)
        >>> found["rmse"].mean, found["spread_skill"].mean
        (2.0, 0.5)
    """
    squares = {name: figures[name] for name in ("squared_error", "variance") if name in figures}
    found = {
        name: mean_and_standard_error(values)
        for name, values in figures.items()
        if name not in squares
    }
    error, *variance = squares.values()
    found["rmse"] = _jackknife(lambda error: np.sqrt(error.mean()), error)
    if variance:
        found["spread_skill"] = _jackknife(
            lambda error, variance: np.sqrt(variance.mean() / error.mean()), error, *variance
        )
    return found


def _jackknife(statistic: Callable[..., float], *samples: Float[np.ndarray, " n"]) -> Estimate:
    """A statistic with its standard error by leaving out one case after another."""
    n = len(samples[0])
    if n < 2:
        raise ValueError(f"expected at least 2 fields, for a standard error, got {n}")
    left = np.array([statistic(*(np.delete(each, i) for each in samples)) for i in range(n)])
    error = np.sqrt((n - 1) / n * np.sum((left - left.mean()) ** 2))
    return Estimate(float(statistic(*samples)), float(error), n)
