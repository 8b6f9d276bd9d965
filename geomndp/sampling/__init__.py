"""Drawing fields from a process, freely or given observations."""

from geomndp.sampling.conditional import AbstractConditionalMethod as AbstractConditionalMethod
from geomndp.sampling.conditional import Amortised as Amortised
from geomndp.sampling.conditional import ConditionalScore as ConditionalScore
from geomndp.sampling.conditional import sample_conditional as sample_conditional
from geomndp.sampling.unconditional import sample as sample

__all__ = [
    "AbstractConditionalMethod",
    "Amortised",
    "ConditionalScore",
    "sample",
    "sample_conditional",
]
