"""Special functions that SciPy has: scalars in, a float out, the names and the order of arguments of `scipy.special`.

Interpreted programs call the ufuncs, compiled ones the same C functions by their address (`numba_side`). SciPy is
imported at the first call: most programs need none of it.
"""

from __future__ import annotations

import scipy


def gammaincinv(a: float, w: float) -> float:
    """Return x with P(X <= x) = w for a gamma variable of shape a > 0 and scale 1."""
    return float(scipy.special.gammaincinv(a, w))


def gammainccinv(a: float, v: float) -> float:
    """Return x with P(X > x) = v for a gamma variable of shape a > 0 and scale 1."""
    return float(scipy.special.gammainccinv(a, v))


def gammainc(a: float, x: float) -> float:
    """Return P(X <= x) for a gamma variable of shape a > 0 and scale 1."""
    return float(scipy.special.gammainc(a, x))


def gammaincc(a: float, x: float) -> float:
    """Return P(X > x) for a gamma variable of shape a > 0 and scale 1."""
    return float(scipy.special.gammaincc(a, x))


def betainc(a: float, b: float, x: float) -> float:
    """Return P(X <= x) for a beta(a, b) variable."""
    return float(scipy.special.betainc(a, b, x))


def betaincinv(a: float, b: float, w: float) -> float:
    """Return x with P(X <= x) = w for a beta(a, b) variable."""
    return float(scipy.special.betaincinv(a, b, w))


def betaincc(a: float, b: float, x: float) -> float:
    """Return P(X > x) for a beta(a, b) variable."""
    return float(scipy.special.betaincc(a, b, x))


def betainccinv(a: float, b: float, v: float) -> float:
    """Return x with P(X > x) = v for a beta(a, b) variable."""
    return float(scipy.special.betainccinv(a, b, v))
