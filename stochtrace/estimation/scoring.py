"""The derivative by score functions: every draw frozen at its value, whose density moves instead.

E[X] = ∫ X(y) f(y; p) dy, so d/dp E[X] = E[∂X/∂p at fixed draws + X × d/dp log f] (Rubinstein & Shapiro 1993), which
shares neither jumps nor crossings nor replays with the derivative program. It runs the primal on carried values.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from stochtrace.carried.running import Refused
from stochtrace.diagnostics import Refusal
from stochtrace.estimation import interpreted
from stochtrace.estimation.functions import Functions
from stochtrace.estimation.moments import Array
from stochtrace.estimation.shapes import Along, Direction


class Scored(Protocol):
    """What is needed of a program."""

    functions: Functions

    def with_forms(self, forms: Any) -> Any:
        """Return this program with other forms at its sites."""
        ...


def score_samples(
    program: Scored, arguments: Any, direction: Direction | Along, seed: int, first: int, count: int, width: int
) -> Array | str:
    """Return derivative samples by score functions, of shape (count, width); a string says why they do not apply."""
    frozen = program.with_forms(dict.fromkeys(range(1, program.functions.sites + 1), "score"))
    if not frozen.functions.on_carried_values:
        frozen.functions = replace(frozen.functions, derivative=frozen.functions.primal, smooth=True, sources={})
    values, derivatives = np.zeros((2, count, width))
    try:
        given = frozen.given(arguments, direction)
        interpreted.run(frozen.functions, given, seed, first, values, derivatives)
    except (Refused, Refusal) as refused:
        return str(refused.args[0])
    return derivatives
