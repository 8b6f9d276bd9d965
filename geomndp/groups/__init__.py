"""Groups as values with a left action on locations, and through their linear parts on values."""

from geomndp.groups.axial import Axial as Axial
from geomndp.groups.base import AbstractGroup as AbstractGroup
from geomndp.groups.direct_products import AbstractDirectProduct as AbstractDirectProduct
from geomndp.groups.direct_products import InputOutput as InputOutput
from geomndp.groups.direct_products import SpaceTime as SpaceTime
from geomndp.groups.finite import C as C
from geomndp.groups.finite import D as D
from geomndp.groups.linear import AbstractLinearGroup as AbstractLinearGroup
from geomndp.groups.orthogonal import SO as SO
from geomndp.groups.orthogonal import O as O
from geomndp.groups.orthogonal import Trivial as Trivial
from geomndp.groups.rigid_motions import SE as SE
from geomndp.groups.rigid_motions import AbstractRigidMotions as AbstractRigidMotions
from geomndp.groups.rigid_motions import E as E
from geomndp.groups.rigid_motions import RigidMotion as RigidMotion
from geomndp.groups.rigid_motions import SemidirectProduct as SemidirectProduct
from geomndp.groups.translations import T as T

__all__ = [
    "SE",
    "SO",
    "AbstractDirectProduct",
    "AbstractGroup",
    "AbstractLinearGroup",
    "AbstractRigidMotions",
    "Axial",
    "C",
    "D",
    "E",
    "InputOutput",
    "O",
    "RigidMotion",
    "SemidirectProduct",
    "SpaceTime",
    "T",
    "Trivial",
]
