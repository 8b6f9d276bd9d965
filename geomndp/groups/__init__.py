"""Groups as values with a left action on locations."""

from geomndp.groups.base import AbstractGroup as AbstractGroup
from geomndp.groups.translations import T as T

__all__ = ["AbstractGroup", "T"]
