"""What all compiled carried programs share, compiled once: programs call it by the names of symbols.

Inlined into each program, these functions would take most of the time that it takes to compile it. This file is a
template too: the machine code is kept beside a copy in the cache.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

from stochtrace.carried import numba_families, numba_functions
from stochtrace.carried.numba_decisions import decided, divided, rounded
from stochtrace.carried.numba_intervals import enclosure
from stochtrace.carried.numba_kept import another_inside, is_stale
from stochtrace.carried.numba_kept import keeps as kept_by
from stochtrace.carried.numba_memory import trace_at
from stochtrace.carried.numba_roots import solved
from stochtrace.carried.numba_tape import older_draw, run_along

value_of, first_of, second_of = (
    numba_functions.value_of,
    numba_functions.slope_of_first,
    numba_functions.slope_of_second,
)
below_of, above_of, density_of = numba_families.below_of, numba_families.above_of, numba_families.density_of
quantile_of, flow_of, tail_of = numba_families.quantile_of, numba_families.flow_of, numba_families.tail_of


def value(op, x, y):
    """Return the value of an operation."""
    return value_of(op, x, y)


def slope_of_first(op, x, y, v):
    """Return the partial of an operation by its first part."""
    return first_of(op, x, y, v)


def slope_of_second(op, x, y, v):
    """Return the partial of an operation by its second part."""
    return second_of(op, x, y, v)


def below(family, z, s0, s1, s2):
    """Return the distribution function of a family."""
    return below_of(family, z, s0, s1, s2)


def above(family, z, s0, s1, s2):
    """Return the survival function of a family."""
    return above_of(family, z, s0, s1, s2)


def density(family, z, s0, s1, s2):
    """Return the density of a family."""
    return density_of(family, z, s0, s1, s2)


def quantile(family, w, s0, s1, s2):
    """Return the standard variable for a uniform."""
    return quantile_of(family, w, s0, s1, s2)


def flow(family, w, s0, s1, s2, f0, f1, f2):
    """Return the tangent at fixed ω of the standard variable of a shape family."""
    return flow_of(family, w, s0, s1, s2, f0, f1, f2)


def tail(family):
    """Return the tail of a family's standard variable."""
    return tail_of(family)


def enclose(at, k, low, high, last):
    """Leave bounds of the marked rows over an interval of draw k in the scratch table."""
    enclosure(trace_at(at), k, low, high, last)
    return 0


def along(at, k, z, last):
    """Leave the marked rows where draw k is z in the scratch table."""
    run_along(trace_at(at), k, z, last)
    return 0


def solve(at, k, last, first):
    """Leave the roots of an expression in the table from row `first` on; return how many, -1 where not all are."""
    return solved(trace_at(at), k, last, first)


def older(at, newest, row):
    """Return the newest draw before one that moves an expression."""
    return older_draw(trace_at(at), newest, row)


def decide(at, k, node, affine, far, v, d, s, sd, size, outcome):
    """Note a decision, offer its crossings, and narrow the interval of its draw."""
    decided(trace_at(at), k, node, affine, far, v, d, s, sd, size, outcome)
    return 0


def pole(at, node):
    """Note that the program divides by the expression in a row."""
    divided(trace_at(at), node)
    return 0


def step(at, k, node, below, above, affine, v, low, high, d, s, sd, outcome):
    """Offer the ends of the step on which a rounded value is, and narrow the interval of its draw."""
    rounded(trace_at(at), k, node, below, above, affine, v, low, high, d, s, sd, outcome)
    return 0


def stale(at):
    """Tell whether the interval of the kept crossing may be too large."""
    return 1 if is_stale(trace_at(at)) else 0


def another(at, visit):
    """Return an outcome of the kept crossing's draw inside its interval."""
    return another_inside(trace_at(at), visit)


def keeps(at, z):
    """Tell whether the decisions before the kept crossing are the same with its draw at z."""
    return kept_by(trace_at(at), z)
