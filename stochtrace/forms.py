"""The forms of a crossing: from which side a boundary is seen, and what a comment on a draw's line asks for.

Two-sided: every sample in the interval I sees the boundary, weight |ω_dot| / mass of I. Leaving: only the samples on
the side that mass leaves, weight |ω_dot| / mass of that side; the spread has a tail where that side can be small.
Hybrid: leaving where that side is at least a tenth of I. All have the same mean: none chooses by the sample's side.
"""

from __future__ import annotations

from collections.abc import Mapping

TENTH = 0.1
CROSSING = ("two-sided", "leaving", "hybrid")
BIASED = ("pathwise", "constant")
WORDS = ("score", *CROSSING, *BIASED)
DEFAULT = "two-sided"

Forms = Mapping[int, str]
NONE: Forms = {}


def leaves(form: str, side: float, whole: float) -> bool:
    """Tell whether a boundary is seen from the side that is left only; `side` is the mass of that, `whole` of all."""
    return form == "leaving" or (form == "hybrid" and side >= TENTH * whole)
