"""Laws of vector fields in the plane: what models of fields are tried on."""

import math

from geomndp.gp import GaussianProcess
from geomndp.kernels import CurlFree, DivergenceFree, Isotropic, SquaredExponential, White

_LENGTHSCALE = math.sqrt(5)
_NOISE = 0.02


def vector_field_laws() -> dict[str, GaussianProcess]:
    r"""The laws of the published experiment on vector fields, by name.

    Gaussian processes in the plane from a squared exponential kernel with lengthscale $\sqrt5$ and
    variance 1, with noise of variance 0.02: components that are independent, random gradients, and
    random flows without sources. The law of each is invariant to E(2).

    References:
        Mathieu, Dutordoir, Hutchinson et al. (2023), arXiv:2307.05431, section 5.1 and appendix F.

    Example:
        >>> import geomndp as gn
        >>> list(gn.data.vector_field_laws())
        ['squared-exponential', 'curl-free', 'divergence-free']
    """
    radial = SquaredExponential(_LENGTHSCALE, 1.0)
    kernels = {
        "squared-exponential": Isotropic(radial, 2),
        "curl-free": CurlFree(radial),
        "divergence-free": DivergenceFree(radial),
    }
    return {name: GaussianProcess(kernel + White(_NOISE, 2)) for name, kernel in kernels.items()}
