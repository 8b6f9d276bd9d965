"""Representations: how a group element acts on the values of a field."""

from geomndp.representations.base import AbstractRepresentation as AbstractRepresentation
from geomndp.representations.trivial import Trivial as Trivial

__all__ = ["AbstractRepresentation", "Trivial"]
