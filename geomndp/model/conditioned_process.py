"""A trained model given observations: its posterior."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from geomndp.fields import FieldSample
from geomndp.likelihood import AbstractDivergence, AbstractIntegrator, log_prob
from geomndp.manifolds import Euclidean
from geomndp.model.guided_density import conditional_log_prob
from geomndp.model.inputs import (
    check_field,
    check_observations,
    density_method,
    n_observed,
    origin,
    padded_field,
    padded_locations,
    padded_noise,
)
from geomndp.model.trained_process import TrainedProcess
from geomndp.sampling import (
    AbstractConditionalMethod,
    AbstractGuidance,
    Amortised,
    Context,
    ObservationNoise,
    default_method,
    has_noise,
    join_observations,
    sample_conditional,
)
from geomndp.typing import Key, Locations


class ConditionedProcess(eqx.Module):
    """A trained process given observations: its posterior.

    Arguments:
        prior: The trained process.
        context: Observations of one field.
        observation_noise: Variance of noise in them.

    Example:
        >>> import jax, jax.numpy as jnp, geomndp as gn
        >>> y = gn.manifolds.from_geographic(jnp.array([15.0]), jnp.array([-50.0]))
        >>> context = gn.FieldSample(jnp.array([[0.0]]), y)
        >>> posterior = gn.model.ConditionedProcess(gn.load("cyclones"), context)
        >>> posterior.sample(jnp.array([[1.0]]), n_samples=2, key=jax.random.key(0)).shape
        (2, 1, 3)
    """

    prior: TrainedProcess
    context: Context
    observation_noise: ObservationNoise = 0.0

    def sample(
        self,
        x: Locations | None = None,
        *,
        n_samples: int,
        covariates: Float[Array, "n_rows dim_c"] | None = None,
        method: AbstractConditionalMethod | None = None,
        key: Key,
    ) -> Float[Array, "n_samples n_points dim_y"]:
        """Fields at the locations x, drawn jointly, given the observations.

        Arguments:
            x: Locations; those on which the observations depend when left out.
            n_samples: How many fields.
            covariates: Numbers per location, for a model that has them.
            method: The method of conditioning; `default_method` when left out.
            key: Random key.

        Raises:
            ValueError: If locations or covariates are not such as the model is made for.
        """
        process, start = self.prior, self._origin
        model = process.model
        context = padded_field(self.context, start, process.dtype)
        padded = mask = None
        if x is not None:
            padded, mask, covariates = padded_locations(model, x, covariates, start, process.dtype)
        elif covariates is not None:
            raise ValueError("expected locations x with covariates of them, got covariates alone")
        elif context.covariates is not None:
            covariates = context.covariates[:0]
        if method is None and x is not None:
            method = self.default_method
        y = sample_conditional(
            model.noising,
            model.score(process.params, covariates=covariates),
            context,
            padded,
            mask,
            n_samples=n_samples,
            method=method,
            observation_noise=padded_noise(self.observation_noise, self.context),
            key=key,
        )
        return y[:, : self.context.n_points if x is None else x.shape[0]]

    def mean_and_covariance(
        self,
        x: Locations,
        *,
        n_samples: int = 256,
        covariates: Float[Array, "n_rows dim_c"] | None = None,
        method: AbstractConditionalMethod | None = None,
        key: Key,
    ) -> tuple[Float[Array, "n_points dim_y"], Float[Array, "n_points n_points dim_y dim_y"]]:
        """Mean and covariance of the values at the locations x, of draws, in flat space.

        They err as those of `n_samples` independent draws do; arguments are those of `sample`.

        Arguments:
            x: Locations.
            n_samples: How many fields are drawn.
            covariates: Numbers per location, for a model that has them.
            method: The method of conditioning; `default_method` when left out.
            key: Random key.

        Raises:
            ValueError: If values are not of flat space, or of less than 2 draws.

        Example:
            >>> import jax, jax.numpy as jnp, geomndp as gn
            >>> seen = gn.FieldSample(jnp.array([[0.0]]), jnp.array([[1.0]]))
            >>> posterior = gn.load("regression1d-se").condition(seen)
            >>> x = jnp.array([[0.0], [1.0]])
            >>> mean, covariance = posterior.mean_and_covariance(
            ...     x, n_samples=16, key=jax.random.key(0)
            ... )
            >>> mean.shape, covariance.shape
            ((2, 1), (2, 2, 1, 1))
        """
        if not isinstance(self.prior.model.noising.manifold, Euclidean):
            raise ValueError(
                "expected a model with values in flat space, got one on "
                f"{self.prior.model.noising.manifold}; use metrics.frechet_mean of its samples"
            )
        if n_samples < 2:
            raise ValueError(f"expected n_samples of at least 2, got {n_samples}")
        y = self.sample(x, n_samples=n_samples, covariates=covariates, method=method, key=key)
        mean = jnp.mean(y, 0)
        apart = y - mean[None]
        return mean, jnp.einsum("sni,smj->nmij", apart, apart) / (n_samples - 1)

    def extend(
        self,
        x: Locations,
        y: Float[Array, "n_samples n_points dim_y"],
        x_new: Float[Array, "n_new dim_x"],
        *,
        covariates: Float[Array, "n_rows dim_c"] | None = None,
        covariates_new: Float[Array, "n_new dim_c"] | None = None,
        method: AbstractConditionalMethod | None = None,
        key: Key,
    ) -> Float[Array, "n_samples n_new dim_y"]:
        """The same fields at more locations: each given the observations and its own values.

        Arguments:
            x: Where the fields are known.
            y: Their values there, from `sample`.
            x_new: Where they are asked for.
            covariates: Numbers per known location, for a model that has them.
            covariates_new: Numbers per new location.
            method: The method of conditioning, `default_method` when left out; for many points
                take `KrylovGuidance`.
            key: Random key.

        Raises:
            ValueError: If shapes do not go together, or locations are not such as the model is
                made for.

        Example:
            >>> import jax, jax.numpy as jnp, geomndp as gn
            >>> seen = gn.FieldSample(jnp.array([[0.0]]), jnp.array([[1.0]]))
            >>> posterior = gn.load("regression1d-se").condition(seen)
            >>> x, key = jnp.array([[0.5], [1.0]]), jax.random.key(0)
            >>> y = posterior.sample(x, n_samples=3, key=key)
            >>> posterior.extend(x, y, jnp.array([[0.75]]), key=key).shape
            (3, 1, 1)
        """

        def one(y: Any, key: Key) -> Any:
            known = self.condition(FieldSample(x, y, covariates=covariates))
            drawn = known.sample(
                x_new, n_samples=1, covariates=covariates_new, method=method, key=key
            )
            return drawn[0]

        return jax.vmap(one)(y, jax.random.split(key, y.shape[0]))

    def condition(
        self, context: Context, *, observation_noise: ObservationNoise = 0.0
    ) -> "ConditionedProcess":
        """The posterior given further observations of the same field.

        Arguments:
            context: The further observations.
            observation_noise: Variance of noise in these.

        Example:
            >>> import jax.numpy as jnp, geomndp as gn
            >>> at = lambda x, y: gn.FieldSample(jnp.array([[x]]), jnp.array([[y]]))
            >>> posterior = gn.load("regression1d-se").condition(at(0.0, 1.0))
            >>> posterior.condition(at(1.0, 0.5), observation_noise=0.1).context.n_points
            2
        """
        check_observations(self.prior.model, context, observation_noise)
        known, further = (self.context, self.observation_noise), (context, observation_noise)
        joined = join_observations(known, further)
        return ConditionedProcess(self.prior, *joined)

    def log_prob(
        self,
        sample: FieldSample,
        *,
        method: AbstractGuidance | Amortised | None = None,
        divergence: AbstractDivergence | None = None,
        integrator: AbstractIntegrator | None = None,
        key: Key | None = None,
    ) -> Float[Array, ""]:
        """Log-density of values at other points of the field, given the observations, in nats.

        It is that of the flow of the conditional score, and so a normalised density of the values,
        whether or not marginals of the prior agree with one another.

        Arguments:
            sample: The values at the other points.
            method: Where the conditional score comes from: `Amortised` when left out, for models
                that were trained with observations; see `conditional_log_prob` for guidance.
            divergence: How the divergence is found; exact when left out.
            integrator: How the flow is followed; that of `likelihood` when left out.
            key: Random key, for a divergence that needs one.

        Raises:
            ValueError: If the model is not made for such a field, observations are noisy or none of
                values, or it was trained without any and no method is given.

        Example:
            >>> import jax.numpy as jnp, geomndp as gn
            >>> y = gn.manifolds.from_geographic(jnp.array([15.0, 15.4]), jnp.array([-50.0, -51.2]))
            >>> seen = gn.FieldSample(jnp.array([[0.0], [0.25]]), y)
            >>> near, far = (
            ...     gn.manifolds.from_geographic(jnp.array([15.8]), jnp.array([longitude]))
            ...     for longitude in (-52.4, 100.0)
            ... )
            >>> forecast, x = gn.load("cyclones").condition(seen), jnp.array([[0.5]])
            >>> densities = [forecast.log_prob(gn.FieldSample(x, y)) for y in (near, far)]
            >>> bool(densities[0] > densities[1])
            True
        """
        process, start = self.prior, self._origin
        model = process.model
        check_field(model, sample, "sample")
        chosen = density_method(model, method)
        context = padded_field(self.context, start, process.dtype)
        sample = padded_field(sample, start, process.dtype)
        settings = {"divergence": divergence, "integrator": integrator, "key": key}
        score = model.score(process.params, covariates=sample.covariates)
        if isinstance(chosen, Amortised):
            given = chosen.conditional(score, context, self.observation_noise)
            return log_prob(model.noising, given, sample, **settings)
        return conditional_log_prob(
            model.noising,
            score,
            context,
            sample,
            method=chosen,
            observation_noise=padded_noise(self.observation_noise, self.context),
            **settings,
        )

    @property
    def default_method(self) -> AbstractConditionalMethod:
        """The method that is used at other locations where none is chosen.

        `Amortised` for models on manifolds, and for values of the field without noise, if they are
        no more than the network was given in training; else `TweedieGuidance`, which takes any
        observations, but hundreds of times the work.

        Example:
            >>> import jax.numpy as jnp, geomndp as gn
            >>> seen = gn.FieldSample(jnp.array([[0.0]]), jnp.array([[1.0]]))
            >>> type(gn.load("regression1d-se").condition(seen).default_method).__name__
            'Amortised'
        """
        known = isinstance(self.context, FieldSample) and not has_noise(self.observation_noise)
        if known and n_observed(self.context) <= self.prior.model.n_context:
            return Amortised()
        return default_method(self.prior.model.noising)

    @property
    def _origin(self) -> Float[Array, "n_first dim_x"]:
        return origin(self.prior.model.network.field_type, self.context.x)
