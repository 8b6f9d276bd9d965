"""Every class of kernels is put to the laws: one that is exported and not listed fails."""

import inventory
from kernel_cases import KERNELS

from geomndp import kernels

LISTED = [case.kernel for case in KERNELS.values()]


def test_every_exported_kernel_is_listed():
    assert inventory.unlisted(kernels, kernels.AbstractKernel, LISTED) == []


def test_a_kernel_that_is_not_listed_is_found():
    without = [kernel for kernel in LISTED if not isinstance(kernel, kernels.DirectSum)]
    assert inventory.unlisted(kernels, kernels.AbstractKernel, without) == ["DirectSum"]


def test_every_kernel_is_listed_with_a_field_of_its_own_dimensions():
    for name, (kernel, dim_x, invariant, broken) in KERNELS.items():
        assert invariant, name
        for kind in (*invariant, *broken):
            assert (kind.dim_x, kind.dim_y) == (dim_x, kernel.dim_y), (name, kind)
