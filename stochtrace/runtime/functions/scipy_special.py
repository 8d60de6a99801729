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


def stdtrit(df: float, w: float) -> float:
    """Return t with P(T <= t) = w for Student's t with df degrees of freedom."""
    return float(scipy.special.stdtrit(df, w))


def ndtr(z: float) -> float:
    """Return P(Z <= z) for a standard normal Z."""
    return float(scipy.special.ndtr(z))


def log_ndtr(z: float) -> float:
    """Return log P(Z <= z) for a standard normal Z."""
    return float(scipy.special.log_ndtr(z))


def erf(x: float) -> float:
    """Return the error function, P(|Z| <= sqrt(2) x) for a standard normal Z and x >= 0."""
    return float(scipy.special.erf(x))


def erfinv(w: float) -> float:
    """Return x with erf(x) = w."""
    return float(scipy.special.erfinv(w))


def erfcx(x: float) -> float:
    """Return exp(x**2) erfc(x)."""
    return float(scipy.special.erfcx(x))


def i0e(x: float) -> float:
    """Return exp(-|x|) I_0(x), I_0 the modified Bessel function."""
    return float(scipy.special.i0e(x))


def i1e(x: float) -> float:
    """Return exp(-|x|) I_1(x), I_1 the modified Bessel function."""
    return float(scipy.special.i1e(x))


def owens_t(h: float, a: float) -> float:
    """Return Owen's T, P(X > h and 0 < Y < a X) for independent standard normals."""
    return float(scipy.special.owens_t(h, a))


def betaincc(a: float, b: float, x: float) -> float:
    """Return P(X > x) for a beta(a, b) variable."""
    return float(scipy.special.betaincc(a, b, x))


def exp1(x: float) -> float:
    """Return the exponential integral E1(x), the integral of exp(-t) / t from x > 0 on."""
    return float(scipy.special.exp1(x))


def betainccinv(a: float, b: float, v: float) -> float:
    """Return x with P(X > x) = v for a beta(a, b) variable."""
    return float(scipy.special.betainccinv(a, b, v))
