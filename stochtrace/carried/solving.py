"""Where a decision changes, along a draw in which it is no straight line: in the simplest form that is zero there."""

from __future__ import annotations

import math
from contextlib import suppress

from stochtrace.carried.alike import collected, compared, divided
from stochtrace.carried.atoms import Atom
from stochtrace.carried.evaluation import Hidden, along, depends
from stochtrace.carried.roots import roots, terms
from stochtrace.carried.smooth import Smooth


def solved(g: Smooth, k: int, atom: Atom) -> list[tuple[float, float, float]] | None:
    """Return the roots of g in a draw in which it is no straight line, None where some may be missed."""
    inner = collected(g)
    if inner is None and g.op == "sub" and all(depends(part, k, {}) for part in g.parts):
        inner = compared(g)
    if inner is None and (parts := divided(g)) is not None:
        each = [roots(part, k, atom.z, atom.reach()) for part in parts if depends(part, k, {})]
        return None if None in each else [known_in(g, k, *root) for some in each for root in some or ()]
    if inner is None:
        return roots(g, k, atom.z, atom.reach())
    found = roots(inner, k, atom.z, atom.reach()) if depends(inner, k, {}) else []
    return found if found is None else [known_in(g, k, *root) for root in found]


def known_in(g: Smooth, k: int, z: float, z_dot: float, known: float) -> tuple[float, float, float]:
    """Return a root of a simpler form of g, over what it is known where the program computes g itself."""
    with suppress(Hidden):  # where the shape of what has cancelled depends on the draw
        slope = abs(along(g, k, z).s)
        known = max(known, terms(g, k, z)[0] / slope) if 0 < slope < math.inf else known
    return z, z_dot, known
