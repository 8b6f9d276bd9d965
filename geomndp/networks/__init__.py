"""Score networks, in haiku, behind one `init`/`apply` pair."""

from geomndp.networks.base import AbstractHaikuNetwork as AbstractHaikuNetwork
from geomndp.networks.base import AbstractNetwork as AbstractNetwork
from geomndp.networks.base import Params as Params
from geomndp.networks.bi_dimensional_attention import (
    BiDimensionalAttention as BiDimensionalAttention,
)
from geomndp.networks.equivariant_transformer import (
    EquivariantTransformer as EquivariantTransformer,
)
from geomndp.networks.graphs import AbstractGraph as AbstractGraph
from geomndp.networks.graphs import CompleteGraph as CompleteGraph
from geomndp.networks.graphs import NearestNeighbourGraph as NearestNeighbourGraph
from geomndp.networks.graphs import RadiusGraph as RadiusGraph
from geomndp.networks.haiku_network import HaikuNetwork as HaikuNetwork
from geomndp.networks.missing_values import MissingValues as MissingValues
from geomndp.networks.multiscale_convolution import (
    MultiscaleConvolution as MultiscaleConvolution,
)
from geomndp.networks.pointwise_network import PointwiseNetwork as PointwiseNetwork
from geomndp.networks.rotary_transformer import RotaryTransformer as RotaryTransformer
from geomndp.networks.sphere_equivariant import SphereEquivariant as SphereEquivariant
from geomndp.networks.steerable_network import SteerableNetwork as SteerableNetwork
from geomndp.networks.transformer import Transformer as Transformer
from geomndp.networks.translation_invariant_transformer import (
    TranslationInvariantTransformer as TranslationInvariantTransformer,
)

__all__ = [
    "AbstractGraph",
    "AbstractHaikuNetwork",
    "AbstractNetwork",
    "BiDimensionalAttention",
    "CompleteGraph",
    "EquivariantTransformer",
    "HaikuNetwork",
    "MissingValues",
    "MultiscaleConvolution",
    "NearestNeighbourGraph",
    "Params",
    "PointwiseNetwork",
    "RadiusGraph",
    "RotaryTransformer",
    "SphereEquivariant",
    "SteerableNetwork",
    "Transformer",
    "TranslationInvariantTransformer",
]
