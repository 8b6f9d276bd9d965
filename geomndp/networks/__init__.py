"""Score networks, in haiku, behind one `init`/`apply` pair."""

from geomndp.networks.base import AbstractNetwork as AbstractNetwork
from geomndp.networks.base import Params as Params
from geomndp.networks.translation_invariant_transformer import (
    TranslationInvariantTransformer as TranslationInvariantTransformer,
)

__all__ = ["AbstractNetwork", "Params", "TranslationInvariantTransformer"]
