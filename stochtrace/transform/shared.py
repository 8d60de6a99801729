"""Refuse one uniform that is compared with several numbers: as a Bernoulli draw it would be a uniform for each.

Programs on carried values that find their draws as they run take it as it is written.
"""

from __future__ import annotations

from stochtrace.transform.depths import UNKNOWN
from stochtrace.transform.draws import Draw
from stochtrace.transform.facts import Facts


def check_shared(facts: Facts) -> None:
    """Refuse comparisons in which a uniform, or an array of them, is broadcast to a larger array."""
    for draw in facts.draws.by_node.values():
        if draw.distribution == "flip" and is_shared(facts, draw):
            facts.source.refuse(
                draw.node,
                "an array is compared with fewer uniforms than it has elements",
                "Several comparisons read the same uniform.",
                "Give the uniforms a name on a line before, or draw one for each element.",
            )


def is_shared(facts: Facts, draw: Draw) -> bool:
    """Tell whether what a draw is compared with is larger than the array that is drawn for sure."""
    (other,) = draw.arguments.values()
    drawn = 0 if draw.size is None else facts.depths.filled(draw.scope, draw.size).high
    return drawn < facts.depths.of(draw.scope, other).low < UNKNOWN
