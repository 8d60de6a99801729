"""Where a derivative is cut, or made, on purpose; in a program that runs as it is, these do next to nothing."""

from __future__ import annotations

from typing import Any

import numpy as np


def new_weight(w: Any) -> Any:
    """Return 1, with the relative derivative of w: its tangent is w_dot / w. Of an array: element by element.

    It gives back what a choice has lost whose probabilities do not move: where `i` is drawn with the probabilities
    `stop_gradient(w / sum(w))`, the mean of f(i) * new_weight(w[i] / sum(w)) has the derivative of the sum of
    f(i) w[i] / sum(w). Particle filters resample so (arXiv 2210.08572). `w` must not be 0 where it is chosen.
    """
    return np.ones(w.shape) if isinstance(w, np.ndarray) else 1.0


def stop_gradient(x: Any) -> Any:
    """Return x, without its derivative: what depends on it does not move through it, and neither do decisions on it."""
    return x


for _function in (new_weight, stop_gradient):
    _function.__module__ = "stochtrace"
