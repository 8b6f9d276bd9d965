"""Sphinx extension: notebooks and model cards of the repository as pages of the documentation."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_SOURCES = {
    "notebooks": ("notebooks", (".md",)),
    "models": ("geomndp/pretrained", (".md", ".json")),
}
"""By folder of the documentation, from where in the repository it comes, and what of it."""


def copy_pages(app: "Sphinx") -> None:
    """Copy them into folders of the documentation, where changed ones are executed."""
    documentation = Path(app.srcdir)
    for name, (source, suffixes) in _SOURCES.items():
        mirror(documentation.parent / source, documentation / name, suffixes)


def mirror(source: Path, folder: Path, suffixes: tuple[str, ...]) -> None:
    """Make a folder hold the files of another that end so: what has changed, and nothing else."""
    folder.mkdir(exist_ok=True)
    names = {path.name for path in source.iterdir() if path.suffix in suffixes}
    for page in folder.iterdir():
        if page.suffix in suffixes and page.name not in names:
            page.unlink()
    for name in names:
        page = folder / name
        if not page.exists() or page.read_bytes() != (source / name).read_bytes():
            shutil.copyfile(source / name, page)


def setup(app: "Sphinx") -> dict[str, Any]:
    app.connect("builder-inited", copy_pages)
    return {"parallel_read_safe": True}
