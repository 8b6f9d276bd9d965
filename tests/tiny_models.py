"""Models so small that they compile in seconds, with parameters none of which is 0."""

import haiku as hk
import jax.numpy as jnp
import numpy as np
from random_fields import in_single_precision, random_params

import geomndp as gn
from geomndp.networks import AbstractHaikuNetwork

GLOBE = gn.manifolds.Sphere(2)
TRACKS = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(3), codomain=GLOBE)
WALK = gn.solvers.GeodesicRandomWalk(n_steps=4)


def tiny_model(width: int = 8) -> gn.NeuralDiffusionProcess:
    """Tracks on the globe."""
    network = gn.networks.TranslationInvariantTransformer(TRACKS, width=width, n_layers=1)
    return gn.NeuralDiffusionProcess(
        gn.sde.BrownianMotion(GLOBE, gn.sde.LinearSchedule(beta_max=8.0)), network
    )


def tiny_process(model: gn.NeuralDiffusionProcess | None = None) -> gn.TrainedProcess:
    """Random parameters in the place of trained ones, in float32."""
    model = tiny_model() if model is None else model
    like = track(3)
    if model.n_covariates:
        covariates = jnp.ones((3, model.n_covariates), jnp.float32)
        dim_y = model.noising.manifold.ambient_dim
        y = jnp.pad(like.y, [(0, 0), (0, 2)])[:, :dim_y]
        like = gn.FieldSample(like.x, y, covariates=covariates)
    params = random_params(model.network, like, seed=0)
    return gn.TrainedProcess(model, in_single_precision(params))


def track(n_points: int, *, start: float = 0.0) -> gn.FieldSample:
    """Six-hourly positions on a great circle, in float32."""
    days = np.arange(n_points) / 4
    angle = start + 0.05 * days
    y = np.stack([np.cos(angle), np.sin(angle), np.zeros(n_points)], -1)
    return gn.FieldSample(
        jnp.asarray(days[:, None].astype(np.float32)), jnp.asarray(y.astype(np.float32))
    )


class Perceptron(AbstractHaikuNetwork):
    """Values and the mean of the context to scores: compiles in a fraction of attention's time."""

    field_type: gn.FieldType
    width: int = 4

    def geometry(self, x, mask, context=None):
        return None

    def forward(self, noise_scale, x, y, mask, context, covariates, geometry):
        scale = jnp.broadcast_to(noise_scale, y[:, :1].shape)
        given = (
            jnp.zeros_like(y) if context is None else jnp.zeros_like(y) + context.y.mean(0)[None]
        )
        hidden = jnp.tanh(hk.Linear(self.width)(jnp.concatenate([y, scale, given], -1)))
        return hk.Linear(y.shape[-1])(hidden)


def flat_model(width: int = 4, beta_max: float = 4.0) -> gn.NeuralDiffusionProcess:
    """Series in the plane, for tests of what does not depend on the network."""
    kind = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(2))
    motion = gn.sde.BrownianMotion(kind.codomain, gn.sde.LinearSchedule(beta_max=beta_max))
    return gn.NeuralDiffusionProcess(motion, Perceptron(kind, width))


def white_model(
    parametrisation: gn.parametrisations.AbstractParametrisation | None = None,
) -> gn.NeuralDiffusionProcess:
    """Series in the plane that become white noise."""
    kind = gn.FieldType(gn.groups.T(1), gn.representations.Trivial(2))
    limit = gn.GaussianProcess(gn.kernels.White(2.0, 2))
    noising = gn.sde.OrnsteinUhlenbeck(limit, gn.sde.LinearSchedule(beta_max=10.0))
    return gn.NeuralDiffusionProcess(noising, Perceptron(kind), parametrisation)


def flat_data(n_fields: int = 12, n_points: int = 5, seed: int = 0) -> gn.FieldSample:
    """Fields of `flat_model`, with padding."""
    y = np.random.default_rng(seed).normal(size=(n_fields, n_points, 2)).astype(np.float32)
    x = np.broadcast_to(np.arange(n_points, dtype=np.float32)[:, None], (n_fields, n_points, 1))
    mask = np.arange(n_points) < n_points - np.arange(n_fields)[:, None] % 3
    return gn.FieldSample(jnp.asarray(x), jnp.asarray(y), jnp.asarray(mask))
