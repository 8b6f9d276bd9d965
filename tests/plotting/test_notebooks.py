"""What plots is shown in a notebook, without pyplot."""

import numpy as np
from matplotlib.figure import Figure

import geomndp as gn


def test_a_figure_shows_itself():
    figure = gn.plotting.plot_functions(np.linspace(0, 1, 5)[:, None], {"": np.zeros((2, 5, 1))})
    assert isinstance(figure, Figure)
    shown = figure._repr_png_()  # pyright: ignore[reportAttributeAccessIssue]
    assert shown.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(shown) > 2000
