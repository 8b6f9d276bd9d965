"""Laws of symmetry as assertions, for the tests of any model.

They take plain functions, of any framework whose arrays NumPy can read, and say what breaks a law,
by how much, and where.
"""

from geomndp.testing.density_invariance import assert_density_invariant as assert_density_invariant
from geomndp.testing.derivatives import assert_curl_free as assert_curl_free
from geomndp.testing.derivatives import assert_divergence_free as assert_divergence_free
from geomndp.testing.equivariance import assert_equivariant as assert_equivariant
from geomndp.testing.group_laws import assert_group as assert_group
from geomndp.testing.invariance_in_law import assert_invariant_in_law as assert_invariant_in_law
from geomndp.testing.kernel_equivariance import (
    assert_kernel_equivariant as assert_kernel_equivariant,
)
from geomndp.testing.manifold_membership import assert_on_manifold as assert_on_manifold
from geomndp.testing.manifold_membership import assert_tangent as assert_tangent
from geomndp.testing.mask_invariance import assert_mask_invariant as assert_mask_invariant
from geomndp.testing.oddness import assert_not_odd as assert_not_odd
from geomndp.testing.permutation_equivariance import (
    assert_permutation_equivariant as assert_permutation_equivariant,
)
from geomndp.testing.positive_definiteness import (
    assert_positive_definite as assert_positive_definite,
)
from geomndp.testing.representation_laws import assert_representation as assert_representation
from geomndp.testing.surface_derivatives import (
    assert_surface_curl_free as assert_surface_curl_free,
)
from geomndp.testing.surface_derivatives import (
    assert_surface_divergence_free as assert_surface_divergence_free,
)
from geomndp.testing.surface_derivatives import surface_curl as surface_curl
from geomndp.testing.surface_derivatives import surface_divergence as surface_divergence

__all__ = [
    "assert_curl_free",
    "assert_density_invariant",
    "assert_divergence_free",
    "assert_equivariant",
    "assert_group",
    "assert_invariant_in_law",
    "assert_kernel_equivariant",
    "assert_mask_invariant",
    "assert_not_odd",
    "assert_on_manifold",
    "assert_permutation_equivariant",
    "assert_positive_definite",
    "assert_representation",
    "assert_surface_curl_free",
    "assert_surface_divergence_free",
    "assert_tangent",
    "surface_curl",
    "surface_divergence",
]
