"""What comments in a program ask for, where a form at a site cannot say it."""

from __future__ import annotations

from typing import Any

from stochtrace.carried.running import Refused, current, is_guarded
from stochtrace.carried.smooth import Smooth


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
    """Return a value that a test compares which does nothing but raise: without its tangent where no draw is in it.

    A program that raises has no mean, so what the test lets pass is all there is. Inside a `try` it is a decision.
    """
    return x.v if type(x) is Smooth and x.k < 0 and not is_guarded() else x


def scored(site: int, x: Any) -> Any:
    """Return a function of the draw at a site as a value that stays, while its density moves."""
    return current().freeze(site, x)
