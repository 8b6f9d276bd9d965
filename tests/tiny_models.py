"""Models so small that they compile in seconds, with parameters none of which is 0."""

import jax.numpy as jnp
import numpy as np
from random_fields import in_single_precision, random_params

import geomndp as gn

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
    params = random_params(model.network, track(3), seed=0)
    return gn.TrainedProcess(model, in_single_precision(params))


def track(n_points: int, *, start: float = 0.0) -> gn.FieldSample:
    """Six-hourly positions on a great circle, in float32."""
    days = np.arange(n_points) / 4
    angle = start + 0.05 * days
    y = np.stack([np.cos(angle), np.sin(angle), np.zeros(n_points)], -1)
    return gn.FieldSample(
        jnp.asarray(days[:, None].astype(np.float32)), jnp.asarray(y.astype(np.float32))
    )
