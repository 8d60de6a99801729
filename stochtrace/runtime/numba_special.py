"""`scipy.special` in Numba's nopython mode, on numbers and, element by element, on arrays and lists.

What programs call, and what partials of rules do. SciPy's own C functions where there are some.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.special
from numba import types
from numba.extending import overload, register_jitable

from stochtrace.runtime.functions.special import digamma, trigamma
from stochtrace.runtime.numba_arrays import elementwise, of_numbers
from stochtrace.runtime.numba_scipy import external

ONE = ["gammaln", "loggamma", "gamma", "psi", "erf", "erfc", "erfinv", "erfcinv", "erfcx", "expit", "logit"]
ONE += ["log_expit", "ndtr", "log_ndtr", "ndtri", "entr", "log1p", "expm1", "exp2", "exp10", "cbrt"]
TWO = ["beta", "betaln", "xlogy", "xlog1py", "rel_entr", "kl_div", "binom"]
CONTAINERS = types.Array | types.List | types.BaseTuple


def own(name: str, arguments: str) -> Callable[..., float]:
    """Return a function of numbers that calls SciPy's C function."""
    space: dict[str, Any] = {"external": external(name)}
    exec(f"def function({arguments}):\n    return external({arguments}, 0)", space)
    return register_jitable(space["function"])  # type: ignore[no-any-return]


NUMBERS = {name: own(name, "x") for name in ONE} | {name: own(name, "x, y") for name in TWO}


@register_jitable
def polygamma(n: int, x: float) -> float:
    """The first two of `scipy.special.polygamma`, of a number."""
    return digamma(x) if n == 0 else trigamma(x) if n == 1 else math.nan


@overload(scipy.special.logsumexp)
def logsumexp_typed(a):
    """Compiled `logsumexp` of all elements."""
    if isinstance(a, CONTAINERS) and of_numbers(a):
        return lambda a: logsumexp(np.asarray(a))
    return None


@overload(scipy.special.softmax)
def softmax_typed(x):
    """Compiled `softmax` over all elements."""
    if isinstance(x, CONTAINERS) and of_numbers(x):
        return lambda x: softmax(np.asarray(x))
    return None


@overload(scipy.special.log_softmax)
def log_softmax_typed(x):
    """Compiled `log_softmax` over all elements."""
    if isinstance(x, CONTAINERS) and of_numbers(x):
        return lambda x: np.asarray(x) - logsumexp(np.asarray(x))
    return None


@register_jitable
def logsumexp(a: Any) -> Any:
    """Return log(sum(exp(a))); the largest element stays out of the sum, as its logarithm may be tiny."""
    top = np.max(a)
    if not np.isfinite(top):
        return top + 0.0
    total, ties = 0.0, 0
    for x in a.flat:
        if x == top:
            ties += 1
        else:
            total += math.exp(x - top)
    return math.log1p(total / ties) + math.log(ties) + top


@register_jitable
def softmax(x: Any) -> Any:
    """Return exp(x) / sum(exp(x))."""
    shifted = np.exp(x - np.max(x))
    return shifted / np.sum(shifted)


@overload(scipy.special.comb)
def comb_typed(N, k):
    """Compiled `comb` of two numbers, as a float."""
    if isinstance(N, types.Number) and isinstance(k, types.Number):
        return lambda N, k: scipy.special.binom(N, k) if 0 <= k <= N else 0.0
    return None


def register() -> None:
    """Let compiled code call these functions."""
    for name in ONE:
        overload(getattr(scipy.special, name))(elementwise(NUMBERS[name], "x"))
    for name in TWO:
        overload(getattr(scipy.special, name))(elementwise(NUMBERS[name], "x, y"))
    overload(scipy.special.polygamma)(elementwise(polygamma, "n, x"))
