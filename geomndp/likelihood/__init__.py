"""Likelihoods: how probable fields are under a model, and bounds and checks of that."""

from geomndp.likelihood.adaptive import Adaptive as Adaptive
from geomndp.likelihood.choose_flow import default_integrator as default_integrator
from geomndp.likelihood.choose_flow import flow_of as flow_of
from geomndp.likelihood.control_variate import ControlVariate as ControlVariate
from geomndp.likelihood.divergence import AbstractDivergence as AbstractDivergence
from geomndp.likelihood.divergence import Integrals as Integrals
from geomndp.likelihood.divergence import Linearised as Linearised
from geomndp.likelihood.divergence import Velocity as Velocity
from geomndp.likelihood.elbo import elbo as elbo
from geomndp.likelihood.estimate import LikelihoodEstimate as LikelihoodEstimate
from geomndp.likelihood.exact import Exact as Exact
from geomndp.likelihood.fixed_grid import FixedGrid as FixedGrid
from geomndp.likelihood.gaussian_flow import GaussianFlow as GaussianFlow
from geomndp.likelihood.hutch_plus_plus import HutchPlusPlus as HutchPlusPlus
from geomndp.likelihood.hutchinson import Hutchinson as Hutchinson
from geomndp.likelihood.integrator import AbstractIntegrator as AbstractIntegrator
from geomndp.likelihood.integrator import Transported as Transported
from geomndp.likelihood.joint_minus_context import joint_minus_context as joint_minus_context
from geomndp.likelihood.log_prob import Terminal as Terminal
from geomndp.likelihood.log_prob import estimate_log_prob as estimate_log_prob
from geomndp.likelihood.log_prob import log_prob as log_prob
from geomndp.likelihood.manifold_flow import ManifoldFlow as ManifoldFlow
from geomndp.likelihood.marginal_consistency import Reference as Reference
from geomndp.likelihood.marginal_consistency import marginal_consistency as marginal_consistency
from geomndp.likelihood.normal_fit import NormalFit as NormalFit
from geomndp.likelihood.probability_flow import (
    AbstractProbabilityFlow as AbstractProbabilityFlow,
)
from geomndp.likelihood.probe_distributions import (
    AbstractProbeDistribution as AbstractProbeDistribution,
)
from geomndp.likelihood.probe_distributions import Gaussian as Gaussian
from geomndp.likelihood.probe_distributions import Rademacher as Rademacher

__all__ = [
    "AbstractDivergence",
    "AbstractIntegrator",
    "AbstractProbabilityFlow",
    "AbstractProbeDistribution",
    "Adaptive",
    "ControlVariate",
    "Exact",
    "FixedGrid",
    "Gaussian",
    "GaussianFlow",
    "HutchPlusPlus",
    "Hutchinson",
    "Integrals",
    "LikelihoodEstimate",
    "Linearised",
    "ManifoldFlow",
    "NormalFit",
    "Rademacher",
    "Reference",
    "Terminal",
    "Transported",
    "Velocity",
    "default_integrator",
    "elbo",
    "estimate_log_prob",
    "flow_of",
    "joint_minus_context",
    "log_prob",
    "marginal_consistency",
]
