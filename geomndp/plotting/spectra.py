"""Spectra of the divergence and the vorticity of vector fields."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from geomndp.plotting import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLOURS = (style.TRUTH, style.MEAN, "#009E73", style.CONTEXT, "#CC79A7")

_Line = Float[np.ndarray, " n"]


def plot_spectra(
    spectra: Mapping[str, tuple[_Line, _Line, _Line]],
    *,
    unit: str = "cycles per unit of length",
    label: str = "variance per wavenumber",
) -> "Figure":
    """Draw spectra of the divergence and of the vorticity against the wavenumber.

    Arguments:
        spectra: By label the wavenumbers, and the spectra of divergence and vorticity there, such
            as `metrics.HelmholtzSpectra`; the first is drawn broad, as the truth.
        unit: Of the wavenumber.
        label: What the spectra are, with their unit.

    Returns:
        The figure, for the caller to save.

    Raises:
        ValueError: If there is none.

    Example:
        >>> import numpy as np, geomndp as gn
        >>> fields = np.random.default_rng(0).normal(size=(3, 8, 8, 2))
        >>> spectra = gn.metrics.helmholtz_spectra(fields, spacing=1.0)
        >>> figure = gn.plotting.plot_spectra({"noise": spectra})
        >>> [axes.get_title() for axes in figure.axes]
        ['divergence', 'vorticity']
    """
    from matplotlib.ticker import NullFormatter

    from geomndp.plotting.notebook_figure import NotebookFigure

    if not spectra:
        raise ValueError("expected at least one pair of spectra, got none")
    figure = NotebookFigure(figsize=(8.0, 3.4), layout="constrained")
    both: Any = figure.subplots(1, 2, sharex=True, sharey=True)
    for axes, title, part in zip(both, ("divergence", "vorticity"), (1, 2), strict=True):
        for number, (name, lines) in enumerate(spectra.items()):
            colour = _COLOURS[number % len(_COLOURS)]
            width, behind = (3.0, 0.5) if number == 0 else (1.4, 1.0)
            axes.loglog(lines[0], lines[part], color=colour, lw=width, alpha=behind, label=name)
        axes.set_title(title, fontsize=10, color=style.TEXT)
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.grid(color=style.GRATICULE, linewidth=0.4, which="both", alpha=0.5)
    both[0].set_ylabel(label, fontsize=9)
    both[0].legend(fontsize=8)
    figure.supxlabel(f"wavenumber, {unit}", fontsize=9)
    return figure
