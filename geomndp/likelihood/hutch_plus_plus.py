"""Hutch++: the part of a trace that a few directions hold is computed exactly."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.likelihood.divergence import (
    AbstractDivergence,
    Linearised,
    Velocity,
    check_count,
    linearised,
    masked,
    or_flat,
    require_key,
    standard_error_of_mean,
)
from geomndp.likelihood.probe_distributions import Gaussian
from geomndp.manifolds import AbstractManifold
from geomndp.typing import Key, Mask, Values


class Probes(NamedTuple):
    """Random vectors for the two parts."""

    sketch: Float[Array, "n_sketch n_points dim_y"]
    rest: Float[Array, "n_probes n_points dim_y"]


class HutchPlusPlus(AbstractDivergence):
    r"""$\operatorname{tr} Q^\top A Q$ exactly, and the trace of the rest by random vectors.

    Here A is the Jacobian, and Q an orthonormal basis of $A S$ for a few random vectors S, which
    finds the directions in which A is large. The rest is probed by vectors g normal in
    the complement of Q, of dimension d, and brought to one length:

    $$ \operatorname{tr} Q^\top A Q + d\, \frac{g^\top A g}{g^\top g},
       \qquad g \leftarrow (I - Q Q^\top)\, g . $$

    Given S the estimates are independent and unbiased. They are exact where the rank of A is at
    most the size of the sketch, and where A is a multiple of the identity, and better than those of
    `Hutchinson` where a few eigenvalues are large and the others small. On a manifold A is the
    derivative of the tangent part, zero along normal vectors, whose directions count in d.

    Arguments:
        n_sketch: Number of directions; each costs two derivatives.
        n_probes: Number of vectors for the rest; each costs one derivative.

    Raises:
        ValueError: If a number is below 1.

    References:
        Meyer et al. (2021), *Hutch++*, arXiv:2010.09649, algorithm 1; for the common length
        Epperly et al. (2024), *XTrace*, arXiv:2301.07825, section 2.3.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> y, mask = jnp.ones((9, 1)), jnp.ones(9, bool)
        >>> field = lambda y: jnp.broadcast_to(jnp.sum(y), y.shape)  # of rank one
        >>> divergence = gn.likelihood.HutchPlusPlus(n_sketch=1, n_probes=2)
        >>> probes = divergence.probes(y, mask, key=jax.random.key(0))
        >>> divergence(field, y, mask, probes).estimates.round(3).tolist()
        [9.0, 9.0]
    """

    n_sketch: int = 8
    n_probes: int = 8

    def __check_init__(self) -> None:
        check_count("n_sketch", self.n_sketch)
        check_count("n_probes", self.n_probes)

    @property
    def n_estimates(self) -> int:
        return self.n_probes

    def probes(self, y: Values, mask: Mask, *, key: Key | None) -> Probes:
        n_all = self.n_sketch + self.n_probes
        key = require_key(key, self)
        # Not by signs: lengths and directions in the complement are independent for normal ones.
        drawn = Gaussian().sample((n_all, *y.shape), y.dtype, key=key)
        drawn = jax.vmap(lambda v: masked(v, mask))(drawn)
        return Probes(drawn[: self.n_sketch], drawn[self.n_sketch :])

    def __call__(
        self,
        velocity: Velocity,
        y: Values,
        mask: Mask,
        probes: Probes,
        manifold: AbstractManifold | None = None,
    ) -> Linearised:
        v, derivative = linearised(velocity, y, mask, or_flat(manifold, y))

        def rows(tangents: Float[Array, "n size"]) -> Float[Array, "n size"]:
            return jax.vmap(derivative)(tangents.reshape(-1, *y.shape)).reshape(tangents.shape)

        sketch, rest = (part.reshape(part.shape[0], -1) for part in probes)
        both = rows(jnp.concatenate([sketch, rest]))
        basis = jnp.linalg.qr(both[: self.n_sketch].T)[0].T
        of_basis = rows(basis)
        inside = jnp.sum(basis * of_basis)

        overlaps = rest @ basis.T
        outside = rest - overlaps @ basis
        products = outside * (both[self.n_sketch :] - overlaps @ of_basis)
        # Where there are fewer real values than directions, those left over lie in the padding.
        real = jnp.repeat(mask, y.shape[1]).astype(y.dtype)
        dimension = jnp.sum(real) - jnp.sum(basis**2 * real[None, :])
        lengths = jnp.sum(outside**2, 1)
        some = dimension > 0.5
        mean_curvature = jnp.sum(products, 1) / jnp.where(some, lengths, 1)
        estimates = inside + jnp.where(some, dimension * mean_curvature, 0)
        return Linearised(v, estimates)

    def standard_error(self, estimates: Float[Array, " n_estimates"]) -> Float[Array, ""]:
        return standard_error_of_mean(estimates)
