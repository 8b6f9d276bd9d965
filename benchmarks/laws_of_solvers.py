"""The exact law of what a solver returns for Gaussian data, without sampling.

A solver that is affine in values and noise is run on coefficients: column 0 has the mean, and every
other column is what one standard normal number adds. The columns of what it returns are the mean
and a factor of the covariance of what it would return for a draw. Coordinates are those in which
limit and data have diagonal covariances; there the score acts on each by itself, and the noise of a
step, which is white, takes one column.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import geomndp as gn


class Law(NamedTuple):
    """A normal law of flattened values."""

    mean: np.ndarray
    covariance: np.ndarray


class Fields(NamedTuple):
    """Gaussian data noised at given points, in flattened coordinates."""

    limit_mean: np.ndarray
    root: np.ndarray
    """L, of the limit."""
    data_mean: np.ndarray
    basis: np.ndarray
    """In which the covariances of the limit and of the data are diagonal: 1 and `variances`."""
    inverse_basis: np.ndarray
    variances: np.ndarray
    believed: np.ndarray
    """What the score takes for `variances`."""

    @staticmethod
    def of(process: gn.sde.GaussianNoisingAtPoints, data: gn.GaussianProcess) -> "Fields":
        """The data at the points of a process."""
        size = process.mean.size
        root = _columns_of_limit(process).reshape(size, size).T
        gram = data.operator(process.x).dense()
        covariance = jnp.moveaxis(gram, 2, 1).reshape(size, size)
        white = jnp.linalg.solve(root, jnp.linalg.solve(root, covariance).T)
        variances, rotation = np.linalg.eigh(np.asarray(white))
        basis = np.asarray(root) @ rotation
        return Fields(
            np.asarray(process.mean).ravel(),
            np.asarray(root),
            np.asarray(data.mean(process.x)).ravel(),
            basis,
            np.linalg.inv(basis),
            variances,
            variances,
        )

    @property
    def limit(self) -> Law:
        """The law of the limit."""
        return Law(self.limit_mean, self.root @ self.root.T)

    def law(self, noising: gn.sde.AbstractGaussianNoising, t: float) -> Law:
        """The exact law at time t."""
        signal, noise = float(noising.signal(t)), float(noising.noise_scale(t))
        mean = self.limit_mean + signal * (self.data_mean - self.limit_mean)
        variances = signal**2 * self.variances + noise**2
        return Law(mean, (self.basis * variances) @ self.basis.T)


class CarriedNoise(gn.sde.GaussianNoisingAtPoints):
    """Gaussian noising of coefficients, whose noise is one column for each draw."""

    first: int = eqx.field(static=True)
    """The column of the first draw."""
    number: Callable[[Any], Any] = eqx.field(static=True)
    """Which draw a key makes."""

    def noise(self, y: Any, *, key: Any) -> Any:
        """An independent standard normal number in each coordinate."""
        column = jax.nn.one_hot(self.first + self.number(key), y.shape[1], dtype=y.dtype)
        return jnp.broadcast_to(column[None], y.shape)


def laws_of_solutions(
    solver: gn.solvers.AbstractSolver,
    noising: gn.sde.AbstractGaussianNoising,
    fields: list[Fields],
    *,
    n_draws: int,
    start: list[Law] | None = None,
) -> list[Law]:
    """Laws at `t_min` of what an affine solver makes of the exact laws at `t_max`.

    Arguments:
        solver: The solver.
        noising: The process.
        fields: Several ones of the same size, which are solved for at once.
        n_draws: How often the solver draws noise; an error if it does otherwise.
        start: Laws at `t_max`, in the place of the exact ones.
    """
    number, numbers = numbering()
    size = len(fields[0].data_mean)
    n_columns = 1 + size + n_draws
    start = [each.law(noising, noising.t_max) for each in fields] if start is None else start
    coefficients = np.zeros((len(fields), size, n_columns))
    for each, law, field in zip(coefficients, start, fields, strict=True):
        each[:, 0] = field.inverse_basis @ law.mean
        each[:, 1 : 1 + size] = field.inverse_basis @ np.linalg.cholesky(law.covariance)

    def solve(each: Fields, y: Any) -> Any:
        def in_first_column(mean: Any) -> Any:
            return jnp.zeros_like(y).at[:, 0].set(each.inverse_basis @ mean)

        process = CarriedNoise(
            noising,
            jnp.zeros((size, 1)),
            jnp.ones(size, bool),
            in_first_column(each.limit_mean),
            gn.linalg.ScaledIdentity(1.0, size, n_columns),
            1 + size,
            number,
        )

        def score(t: Any, y: Any) -> Any:
            variances = noising.signal(t) ** 2 * each.believed + noising.noise_scale(t) ** 2
            mean = process.marginal_mean(t, in_first_column(each.data_mean))
            return -(y - mean) / variances[:, None]

        return solver.reverse(process, score, y, key=jax.random.key(0))

    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *fields)
    found = np.asarray(jax.jit(jax.vmap(solve))(stacked, jnp.asarray(coefficients)))
    if len(numbers) != n_draws:
        raise ValueError(f"expected {n_draws} keys of noise, got {len(numbers)}")
    return [_law(each.basis, y) for each, y in zip(fields, found, strict=True)]


def law_of_map(function: Callable[[Any], Any], process: gn.sde.GaussianNoisingAtPoints) -> Law:
    """Of what a function that is affine makes of the limit of a process."""

    @jax.jit
    def law() -> tuple[Any, Any]:
        found, push = jax.linearize(lambda y: function(y).ravel(), process.mean)
        pushed = jax.vmap(push)(_columns_of_limit(process))
        return found, pushed.T @ pushed

    return Law(*(np.asarray(part, np.float64) for part in law()))


def _columns_of_limit(process: gn.sde.GaussianNoisingAtPoints) -> Any:
    """Those of L, as values of fields."""
    size = process.mean.size
    units = jnp.eye(size, dtype=process.mean.dtype).reshape(size, *process.mean.shape)
    return jax.vmap(process.covariance.sqrt_matvec)(units)


def numbering() -> tuple[Callable[[Any], Any], dict[bytes, int]]:
    """A function that numbers keys as they come, the same key always alike, and its table."""
    numbers: dict[bytes, int] = {}

    def lookup(data: Any) -> np.ndarray:
        return np.array(numbers.setdefault(np.asarray(data).tobytes(), len(numbers)), np.int64)

    def number(key: Any) -> Any:
        shape = jax.ShapeDtypeStruct((), np.int64)
        return jax.pure_callback(lookup, shape, jax.random.key_data(key))

    return number, numbers


def wasserstein(first: Law, second: Law) -> float:
    """The 2-Wasserstein distance of two normal laws, in the unit of the values."""
    root = _root(first.covariance)
    cross = _root(root @ second.covariance @ root)
    spread = np.trace(first.covariance + second.covariance - 2 * cross)
    return float(np.sqrt(np.sum((first.mean - second.mean) ** 2) + max(spread, 0)))


def _law(basis: np.ndarray, coefficients: np.ndarray) -> Law:
    size = len(basis)
    shared, own = coefficients[:, 1 : 1 + size], coefficients[:, 1 + size :]
    inner = shared @ shared.T + np.diag(np.sum(own**2, 1))
    return Law(basis @ coefficients[:, 0], basis @ inner @ basis.T)


def _root(matrix: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
