"""Densities of a trained process with divergences estimated beside a Gaussian process."""

import dataclasses
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.gp import GaussianProcess, Posterior
from geomndp.likelihood import AbstractIntegrator, ControlVariate, Hutchinson
from geomndp.model import TrainedProcess
from geomndp.model.inputs import origin, padded_field
from geomndp.sde import ExactGaussianScore


class EstimatedDensities(eqx.Module):
    """A trained process as what is scored at many points, where exact divergences take too long.

    A divergence is estimated by a few random probes, less the error that the same probes make for
    a Gaussian process like the data (`likelihood.ControlVariate`). Probes are others for every
    field, so that their errors are independent from field to field and in the standard errors.

    Arguments:
        trained: The trained process.
        reference: The Gaussian process.
        n_probes: Random probes of each field.
        integrator: How the flow is followed; that of `likelihood` when left out.
        seed: Seed of the probes.
        given: Values of the field that are given; none when left out.

    Raises:
        ValueError: If there is no probe.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> law = gn.experiments.vector_field_law("curl-free")
        >>> scored = gn.experiments.EstimatedDensities(
        ...     gn.load("gp-fields-curl-free"), law, integrator=gn.likelihood.FixedGrid(6)
        ... )
        >>> x = jnp.array([[0.0, 0.0], [1.0, 0.5], [0.0, 2.0]])
        >>> sample = gn.FieldSample(x, law.sample(x, key=jax.random.key(0)))
        >>> bool(abs(scored.log_prob(sample) - law.log_prob(sample.x, sample.y)) < 1)
        True
    """

    trained: TrainedProcess
    reference: GaussianProcess
    n_probes: int = 4
    integrator: AbstractIntegrator | None = None
    seed: int = 0
    given: FieldSample | None = None

    def condition(self, context: FieldSample) -> "EstimatedDensities":
        """The law of the rest of a field given values of it."""
        return dataclasses.replace(self, given=context)

    def log_prob(self, sample: FieldSample) -> Float[Array, ""]:
        """Log-density of the values of one field, in nats."""
        law, reference = self.trained, self.reference
        if self.given is not None:
            # The model counts locations from an origin of its own.
            start = origin(self.trained.model.network.field_type, self.given.x)
            seen = padded_field(self.given, start, self.given.y.dtype)
            reference = reference.condition(seen.x, seen.y, seen.mask)
            law = self.trained.condition(self.given)
        return law.log_prob(
            sample,
            divergence=ControlVariate(Hutchinson(self.n_probes), self._score(reference)),
            integrator=self.integrator,
            key=jax.random.fold_in(jax.random.key(self.seed), _number_of(sample)),
        )

    def _score(self, reference: GaussianProcess | Posterior) -> ExactGaussianScore:
        """The score of the reference, in the precision of the network."""
        noising: Any = self.trained.model.noising
        score = ExactGaussianScore(noising, reference)
        numbers, rest = eqx.partition(score, eqx.is_inexact_array)
        return eqx.combine(jax.tree.map(lambda a: a.astype(self.trained.dtype), numbers), rest)


def _number_of(sample: FieldSample) -> Array:
    """A number of its own for every field, made of all its values; where it is moved, the same."""
    bits = jax.lax.bitcast_convert_type(sample.y.ravel().astype(jnp.float32), jnp.uint32)
    half = jnp.uint32(16)  # high bits are heard among the low ones too, of which a product is made
    bits = bits ^ (bits << half) ^ (bits >> half)
    # Odd factors, so that no bit is lost; they wrap around.
    factors = jnp.arange(len(bits), dtype=jnp.uint32) * jnp.uint32(2654435762) + jnp.uint32(1)
    return jnp.sum(bits * factors, dtype=jnp.uint32)
