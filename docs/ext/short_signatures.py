"""Sphinx extension: array types in signatures as their authors wrote them."""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_KEY = r"[~\w.]*Key\[[\w.]*Array, ''\]"
_RAW_KEY = r"[~\w.]*UInt32\[[\w.]*Array, '\d'\]"
_SHORT = [
    (re.compile(rf"{_KEY}(?: \| {_RAW_KEY})+"), "Key"),
    (re.compile(r"~?(?:jax\.)?jaxlib\._jax\.Array"), "Array"),
    (re.compile(r"~?\bjaxtyping\."), ""),
]


def shorten(signature: str) -> str:
    """A signature with the names under which array types and random keys are imported."""
    for pattern, short in _SHORT:
        signature = pattern.sub(short, signature)
    return signature


def _process(
    app: "Sphinx",
    what: str,
    name: str,
    value: Any,
    options: Any,
    signature: str | None,
    returns: str | None,
) -> tuple[str | None, str | None]:
    del app, what, name, value, options
    return signature and shorten(signature), returns and shorten(returns)


def setup(app: "Sphinx") -> dict[str, Any]:
    app.connect("autodoc-process-signature", _process)
    return {"parallel_read_safe": True}
