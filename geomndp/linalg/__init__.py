"""Covariance operators of fields at finitely many points, with the structure that saves work."""

from geomndp.linalg.add import add as add
from geomndp.linalg.base import AbstractOperator as AbstractOperator
from geomndp.linalg.block_diagonal import BlockDiagonal as BlockDiagonal
from geomndp.linalg.dense import Dense as Dense
from geomndp.linalg.diagonal import Diagonal as Diagonal
from geomndp.linalg.direct_sum import DirectSum as DirectSum
from geomndp.linalg.embedded import Embedded as Embedded
from geomndp.linalg.kronecker import Kronecker as Kronecker
from geomndp.linalg.kronecker_plus_identity import KroneckerPlusIdentity as KroneckerPlusIdentity
from geomndp.linalg.low_rank_plus_diagonal import LowRankPlusDiagonal as LowRankPlusDiagonal
from geomndp.linalg.masked import Masked as Masked
from geomndp.linalg.padded import Padded as Padded
from geomndp.linalg.repeated import Repeated as Repeated
from geomndp.linalg.scale import scale as scale
from geomndp.linalg.scaled_identity import ScaledIdentity as ScaledIdentity
from geomndp.linalg.sum import Sum as Sum

__all__ = [
    "AbstractOperator",
    "BlockDiagonal",
    "Dense",
    "Diagonal",
    "DirectSum",
    "Embedded",
    "Kronecker",
    "KroneckerPlusIdentity",
    "LowRankPlusDiagonal",
    "Masked",
    "Padded",
    "Repeated",
    "ScaledIdentity",
    "Sum",
    "add",
    "scale",
]
