"""Drawing fields from a process, freely or given observations."""

from geomndp.sampling.amortised import Amortised as Amortised
from geomndp.sampling.amortised import ConditionalScore as ConditionalScore
from geomndp.sampling.classifier_guidance import ClassifierGuidance as ClassifierGuidance
from geomndp.sampling.conditional import default_method as default_method
from geomndp.sampling.conditional import sample_conditional as sample_conditional
from geomndp.sampling.derived_fields import DerivedFields as DerivedFields
from geomndp.sampling.function_posterior import FunctionPosterior as FunctionPosterior
from geomndp.sampling.guidance import AbstractGuidance as AbstractGuidance
from geomndp.sampling.guidance import AbstractTwist as AbstractTwist
from geomndp.sampling.guidance import Guided as Guided
from geomndp.sampling.guidance import GuidedScore as GuidedScore
from geomndp.sampling.guidance import Twist as Twist
from geomndp.sampling.joint import ExtensibleScore as ExtensibleScore
from geomndp.sampling.joint import joint_points as joint_points
from geomndp.sampling.joint import joint_score as joint_score
from geomndp.sampling.krylov_guidance import KrylovGuidance as KrylovGuidance
from geomndp.sampling.likelihood_guidance import (
    AbstractLikelihoodGuidance as AbstractLikelihoodGuidance,
)
from geomndp.sampling.likelihood_guidance import PseudoinverseGuidance as PseudoinverseGuidance
from geomndp.sampling.likelihood_guidance import ReconstructionGuidance as ReconstructionGuidance
from geomndp.sampling.linear_observations import LinearObservations as LinearObservations
from geomndp.sampling.method import AbstractConditionalMethod as AbstractConditionalMethod
from geomndp.sampling.method import Context as Context
from geomndp.sampling.method import ObservationNoise as ObservationNoise
from geomndp.sampling.method import has_noise as has_noise
from geomndp.sampling.method import join_observations as join_observations
from geomndp.sampling.observed import Observed as Observed
from geomndp.sampling.particles import Particles as Particles
from geomndp.sampling.replacement import AbstractReplacement as AbstractReplacement
from geomndp.sampling.replacement import LangevinCorrected as LangevinCorrected
from geomndp.sampling.replacement import RePaint as RePaint
from geomndp.sampling.replacement import Replacement as Replacement
from geomndp.sampling.sequential_monte_carlo import (
    AbstractSequentialMonteCarlo as AbstractSequentialMonteCarlo,
)
from geomndp.sampling.sequential_monte_carlo import BootstrapSMC as BootstrapSMC
from geomndp.sampling.sequential_monte_carlo import TwistedSMC as TwistedSMC
from geomndp.sampling.tangent_guidance import TangentGuidance as TangentGuidance
from geomndp.sampling.tweedie_guidance import TweedieGuidance as TweedieGuidance
from geomndp.sampling.unconditional import sample as sample

__all__ = [
    "AbstractConditionalMethod",
    "AbstractGuidance",
    "AbstractLikelihoodGuidance",
    "AbstractReplacement",
    "AbstractSequentialMonteCarlo",
    "AbstractTwist",
    "Amortised",
    "BootstrapSMC",
    "ClassifierGuidance",
    "ConditionalScore",
    "Context",
    "DerivedFields",
    "ExtensibleScore",
    "FunctionPosterior",
    "Guided",
    "GuidedScore",
    "KrylovGuidance",
    "LangevinCorrected",
    "LinearObservations",
    "ObservationNoise",
    "Observed",
    "Particles",
    "PseudoinverseGuidance",
    "RePaint",
    "ReconstructionGuidance",
    "Replacement",
    "TangentGuidance",
    "TweedieGuidance",
    "Twist",
    "TwistedSMC",
    "default_method",
    "has_noise",
    "join_observations",
    "joint_points",
    "joint_score",
    "sample",
    "sample_conditional",
]
