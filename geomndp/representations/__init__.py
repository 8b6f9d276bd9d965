"""Representations: how a group element acts on the values of a field."""

from geomndp.representations.base import AbstractRepresentation as AbstractRepresentation
from geomndp.representations.base import DirectSum as DirectSum
from geomndp.representations.base import Dual as Dual
from geomndp.representations.base import TensorProduct as TensorProduct
from geomndp.representations.intertwiners import intertwiners as intertwiners
from geomndp.representations.irreps import IrrepO2 as IrrepO2
from geomndp.representations.irreps import IrrepO3 as IrrepO3
from geomndp.representations.matrices import Matrices as Matrices
from geomndp.representations.scalars import Pseudoscalar as Pseudoscalar
from geomndp.representations.scalars import Trivial as Trivial
from geomndp.representations.tensors import SymmetricTraceless as SymmetricTraceless
from geomndp.representations.vectors import Pseudovector as Pseudovector
from geomndp.representations.vectors import Vector as Vector

__all__ = [
    "AbstractRepresentation",
    "DirectSum",
    "Dual",
    "IrrepO2",
    "IrrepO3",
    "Matrices",
    "Pseudoscalar",
    "Pseudovector",
    "SymmetricTraceless",
    "TensorProduct",
    "Trivial",
    "Vector",
    "intertwiners",
]
