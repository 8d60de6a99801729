"""The module `scipy.special`: functions with a rule take carried values, the others plain ones only."""

from __future__ import annotations

from typing import Any

from scipy import special as _special

from stochtrace.carried import numpy as _numpy
from stochtrace.carried.checks import holds as _holds
from stochtrace.carried.checks import of_plain_values as _of_plain_values

_RULES = {"gammaln": "lgamma", "gamma": "gamma", "erf": "erf", "erfc": "erfc", "cbrt": "cbrt", "exp2": "exp2"}
_RULES |= {"log1p": "log1p", "expm1": "expm1"}


def expit(x: Any) -> Any:
    """Return 1 / (1 + exp(-x))."""
    return 1 / (1 + _numpy.exp(-x)) if _holds(x) else _special.expit(x)


def logit(x: Any) -> Any:
    """Return log(x / (1 - x))."""
    return _numpy.log(x) - _numpy.log1p(-x) if _holds(x) else _special.logit(x)


def ndtr(x: Any) -> Any:
    """Return the normal distribution function."""
    return _numpy.elementwise("erfc", _special.erfc)(x * -(0.5**0.5)) / 2 if _holds(x) else _special.ndtr(x)


def __getattr__(name: str) -> Any:
    plain = getattr(_special, name)
    if name in _RULES:
        return _numpy.elementwise(_RULES[name], plain)
    return _of_plain_values(f"scipy.special.{name}", plain) if callable(plain) else plain
