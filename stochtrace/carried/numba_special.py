"""`scipy.special` in compiled carried programs: functions with a rule, and those that are written with others.

As in `carried.scipy.special`. What no decision can be solved through anyway is an expression node that is not followed.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special
from numba import types
from numba.extending import overload, register_jitable

from stochtrace.carried import numba_arrays
from stochtrace.carried.numba_arrays import is_vector
from stochtrace.carried.numba_functions import of_carried, spread
from stochtrace.carried.numba_smooth import SmoothType
from stochtrace.rules import PARTIALS
from stochtrace.runtime.numba_special import NUMBERS, polygamma
from stochtrace.runtime.values import ratio

SPACE: dict[str, Any] = {"polygamma": polygamma, "ratio": ratio} | {n: NUMBERS[n] for n in ("expit", "erfcx")}


def of_scipy(name: str) -> Any:
    """Return a function of the table on carried values, whose values are SciPy's."""
    rule = PARTIALS[name]
    return of_carried(rule, f"scipys({', '.join(rule.arguments.split())})", SPACE | {"scipys": NUMBERS[name]})


erfc = of_scipy("erfc")


@register_jitable
def expit(x):
    """Return 1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-x))


@register_jitable
def logit(x):
    """Return log(x / (1 - x))."""
    return np.log(x) - np.log1p(-x)


@register_jitable
def ndtr(x):
    """Return the normal distribution function."""
    return erfc(x * -(0.5**0.5)) / 2


@register_jitable
def logsumexp(a):
    """Return log(sum(exp(a)))."""
    top = a[0].v
    for i in range(1, len(a)):
        top = max(top, a[i].v)
    return top + np.log(np.exp(a - top).sum())


@register_jitable
def log_softmax(x):
    """Return the logarithms of shares in proportion to exp(x)."""
    return x - logsumexp(x)


@register_jitable
def softmax(x):
    """Return shares in proportion to exp(x)."""
    return np.exp(log_softmax(x))


def of_all(implementation, function):
    """Let compiled code apply a function of all elements to an array or a list of carried values."""

    @overload(function)
    def typed(x):
        listed = isinstance(x, types.List) and isinstance(x.dtype, SmoothType)
        return (lambda x: implementation(np.asarray(x))) if listed or is_vector(x) else None


def register() -> None:
    """Let compiled code apply these functions to carried values, and to arrays of them."""
    composed = {f.__name__: f for f in (expit, logit, ndtr)}
    for name in (n for n in NUMBERS if n in PARTIALS):
        function, implementation = getattr(scipy.special, name), composed.get(name) or of_scipy(name)
        if len(PARTIALS[name].partials) == 1:
            spread(function, implementation, 1)
            numba_arrays.spread_one(implementation, function)
        else:
            spread(function, implementation, 2)
            numba_arrays.spread(implementation, [function])
    for of_elements in (logsumexp, log_softmax, softmax):
        of_all(of_elements, getattr(scipy.special, of_elements.__name__))
