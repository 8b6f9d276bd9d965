"""Training of the small models of benchmarks, which go on from the runs that they find."""

from typing import Any

import jax

import geomndp as gn
from geomndp.experiments import RunFolder
from geomndp.losses import AbstractWeighting, DenoisingScoreMatching, EDMWeighting

WEIGHTING = EDMWeighting(mean=-1.5, std=1.5)


def trained_in(
    run: RunFolder,
    model: gn.NeuralDiffusionProcess,
    data: Any,
    *,
    n_context: int,
    n_steps: int,
    batch_size: int,
    seed: int,
    learning_rate: float = 4e-3,
    weighting: AbstractWeighting = WEIGHTING,
    muon: bool = False,
) -> tuple[gn.TrainedProcess, dict[str, Any]]:
    """The trained model that a run folder holds, or will, and how it was trained.

    Arguments:
        run: The folder.
        model: The model.
        data: What `training.fit` takes.
        n_context: The largest number of points that are given in training; 0 if none ever are.
        n_steps: Optimiser steps.
        batch_size: Fields of each.
        seed: Of every random choice.
        learning_rate: The largest.
        weighting: How much each scale of noise counts.
        muon: Whether matrices of layers go by Muon instead of Adam.
    """
    if run.model.exists():
        trained = gn.load(run.model)
    else:
        result = gn.training.fit(
            model,
            data,
            key=jax.random.key(seed),
            config=gn.training.TrainingConfig(
                n_steps=n_steps,
                batch_size=batch_size,
                learning_rate=learning_rate,
                muon=muon,
            ),
            task=gn.training.RandomContext(n_context) if n_context else None,
            loss=DenoisingScoreMatching(weighting),
            folder=run.path,
            resume=run.path.exists(),
        )
        model = model.trained_with(n_context) if n_context else model
        trained = gn.TrainedProcess(model, result.params)
        trained.save(run.model)
    last = run.read_history()[-1]
    return trained, {
        "steps": int(last["step"]),
        "batch_size": batch_size,
        "seconds": last["seconds"],
        "n_parameters": sum(leaf.size for leaf in jax.tree.leaves(trained.params)),
    }


def without_symmetry(
    dim_x: int, *, dim_y: int = 1, unit_x: float, width: int, n_layers: int
) -> gn.NeuralDiffusionProcess:
    """A model of values of variance 1 at places that it tells apart."""
    kind = gn.FieldType(gn.groups.Trivial(dim_x), gn.representations.Trivial(dim_y))
    network = gn.networks.Transformer(kind, unit_x=unit_x, width=width, n_layers=n_layers)
    return towards_white(network, 1.0)


def towards_white(
    network: gn.networks.AbstractNetwork, variance: float
) -> gn.NeuralDiffusionProcess:
    """The model of a network whose values are noised to white ones of the same variance."""
    limit = gn.GaussianProcess(gn.kernels.White(variance, network.field_type.dim_y))
    return towards(limit, network, gn.parametrisations.EDM(variance))


def towards(
    limit: gn.GaussianProcess,
    network: gn.networks.AbstractNetwork,
    parametrisation: gn.parametrisations.AbstractParametrisation,
) -> gn.NeuralDiffusionProcess:
    """The model of a network whose values are noised to a limit."""
    schedule = gn.sde.LinearSchedule(beta_min=1e-4, beta_max=10.0)
    noising = gn.sde.OrnsteinUhlenbeck(limit, schedule)
    return gn.NeuralDiffusionProcess(noising, network, parametrisation)
