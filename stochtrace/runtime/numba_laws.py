"""Tables of laws in compiled code: each site keeps that of the last law which it drew from, in the record of ω."""

# mypy: disable-error-code="no-untyped-def,untyped-decorator"

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload, register_jitable

from stochtrace.runtime.functions.inversion import BELOW_ONE, binomial_inverse, poisson_inverse
from stochtrace.runtime.laws import ROOM, WIDE, binomial_outcome, fill_table, poisson_outcome

FIRST = 3  # of the sums in a table, after the parameters and whether there are any
LAW = FIRST + ROOM + WIDE
MADE, LONG = 1.0, 2.0


@register_jitable
def tabled(law, n, q):
    """Tell whether a table is that of a law; make it where that was asked for before."""
    if law[0] != n or law[1] != q:
        law[0], law[1], law[2] = n, q, 0.0
        return False
    if law[2] == 0.0:
        law[2] = MADE if fill_table(law, FIRST, n, q) > 0 else LONG
    return law[2] == MADE


@intrinsic
def not_above(typing: Any, law: Any, first: Any, w: Any) -> Any:
    """Return how many of WIDE sums from an index on are not above w, without a branch on any."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        sums, flags = ir.VectorType(ir.DoubleType(), WIDE), ir.IntType(WIDE)
        place = builder.gep(context.make_array(law)(context, builder, arguments[0]).data, [arguments[1]])
        loaded = builder.load(builder.bitcast(place, sums.as_pointer()), align=8)
        limit = ir.Constant(sums, ir.Undefined)
        for i in range(WIDE):
            limit = builder.insert_element(limit, arguments[2], ir.Constant(ir.IntType(32), i))
        below = builder.bitcast(builder.fcmp_ordered("<=", loaded, limit), flags)
        return builder.zext(builder.ctpop(below), ir.IntType(64))

    return types.int64(law, types.int64, types.float64), generate


@register_jitable
def sums_below(law, w):
    """Return how many sums of a table are not above w."""
    first = FIRST
    while True:
        below = not_above(law, first, w)
        first += below
        if below < WIDE:
            return first - FIRST


@overload(binomial_outcome)
def binomial_typed(omega, site, w, n, q):
    """Compiled `binomial_outcome`."""

    def implementation(omega, site, w, n, q):
        law = omega.laws[site]
        if not tabled(law, n, q):
            return binomial_inverse(w, n, q)
        if q > 0.5:
            return n - min(n, sums_below(law, (1.0 - w) * BELOW_ONE))
        return min(n, sums_below(law, w))

    return implementation


@overload(poisson_outcome)
def poisson_typed(omega, site, w, rate):
    """Compiled `poisson_outcome`."""

    def implementation(omega, site, w, rate):
        law = omega.laws[site]
        return sums_below(law, w) if tabled(law, -1.0, rate) else poisson_inverse(w, rate)

    return implementation
