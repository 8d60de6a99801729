"""What comments in a program ask for, where a form at a site cannot say it."""

from __future__ import annotations

from typing import Any

from stochtrace.carried.running import Refused, current, is_guarded
from stochtrace.carried.smooth import PASSING, STEADY, Smooth


def constant(x: Any) -> Any:
    """Return a value that a decision compares, without its tangent: the decision is held to be constant nearby."""
    if type(x) is not Smooth:
        return x
    if x.k >= 0:
        raise Refused(
            "this decision is marked `constant`, and compares a draw",
            "Mark the line of the draw, or leave the comment out: decisions on draws are followed.",
        )
    return x.v


def passing(x: Any) -> Any:
    """Return a value that a test compares which only raises, or clamps it: one that may be compared without a draw.

    A program that raises has no mean, so what the test lets pass is all there is; a clamp has no jump. Beside a draw,
    which an `except` may let pass, and inside a `try` for the errors of arithmetic, it is a decision as any other.
    """
    if type(x) is not Smooth or x.k >= 0 or is_guarded():
        return x
    return Smooth(x.v, x.d, -1, 0.0, 0.0, STEADY, PASSING, ())


def scored(site: int, x: Any) -> Any:
    """Return a function of the draw at a site as a value that stays, while its density moves."""
    return current().freeze(site, x)
