"""Score functions of programs as they are written: a generator that is given p as a dual number sums them up."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import digamma


class Dual:
    """The parameter, or a parameter of a draw, with its derivative by p at fixed values of all draws."""

    def __init__(self, v: float, d: float) -> None:
        self.v, self.d = v, d

    def __add__(self, other: Any) -> Dual:
        b = dual(other)
        return Dual(self.v + b.v, self.d + b.d)

    def __mul__(self, other: Any) -> Dual:
        b = dual(other)
        return Dual(self.v * b.v, self.d * b.v + self.v * b.d)

    def __truediv__(self, other: Any) -> Dual:
        b = dual(other)
        return Dual(self.v / b.v, (self.d - self.v / b.v * b.d) / b.v)

    def __sub__(self, other: Any) -> Dual:
        return self + dual(other) * -1.0

    def __rsub__(self, other: Any) -> Dual:
        return dual(other) - self

    __radd__, __rmul__ = __add__, __mul__


def dual(x: Any) -> Dual:
    """A number as a dual one."""
    return x if isinstance(x, Dual) else Dual(float(x), 0.0)


class Uniform(float):
    """A uniform that may be compared with a chance that depends on p: then it is a Bernoulli draw with a score."""

    scored: Scored

    def __lt__(self, other: Any) -> bool:
        if not isinstance(other, Dual):
            return float(self) < other
        hit = float(self) < other.v
        self.scored.score += other.d / other.v if hit else -other.d / (1 - other.v)
        return hit


class Scored:
    """A generator of NumPy's that sums up the score, d/dp log of the density of all that it draws.

    A draw of n numbers takes parameters that are numbers.
    """

    def __init__(self, rng: Any) -> None:
        self.rng, self.score = rng, 0.0

    def _framed(self, loc: Any, scale: Any, z: Any, by_loc: Callable[[Any], Any], size: int | None) -> Any:
        """Return loc + scale z; `by_loc` is minus the slope of the log density of z."""
        m, s = dual(loc), dual(scale)
        slope = by_loc(z)
        self.score += float(np.sum(m.d * slope + s.d * (z * slope - 1)) / s.v)
        x = m.v + s.v * z
        return float(x) if size is None else x

    def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: int | None = None) -> Any:
        return self._framed(loc, scale, self.rng.standard_normal(size), lambda z: z, size)

    def exponential(self, scale: Any = 1.0, size: int | None = None) -> Any:
        return self._framed(0.0, scale, self.rng.standard_exponential(size), np.ones_like, size)

    def laplace(self, loc: Any = 0.0, scale: Any = 1.0) -> Any:
        return self._framed(loc, scale, self.rng.laplace(), np.sign, None)

    def logistic(self, loc: Any = 0.0, scale: Any = 1.0) -> Any:
        return self._framed(loc, scale, self.rng.logistic(), lambda z: np.tanh(z / 2), None)

    def gumbel(self, loc: Any = 0.0, scale: Any = 1.0) -> Any:
        return self._framed(loc, scale, self.rng.gumbel(), lambda z: 1 - np.exp(-z), None)

    def rayleigh(self, scale: Any = 1.0) -> Any:
        return self._framed(0.0, scale, self.rng.rayleigh(), lambda z: z - 1 / z, None)

    def lognormal(self, mean: Any = 0.0, sigma: Any = 1.0) -> float:
        return math.exp(self.normal(mean, sigma))

    def weibull(self, a: float) -> float:
        return float(self.rng.weibull(a))

    def gamma(self, shape: Any, scale: float = 1.0) -> float:
        a = dual(shape)
        x = self.rng.gamma(a.v)
        self.score += a.d * (math.log(x) - digamma(a.v)) if a.d else 0.0
        return float(scale * x)

    def uniform(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def random(self) -> Uniform:
        u = Uniform(self.rng.random())
        u.scored = self
        return u

    def poisson(self, lam: Any) -> int:
        rate = dual(lam)
        k = int(self.rng.poisson(rate.v))
        self.score += rate.d * (k / rate.v - 1)
        return k

    def binomial(self, n: int, p: Any) -> int:
        q = dual(p)
        k = int(self.rng.binomial(n, q.v))
        self.score += q.d * (k / q.v - (n - k) / (1 - q.v)) if q.d else 0.0
        return k

    def geometric(self, p: Any) -> int:
        q = dual(p)
        k = int(self.rng.geometric(q.v))
        self.score += q.d * (1 / q.v - (k - 1) / (1 - q.v)) if q.d else 0.0
        return k
