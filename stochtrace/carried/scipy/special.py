"""The module `scipy.special`: functions with a rule take carried values, the others plain ones only."""

from __future__ import annotations

from typing import Any

import numpy as _np
from scipy import special as _special

from stochtrace.carried import numpy as _numpy
from stochtrace.carried.checks import holds as _holds
from stochtrace.carried.checks import of_plain_values as _of_plain_values
from stochtrace.carried.operations import NAMES as _NAMES
from stochtrace.carried.smooth import value as _value


def expit(x: Any) -> Any:
    """Return 1 / (1 + exp(-x))."""
    return 1 / (1 + _numpy.exp(-x)) if _holds(x) else _special.expit(x)


def logit(x: Any) -> Any:
    """Return log(x / (1 - x))."""
    return _numpy.log(x) - _numpy.log1p(-x) if _holds(x) else _special.logit(x)


def ndtr(x: Any) -> Any:
    """Return the normal distribution function."""
    return _numpy.elementwise("erfc", _special.erfc)(x * -(0.5**0.5)) / 2 if _holds(x) else _special.ndtr(x)


def logsumexp(a: Any, *options: Any, **more: Any) -> Any:
    """Return log(sum(exp(a))), of all elements where they are carried."""
    if not _holds(a) or options or more:
        return _of_plain_values("scipy.special.logsumexp", _special.logsumexp)(a, *options, **more)
    values = _np.array(a, dtype=object)
    top = max(map(_value, values.flat))
    return top + _numpy.log(_numpy.exp(values - top).sum())


def log_softmax(x: Any, *options: Any, **more: Any) -> Any:
    """Return the logarithms of shares in proportion to exp(x), of all elements where they are carried."""
    if not _holds(x) or options or more:
        return _of_plain_values("scipy.special.log_softmax", _special.log_softmax)(x, *options, **more)
    return _np.array(x, dtype=object) - logsumexp(x)


def softmax(x: Any, *options: Any, **more: Any) -> Any:
    """Return shares in proportion to exp(x), of all elements where they are carried."""
    if not _holds(x) or options or more:
        return _of_plain_values("scipy.special.softmax", _special.softmax)(x, *options, **more)
    return _numpy.exp(log_softmax(x))


def __getattr__(name: str) -> Any:
    plain = getattr(_special, name)
    if name in _NAMES:
        return _numpy.elementwise(name, plain)
    return _of_plain_values(f"scipy.special.{name}", plain) if callable(plain) else plain
