"""Sphinx extension: the notebooks of the repository as pages of the documentation."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def copy_notebooks(app: "Sphinx") -> None:
    """Copy them into `notebooks`, where changed ones are executed, and remove those gone."""
    source = Path(app.srcdir).parent / "notebooks"
    folder = Path(app.srcdir) / "notebooks"
    folder.mkdir(exist_ok=True)
    names = {path.name for path in source.glob("*.md")}
    for page in folder.glob("*.md"):
        if page.name not in names:
            page.unlink()
    for name in names:
        page = folder / name
        if not page.exists() or page.read_bytes() != (source / name).read_bytes():
            shutil.copyfile(source / name, page)


def setup(app: "Sphinx") -> dict[str, Any]:
    app.connect("builder-inited", copy_notebooks)
    return {"parallel_read_safe": True}
