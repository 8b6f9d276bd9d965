"""Drawing fields from a process, freely or given observations."""

from geomndp.sampling.conditional import AbstractConditionalMethod as AbstractConditionalMethod
from geomndp.sampling.conditional import Amortised as Amortised
from geomndp.sampling.conditional import ConditionalScore as ConditionalScore
from geomndp.sampling.conditional import ObservationNoise as ObservationNoise
from geomndp.sampling.conditional import sample_conditional as sample_conditional
from geomndp.sampling.guidance import AbstractGuidance as AbstractGuidance
from geomndp.sampling.guidance import GuidedScore as GuidedScore
from geomndp.sampling.joint import ExtensibleScore as ExtensibleScore
from geomndp.sampling.likelihood_guidance import (
    AbstractLikelihoodGuidance as AbstractLikelihoodGuidance,
)
from geomndp.sampling.likelihood_guidance import PseudoinverseGuidance as PseudoinverseGuidance
from geomndp.sampling.likelihood_guidance import ReconstructionGuidance as ReconstructionGuidance
from geomndp.sampling.observed import Observed as Observed
from geomndp.sampling.replacement import AbstractReplacement as AbstractReplacement
from geomndp.sampling.replacement import LangevinCorrected as LangevinCorrected
from geomndp.sampling.replacement import RePaint as RePaint
from geomndp.sampling.replacement import Replacement as Replacement
from geomndp.sampling.tweedie_guidance import TweedieGuidance as TweedieGuidance
from geomndp.sampling.unconditional import sample as sample

__all__ = [
    "AbstractConditionalMethod",
    "AbstractGuidance",
    "AbstractLikelihoodGuidance",
    "AbstractReplacement",
    "Amortised",
    "ConditionalScore",
    "ExtensibleScore",
    "GuidedScore",
    "LangevinCorrected",
    "ObservationNoise",
    "Observed",
    "PseudoinverseGuidance",
    "RePaint",
    "ReconstructionGuidance",
    "Replacement",
    "TweedieGuidance",
    "sample",
    "sample_conditional",
]
