"""Where the roots of two decisions on a draw meet, though the parameters move them apart.

At p = 0.5 this holds of `u < p` and `u > 1 - p`, and where two parameters that are equal are compared with one draw. A
replay beside the root would make both decisions the other way, but as p moves each changes alone. A sample in which
roots meet takes its derivative where they have just parted: that of the expectation is the same there. Where it has two
sides, this is the one to which the roots lie, and that of larger values where they lie on each other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from stochtrace.carried import evaluation
from stochtrace.carried.arguments import flat
from stochtrace.carried.atoms import NOISE, Atom
from stochtrace.carried.evaluation import Hidden
from stochtrace.carried.nearness import nudge_of
from stochtrace.carried.roots import speed, terms
from stochtrace.carried.smooth import Smooth, value
from stochtrace.runtime.taped import Taped
from stochtrace.runtime.values import remade

BESIDE, PARTED = 4, 20  # how many nudges apart roots are that meet, and are then
ROUNDED = 1e-14  # how far apart roots are by rounding alone
SHARP = 1e6  # over how much more than its size a root is known at most
FASTER = 1e-3  # by what part the rates of two roots differ that move apart
FARTHEST = 1e-3  # by what part of the largest of them the parameters are moved at most
GOLDEN = 0.6180339887498949


class _Local(threading.local):
    found: list[float] | None = None


_LOCAL = _Local()


@contextmanager
def watched() -> Iterator[list[float]]:
    """Collect the steps by which samples that this thread runs on carried values part roots that meet."""
    before, _LOCAL.found = _LOCAL.found, []
    try:
        yield _LOCAL.found
    finally:
        _LOCAL.found = before


def apart(arguments: tuple[Any, ...], step: float, way: Any) -> Any:
    """Return arguments moved by a step along their tangents, None where that is far."""
    sizes = [abs(part.v) / (abs(along(part.d, way)) or 1.0) for part in flat(arguments)]
    if abs(step) > FARTHEST * (max(sizes, default=0.0) or 1.0):
        return None
    if _LOCAL.found is not None:
        _LOCAL.found.append(step)
    return moved(arguments, step, way)


def moves_apart(atom: Atom, root: float, root_dot: Any, known: float, way: Any) -> float:
    """Return by how many tangents to move the parameters, that a root may part from the end of an interval beside it.

    0 where both move together.
    """
    low = root - atom.low < atom.high - root
    end, there = (atom.low, atom.low_rate) if low else (atom.high, atom.high_rate)
    if there is None:
        return 0.0
    here = atom.rate(root, root_dot)
    if not differ(along(here, way), along(there, way)):
        return 0.0
    faster = along(here - there, way)
    step = PARTED * nudge_of(root, known) * float(atom.family.standard.density(root, *atom.shapes)) / abs(faster)
    between = root - end
    return -step if abs(between) > ROUNDED * max(abs(root), known) and (between > 0) != (faster > 0) else step


def differ(here: float, there: float) -> bool:
    """Tell whether two roots move apart, by their rates."""
    return abs(here - there) > max(FASTER * max(abs(here), abs(there)), NOISE)


def at_ends(atom: Atom, g: Smooth, k: int, way: Any) -> Iterator[float]:
    """Yield the same of the roots of g in draw k that lie beside the ends of the interval of the draw."""
    for end, rate in ((atom.low, atom.low_rate), (atom.high, atom.high_rate)):
        if rate is None:
            continue
        with suppress(Hidden, ValueError, OverflowError, ZeroDivisionError):  # g may not be defined beside it
            here, size = evaluation.along(g, k, end), terms(g, k, end)[0]
            if here.s and is_beside(here.v / here.s, end, size / abs(here.s)):
                for root, root_dot, known in speed(g, k, end):
                    yield moves_apart(atom, root, root_dot, known, way)


def is_beside(distance: float, root: float, known: float) -> bool:
    """Tell whether a root at some distance from an end lies beside it; not one that is known too badly to say."""
    return abs(distance) <= BESIDE * nudge_of(root, known) and known <= SHARP * max(abs(root), 1.0)


def way_of(arguments: tuple[Any, ...]) -> Any:
    """Return the direction in which the parameters are moved in reverse mode, in which no two are alike."""
    parts = flat(arguments)
    if not parts or not isinstance(parts[0].d, Taped):
        return None
    way = np.ones(parts[0].d.tape.leaves)
    for i, part in enumerate(parts):
        way[part.d.node] = (abs(part.v) or 1.0) * (0.5 + GOLDEN * (i + 1) % 1)
    return way


def along(tangent: Any, way: Any) -> float:
    """Return a tangent; in reverse mode, that in a direction."""
    if not isinstance(tangent, Taped):
        return float(tangent)
    return float(tangent.tape.adjoints([(tangent.node, tangent.factor)]) @ way)


def moved(arguments: Any, step: float, way: Any) -> Any:
    """Return arguments of a run on carried values, moved by a step along their tangents."""

    def one(x: Smooth) -> Smooth:
        return Smooth(x.v + step * along(x.d, way), x.d, -1, 0.0, 0.0, x.affine, x.op, ())

    return mapped(one, arguments, object)


def plain(arguments: Any) -> Any:
    """Return arguments of a run on carried values as plain numbers."""
    return mapped(value, arguments, float)


def mapped(one: Callable[[Smooth], Any], arguments: Any, kind: type) -> Any:
    """Return arguments with something else for each carried value, in arrays of a kind for those that hold such."""
    if isinstance(arguments, Smooth):
        return one(arguments)
    if isinstance(arguments, np.ndarray) and arguments.dtype == object:
        found: Any = np.empty(arguments.size, kind)
        found[:] = [mapped(one, part, kind) for part in arguments.flat]
        return found.reshape(arguments.shape)
    if isinstance(arguments, dict):
        return {key: mapped(one, part, kind) for key, part in arguments.items()}
    if isinstance(arguments, tuple | list):
        return remade(arguments, [mapped(one, part, kind) for part in arguments])
    return arguments
