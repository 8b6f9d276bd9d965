"""Figures that notebooks show by themselves."""

import io

from matplotlib.figure import Figure


class NotebookFigure(Figure):
    """A figure that a notebook shows where it is the result of a cell.

    Matplotlib's own are shown once `matplotlib.pyplot` is imported, which nothing here needs.

    Example:
        >>> figure = NotebookFigure(figsize=(2.0, 1.0))
        >>> figure._repr_png_()[1:4]
        b'PNG'
    """

    def _repr_png_(self) -> bytes:
        """The picture, as IPython asks for it."""
        picture = io.BytesIO()
        self.savefig(picture, format="png", bbox_inches="tight")
        return picture.getvalue()
