"""Decisions and draws of a compiled carried sample, as far as they are compiled into each program."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import math
import operator

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from stochtrace.carried.numba_memory import (
    EXTERNAL,
    FULL,
    PARAMETER,
    atom_row,
    begin,
    trace_at,
)
from stochtrace.carried.numba_noting import noted
from stochtrace.carried.numba_smooth import (
    DRAW,
    SHAPED,
    SUB,
    SmoothType,
    added,
    binary,
    carried,
    constant,
    divided,
    lifted,
    made,
    multiplied,
    negative,
    pushed,
    still,
)
from stochtrace.carried.smooth import STEADY
from stochtrace.runtime.numba_exact import MOST, TOLD, Beyond
from stochtrace.runtime.numba_tape import address_of
from stochtrace.runtime.numba_threefry import CAPACITY

TRIALS = 100_000
ANOTHER, DECIDE, FLOW, KEEPS, STALE, STEP = (
    EXTERNAL[name] for name in ("another", "decide", "flow", "keeps", "stale", "step")
)


@register_jitable
def decided(a, b, outcome, kink):
    """Note a decision on the sign of a - b, and return its outcome."""
    if max(a.k, b.k) < 0 and a.d == b.d:
        return outcome
    if (math.isinf(a.v) and still(a)) or (math.isinf(b.v) and still(b)):
        return outcome  # beside infinity all outcomes of the draws are on one side
    g = added(a, b, -1.0, SUB)
    if g.k < 0:
        if g.d != 0.0 and not kink:
            trace_at(g.at).full = PARAMETER
        return outcome
    far = (a.k < g.k and math.isinf(a.v)) or (b.k < g.k and math.isinf(b.v))
    size = abs(a.v) + abs(b.v)
    DECIDE(g.at, g.k, g.node, g.affine, 1 if far else 0, g.v, g.d, g.s, g.sd, size, 1.0 if outcome else 0.0)
    return outcome


binary(lambda a, b: decided(lifted(a), lifted(b), lifted(a).v < lifted(b).v, False), operator.lt)
binary(lambda a, b: decided(lifted(a), lifted(b), lifted(a).v <= lifted(b).v, False), operator.le)
binary(lambda a, b: decided(lifted(a), lifted(b), lifted(a).v > lifted(b).v, False), operator.gt)
binary(lambda a, b: decided(lifted(a), lifted(b), lifted(a).v >= lifted(b).v, False), operator.ge)


@register_jitable
def greater(a, b):
    """Return the larger of two values, the first where they are equal."""
    return b if decided(b, a, b.v > a.v, True) else a


@register_jitable
def lesser(a, b):
    """Return the smaller of two values, the first where they are equal."""
    return b if decided(b, a, b.v < a.v, True) else a


@register_jitable
def size_of(a):
    """Return |a|."""
    return a if decided(a, constant(0.0), a.v >= 0.0, True) else negative(a)


@register_jitable
def rounded(x, n, low, high):
    """Note that x, which lies between low and high, is rounded to n, and return n."""
    if not abs(x.v) < MOST:
        raise Beyond(TOLD)
    if x.k < 0:
        if x.d != 0.0:
            trace_at(x.at).full = PARAMETER
        return n
    below, above = added(x, constant(low), -1.0, SUB), added(x, constant(high), -1.0, SUB)
    STEP(x.at, x.k, x.node, below.node, above.node, x.affine, x.v, low, high, x.d, x.s, x.sd, 1.0 * n)
    return n


@register_jitable
def floored(x):
    """Return the whole number below x."""
    n = math.floor(x.v)
    return rounded(x, n, n, n + 1.0)


@register_jitable
def next_whole(x):
    """Return the whole number above x."""
    n = math.ceil(x.v)
    return rounded(x, n, n - 1.0, n)


@register_jitable
def cut(x):
    """Return x without its fraction, as `int`."""
    n = int(x.v)
    if n == 0:
        return rounded(x, n, -1.0, 1.0)
    return rounded(x, n, n, n + 1.0) if n > 0 else rounded(x, n, n - 1.0, n)


@register_jitable
def largest(values):
    """Return the largest of several values, as `max`."""
    best = values[0]
    for i in range(1, len(values)):
        best = greater(best, values[i])
    return best


@register_jitable
def smallest(values):
    """Return the smallest of several values, as `min`."""
    best = values[0]
    for i in range(1, len(values)):
        best = lesser(best, values[i])
    return best


@register_jitable
def nearest(x):
    """Return the nearest whole number, as `round`."""
    n = round(x.v)
    return rounded(x, n, n - 0.5, n + 0.5)


@register_jitable
def rounded_to(x, digits):
    """Return the nearest number with so many digits after the point, as `round`."""
    size = 10.0**digits
    return nearest(multiplied(x, constant(size))) / size


@register_jitable
def quotient(a, b):
    """Return a // b."""
    return 1.0 * floored(divided(a, b))


@register_jitable
def remainder(a, b):
    """Return a % b."""
    return added(a, multiplied(constant(1.0 * floored(divided(a, b))), b), -1.0, SUB)


def extreme(function, of_two, of_list):
    """Let compiled code take the largest or smallest of carried values."""

    @overload(function)
    def two(a, b):
        return (lambda a, b: of_two(lifted(a), lifted(b))) if carried(a, b) else None

    @overload(function)
    def three(a, b, c):
        if carried(a, b, c):
            return lambda a, b, c: of_two(of_two(lifted(a), lifted(b)), lifted(c))
        return None

    @overload(function)
    def listed(values):
        return (lambda values: of_list(values)) if isinstance(values, types.List) and carried(values.dtype) else None


extreme(max, greater, largest)
extreme(min, lesser, smallest)


def unary(implementation, *functions):
    """Let compiled code apply functions to a carried value."""

    def typed(x):
        return implementation if isinstance(x, SmoothType) else None

    for function in functions:
        overload(function)(typed)


unary(lambda x: size_of(x), abs, math.fabs, np.abs, np.fabs)
unary(lambda x: floored(x), math.floor)
unary(lambda x: next_whole(x), math.ceil)
unary(lambda x: cut(x), int, math.trunc)
unary(lambda x: nearest(x), round)
unary(lambda x: 1.0 * floored(x), np.floor)
unary(lambda x: 1.0 * next_whole(x), np.ceil)
unary(lambda x: 1.0 * nearest(x), np.rint)
unary(lambda x: 1.0 if x > 0.0 else -1.0 if x < 0.0 else 0.0, np.sign)
unary(lambda x: x, float)
binary(lambda a, b: quotient(lifted(a), lifted(b)), operator.floordiv, operator.ifloordiv, np.floor_divide)
binary(lambda a, b: remainder(lifted(a), lifted(b)), operator.mod, operator.imod, np.mod)
binary(lambda a, b: greater(lifted(a), lifted(b)), np.maximum, np.fmax)
binary(lambda a, b: lesser(lifted(a), lifted(b)), np.minimum, np.fmin)


@overload(round)
def round_typed(x, ndigits):
    """Compiled `round` to digits."""
    return (lambda x, ndigits: rounded_to(x, ndigits)) if isinstance(x, SmoothType) else None


@overload(sum)
def sum_typed(values):
    """Compiled `sum` of a list."""
    if not (isinstance(values, types.List) and carried(values.dtype)):
        return None

    def implementation(values):
        total = constant(0.0)
        for value in values:
            total = total + value
        return total

    return implementation


# -- draws --------------------------------------------------------------------------------------------------------


@register_jitable
def new_atom(trace, family, site, visit, z):
    """Return the row of a new draw."""
    k = trace.atom_count
    if k == trace.room:
        trace.full = FULL
        return k - 1
    trace.atom_count = k + 1
    atom = atom_row(trace.atoms, k)
    atom.family, atom.site, atom.visit = family, site, visit
    atom.z, atom.z_dot, atom.low, atom.high = z, 0.0, -math.inf, math.inf
    atom.low_rate = atom.high_rate = math.nan
    atom.shape0 = atom.shape1 = atom.shape2 = 0.0
    atom.flow0 = atom.flow1 = atom.flow2 = 0.0
    atom.node = trace.node_count
    return k


@register_jitable
def outcome_of(trace, site, visit, z):
    """Return the standard variable of a draw, which a check may hold."""
    held = trace.checking != 0 and site == trace.forced_site and visit == trace.forced_visit
    return trace.forced_z if held else z


@register_jitable
def standard_draw(trace, family, site, visit, z):
    """Return a new draw of a standard variable without shapes."""
    at = address_of(trace)
    k = new_atom(trace, family, site, visit, z)
    none = constant(0.0)
    return made(at, z, 0.0, k, 1.0, 0.0, STEADY, pushed(at, k, DRAW, none, none, STEADY))


@register_jitable
def shaped_draw(trace, family, site, visit, z, w, first, second):
    """Return a new draw of a standard variable with one shape or two."""
    at = address_of(trace)
    k = new_atom(trace, family, site, visit, z)
    atom = atom_row(trace.atoms, k)
    atom.shape0, atom.shape1, atom.flow0, atom.flow1 = first.v, second.v, first.d, second.d
    if first.d != 0.0 or second.d != 0.0:
        atom.z_dot = FLOW(family, w, first.v, second.v, 0.0, first.d, second.d, 0.0)
    return made(at, z, atom.z_dot, k, 1.0, 0.0, STEADY, pushed(at, k, SHAPED, first, second, STEADY))


@register_jitable
def discrete_draw(trace, a, b, outcome):
    """Note the outcome of a discrete draw whose parameters move with the expressions in rows a and b."""
    noted(trace, new_atom(trace, -1, 0, 0, 0.0), a, b, 1.0 * outcome)


@register_jitable
def atom_site(trace):
    """Return the site of the kept crossing's draw."""
    return atom_row(trace.atoms, trace.draw).site


@register_jitable
def atom_visit(trace):
    """Return the visit of the kept crossing's draw."""
    return atom_row(trace.atoms, trace.draw).visit


@register_jitable
def restart(omega):
    """Begin a sample again, with nothing forced."""
    omega.site = -1
    for site in range(omega.visits.shape[0]):
        omega.visits[site] = 0
        if omega.filled[site] > CAPACITY:
            omega.filled[site] = 0


@register_jitable
def jump(omega, trace, force):
    """Begin a sample again, with the kept jump of a discrete draw forced."""
    restart(omega)
    force.site = -1
    omega.site, omega.visit, omega.to = trace.site, trace.visit, trace.to


@register_jitable
def take(trace, row):
    """Make a row of the table of jumps what is kept."""
    trace.total, trace.sign = abs(row.weight), 1.0 if row.weight > 0.0 else -1.0
    trace.site, trace.visit, trace.to = row.site, row.visit, row.to
    trace.draw, trace.decision, trace.stale = row.draw, row.decision, row.stale
    trace.below, trace.above, trace.low, trace.high = row.below, row.above, row.low, row.high


@register_jitable
def expect(check, trace, omega, z):
    """Begin a check: the draw of the kept crossing is at z, and the decisions before it are known."""
    begin(check, omega)
    check.checking = 1
    check.forced_site, check.forced_visit, check.forced_z = atom_site(trace), atom_visit(trace), z
    check.expected, check.expected_count = trace.decisions, trace.decision


@register_jitable
def is_stale(trace):
    """Tell whether the interval of the kept crossing may be too large."""
    return STALE(address_of(trace)) != 0


@register_jitable
def keeps(trace, z):
    """Tell whether the decisions before the kept crossing are the same with its draw at z; -1: that takes a run."""
    return KEEPS(address_of(trace), z)


@register_jitable
def another_inside(trace, visit):
    """Return an outcome of the kept crossing's draw inside its interval."""
    return ANOTHER(address_of(trace), visit)
