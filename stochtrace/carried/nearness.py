"""How near to a root of a decision an outcome of a draw is that is on its other side for certain.

A root is known up to rounding of what the decision compares: `known` is the size of that over the slope, so that 1e-16
of it is the least that can be told apart. A nudge is far more, 1e-9, where this is little beside the draws, whose
standard variables are of size 1. Where times are counted from a far origin it is not: a replay must be beside the root
still, not beyond the next event.
"""

from __future__ import annotations

from stochtrace.carried.running import Refused

NUDGE, FAR, ROUNDED = 1e-9, 1e-6, 4e-14
SAME, AGAIN = 1e-2, 5e-15  # roots so much nearer than a nudge, or than rounding, are one that is asked for again
STEP, RESOLVED, LOST = 0.25, 8e-15, 1e-3


def nudge_of(root: float, known: float) -> float:
    """Return by how much to step aside of a root."""
    return max(NUDGE * abs(root), min(NUDGE * known, max(FAR, ROUNDED * known)))


def apart_from(root: float, known: float) -> float:
    """Return how far apart two roots are at least."""
    return max(SAME * nudge_of(root, known), AGAIN * known)


def is_lost(nudge: float, root: float) -> bool:
    """Tell whether a nudge is no small one, beside draws whose standard variables are of size 1."""
    return nudge > LOST * max(1.0, abs(root))


def step_nudge(nudge: float, root: float, height: float, size: float, slope: float) -> float:
    """Return by how much to step aside of the end of a step, of a number that is rounded; 0 where rounding hides it.

    `height` is that of the step and `size` that of the number, which changes by `slope` there.
    """
    fits = STEP * height > RESOLVED * max(abs(root) * slope, size)
    return min(nudge, STEP * height / slope if slope else nudge) if fits else 0.0


def require_near(nudge: float, root: float) -> None:
    """Refuse a decision whose draw is lost in the last digits of what it compares."""
    if is_lost(nudge, root):
        raise Refused(
            "this decision compares numbers that are so large that its draw is lost in their last digits",
            "Count from a nearer origin: subtract what all of them have in common.",
        )


def inside_step(nudge: float, root: float, height: float, size: float, slope: float) -> float:
    """Return by how much to step aside of the end of a step; refuse one that rounding hides."""
    small = step_nudge(nudge, root, height, size, slope)
    if small == 0.0:
        raise Refused(
            "this rounds a number that is so large that a step of it is lost in its last digits",
            "Leave the rounding out: beside such a number it is nothing.",
        )
    return small
