"""Normalisation of features."""

import haiku as hk


def layer_norm(name: str) -> hk.LayerNorm:
    """Layer normalisation of each point's features, with a learned scale and offset."""
    return hk.LayerNorm(-1, create_scale=True, create_offset=True, name=name)
