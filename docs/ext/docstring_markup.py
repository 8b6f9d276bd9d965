r"""Sphinx extension: docstrings may write math as $x$ or $$x$$ and code as `x`.

They are read as they stand in an editor or in `help()`; here they become reStructuredText, before
Napoleon turns their sections into fields.
"""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_TOKEN = re.compile(
    r"(?P<example>^[ ]*>>>[^\n]*(?:\n(?![ ]*$)[^\n]*)*)"
    r"|(?P<literal>``.+?``)"
    r"|(?P<role>:[\w:]+:`[^`]+`)"
    r"|`(?P<code>[^`\n]+(?:\n[^`\n]+)?)`"
    r"|(?P<indent>^[ ]*)?\$\$(?P<display>.+?)\$\$[ ]*\n?"
    r"|\$(?P<math>[^$\s](?:[^$]*?[^$\s])?)\$"
    r"|(?P<emphasis>(?<!\w)(?P<stars>\*\*?)[^*\s](?:[^*]*[^*\s])?(?P=stars)(?!\w))"
    r"|(?P<asterisk>\*)",
    re.MULTILINE | re.DOTALL,
)


def to_restructured_text(docstring: str) -> str:
    """The docstring with its math and code in the notation of reStructuredText."""
    return _TOKEN.sub(_replace, docstring)


def _replace(token: re.Match[str]) -> str:
    if token["code"]:
        return f"``{_on_one_line(token['code'])}``" + _separator(token)
    if token["math"]:
        return f":math:`{_on_one_line(token['math'])}`" + _separator(token)
    if token["display"]:
        indent = token["indent"] or ""
        return f"\n{indent}.. math:: {_on_one_line(token['display'])}\n\n"
    return "\\*" if token["asterisk"] else token[0]


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _separator(token: re.Match[str]) -> str:
    """Markup must end at a word boundary; an escaped space makes one that is not shown."""
    after = token.string[token.end() : token.end() + 1]
    return "\\ " if after.isalnum() else ""


def _process(
    app: "Sphinx", what: str, name: str, value: Any, options: Any, lines: list[str]
) -> None:
    del app, what, name, value, options
    lines[:] = to_restructured_text("\n".join(lines)).split("\n")


def setup(app: "Sphinx") -> dict[str, Any]:
    # Napoleon is connected at 500.
    app.connect("autodoc-process-docstring", _process, priority=400)
    return {"parallel_read_safe": True}
