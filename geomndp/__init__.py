"""geomndp."""
from geomndp import typing, groups, manifolds, representations, fields
from geomndp.fields import FieldSample, FieldType
