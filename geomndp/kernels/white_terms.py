"""White noise among the terms of a kernel."""

from geomndp.kernels.base import AbstractKernel, Scaled, Sum
from geomndp.kernels.direct_sum import DirectSum
from geomndp.kernels.tangent_white import TangentWhite
from geomndp.kernels.white import White

Terms = tuple[AbstractKernel, ...]


def continuous_and_white(kernel: AbstractKernel) -> tuple[Terms, Terms]:
    """The terms of a sum that have functions as draws, and those of noise at single points."""
    terms = _terms(kernel)
    white = tuple(term for term in terms if _is_white(term))
    return tuple(term for term in terms if not _is_white(term)), white


def _terms(kernel: AbstractKernel) -> Terms:
    match kernel:
        case Sum():
            return tuple(term for each in kernel.terms for term in _terms(each))
        case Scaled(kernel=Sum() as inner):
            return tuple(Scaled(term, kernel.factor) for term in _terms(inner))
        case _:
            return (kernel,)


def _is_white(kernel: AbstractKernel) -> bool:
    match kernel:
        case White() | TangentWhite():
            return True
        case Scaled():
            return _is_white(kernel.kernel)
        case DirectSum():
            return all(map(_is_white, kernel.parts))
        case _:
            return False
