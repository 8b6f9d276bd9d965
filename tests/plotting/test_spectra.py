"""Pictures of spectra: what is drawn, and what the axes say."""

from typing import Any

import numpy as np
import pytest

from geomndp.metrics import HelmholtzSpectra
from geomndp.plotting import plot_spectra


def test_both_parts_of_every_law_are_drawn_with_their_units():
    wavenumber = np.array([1.0, 2.0, 4.0])
    laws = {
        "data": HelmholtzSpectra(wavenumber, wavenumber**2, wavenumber**3),
        "law": HelmholtzSpectra(wavenumber, 2 * wavenumber, 3 * wavenumber),
    }
    figure: Any = plot_spectra(laws, unit="cycles per km", label="variance, s-2 km")
    for axes, part in zip(figure.axes, (1, 2), strict=True):
        for line, (name, spectra) in zip(axes.lines, laws.items(), strict=True):
            assert line.get_label() == name
            np.testing.assert_array_equal(line.get_xdata(), wavenumber)
            np.testing.assert_array_equal(line.get_ydata(), spectra[part])
    assert figure.axes[0].get_ylabel() == "variance, s-2 km"
    assert figure.get_supxlabel() == "wavenumber, cycles per km"
    with pytest.raises(ValueError, match="expected at least one pair of spectra"):
        plot_spectra({})
