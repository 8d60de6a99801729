"""The module `scipy.special`: functions with a rule take carried values, the others plain ones only."""

from __future__ import annotations

from collections.abc import Callable as _Callable
from functools import wraps as _wraps
from typing import Any

import numpy as _np
from scipy import special as _special

from stochtrace.carried import numpy as _numpy
from stochtrace.carried.checks import holds as _holds
from stochtrace.carried.checks import of_plain_values as _of_plain_values
from stochtrace.carried.checks import on_numbers as _on_numbers
from stochtrace.carried.operations import NAMES as _NAMES
from stochtrace.carried.smooth import value as _value


def expit(x: Any) -> Any:
    """Return 1 / (1 + exp(-x))."""
    return 1 / (1 + _numpy.exp(-x)) if _holds(x) else _on_numbers(_special.expit)(x)


def logit(x: Any) -> Any:
    """Return log(x / (1 - x))."""
    return _numpy.log(x) - _numpy.log1p(-x) if _holds(x) else _on_numbers(_special.logit)(x)


def ndtr(x: Any) -> Any:
    """Return the normal distribution function."""
    erfc = _numpy.elementwise("erfc", _special.erfc)
    return erfc(x * -(0.5**0.5)) / 2 if _holds(x) else _on_numbers(_special.ndtr)(x)


def _of_all(carried: _Callable[[Any], Any]) -> _Callable[..., Any]:
    """Return a function of all elements where they are carried, which takes no options then."""
    plain = _of_plain_values(f"scipy.special.{carried.__name__}", getattr(_special, carried.__name__))

    @_wraps(carried)
    def function(a: Any, *options: Any, **more: Any) -> Any:
        return plain(a, *options, **more) if options or more or not _holds(a) else carried(a)

    return function


@_of_all
def logsumexp(a: Any) -> Any:
    """Return log(sum(exp(a)))."""
    values = _np.array(a, dtype=object)
    top = max(map(_value, values.flat))
    return top + _numpy.log(_numpy.exp(values - top).sum())


@_of_all
def log_softmax(x: Any) -> Any:
    """Return the logarithms of shares in proportion to exp(x)."""
    return _np.array(x, dtype=object) - logsumexp(x)


@_of_all
def softmax(x: Any) -> Any:
    """Return shares in proportion to exp(x)."""
    return _numpy.exp(log_softmax(x))


def __getattr__(name: str) -> Any:
    plain = getattr(_special, name)
    if name in _NAMES:
        return _numpy.elementwise(name, plain)
    return _of_plain_values(f"scipy.special.{name}", plain) if callable(plain) else plain
