"""Implementations of each interface, listed by hand: every one is put to the laws of its interface.

A class that is exported and not listed fails a test.
"""

import inspect
from collections.abc import Collection, Mapping
from types import ModuleType
from typing import Any

import equinox as eqx
import gaussian_cases
import jax.numpy as jnp
import kernel_cases
import linalg_cases
import network_cases
from conditioning_cases import CONDITIONAL_METHODS, CONDITIONING_INTERFACES
from derived_field_cases import GRADIENT_FIELDS
from earth_coordinates_cases import AZIMUTHAL, EARTH_COORDINATES
from loss_cases import LOSSES, METRICS, WEIGHTINGS
from manifold_cases import CHARTS, HEAT_KERNELS, MANIFOLDS

import geomndp as gn

GROUPS: dict[str, gn.groups.AbstractGroup] = {
    **{
        f"{G.__name__}({d})": G(d)
        for G in (
            gn.groups.T,
            gn.groups.O,
            gn.groups.SO,
            gn.groups.E,
            gn.groups.SE,
            gn.groups.Trivial,
        )
        for d in (1, 2, 3)
    },
    **{f"C({n})": gn.groups.C(n) for n in (1, 2, 5)},
    **{f"D({n})": gn.groups.D(n) for n in (1, 4)},
    "T(2).D(4)": gn.groups.SemidirectProduct(gn.groups.D(4)),
    "T(2).C(3)": gn.groups.SemidirectProduct(gn.groups.C(3)),
    "axial": gn.groups.Axial(),
    "axial-equatorial": gn.groups.Axial(equatorial_mirror=True),
    "axial-meridional": gn.groups.Axial(meridional_mirror=True),
    "axial-both": gn.groups.Axial(equatorial_mirror=True, meridional_mirror=True),
    "E(2)xT(1)": gn.groups.SpaceTime(gn.groups.E(2)),
    "axial-and-time": gn.groups.SpaceTime(gn.groups.Axial(meridional_mirror=True)),
    "T(1)-and-O(3)": gn.groups.InputOutput(gn.groups.T(1), gn.groups.O(3)),
    "trivial-and-trivial": gn.groups.InputOutput(gn.groups.SO(1), gn.groups.Trivial(2)),
}

REPRESENTATIONS: dict[str, gn.representations.AbstractRepresentation] = {
    "trivial-1": gn.representations.Trivial(1),
    "trivial-3": gn.representations.Trivial(3),
    "pseudoscalar": gn.representations.Pseudoscalar(),
    **{f"vector-{d}": gn.representations.Vector(d) for d in (1, 2, 3)},
    **{f"pseudovector-{d}": gn.representations.Pseudovector(d) for d in (2, 3)},
    **{f"symmetric-{d}": gn.representations.SymmetricTraceless(d) for d in (2, 3)},
    **{f"o2-{m}": gn.representations.IrrepO2(m) for m in (1, 2, 3)},
    **{
        f"o3-{degree}{parity:+d}": gn.representations.IrrepO3(degree, parity)
        for degree in (0, 1, 2, 3)
        for parity in (1, -1)
    },
    "sum": gn.representations.Vector(2)
    + gn.representations.Trivial(1)
    + gn.representations.Pseudoscalar(),
    "copies": 2 * gn.representations.Vector(3),
    "product": gn.representations.Vector(3) * gn.representations.Pseudovector(3),
    "dual": gn.representations.Dual(gn.representations.Vector(2)),
    "own": gn.representations.Matrices(lambda h: 0 * h[:1, :1] + 1, 1),
}

MEANS: dict[str, gn.gp.AbstractMean] = {
    "zero": gn.gp.ZeroMean(2),
    "constant": gn.gp.ConstantMean(jnp.array([1.0, -2.0])),
    "linear": gn.gp.LinearMean(jnp.array([[1.0, 2.0], [0.0, 1.0]]), jnp.array([0.5, 0.0])),
}

_X = jnp.array([[0.3, -0.2], [1.1, 0.4], [-0.5, 0.9]])
_W = jnp.array([[1.0, 0.0], [0.0, 1.0], [0.6, -0.8]])

OBSERVATIONS: dict[str, gn.gp.AbstractObservations] = {
    "values": gn.gp.PointValues(_X, _W),
    "derivatives": gn.gp.Derivatives(_X, jnp.flip(_W, 1), _W),
    "averages": gn.gp.Averages(jnp.stack([_X, _X + 1], 1), jnp.stack([_W, _W], 1) / 2),
}

SCHEDULES: dict[str, gn.sde.AbstractSchedule] = {
    "linear": gn.sde.LinearSchedule(),
    "linear-long": gn.sde.LinearSchedule(beta_min=0.5, beta_max=3.0, t_min=0.01, t_max=4.0),
    "linear-flat": gn.sde.LinearSchedule(beta_min=2.0, beta_max=2.0, t_min=1e-3, t_max=2.0),
    "constant": gn.sde.ConstantSchedule(beta=3.0, t_min=1e-4, t_max=1.5),
    "cosine": gn.sde.CosineSchedule(),
}

NOISINGS: dict[str, gn.sde.AbstractNoising] = {
    "brownian-R2": gn.sde.BrownianMotion(gn.manifolds.Euclidean(2), SCHEDULES["linear-long"]),
    **{
        f"brownian-{name}": gn.sde.BrownianMotion(MANIFOLDS[name], SCHEDULES["linear"])
        for name in ("S2", "SO3", "S1xS2")
    },
    "brownian-S2xR1": gn.sde.BrownianMotion(
        gn.manifolds.Product((gn.manifolds.Sphere(2), gn.manifolds.Euclidean(1))),
        SCHEDULES["linear"],
    ),
    **gaussian_cases.GAUSSIAN_NOISINGS,
}

WITHOUT_A_KNOWN_SCORE: dict[str, gn.sde.AbstractNoising] = {
    "langevin-R2": gn.sde.WrappedLangevin(gn.manifolds.Euclidean(2), SCHEDULES["constant"], 1.5),
    "geodesics-S2": gn.sde.GeodesicInterpolant(gn.manifolds.Sphere(2)),
}
"""Processes whose law given the start has no score, or none that is a gradient."""

_ALL_NOISINGS = [*NOISINGS.values(), *WITHOUT_A_KNOWN_SCORE.values()]

PARAMETRISATIONS: dict[str, gn.parametrisations.AbstractParametrisation] = {
    "preconditioned-score": gn.parametrisations.PreconditionedScore(),
    "noise": gn.parametrisations.NoisePrediction(),
    "data": gn.parametrisations.DataPrediction(),
    "velocity": gn.parametrisations.VelocityPrediction(),
    "edm": gn.parametrisations.EDM(),
    "plain-score": gn.parametrisations.PlainScore(),
    "whitened-score": gn.parametrisations.WhitenedScore(),
    "tangent-score": gn.parametrisations.TangentScore(),
    "energy": gn.parametrisations.Energy(),
    "gaussian-residual": gn.parametrisations.GaussianResidual(gaussian_cases.DATA[1]),
}

SOLVERS: dict[str, gn.solvers.AbstractSolver] = {
    "geodesic-random-walk": gn.solvers.GeodesicRandomWalk(n_steps=40),
    "geodesic-multistep": gn.solvers.GeodesicMultistep(n_steps=20),
    "euler-maruyama": gn.solvers.EulerMaruyama(n_steps=40),
    "ddim": gn.solvers.DDIM(n_steps=40),
    "ddim-half": gn.solvers.DDIM(n_steps=40, eta=0.5),
    "ancestral": gn.solvers.Ancestral(n_steps=40),
    "dpm-solver": gn.solvers.DPMSolver(n_steps=20),
    "dpm-solver-sde": gn.solvers.DPMSolverSDE(n_steps=40),
    "heun": gn.solvers.Heun(n_steps=20),
    "predictor-corrector": gn.solvers.PredictorCorrector(
        gn.solvers.DPMSolver(n_steps=10), n_corrections=2
    ),
    "annealed-langevin": gn.solvers.AnnealedLangevin(n_levels=10, n_per_level=5),
    "informed-start": gn.solvers.InformedStart(gn.solvers.DPMSolver(n_steps=20)),
    "adaptive": gn.solvers.AdaptiveProbabilityFlow(),
}

GRIDS: dict[str, gn.solvers.AbstractGrid] = {
    "noise": gn.solvers.UniformInNoise(),
    "time": gn.solvers.UniformInTime(),
    "log-time": gn.solvers.UniformInLogTime(),
}

DIVERGENCES: dict[str, gn.likelihood.AbstractDivergence] = {
    "exact": gn.likelihood.Exact(),
    "exact-in-chunks": gn.likelihood.Exact(chunk_size=3),
    "hutchinson": gn.likelihood.Hutchinson(n_probes=4),
    "hutchinson-gaussian": gn.likelihood.Hutchinson(4, gn.likelihood.Gaussian()),
    "hutch++": gn.likelihood.HutchPlusPlus(n_sketch=2, n_probes=3),
    "control": gn.likelihood.ControlVariate(gn.likelihood.Hutchinson(4), lambda *args: -args[2]),
}

PROBE_DISTRIBUTIONS: dict[str, gn.likelihood.AbstractProbeDistribution] = {
    "rademacher": gn.likelihood.Rademacher(),
    "gaussian": gn.likelihood.Gaussian(),
}

INTEGRATORS: dict[str, gn.likelihood.AbstractIntegrator] = {
    "fixed": gn.likelihood.FixedGrid(),
    "adaptive": gn.likelihood.Adaptive(),
}

# Of what is made at points only the classes are listed, so nothing of it is computed.
_AT_POINTS = eqx.filter_eval_shape(lambda: [n.at(jnp.zeros((1, 2))) for n in _ALL_NOISINGS])
_FLOWS = eqx.filter_eval_shape(
    lambda: [
        gn.likelihood.flow_of(noising.at(jnp.zeros((1, 1))), lambda _, y: -y)
        for noising in (gaussian_cases.GAUSSIAN_NOISINGS["ou-white"], NOISINGS["brownian-S2"])
    ]
)

_NETWORKS = [case.network for case in network_cases.NETWORKS.values()]
_KERNELS = [case.kernel for case in kernel_cases.KERNELS.values()]


def _of(interface: type, items: Collection[Any]) -> list[Any]:
    return [item for item in items if isinstance(item, interface)]


LISTS: dict[type, tuple[ModuleType, Collection[Any]]] = {
    **{
        family: (gn.groups, _of(family, GROUPS.values()))
        for family in (
            gn.groups.AbstractDirectProduct,
            gn.groups.AbstractLinearGroup,
            gn.groups.AbstractRigidMotions,
        )
    },
    **{
        family: (gn.kernels, _of(family, _KERNELS))
        for family in (
            gn.kernels.AbstractHodgeKernel,
            gn.kernels.AbstractKernel,
            gn.kernels.AbstractRadialKernel,
            gn.kernels.AbstractZonalKernel,
        )
    },
    **{
        family: (gn.parametrisations, _of(family, PARAMETRISATIONS.values()))
        for family in (
            gn.parametrisations.AbstractConversion,
            gn.parametrisations.AbstractParametrisation,
            gn.parametrisations.AbstractScaled,
        )
    },
    **{
        family: (gn.sde, _of(family, _ALL_NOISINGS))
        for family in (gn.sde.AbstractGaussianNoising, gn.sde.AbstractNoising)
    },
    gn.linalg.AbstractOperator: (gn.linalg, [c.operator for c in linalg_cases.CASES.values()]),
    gn.baselines.AbstractEnsembleBaseline: (
        gn.baselines,
        [gn.baselines.ChartGaussianProcess(gn.kernels.Matern52(1.0, 1.0))],
    ),
    gn.data.AbstractAzimuthalProjection: (gn.data, AZIMUTHAL.values()),
    gn.data.AbstractEarthCoordinates: (gn.data, EARTH_COORDINATES.values()),
    gn.gp.AbstractMean: (gn.gp, MEANS.values()),
    gn.gp.AbstractObservations: (gn.gp, OBSERVATIONS.values()),
    gn.groups.AbstractGroup: (gn.groups, GROUPS.values()),
    gn.likelihood.AbstractDivergence: (gn.likelihood, DIVERGENCES.values()),
    gn.likelihood.AbstractIntegrator: (gn.likelihood, INTEGRATORS.values()),
    gn.likelihood.AbstractProbabilityFlow: (gn.likelihood, _FLOWS),
    gn.likelihood.AbstractProbeDistribution: (gn.likelihood, PROBE_DISTRIBUTIONS.values()),
    gn.losses.AbstractLoss: (gn.losses, LOSSES.values()),
    gn.losses.AbstractMetric: (gn.losses, METRICS.values()),
    gn.losses.AbstractWeighting: (gn.losses, WEIGHTINGS.values()),
    **{
        family: (gn.manifolds, _of(family, HEAT_KERNELS.values()))
        for family in (gn.manifolds.AbstractHeatKernel, gn.manifolds.AbstractRadialHeatKernel)
    },
    gn.kernels.AbstractGradientField: (gn.kernels, GRADIENT_FIELDS),
    gn.manifolds.AbstractChart: (gn.manifolds, CHARTS.values()),
    gn.manifolds.AbstractManifold: (gn.manifolds, MANIFOLDS.values()),
    gn.networks.AbstractGraph: (gn.networks, network_cases.GRAPHS.values()),
    **{
        family: (gn.networks, _of(family, _NETWORKS))
        for family in (gn.networks.AbstractHaikuNetwork, gn.networks.AbstractNetwork)
    },
    gn.representations.AbstractRepresentation: (gn.representations, REPRESENTATIONS.values()),
    **{
        family: (gn.sampling, _of(family, CONDITIONAL_METHODS.values()))
        for family in CONDITIONING_INTERFACES
    },
    gn.sde.AbstractNoisingAtPoints: (gn.sde, _AT_POINTS),
    gn.sde.AbstractSchedule: (gn.sde, SCHEDULES.values()),
    gn.solvers.AbstractFixedStepSolver: (
        gn.solvers,
        _of(gn.solvers.AbstractFixedStepSolver, SOLVERS.values()),
    ),
    gn.solvers.AbstractGrid: (gn.solvers, GRIDS.values()),
    gn.solvers.AbstractSolver: (gn.solvers, SOLVERS.values()),
}
"""Each interface, with the package that exports its implementations and those listed here."""


def unlisted(package: ModuleType, interface: type, listed: Collection[Any]) -> list[str]:
    """Names of the implementations of an interface that a package exports and no one listed."""
    classes = {type(item) for item in listed}
    exported: Mapping[str, Any] = {name: getattr(package, name) for name in package.__all__}
    return sorted(
        name
        for name, item in exported.items()
        if isinstance(item, type)
        and issubclass(item, interface)
        and not inspect.isabstract(item)
        and item not in classes
    )
