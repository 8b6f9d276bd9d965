"""Feature fields: their types, and samples of them at scattered points."""

from geomndp.fields.field_generator import AbstractFieldGenerator as AbstractFieldGenerator
from geomndp.fields.field_generator import draw as draw
from geomndp.fields.field_sample import FieldSample as FieldSample
from geomndp.fields.field_type import FieldType as FieldType
from geomndp.fields.parts import known_coordinates as known_coordinates
from geomndp.fields.parts import of_coordinates as of_coordinates
from geomndp.fields.quantity import Quantity as Quantity

__all__ = [
    "AbstractFieldGenerator",
    "FieldSample",
    "FieldType",
    "Quantity",
    "draw",
    "known_coordinates",
    "of_coordinates",
]
