"""Sphinx extension: one API page per public package, written from its `__all__`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import public_api

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def render_page(package: str) -> str:
    """The MyST page of a package, with an entry for each of its public names."""
    names = public_api.public_names(package)
    described = [n for n in names if not n.is_package]
    interfaces = [n for n in described if n.is_interface]
    data = [n for n in described if n.is_data]
    main = [n for n in described if n not in interfaces and n not in data]
    module = __import__(package, fromlist=["__doc__"])
    parts = [f"# {package}", module.__doc__ or ""]
    if package == public_api.PACKAGE:
        parts.append("These names are those of the packages below, at hand under a shorter path.")
        parts += [_link(name) for name in main + interfaces]
        return "\n\n".join(parts) + "\n"
    parts += [_entry(name) for name in main]
    if interfaces:
        parts += ["## Interfaces", *(_entry(name) for name in interfaces)]
    if data:
        parts += ["## Constants and types", *(_entry(name) for name in data)]
    return "\n\n".join(parts) + "\n"


def _link(name: public_api.PublicName) -> str:
    kind = "class" if name.is_class else "func"
    home = ".".join(name.value.__module__.split(".")[:2])
    summary = name.documentation.strip().partition("\n")[0]
    return f"- {{py:{kind}}}`{name.path} <{home}.{name.name}>`: {summary}"


def _entry(name: public_api.PublicName) -> str:
    if name.is_data:
        return f"```{{py:data}} {name.path}\n{name.documentation}\n```"
    directive = "autoclass" if name.is_class else "autofunction"
    options = "\n   :members:\n   :show-inheritance:" if name.is_class else ""
    return f"```{{eval-rst}}\n.. {directive}:: {name.path}{options}\n```"


def write_pages(app: "Sphinx") -> None:
    """Write the pages into `api/generated`, and remove those of packages that are gone."""
    folder = Path(app.srcdir) / "api" / "generated"
    folder.mkdir(parents=True, exist_ok=True)
    pages = {folder / f"{name}.md": render_page(name) for name in public_api.public_packages()}
    for stale in set(folder.glob("*.md")) - set(pages):
        stale.unlink()
    for path, text in pages.items():
        # An unchanged page keeps its date, so that Sphinx does not read it again.
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


def setup(app: "Sphinx") -> dict[str, Any]:
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True}
