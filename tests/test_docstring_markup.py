"""Docstrings become valid reStructuredText."""

import pytest
from docstring_markup import to_restructured_text


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        ("the clock `t`", "the clock ``t``"),
        ("two `clock`s", "two ``clock``\\ s"),
        ("already ``literal`` and :math:`x`", "already ``literal`` and :math:`x`"),
        (r"at $\theta$, and $n$th", r"at :math:`\theta`, and :math:`n`\ th"),
        ("over $a\n  + b$ lines", "over :math:`a + b` lines"),
        ("costs 5 $ or 6 $ each", "costs 5 $ or 6 $ each"),
        ("    $$ a\n       + b, $$\n\n    by", "\n    .. math:: a + b,\n\n\n    by"),
        (">>> f(2 * 3)  # `a` $b$\n6 * `c`\n\n`d`", ">>> f(2 * 3)  # `a` $b$\n6 * `c`\n\n``d``"),
        ("a *Title* and **stress**", "a *Title* and **stress**"),
        ("of shape (*shape, dim), *batch", r"of shape (\*shape, dim), \*batch"),
        ("of shape `(*shape, dim)`", "of shape ``(*shape, dim)``"),
    ],
)
def test_markup_is_translated(docstring: str, expected: str):
    assert to_restructured_text(docstring) == expected
