"""Colours of all figures: distinct in common kinds of colour blindness, and in grey.

References:
    Okabe and Ito (2008), *Color universal design*.
"""

SEA = "#F3F6F9"
LAND = "#DDD9D0"
COAST = "#8C877C"
GRATICULE = "#B8C0C8"
TEXT = "#2B2B2B"

CONTEXT = "#1A1A1A"
MEMBER = "#56B4E9"
MEAN = "#0072B2"
TRUTH = "#D55E00"
"""Parts of a forecast: what is known, single guesses, their centre, and what came true."""
